public import FailoverCore

/// Where a server's leg is probed.
public struct LegAim: Sendable, Hashable {
    /// The TCP port, and what is spoken there.
    public var target: ProbeTarget
    /// The UDP port that belongs to it; only for media.
    public var datagrams: ProbeTarget?

    /// Makes an aim.
    public init(target: ProbeTarget, datagrams: ProbeTarget? = nil) {
        self.target = target
        self.datagrams = datagrams
    }
}

/// The probers and how they are aimed: shared by the probe loop and by the checks of runs.
public struct ProbeSetup: Sendable {
    /// This agent's vantage, which chooses the address that is probed.
    public let vantage: String
    /// The time for one probe; default 3 seconds.
    public let timeout: Duration
    /// Carries probes out.
    public let prober: any Prober
    private let organisation: Organisation
    private let localDomains: [LegKind: FQDN]

    /// Makes a setup.
    ///
    /// - `localDomains`: the domain we say we are, by protocol; the prober's default where
    ///   there is none.
    public init(
        vantage: String,
        timeout: Duration,
        prober: any Prober,
        organisation: Organisation,
        localDomains: [LegKind: FQDN] = [:]
    ) {
        self.vantage = vantage
        self.timeout = timeout
        self.prober = prober
        self.localDomains = localDomains
        self.organisation = organisation
    }

    /// Where a server's leg is probed, with all that belongs to it; nil when it has no address.
    public func aim(_ server: EdgeServer, _ pool: EdgePool, _ kind: LegKind) -> LegAim? {
        guard let target = target(server, pool, kind, as: kind.probeKind) else { return nil }
        switch kind {
        case .sip, .xmpp, .access: return LegAim(target: target)
        case .media:
            return LegAim(target: target, datagrams: self.target(server, pool, kind, as: .stun))
        }
    }

    /// Where and how a server's leg is probed; nil when the server has no address for it.
    ///
    /// The name to judge the certificate by is the one that partners and clients would demand: for
    /// SIP and sign-in the pool's name in the first domain where one is configured, for XMPP the
    /// first domain. Media shows no certificate.
    public func target(
        _ server: EdgeServer,
        _ pool: EdgePool,
        _ kind: LegKind,
        as probe: ProbeKind
    ) -> ProbeTarget? {
        let address: IPAddress?
        let domain: FQDN?
        let name: FQDN?
        switch kind {
        case .sip, .access:
            address = server.probeAddress(from: vantage)
            domain = organisation.domains(for: .sip).first
            name = organisation.sipDomains.lazy.compactMap { $0.federationNames[pool.fqdn] }.first
        case .xmpp:
            address = server.probeAddress(from: vantage)
            domain = organisation.domains(for: .xmpp).first
            name = domain
        case .media:
            address = server.mediaProbeAddress(from: vantage)
            (domain, name) = (nil, nil)
        }
        guard let address else { return nil }
        return ProbeTarget(
            kind: probe,
            address: address,
            port: probe == .stun ? MediaProblem.udpPort : pool.port(for: kind),
            serverName: name,
            domain: domain,
            localDomain: localDomains[kind]
        )
    }

    /// Probes a leg within the usual time; TCP and UDP at once.
    public func probe(_ aim: LegAim) async -> ProbeOutcome {
        guard let datagrams = aim.datagrams else { return await probe(aim.target) }
        async let udp = probe(datagrams)
        let tcp = await probe(aim.target)
        return ProbeOutcome.media(tcp: tcp, udp: await udp)
    }

    /// Probes within the usual time.
    public func probe(_ target: ProbeTarget) async -> ProbeOutcome {
        await prober.probe(target, timeout: timeout)
    }
}
