/// An operation as people read it, and as the digest of a plan takes it in.
extension Operation {
    /// The cmdlets it sends or the changes it makes, as a person would write them.
    public var commands: [String] {
        switch self {
        case .setSiteRoute(let site, let kind, _, let to):
            [PowerShellCommand.setRoute(of: site, kind, to: to).description]
        case .setAssociation(let service, _, let to):
            [PowerShellCommand.setAssociation(of: service, to: to).description]
        case .setNextHop(let pool, _, let to):
            [PowerShellCommand.setNextHop(of: pool, to: to).description]
        case .enableTopology: [PowerShellCommand.enableTopology().description]
        case .awaitReplication: [PowerShellCommand.readReplicas.description]
        case .stopServices(let server, let services):
            ["on \(server): \(PowerShellCommand.stopServices(services.names))"]
        case .startServices(let server, let services):
            ["on \(server): \(PowerShellCommand.startServices(services.names))"]
        case .runSetup(let server, _): ["on \(server): \(PowerShellCommand.runSetup)"]
        case .fence(let server, _):
            [
                "on \(server): \(PowerShellCommand.stopServices([WindowsStartType.accessEdge]))",
                "on \(server): \(PowerShellCommand.setAccessEdge(.disabled))",
            ]
        case .unfence(let server, let startType):
            ["on \(server): \(PowerShellCommand.setAccessEdge(startType))"]
        case .tryRights(let site, let kind, let to):
            [
                PowerShellCommand.setRoute(of: site, kind, to: to, whatIf: true).description,
                PowerShellCommand.enableTopology(whatIf: true).description,
            ]
        case .checkReplicationPath(let servers):
            servers.map {
                PowerShellCommand.testPath(to: $0, port: Operation.replicationPort).description
            }
        case .changeRecords(_, let changes): changes.flatMap(\.lines)
        case .checkSiteRoutes: [PowerShellCommand.readSites().description]
        case .checkAssociations: [PowerShellCommand.readServices().description]
        case .testPartner(let domain, let pool, _):
            [PowerShellCommand.testPartner(domain, through: pool).description]
        case .checkCloudPath(let server): ["on \(server): \(PowerShellCommand.testCloudPath)"]
        case .checkResolution(let server, let wanted):
            wanted.names.map { "on \(server): \(PowerShellCommand.resolve($0, .srv))" }
        case .person(let task): task.commands
        case .checkPath, .checkProtocol, .soak, .checkRecords: []
        }
    }

    /// The port over which the Central Management store replicates to Edge servers (section 1.3).
    public static let replicationPort: UInt16 = 4443

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
        case .soak(let pool, let kind, let time):
            ["\(kind.label) of \(pool) for \(time.inWords) without a break"]
        case .tryRights: ["the writing cmdlets, changing nothing"]
        case .checkReplicationPath(let servers):
            ["port \(Operation.replicationPort) of \(list(servers))"]
        case .checkRecords(_, let sets): sets.map(\.description)
        case .checkSiteRoutes(let kind, let sites, let service):
            ["\(kind.label) route of \(sites.map(\.name).joined(separator: ", ")): \(service)"]
        case .checkAssociations(let services, let edge):
            ["Edge pool of \(services.map(\.description).joined(separator: ", ")): \(edge)"]
        case .testPartner(let domain, _, let isRequired):
            ["\(domain) \(isRequired ? "must" : "should") answer if it did before"]
        case .checkCloudPath(let server):
            ["\(CloudFederation.host):\(CloudFederation.port) from \(server)"]
        case .checkResolution(let server, let wanted): ["on \(server): \(wanted.inWords)"]
        case .person(let task): [task.instruction, task.check]
        case .setSiteRoute, .setAssociation, .setNextHop, .enableTopology, .stopServices,
            .startServices, .runSetup, .fence, .unfence, .changeRecords:
            []
        }
    }

    /// What it changes, from what to what, for the approval prompt.
    public var changes: [String] {
        switch self {
        case .setSiteRoute(let site, let kind, let from, let to):
            ["site \(site) \(kind.label) route: \(from) → \(to)"]
        case .setAssociation(let service, let from, let to):
            ["Edge pool of \(service): \(from) → \(to)"]
        case .setNextHop(let pool, let from, let to):
            ["next hop of \(pool): \(from?.description ?? "none") → \(to)"]
        case .changeRecords(_, let changes): changes.map(\.inWords)
        case .stopServices(let server, .all): ["\(server): all services stop"]
        case .stopServices(let server, .xmpp): ["\(server): the XMPP service stops"]
        case .startServices(let server, .all): ["\(server): all services start"]
        case .startServices(let server, .xmpp): ["\(server): the XMPP service starts"]
        case .runSetup(let server, _): ["\(server): the product's setup runs again"]
        case .fence(let server, let startType):
            [
                "\(server): the Access Edge stops; its start type: "
                    + "\(startType.rawValue) → \(WindowsStartType.disabled.rawValue)"
            ]
        case .unfence(let server, let startType):
            [
                "\(server): start type of the Access Edge: "
                    + "\(WindowsStartType.disabled.rawValue) → \(startType.rawValue)"
            ]
        case .person(let task): task.changes
        case .enableTopology, .awaitReplication, .checkPath, .checkProtocol, .soak, .tryRights,
            .checkReplicationPath, .checkRecords, .checkSiteRoutes, .checkAssociations,
            .testPartner, .checkCloudPath, .checkResolution:
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
    public var lines: [String] {
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
    public var inWords: String {
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
