/// A site's name, compared without regard to case: `Redmond`.
public struct SiteName: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The bare name, without `Site:`.
    public let name: String

    /// Takes a name, dropping the `Site:` that `Get-CsSite` prints before it.
    public init(_ text: String) {
        let prefix = "site:"
        name =
            text.lowercased().hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
    }

    /// Decodes the bare name.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Encodes the bare name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    /// The bare name, the form that `Set-CsSite -Identity` wants.
    public var description: String { name }

    /// Equal whatever the case.
    public static func == (left: SiteName, right: SiteName) -> Bool {
        left.name.lowercased() == right.name.lowercased()
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(name.lowercased()) }

    /// Orders names alphabetically.
    public static func < (left: SiteName, right: SiteName) -> Bool {
        left.name.lowercased() < right.name.lowercased()
    }
}

/// One Edge server of a pool.
public struct EdgeServer: Sendable, Hashable, Codable {
    /// Internal FQDN.
    public var fqdn: FQDN
    /// The Access Edge addresses that public DNS publishes.
    public var publicAddresses: [IPAddress]
    /// Where a vantage probes it, by vantage name; `default` for the others.
    public var probeAddresses: [String: IPAddress]
    /// Address of the internal interface, when known.
    public var internalAddress: IPAddress?
    /// The A/V Edge addresses that public DNS publishes; empty when media is not watched.
    public var mediaAddresses: [IPAddress]
    /// Where a vantage probes its A/V Edge, by vantage name; `default` for the others.
    public var mediaProbeAddresses: [String: IPAddress]

    /// Makes a server.
    public init(
        fqdn: FQDN,
        publicAddresses: [IPAddress],
        probeAddresses: [String: IPAddress] = [:],
        internalAddress: IPAddress? = nil,
        mediaAddresses: [IPAddress] = [],
        mediaProbeAddresses: [String: IPAddress] = [:]
    ) {
        self.fqdn = fqdn
        self.publicAddresses = publicAddresses
        self.probeAddresses = probeAddresses
        self.internalAddress = internalAddress
        self.mediaAddresses = mediaAddresses
        self.mediaProbeAddresses = mediaProbeAddresses
    }

    /// The address that this vantage probes: its own, the default, or the first public one.
    public func probeAddress(from vantage: String) -> IPAddress? {
        probeAddresses[vantage] ?? probeAddresses["default"] ?? publicAddresses.first
    }

    /// The address at which this vantage probes its A/V Edge: its own, the default, or the first
    /// public one.
    public func mediaProbeAddress(from vantage: String) -> IPAddress? {
        mediaProbeAddresses[vantage] ?? mediaProbeAddresses["default"] ?? mediaAddresses.first
    }
}

/// How traffic spreads over the members of a pool.
public enum LoadBalancing: Sendable, Hashable, Codable {
    /// DNS load balancing: every member's address is published.
    case dns
    /// A hardware load balancer: its virtual addresses are published.
    case hardware(access: [IPAddress])
}

/// An Edge pool.
public struct EdgePool: Sendable, Hashable, Codable {
    /// Internal FQDN, as in `Get-CsService -EdgeServer`.
    public var fqdn: FQDN
    /// The site it belongs to.
    public var site: SiteName
    /// Its product generation.
    public var version: ProductVersion
    /// DNS or hardware load balancing.
    public var loadBalancing: LoadBalancing
    /// Its members, at least one.
    public var servers: [EdgeServer]
    /// External ports that differ from the standard ones.
    public var ports: [LegKind: UInt16]

    /// Makes a pool.
    public init(
        fqdn: FQDN,
        site: SiteName,
        version: ProductVersion,
        loadBalancing: LoadBalancing = .dns,
        servers: [EdgeServer],
        ports: [LegKind: UInt16] = [:]
    ) {
        self.fqdn = fqdn
        self.site = site
        self.version = version
        self.loadBalancing = loadBalancing
        self.servers = servers
        self.ports = ports
    }

    /// The addresses that DNS publishes for the pool's Access Edge, sorted.
    public var publishedAddresses: [IPAddress] {
        switch loadBalancing {
        case .dns: servers.flatMap(\.publicAddresses).sorted()
        case .hardware(let access): access.sorted()
        }
    }

    /// The external port of a leg.
    public func port(for leg: LegKind) -> UInt16 { ports[leg] ?? leg.standardPort }

    /// The identity of its Edge service.
    public var edgeService: ServiceIdentity { .edgeServer(fqdn) }
}

/// A Front End pool.
public struct FrontEndPool: Sendable, Hashable, Codable {
    /// Pool FQDN.
    public var fqdn: FQDN
    /// The site it belongs to.
    public var site: SiteName

    /// Makes a pool.
    public init(fqdn: FQDN, site: SiteName) {
        self.fqdn = fqdn
        self.site = site
    }
}

/// A SIP domain and, per Edge pool, the name in that domain that leads to the pool.
public struct SIPDomain: Sendable, Hashable, Codable {
    /// The domain, such as `contoso.com`.
    public var name: FQDN
    /// Access Edge name within this domain, by Edge pool; needed for DNS style `srv`.
    public var federationNames: [FQDN: FQDN]

    /// Makes a domain.
    public init(name: FQDN, federationNames: [FQDN: FQDN] = [:]) {
        self.name = name
        self.federationNames = federationNames
    }
}

