import FailoverCore

extension StepBody {
    init(_ step: Step, endpoint: String) {
        number = step.id.number
        title = step.title
        place = step.operation.place(endpoint: endpoint)
        source = SourceBody(
            procedure: step.source.procedure,
            section: step.source.section,
            steps: step.source.steps,
            deviation: step.source.deviation
        )
        operationClass = step.operation.operationClass.rawValue
        changes = step.operation.changes
        commands = step.operation.commands
        checks = step.operation.operationClass == .reading ? step.operation.particulars : []
        if case .person(let task) = step.operation { self.task = PersonTaskBody(task) }
        // What is done by hand has no commands: then what it changes back.
        undo = step.operation.undo.map { $0.commands.isEmpty ? $0.changes : $0.commands } ?? []
        timeoutSeconds = step.timeout.inSeconds
    }
}

extension Operation {
    /// Where it is carried out, in a word or two.
    fileprivate func place(endpoint: String) -> String {
        switch self {
        case .setSiteRoute, .setAssociation, .setNextHop, .enableTopology, .awaitReplication,
            .tryRights, .checkReplicationPath, .checkSiteRoutes, .checkAssociations, .testPartner:
            ManagementHost.name(in: endpoint)
        case .stopServices(let server, _), .startServices(let server, _), .runSetup(let server, _),
            .fence(let server, _), .unfence(let server, _), .checkCloudPath(let server),
            .checkResolution(let server, _):
            server.host
        case .checkPath, .checkProtocol, .soak: "the agent's probes"
        case .changeRecords(let zone, _): "zone \(zone)"
        case .checkRecords(let zone, _): "servers of \(zone)"
        case .person: "a person"
        }
    }
}

/// The server behind a management endpoint.
enum ManagementHost {
    /// `fe21` of `https://fe21.contoso.net:5986/wsman`, an IP address as it is.
    ///
    /// The whole text when it is no such URL.
    static func name(in endpoint: String) -> String {
        let rest = endpoint.split(separator: "/", omittingEmptySubsequences: true).dropFirst()
        guard endpoint.contains("://"), let authority = rest.first,
            let host = authority.split(separator: ":").first
        else { return endpoint }
        // The first label of an address would be no name.
        if host.hasPrefix("[") { return String(authority) }
        return IPAddress(host) == nil ? FQDN(host)?.host ?? String(host) : String(host)
    }
}
