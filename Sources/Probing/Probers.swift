public import FailoverCore
public import FailoverEngine
public import NIOCore
public import NIOPosix

/// All the probers in one: each target goes to the prober of its kind.
public struct Probers: Prober {
    private let sip: SIPProber
    private let xmpp: XMPPProber
    private let tls: TLSProber
    private let tcp: TCPProber
    private let stun: STUNProber

    /// Makes the probers.
    ///
    /// - Parameters:
    ///   - profile: how TLS is spoken and certificates are judged.
    ///   - group: where connections live; must outlive the probers. NIO's shared one by default.
    public init(
        profile: TLSProfile,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        sip = SIPProber(profile: profile, group: group)
        xmpp = XMPPProber(profile: profile, group: group)
        tls = TLSProber(profile: profile, group: group)
        tcp = TCPProber(group: group)
        stun = STUNProber(group: group)
    }

    /// Probes the target as its kind asks.
    public func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
        switch target.kind {
        case .sip: await sip.probe(target, timeout: timeout)
        case .xmpp: await xmpp.probe(target, timeout: timeout)
        case .tls: await tls.probe(target, timeout: timeout)
        case .tcp: await tcp.probe(target, timeout: timeout)
        case .stun: await stun.probe(target, timeout: timeout)
        }
    }
}
