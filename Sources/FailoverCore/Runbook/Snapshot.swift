/// A site as the Central Management store has it.
public struct SiteSnapshot: Sendable, Hashable, Codable {
    /// Its name.
    public var name: SiteName
    /// SIP route as printed; nil when there is none.
    public var sipRoute: String?
    /// XMPP route as printed; nil when there is none.
    public var xmppRoute: String?

    /// Makes a site.
    public init(name: SiteName, sipRoute: String?, xmppRoute: String?) {
        self.name = name
        self.sipRoute = sipRoute
        self.xmppRoute = xmppRoute
    }

    /// The route for a protocol, as printed.
    public func route(_ kind: FederationKind) -> String? {
        kind == .sip ? sipRoute : xmppRoute
    }

    /// The Edge pool that the route points to; nil for none and for anything else than an Edge pool.
    public func edgePool(_ kind: FederationKind) -> FQDN? {
        guard let identity = route(kind).flatMap(ServiceIdentity.init(_:)),
            identity.role.lowercased() == "edgeserver"
        else { return nil }
        return identity.pool
    }
}

/// The Edge service of a pool as `Get-CsService -EdgeServer` has it.
public struct EdgeServiceSnapshot: Sendable, Hashable, Codable {
    /// The pool.
    public var pool: FQDN
    /// `AccessEdgeExternalSipPort`; nil or 0 when federation is off.
    public var federationPort: UInt16?
    /// `AccessEdgeClientSipPort`.
    public var clientPort: UInt16?
    /// `XmppListeningPort`; nil or 0 when XMPP is off or not in the product.
    public var xmppPort: UInt16?
    /// `AccessEdgeExternalFqdn`.
    public var externalName: FQDN?

    /// Makes a service.
    public init(
        pool: FQDN,
        federationPort: UInt16?,
        clientPort: UInt16?,
        xmppPort: UInt16?,
        externalName: FQDN?
    ) {
        self.pool = pool
        self.federationPort = federationPort
        self.clientPort = clientPort
        self.xmppPort = xmppPort
        self.externalName = externalName
    }
}

/// A pool as `Get-CsPool` has it.
public struct PoolSnapshot: Sendable, Hashable, Codable {
    /// The pool.
    public var fqdn: FQDN
    /// Its site.
    public var site: SiteName?
    /// Its members.
    public var computers: [FQDN]
    /// Roles of its services, such as `Registrar`.
    public var roles: [String]

    /// Makes a pool.
    public init(fqdn: FQDN, site: SiteName?, computers: [FQDN], roles: [String]) {
        self.fqdn = fqdn
        self.site = site
        self.computers = computers
        self.roles = roles
    }

    /// Whether it consumes federation routes: a Front End or a Director.
    public var consumesRoutes: Bool {
        roles.contains { ["registrar", "userserver", "director"].contains($0.lowercased()) }
    }
}

/// A server's replica of the store.
public struct ReplicaSnapshot: Sendable, Hashable, Codable {
    /// The server.
    public var server: FQDN
    /// Whether it has the newest configuration, as the store believes.
    public var isUpToDate: Bool
    /// `LastUpdateCreation` in UTC ticks, from the server's side; nil when it never reported.
    public var lastUpdate: Int64?

    /// Makes a replica.
    public init(server: FQDN, isUpToDate: Bool, lastUpdate: Int64?) {
        self.server = server
        self.isUpToDate = isUpToDate
        self.lastUpdate = lastUpdate
    }
}

/// What one authoritative server says of one name and type.
public struct RecordReading: Sendable, Hashable, Codable {
    /// The zone.
    public var zone: FQDN
    /// The server asked.
    public var server: DNSServer
    /// The name asked for.
    public var name: FQDN
    /// The type asked for.
    public var type: RecordType
    /// The set; nil when there is none.
    public var set: RecordSet?
    /// Why there is no usable answer; nil when there is one.
    public var failure: String?
    /// The alias at the name, if there is one.
    public var alias: FQDN?

    /// Makes a reading.
    public init(
        zone: FQDN,
        server: DNSServer,
        name: FQDN,
        type: RecordType,
        set: RecordSet?,
        failure: String? = nil,
        alias: FQDN? = nil
    ) {
        self.zone = zone
        self.server = server
        self.name = name
        self.type = type
        self.set = set
        self.failure = failure
        self.alias = alias
    }
}

/// A member of a pool as the probes last saw it.
public struct MemberReading: Sendable, Hashable, Codable {
    /// The server.
    public var server: FQDN
    /// The protocol.
    public var kind: FederationKind
    /// The last outcome's liveness.
    public var liveness: Liveness
    /// The probe's sentence.
    public var reason: String
    /// Its certificate, when it showed one.
    public var certificate: CertificateFacts?

