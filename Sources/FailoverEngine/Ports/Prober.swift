public import FailoverCore

/// Carries out one probe; implemented by the adapters, one type per protocol.
///
/// A server that is down is an outcome, never a thrown error; a fault on our own side is
/// ``FailoverCore/ProbeFinding/inconclusive``.
public protocol Prober: Sendable {
    /// Probes a target.
    ///
    /// - Parameters:
    ///   - target: what to probe.
    ///   - timeout: the time for the whole probe, from the first packet; chosen by the caller.
    /// - Returns: what was found; returns within `timeout` plus a short grace.
    func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome
}
