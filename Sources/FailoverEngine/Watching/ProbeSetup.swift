public import FailoverCore

/// The probers and how they are aimed: shared by the probe loop and by the checks of runs.
public struct ProbeSetup: Sendable {
    /// This agent's vantage, which chooses the address that is probed.
    public let vantage: String
    /// The time for one probe; default 3 seconds.
    public let timeout: Duration
    private let prober: any Prober
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

    /// Where and how a server's leg is probed; nil when the server has no address.
    ///
    /// The name to judge the certificate by is the one that partners would demand: for SIP the
    /// pool's name in the first domain where one is configured, for XMPP the first domain.
    public func target(
        _ server: EdgeServer,
        _ pool: EdgePool,
        _ kind: LegKind,
        as probe: ProbeKind
    ) -> ProbeTarget? {
        guard let address = server.probeAddress(from: vantage) else { return nil }
        let domain = organisation.domains(for: kind).first
        let name: FQDN? =
            switch kind {
            case .sip:
                organisation.sipDomains.lazy.compactMap { $0.federationNames[pool.fqdn] }.first
            case .xmpp: domain
            }
        return ProbeTarget(
            kind: probe,
            address: address,
            port: pool.port(for: kind),
            serverName: name,
            domain: domain,
            localDomain: localDomains[kind]
        )
    }

    /// Probes within the usual time.
    public func probe(_ target: ProbeTarget) async -> ProbeOutcome {
        await prober.probe(target, timeout: timeout)
    }
}