    /// Makes a reading.
    public init(
        server: FQDN,
        kind: FederationKind,
        liveness: Liveness,
        reason: String,
        certificate: CertificateFacts?
    ) {
        self.server = server
        self.kind = kind
        self.liveness = liveness
        self.reason = reason
        self.certificate = certificate
    }
}

/// Everything that a plan is made from besides the configuration, read in one go.
public struct Snapshot: Sendable, Hashable, Codable {
    /// Wall clock at the start of reading.
    public var takenAt: Timestamp
    /// The management endpoint that was read, for messages; the run stays with it.
    public var endpoint: String
    /// Place of that endpoint in the configured order.
    public var endpointIndex: Int
    /// Central sites.
    public var sites: [SiteSnapshot]
    /// Edge services.
    public var edgeServices: [EdgeServiceSnapshot]
    /// All pools.
    public var pools: [PoolSnapshot]
    /// All replicas.
    public var replicas: [ReplicaSnapshot]
    /// Who holds the Central Management store; nil when no one answers for it.
    public var storeMaster: String?
    /// Texts of errors when the harmless trial of a writing cmdlet (`-WhatIf`) failed; empty if not.
    public var rightsFailures: [String]
    /// DNS as every authoritative server has it.
    public var records: [RecordReading]
    /// Why an update was refused when one that changes nothing was tried, by zone.
    public var updateRefusals: [FQDN: String]
    /// Verdicts on the legs of all pools.
    public var verdicts: [PoolLeg: Verdict]
    /// Members as the probes last saw them.
    public var members: [MemberReading]
    /// Edge servers that have a management endpoint.
    public var manageableEdges: [FQDN]
    /// Sites none of whose management endpoints answered; none of their Front Ends is waited for.
    public var deadSites: [SiteName]

    /// Makes a snapshot.
    public init(
        takenAt: Timestamp,
        endpoint: String,
        endpointIndex: Int,
        sites: [SiteSnapshot],
        edgeServices: [EdgeServiceSnapshot],
        pools: [PoolSnapshot],
        replicas: [ReplicaSnapshot],
        storeMaster: String?,
        rightsFailures: [String],
        records: [RecordReading],
        updateRefusals: [FQDN: String],
        verdicts: [PoolLeg: Verdict],
        members: [MemberReading],
        manageableEdges: [FQDN],
        deadSites: [SiteName] = []
    ) {
        self.takenAt = takenAt
        self.endpoint = endpoint
        self.endpointIndex = endpointIndex
        self.sites = sites
        self.edgeServices = edgeServices
        self.pools = pools
        self.replicas = replicas
        self.storeMaster = storeMaster
        self.rightsFailures = rightsFailures
        self.records = records
        self.updateRefusals = updateRefusals
        self.verdicts = verdicts
        self.members = members
        self.manageableEdges = manageableEdges
        self.deadSites = deadSites
    }

    /// Members that answered none of the protocols that are probed.
    public var deadMembers: Set<FQDN> {
        let answering = Set(members.filter { $0.liveness != .dead }.map(\.server))
        return Set(members.map(\.server)).subtracting(answering)
    }

    /// The Edge service of a pool.
    public func edgeService(_ pool: FQDN) -> EdgeServiceSnapshot? {
        edgeServices.first { $0.pool == pool }
    }

    /// What all authoritative servers say of a name and type, in the order asked.
    public func readings(_ name: FQDN, _ type: RecordType) -> [RecordReading] {
        records.filter { $0.name == name && $0.type == type }
    }

    /// The set as the first authoritative server has it.
    public func recordSet(_ name: FQDN, _ type: RecordType) -> RecordSet? {
        readings(name, type).first?.set
    }

    /// Who holds a route, as the sites say.
    ///
    /// - Parameters:
    ///   - kind: the protocol.
    ///   - pools: the Edge pools that are ours.
    /// - Returns: the reading.
    public func holder(of kind: FederationKind, among pools: [FQDN]) -> HolderReading {
        Snapshot.holder(of: kind, in: sites, among: pools)
    }

    /// Who holds a route, as a list of sites says.
    public static func holder(
        of kind: FederationKind,
        in sites: [SiteSnapshot],
        among pools: [FQDN]
    ) -> HolderReading {
        let routed = sites.compactMap { site in
            site.edgePool(kind).map { (site.name, $0) }
        }
        let holders = Set(routed.map(\.1))
        guard let holder = holders.first else {
            return .foreign("no site has a \(kind.label) federation route to an Edge pool")
        }
        if holders.count > 1 {
            let list = routed.map { "\($0.0) → \($0.1)" }.joined(separator: ", ")
            return .foreign("the sites' \(kind.label) routes differ: \(list)")
        }
        guard pools.contains(holder) else {
            return .foreign("the \(kind.label) route points to \(holder), which is not configured")
        }
        return .pool(holder)
    }
}
