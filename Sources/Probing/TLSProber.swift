public import FailoverCore
public import FailoverEngine
public import NIOCore
public import NIOPosix

/// Probes no more than TLS: connection, handshake, certificate.
///
/// A finished handshake is all it asks for. Under TLS 1.3 a server that will refuse us for want of
/// a client certificate looks fine to it; ``SIPProber`` sees more.
public struct TLSProber: Prober {
    private let dialer: Dialer
    private let profile: TLSProfile

    /// Makes a prober.
    ///
    /// - Parameters:
    ///   - profile: how TLS is spoken and certificates are judged.
    ///   - group: where connections live; must outlive the prober. NIO's shared one by default.
    public init(
        profile: TLSProfile,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        dialer = Dialer(group: group)
        self.profile = profile
    }

    /// Probes the target; a wildcard in its certificate stands for one label.
    public func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
        let plan = ConnectionPlan(
            target: target,
            timeout: timeout,
            security: .atOnce,
            serverName: target.serverName
        )
        let record = await dialer.dial(plan, profile: profile) {
            NothingSaid(answer: "TLS handshake finished")
        }
        let names = target.serverName.map { [$0] } ?? []
        let question = CertificateJudge.Question(names: names, acceptsWildcards: true)
        return await Findings(plan: plan, profile: profile).outcome(of: record, question)
    }
}
