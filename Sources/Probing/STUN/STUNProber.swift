public import FailoverCore
public import FailoverEngine
public import NIOCore
public import NIOPosix

/// Probes the media relay of an A/V Edge: a TURN Allocate request over UDP, port 3478.
///
/// It is sent without credentials, so the answer is a refusal, and any well-formed answer means
/// alive. An ICMP refusal is a refused port; silence is ``FailoverCore/ProbeFinding/unanswered``,
/// which says nothing of life: UDP is filtered in many places. The request is sent again after 0.5,
/// 1.5, 3.5 … seconds (RFC 8489, 6.2.1), as far as the time-out reaches.
public struct STUNProber: Prober {
    private let dialer: Dialer
    private let random: @Sendable () -> UInt64

    /// Makes a prober.
    ///
    /// - Parameters:
    ///   - group: where sockets live; must outlive the prober. NIO's shared one by default.
    ///   - random: numbers that make each request unique; the system's by default.
    public init(
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        random: @escaping @Sendable () -> UInt64 = systemRandomNumber
    ) {
        dialer = Dialer(group: group)
        self.random = random
    }

    /// Probes the target; its names play no part.
    public func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
        let plan = ConnectionPlan(
            target: target,
            timeout: timeout,
            security: .never,
            serverName: nil
        )
        let record = await dialer.exchange(plan, AllocateRequest(tokens: (random(), random())))
        return await Findings(plan: plan, profile: nil).outcome(of: record, nil)
    }
}
