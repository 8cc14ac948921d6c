public import FailoverCore
public import FailoverEngine
public import NIOCore
public import NIOPosix

/// Probes SIP federation: TCP, TLS, then an OPTIONS request (RFC 3261).
///
/// Any SIP status line means alive, 504 too: what a proxy refuses, a proxy has read. A server that
/// shows its certificate and ends the connection for want of a client certificate is alive.
public struct SIPProber: Prober {
    private let dialer: Dialer
    private let profile: TLSProfile
    private let random: @Sendable () -> UInt64

    /// Makes a prober.
    ///
    /// - Parameters:
    ///   - profile: how TLS is spoken and certificates are judged.
    ///   - group: where connections live; must outlive the prober. NIO's shared one by default.
    ///   - random: numbers that make each request unique; the system's by default.
    public init(
        profile: TLSProfile,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        random: @escaping @Sendable () -> UInt64 = systemRandomNumber
    ) {
        dialer = Dialer(group: group)
        self.profile = profile
        self.random = random
    }

    /// Probes the target; names with wildcards in its certificate do not count for SIP.
    public func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
        let tokens = OptionsRequest.Tokens(branch: random(), tag: random(), call: random())
        let plan = ConnectionPlan(
            target: target,
            timeout: timeout,
            security: .atOnce,
            serverName: target.serverName
        )
        let record = await dialer.dial(plan, profile: profile) {
            SIPConversation(target: target, tokens: tokens)
        }
        let names = target.serverName.map { [$0] } ?? []
        let question = CertificateJudge.Question(names: names, acceptsWildcards: false)
        return await Findings(plan: plan, profile: profile).outcome(of: record, question)
    }
}

/// A number from the system's generator, for what has to be unique.
@Sendable
public func systemRandomNumber() -> UInt64 {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
}