/// A federated partner.
public struct Partner: Sendable, Hashable, Codable {
    /// The partner's SIP domain.
    public var domain: FQDN
    /// Whether a run fails verification when the partner worked before and does not after.
    public var isRequired: Bool

    /// Makes a partner.
    public init(domain: FQDN, isRequired: Bool) {
        self.domain = domain
        self.isRequired = isRequired
    }
}

/// Everything the configuration says about the organisation.
public struct Organisation: Sendable, Hashable, Codable {
    /// Central sites.
    public var sites: [SiteName]
    /// Edge pools.
    public var edgePools: [EdgePool]
    /// Front End pools.
    public var frontEndPools: [FrontEndPool]
    /// SIP domains.
    public var sipDomains: [SIPDomain]
    /// XMPP domains.
    public var xmppDomains: [FQDN]
    /// Federated partners to test with.
    public var partners: [Partner]
    /// Federation routes that are watched.
    public var routes: [FederationRoute]
    /// DNS zones that runs may change.
    public var zones: [DNSZone]
    /// How long runs wait for replication.
    public var replication: ReplicationPatience
    /// Whether automatic moves may begin before this agent has ever really enabled the topology, by
    /// a drill or an approved run; default false.
    public var trustsUntriedRights: Bool
    /// Whether Microsoft 365 shares the SIP domains (a hybrid organisation); default false.
    public var sharesAddressSpace: Bool
    /// Distinguished names of the containers in Active Directory with the servers' computers, whose
    /// setup permission is tested before a run; default none.
    public var computerOUs: [String]

    /// Makes an organisation.
    public init(
        sites: [SiteName],
        edgePools: [EdgePool],
        frontEndPools: [FrontEndPool],
        sipDomains: [SIPDomain],
        xmppDomains: [FQDN],
        partners: [Partner],
        routes: [FederationRoute],
        zones: [DNSZone],
        replication: ReplicationPatience = ReplicationPatience(),
        trustsUntriedRights: Bool = false,
        sharesAddressSpace: Bool = false,
        computerOUs: [String] = []
    ) {
        self.sites = sites
        self.edgePools = edgePools
        self.frontEndPools = frontEndPools
        self.sipDomains = sipDomains
        self.xmppDomains = xmppDomains
        self.partners = partners
        self.routes = routes
        self.zones = zones
        self.replication = replication
        self.trustsUntriedRights = trustsUntriedRights
        self.sharesAddressSpace = sharesAddressSpace
        self.computerOUs = computerOUs
    }

    /// The pool of that name.
    public func edgePool(_ fqdn: FQDN) -> EdgePool? { edgePools.first { $0.fqdn == fqdn } }

    /// The route of that name.
    public func route(_ name: RouteName) -> FederationRoute? { routes.first { $0.name == name } }

    /// The domains whose SRV records lead to a route of this kind.
    public func domains(for kind: RouteKind) -> [FQDN] {
        switch kind {
        case .sip: sipDomains.map(\.name)
        case .xmpp: xmppDomains
        case .media: []
        }
    }

    /// The most specific zone of each view that holds a name, in the configured order.
    public func zones(holding name: FQDN) -> [DNSZone] {
        let holding = zones.filter { name.isWithin($0.name) }
        return holding.filter { zone in
            !holding.contains {
                $0.view == zone.view && $0.name.labels.count > zone.name.labels.count
            }
        }
    }

    /// The zone with that name and view.
    public func zone(_ key: ZoneKey) -> DNSZone? { zones.first { $0.key == key } }
}

/// Which zone is meant: the same name may be served differently to different askers.
public struct ZoneKey: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The zone's apex.
    public var name: FQDN
    /// `public`, `internal`, or what the organisation calls the view.
    public var view: String

    /// Makes a key.
    public init(name: FQDN, view: String = "public") {
        self.name = name
        self.view = view
    }

    /// `contoso.com`, and `contoso.com (internal view)` for any but the public one.
    public var description: String {
        view == "public" ? name.name : "\(name) (\(view) view)"
    }

    /// Orders by name, then view.
    public static func < (left: ZoneKey, right: ZoneKey) -> Bool {
        (left.name, left.view) < (right.name, right.view)
    }
}

/// Who changes the records of a zone.
public enum ZoneProvider: String, Sendable, Hashable, Codable, CaseIterable {
    /// The agent, by RFC 2136 updates.
    case rfc2136
    /// A program of the organisation's, which gets the change as JSON.
    case exec
    /// The agent, by the Windows DNS cmdlets on a management endpoint.
    case powershell
    /// A person: a step of the run.
    case manual
}

/// A DNS zone that runs may change, in one view.
public struct DNSZone: Sendable, Hashable, Codable {
    /// The zone's apex.
    public var name: FQDN
    /// `public` or `internal`; a name for people where views differ.
    public var view: String
    /// Every authoritative server, the one that takes updates first.
    public var authoritative: [DNSServer]
    /// Who changes its records.
    public var provider: ZoneProvider
    /// How long a run waits until its servers show a change, all of them the same; default 2 minutes.
    public var agreeWithin: Duration

    /// Makes a zone.
    public init(
        name: FQDN,
        view: String = "public",
        authoritative: [DNSServer],
        provider: ZoneProvider = .rfc2136,
        agreeWithin: Duration = .seconds(120)
    ) {
        self.name = name
        self.view = view
        self.authoritative = authoritative
        self.provider = provider
        self.agreeWithin = agreeWithin
    }

    /// Which zone it is.
    public var key: ZoneKey { ZoneKey(name: name, view: view) }
}
