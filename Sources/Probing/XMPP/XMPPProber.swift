public import FailoverCore
public import FailoverEngine
public import NIOCore
public import NIOPosix

/// Probes XMPP federation: TCP, then a server-to-server stream (RFC 6120), with STARTTLS where the
/// peer offers it.
///
/// The peer's `<stream:stream>` means alive, whether features or an error follow. STARTTLS is done
/// for the sake of the certificate; when it fails the reason says so, and the server still lives.
public struct XMPPProber: Prober {
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

    /// Probes the target.
    ///
    /// Its certificate has to carry the server's name or the domain, wildcards allowed. What the
    /// stream is opened to is also the name for SNI.
    public func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
        let plan = ConnectionPlan(
            target: target,
            timeout: timeout,
            security: .onRequest,
            serverName: target.domain ?? target.serverName
        )
        let record = await dialer.dial(plan, profile: profile) { XMPPConversation(target: target) }
        // Without a server name no name is judged; with one, either is good: Microsoft's own
        // pages give certificates with the domain and certificates with xmpp.domain.
        let names = target.serverName.map { [$0] + (target.domain.map { [$0] } ?? []) } ?? []
        let question = CertificateJudge.Question(names: names, acceptsWildcards: true)
        return await Findings(plan: plan, profile: profile).outcome(of: record, question)
    }
}
