/// How often an operation may be carried out (runbooks, "What observe, act and verify mean").
public enum OperationClass: String, Sendable, Hashable, Codable {
    /// Observation tells whether it is done; at most one act per observed initial state.
    case state
    /// Nothing to read says "done"; safe to repeat, and repeated after a lost answer.
    case repeatable
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

/// One operation of a step: a closed set, data only.
public enum Operation: Sendable, Hashable, Codable {
    /// Sets the route of a site from one Edge service to another.
    case setSiteRoute(
        site: SiteName,
        kind: FederationKind,
        from: ServiceIdentity,
        to: ServiceIdentity
    )
    /// Enables the topology, once per plan.
    case enableTopology
    /// Waits until these servers have the change; `leftOut` are known to be dead.
    case awaitReplication(servers: [FQDN], leftOut: [FQDN])
    /// Stops services of an Edge server.
    case stopServices(server: FQDN, ServiceSelection)
    /// Starts services of an Edge server and waits until they run.
    case startServices(server: FQDN, ServiceSelection)
    /// Checks that the way to the port is open: an answer or a refusal will do, silence will not.
    case checkPath(pool: FQDN, FederationKind)
    /// Checks that the protocol answers on every member of a pool (or one server of it).
    case checkProtocol(pool: FQDN, server: FQDN?, FederationKind)
    /// Changes record sets of one zone in one update.
    case changeRecords(zone: FQDN, [DNSChange])
    /// Checks that every authoritative server of a zone says the same, and this.
    case checkRecords(zone: FQDN, [RecordSet])
    /// Reads the routes of sites back.
    case checkSiteRoutes(kind: FederationKind, [SiteName], ServiceIdentity)
    /// Sends a federated request to a partner through a pool.
    case testPartner(domain: FQDN, pool: FQDN, isRequired: Bool)

    /// How often it may be carried out.
    public var operationClass: OperationClass {
        switch self {
        case .setSiteRoute, .changeRecords: .state
        case .enableTopology, .stopServices, .startServices: .repeatable
        case .awaitReplication, .checkPath, .checkProtocol, .checkRecords, .checkSiteRoutes,
            .testPartner:
            .reading
        }
    }

    /// The operation that takes this one back; nil where there is nothing to take back.
    public var undo: Operation? {
        switch self {
        case .setSiteRoute(let site, let kind, let from, let to):
            .setSiteRoute(site: site, kind: kind, from: to, to: from)
        case .changeRecords(let zone, let changes):
            .changeRecords(zone: zone, changes.map(\.reversed))
        case .stopServices(let server, let services): .startServices(server: server, services)
        case .enableTopology: .enableTopology
        case .startServices, .awaitReplication, .checkPath, .checkProtocol, .checkRecords,
            .checkSiteRoutes, .testPartner:
            nil
        }
    }

    /// The cmdlets it sends or the changes it makes, as a person would write them.
    public var commands: [String] {
        switch self {
        case .setSiteRoute(let site, let kind, _, let to):
            [PowerShellCommand.setRoute(of: site, kind, to: to).description]
        case .enableTopology: [PowerShellCommand.enableTopology().description]
        case .awaitReplication: [PowerShellCommand.readReplicas.description]
        case .stopServices(let server, let services):
            ["on \(server): \(PowerShellCommand.stopServices(services.names).description)"]
        case .startServices(let server, let services):
            ["on \(server): \(PowerShellCommand.startServices(services.names).description)"]
        case .changeRecords(_, let changes): changes.flatMap(\.lines)
        case .checkSiteRoutes: [PowerShellCommand.readSites.description]
        case .testPartner(let domain, let pool, _):
            [PowerShellCommand.testPartner(domain, through: pool).description]
        case .checkPath, .checkProtocol, .checkRecords: []
        }
    }

    /// What a check looks at; part of what is approved.
    ///
    /// Acts have ``commands`` and ``changes``.
    public var particulars: [String] {
        func list(_ names: [FQDN]) -> String {
            names.isEmpty ? "none" : names.map(\.name).joined(separator: ", ")
        }
        return switch self {
        case .awaitReplication(let servers, let leftOut):
            ["replicas of \(list(servers)); left out: \(list(leftOut))"]
        case .checkPath(let pool, let kind): ["way to \(kind.label) of every member of \(pool)"]
        case .checkProtocol(let pool, let server, let kind):
            ["\(kind.label) of \(server.map { "\($0) in \(pool)" } ?? "every member of \(pool)")"]
        case .checkRecords(_, let sets): sets.map(\.description)
        case .checkSiteRoutes(let kind, let sites, let service):
            ["\(kind.label) route of \(sites.map(\.name).joined(separator: ", ")): \(service)"]
        case .testPartner(let domain, _, let isRequired):
            ["\(domain) \(isRequired ? "must" : "should") answer if it did before"]
        case .setSiteRoute, .enableTopology, .stopServices, .startServices, .changeRecords: []
        }
    }

    /// What it changes, from what to what, for the approval prompt.
    public var changes: [String] {
        switch self {
        case .setSiteRoute(let site, let kind, let from, let to):
            ["site \(site) \(kind.label) route: \(from) → \(to)"]
        case .changeRecords(_, let changes): changes.map(\.inWords)
        case .stopServices(let server, .all): ["\(server): all services stop"]
        case .stopServices(let server, .xmpp): ["\(server): the XMPP service stops"]
        case .startServices(let server, .all): ["\(server): all services start"]
        case .startServices(let server, .xmpp): ["\(server): the XMPP service starts"]
        case .enableTopology, .awaitReplication, .checkPath, .checkProtocol, .checkRecords,
            .checkSiteRoutes, .testPartner:
            []
        }
    }
}

extension ServiceSelection {
    /// Placeholders for plans; the real short names are read from the server (`Get-CsWindowsService`).
    var names: [String] {
        switch self {
        case .all: []
        case .xmpp: ["<the service whose display name names XMPP>"]
        }
    }
}

extension DNSChange {
    /// The change as lines of an nsupdate session.
    var lines: [String] {
        var lines: [String] = []
        if let from {
            lines += from.data.map {
                "prereq yxrrset \(name). \(type.rawValue) \($0.fullyQualified)"
            }
        } else {
            lines.append("prereq nxrrset \(name). \(type.rawValue)")
        }
        if from != nil { lines.append("update delete \(name). \(type.rawValue)") }
        if let to {
            lines += to.data.map {
                "update add \(name). \(to.ttl) \(type.rawValue) \($0.fullyQualified)"
            }
        }
        return lines
    }

    /// `sip.contoso.com A: 203.0.113.11 (TTL 300) → 198.51.100.21 (TTL 300)`.
    var inWords: String {
        func text(_ set: RecordSet?) -> String {
            set.map { "\($0.dataText) (TTL \($0.ttl))" } ?? "none"
        }
        return "\(name) \(type.rawValue): \(text(from)) → \(text(to))"
    }
}

extension RecordData {
    /// Zone-file form with the final dot on names.
    var fullyQualified: String {
        switch self {
        case .service, .host: description + "."
        case .address, .serial: description
        }
    }
}
