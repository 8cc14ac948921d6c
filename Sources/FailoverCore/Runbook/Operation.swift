/// How often an operation may be carried out (runbooks, "What observe, act and verify mean").
public enum OperationClass: String, Sendable, Hashable, Codable, CaseIterable {
    /// Observation tells whether it is done; at most one act per observed initial state.
    case state
    /// Nothing to read says "done"; safe to repeat, and repeated after a lost answer.
    case repeatable
    /// Never repeated by the agent: a lost answer goes to a person.
    case once
    /// A person does it; the agent asks, waits, and looks what came of it.
    case person
    /// Only reads or waits; changes nothing.
    case reading
}

/// Which of a server's services an operation concerns.
public enum ServiceSelection: Sendable, Hashable, Codable {
    /// All services of the product.
    case all
    /// Those whose display name names XMPP.
    case xmpp
}

/// What must be at a name after a change: a set, or nothing.
public struct RecordExpectation: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The name.
    public var name: FQDN
    /// The type.
    public var type: RecordType
    /// The set; nil when there must be none.
    public var set: RecordSet?

    /// Makes an expectation; the set belongs to the name and type.
    public init(name: FQDN, type: RecordType, set: RecordSet?) {
        self.name = name
        self.type = type
        self.set = set
    }

    /// Expects a set.
    public init(_ set: RecordSet) { self.init(name: set.name, type: set.type, set: set) }

    /// The set, or that there is none.
    public var description: String { self.set?.description ?? "no \(name) \(type.rawValue)" }
}

/// One operation of a step: a closed set, data only.
public enum Operation: Sendable, Hashable, Codable {
    /// Sets the route of a site from one Edge service to another.
    case setSiteRoute(
        site: SiteName,
        kind: RouteKind,
        from: ServiceIdentity,
        to: ServiceIdentity
    )
    /// Sets the Edge pool of a Registrar, conferencing, Mediation or Director service.
    case setAssociation(service: ServiceIdentity, from: ServiceIdentity, to: ServiceIdentity)
    /// Sets the next hop of an Edge pool from one Registrar to another.
    case setNextHop(pool: FQDN, from: ServiceIdentity?, to: ServiceIdentity)
    /// Enables the topology, once per plan.
    case enableTopology
    /// Waits until these servers have the change; `leftOut` are known to be dead.
    case awaitReplication(servers: [FQDN], leftOut: [FQDN])
    /// Stops services of an Edge server that is not of the failed pool.
    case stopServices(server: FQDN, ServiceSelection)
    /// Starts services of an Edge server and waits until they run.
    case startServices(server: FQDN, ServiceSelection)
    /// Runs Bootstrapper.exe on an Edge server through the Edge kit.
    ///
    /// `mustRun` is false when a member that listens on its federation port needs nothing done.
    case runSetup(server: FQDN, mustRun: Bool)
    /// Stops and disables the Access Edge of a failed pool's member; `startType` is what it had.
    case fence(server: FQDN, startType: WindowsStartType)
    /// Lets the Access Edge of a member start again, with that start type.
    case unfence(server: FQDN, startType: WindowsStartType)
    /// Checks that the way to the port is open: an answer or a refusal will do, silence will not.
    case checkPath(pool: FQDN, RouteKind)
    /// Checks that the protocol answers on every member of a pool (or one server of it).
    case checkProtocol(pool: FQDN, server: FQDN?, LegKind)
    /// Checks that a leg answers without a break for that long.
    case soak(pool: FQDN, LegKind, Duration)
    /// Checks that writing cmdlets are permitted, with `-WhatIf`; after the store was failed over.
    case tryRights(site: SiteName, kind: RouteKind, to: ServiceIdentity)
    /// Checks that the new store's server reaches the replication port of these servers.
    case checkReplicationPath(servers: [FQDN])
    /// Changes record sets of one zone in one update.
    case changeRecords(zone: ZoneKey, [DNSChange])
    /// Checks that every authoritative server of a zone says the same, and this.
    case checkRecords(zone: ZoneKey, [RecordExpectation])
    /// Reads the routes of sites back.
    case checkSiteRoutes(kind: RouteKind, [SiteName], ServiceIdentity)
    /// Reads associations back, from the services' side and from the Edge pool's.
    case checkAssociations([ServiceIdentity], ServiceIdentity)
    /// Sends a federated request to a partner through a pool.
    case testPartner(domain: FQDN, pool: FQDN, isRequired: Bool)
    /// Checks that an Edge server reaches Microsoft 365.
    case checkCloudPath(server: FQDN)
    /// Checks where the organisation's own SRV records lead an Edge server.
    case checkResolution(server: FQDN, ResolutionExpectation)
    /// A person does it.
    case person(PersonTask)

    /// How often it may be carried out.
    public var operationClass: OperationClass {
        switch self {
        case .setSiteRoute, .setAssociation, .setNextHop, .changeRecords, .fence, .unfence: .state
        case .enableTopology, .stopServices, .startServices: .repeatable
        case .runSetup: .once
        case .person: .person
        case .awaitReplication, .checkPath, .checkProtocol, .soak, .tryRights,
            .checkReplicationPath, .checkRecords, .checkSiteRoutes, .checkAssociations,
            .testPartner, .checkCloudPath, .checkResolution:
            .reading
        }
    }

    /// The operation that takes this one back; nil where there is nothing to take back.
    ///
    /// Publishing is not taken back by itself: an undo of the topology is published once
    /// (``RunState``).
    public var undo: Operation? {
        switch self {
        case .setSiteRoute(let site, let kind, let from, let to):
            .setSiteRoute(site: site, kind: kind, from: to, to: from)
        case .setAssociation(let service, let from, let to):
            .setAssociation(service: service, from: to, to: from)
        case .setNextHop(let pool, let from?, let to):
            .setNextHop(pool: pool, from: to, to: from)
        case .changeRecords(let zone, let changes):
            .changeRecords(zone: zone, changes.map(\.reversed))
        case .stopServices(let server, let services): .startServices(server: server, services)
        case .fence(let server, let startType): .unfence(server: server, startType: startType)
        case .unfence(let server, let startType): .fence(server: server, startType: startType)
        case .person(let task): task.undo.map(Operation.person)
        case .setNextHop, .enableTopology, .startServices, .runSetup, .awaitReplication,
            .checkPath, .checkProtocol, .soak, .tryRights, .checkReplicationPath, .checkRecords,
            .checkSiteRoutes, .checkAssociations, .testPartner, .checkCloudPath, .checkResolution:
            nil
        }
    }

    /// Whether it edits the topology, which takes effect once it is enabled.
    public var editsTopology: Bool {
        switch self {
        case .setSiteRoute, .setAssociation, .setNextHop: true
        default: false
        }
    }
}
