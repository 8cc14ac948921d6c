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
    /// Why the store could not be read, and the rest comes from a server's replica; nil when it was
    /// read.
    public var storeFailure: String?
    /// Why the topology could not be read at all, not even from a server's replica; nil when it was.
    ///
    /// Sites, services and pools are empty then.
    public var topologyFailure: String?
    /// Texts of errors when the harmless trial of a writing cmdlet (`-WhatIf`) failed; empty if not.
    ///
    /// Empty too while the store is dead: nothing could be tried, and the run tries it later.
    public var rightsFailures: [String]
    /// Needed cmdlets or parameters that `Get-Command` does not find at the endpoint.
    public var missingCommands: [CommandNeed]
    /// What `Test-CsSetupPermission` said of the configured containers; empty where there is no such
    /// cmdlet at the endpoint.
    public var setupPermissions: [SetupPermissionReading]
    /// DNS as every authoritative server has it.
    public var records: [RecordReading]
    /// Why an update was refused when one that changes nothing was tried, by zone.
    public var updateRefusals: [ZoneKey: String]
    /// Services with the Edge pools that they use for media.
    public var associations: [AssociationSnapshot]
    /// Start type of the Access Edge service per Edge server, where it could be read.
    public var startTypes: [FQDN: WindowsStartType]
    /// Edge servers that have a management endpoint which did not answer, with the reason.
    public var unreachableEdges: [FQDN: String]
    /// Pools with a Registrar that were tried on 5061 and do not answer, with the reason.
    ///
    /// The next hop of the target is always tried; when it is silent, all that could take over are.
    public var silentNextHops: [FQDN: String]
    /// Ports of the target that the endpoint's side could not reach, in words.
    public var closedPaths: [String]
    /// When this identity last really enabled the topology; nil when no run of ours ever did.
    public var lastPublication: Timestamp?
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
        updateRefusals: [ZoneKey: String],
        verdicts: [PoolLeg: Verdict],
        members: [MemberReading],
        manageableEdges: [FQDN],
        deadSites: [SiteName] = [],
        storeFailure: String? = nil,
        associations: [AssociationSnapshot] = [],
        startTypes: [FQDN: WindowsStartType] = [:],
        unreachableEdges: [FQDN: String] = [:],
        silentNextHops: [FQDN: String] = [:],
        closedPaths: [String] = [],
        lastPublication: Timestamp? = nil,
        topologyFailure: String? = nil,
        missingCommands: [CommandNeed] = [],
        setupPermissions: [SetupPermissionReading] = []
    ) {
        self.topologyFailure = topologyFailure
        self.missingCommands = missingCommands
        self.setupPermissions = setupPermissions
        self.storeFailure = storeFailure
        self.associations = associations
        self.startTypes = startTypes
        self.unreachableEdges = unreachableEdges
        self.silentNextHops = silentNextHops
        self.closedPaths = closedPaths
        self.lastPublication = lastPublication
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

    /// Whether the store is known to be dead: nothing can be written before it is failed over.
    public var isStoreDead: Bool { storeMaster == nil || storeFailure != nil }

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

    /// Services that use an Edge pool for media.
    public func services(using pool: FQDN) -> [AssociationSnapshot] {
        associations.filter { $0.edgeServer == .edgeServer(pool) }
    }

    /// Who holds a route, as the sites say; who serves media, as the associations say.
    ///
    /// - Parameters:
    ///   - kind: what is carried.
    ///   - pools: the Edge pools that are ours.
    /// - Returns: the reading.
    public func holder(of kind: RouteKind, among pools: [FQDN]) -> HolderReading {
        Snapshot.holder(of: kind, in: sites, associations, among: pools)
    }

    /// Who holds a route, as lists of sites and associations say.
    ///
    /// A site's route to a pool that is not ours says nothing, unless no site has one of ours.
    ///
    /// A media route's home may serve pools of other sites too, so each of its pools is asked for in
    /// the order given: the first one that any service uses holds it.
    public static func holder(
        of kind: RouteKind,
        in sites: [SiteSnapshot],
        _ associations: [AssociationSnapshot],
        among pools: [FQDN]
    ) -> HolderReading {
        if kind == .media {
            let holder = pools.first { pool in
                associations.contains { $0.edgeServer == .edgeServer(pool) }
            }
            return holder.map(HolderReading.pool)
                ?? .foreign("no service uses an Edge pool of the route for media")
        }
        let routed = sites.compactMap { site in
            site.edgePool(kind).map { (site.name, $0) }
        }
        let ours = routed.filter { pools.contains($0.1) }
        guard let holder = ours.first?.1 else {
            guard let (site, pool) = routed.first else {
                return .foreign("no site has a \(kind.label) federation route to an Edge pool")
            }
            return .foreign(
                "the \(kind.label) route of site \(site) points to \(pool), which is not configured"
            )
        }
        if ours.contains(where: { $0.1 != holder }) {
            let list = ours.map { "\($0.0) → \($0.1)" }.joined(separator: ", ")
            return .foreign("the sites' \(kind.label) routes differ: \(list)")
        }
        return .pool(holder)
    }
}
