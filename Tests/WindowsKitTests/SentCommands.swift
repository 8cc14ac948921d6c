import FailoverCore
import FailoverEngine
import FailoverTestKit

/// The kinds of server that the kit is for.
enum KitRole: String, CaseIterable, Sendable, Codable {
    case frontEnd = "FrontEnd"
    case edge = "Edge"
    case nameServer = "NameServer"

    init(_ endpoint: ManagementEndpoint) {
        switch endpoint {
        case .frontEnd: self = .frontEnd
        case .edge: self = .edge
        case .nameServer: self = .nameServer
        }
    }
}

/// A command, and to what kind of server it went.
struct SentCommand: Hashable, Sendable, CustomStringConvertible {
    var role: KitRole
    var command: PowerShellCommand

    var description: String { "\(role.rawValue): \(command)" }
}

/// Takes down what is sent to Windows, and lets the scripted organisation answer.
struct RecordingManagement: Management {
    let world: ScriptedOrganisation
    let sent: Shared<Set<SentCommand>>

    var frontEndCount: Int { world.frontEndCount }

    func isConfigured(_ endpoint: ManagementEndpoint) -> Bool { world.isConfigured(endpoint) }

    func address(of endpoint: ManagementEndpoint) -> String { world.address(of: endpoint) }

    func run(
        _ command: PowerShellCommand,
        at endpoint: ManagementEndpoint,
        timeout: Duration
    ) async throws(ManagementFailure) -> CommandResult {
        sent.change { $0.insert(SentCommand(role: KitRole(endpoint), command: command)) }
        return try await world.run(command, at: endpoint, timeout: timeout)
    }

    func closeSessions() async { await world.closeSessions() }
}

/// Everything that the agent sends to Windows; recorded once for all tests.
actor SentCommands {
    private static let recording = SentCommands()
    private static let container = "OU=Lync,DC=contoso,DC=net"
    private var known: Set<SentCommand>?

    /// The commands; see ``record()``.
    static func all() async throws -> Set<SentCommand> { try await recording.all() }

    private func all() async throws -> Set<SentCommand> {
        if let known { return known }
        let commands = try await SentCommands.record()
        known = commands
        return commands
    }

    /// Plans every entry of the matrix, rehearses it, carries it out, and undoes it.
    ///
    /// All is hybrid, and the zones are on Windows DNS servers. Besides, what no plan of the matrix
    /// happens to contain.
    private static func record() async throws -> Set<SentCommand> {
        let sent = Shared<Set<SentCommand>>([])
        for entry in PlanMatrix.entries { try await record(entry, sent) }
        try await recordOperations(sent)
        try await recordRecords(sent)
        try await recordLooks(sent)
        return sent.value
    }

    private static func record(
        _ entry: PlanMatrix.Entry,
        _ sent: Shared<Set<SentCommand>>
    ) async throws {
        var entry = entry
        for index in entry.organisation.zones.indices
        where entry.organisation.zones[index].provider == .rfc2136 {
            entry.organisation.zones[index].provider = .powershell
        }
        // Where nobody changes DNS, Edge servers are not led to the target either.
        let hasDNS = entry.organisation.routes.allSatisfy { $0.dnsStyle != .none }
        entry.organisation.sharesAddressSpace = hasDNS
        entry.organisation.computerOUs = [container]
        let start = RecordingBench(entry.organisation, sent)
        start.world.bring(Contoso.pool1, .off)
        start.world.change { entry.prepare(&$0) }
        if entry.direction == .failback {
            try await start.finish(start.opening(entry.away, .failover), "before \(entry.name)")
            start.world.bring(Contoso.pool1, .well)
            // A pool that returns has to catch up first.
            start.clock.advance(by: .seconds(120))
        }
        var opening = try await start.opening(entry.moves, entry.direction)
        try await start.copy().finish(opening, entry.name)
        try await start.copy().undo(opening)
        opening.isRehearsal = true
        try await start.copy().run(opening)
    }

    /// Operations that plans of the matrix have not, or that find nothing to do there.
    private static func recordOperations(_ sent: Shared<Set<SentCommand>>) async throws {
        let bench = RecordingBench(Contoso.organisation(), sent)
        let director = FQDN.of("dir.contoso.net")
        bench.world.change { model in
            model.addDirector(director, site: "Redmond", using: Contoso.pool1)
            model.storeMaster = "fepool1.contoso.net"
        }
        var opening = try await bench.opening([RecordingBench.move], .failover)
        guard let step = opening.plan.steps.first else { throw BenchFailure(what: "empty plan") }
        func registrar(_ pool: String) -> ServiceIdentity {
            ServiceIdentity(role: AssociatedRole.registrar.rawValue, pool: .of(pool))
        }
        let operations: [FailoverCore.Operation] = [
            .checkReplicationPath(servers: [Contoso.edge(2, 1)]),
            // A next hop is set only where the present one is dead.
            .setNextHop(
                pool: Contoso.pool2,
                from: registrar("fepool2.contoso.net"),
                to: registrar("fepool1.contoso.net")
            ),
            .setAssociation(
                service: ServiceIdentity(role: AssociatedRole.director.rawValue, pool: director),
                from: .edgeServer(Contoso.pool1),
                to: .edgeServer(Contoso.pool2)
            ),
            // Only servers that answer can be fenced.
            .fence(server: Contoso.edge(1, 1), startType: .automatic),
            .unfence(server: Contoso.edge(1, 1), startType: .automatic),
        ]
        opening.plan.steps = operations.enumerated().map { index, operation in
            var step = step
            step.id = StepID(index + 1)
            step.operation = operation
            return step
        }
        try await bench.copy().finish(opening, "operations")
        opening.plan.steps.removeLast()
        try await bench.copy().undo(opening)
        opening.isRehearsal = true
        try await bench.copy().run(opening)
    }

    /// What `discover` and `check --online` ask, where every option is in use.
    private static func recordLooks(_ sent: Shared<Set<SentCommand>>) async throws {
        var organisation = Contoso.organisation()
        for index in organisation.routes.indices { organisation.routes[index].fence = .accessEdge }
        organisation.zones[0].provider = .powershell
        let world = RecordingBench(organisation, sent).world
        let management = RecordingManagement(world: world, sent: sent)
        _ = try await Discoverer(management: management, querying: world, resolver: nil).survey()
        for (endpoint, needs) in [
            (ManagementEndpoint.frontEnd(0), CommandNeed.ofFrontEnds(organisation)),
            (.edge(Contoso.edge(2, 1)), CommandNeed.ofEdges(organisation)),
            (.nameServer(organisation.zones[0].key), CommandNeed.ofNameServers),
        ] {
            for need in needs {
                _ = try await management.run(
                    .findCommand(need.cmdlet, with: need.parameter),
                    at: endpoint,
                    timeout: .seconds(60)
                )
            }
        }
    }

    /// Each type of record that runs change, comes, changes its data and its time to live, and goes.
    private static func recordRecords(_ sent: Shared<Set<SentCommand>>) async throws {
        var organisation = Contoso.organisation()
        organisation.zones[0].provider = .powershell
        let zone = organisation.zones[0]
        let updater = RecordingBench(organisation, sent).updater
        let service = ServiceRecord(
            priority: 1,
            weight: 2,
            port: 5061,
            target: .of("a.contoso.com")
        )
        var other = service
        other.priority = 3
        let data: [(RecordType, RecordData, RecordData)] = [
            (.a, .address(.of("192.0.2.1")), .address(.of("192.0.2.2"))),
            (.aaaa, .address(.of("2001:db8::1")), .address(.of("2001:db8::2"))),
            (.srv, .service(service), .service(other)),
        ]
        for name in [zone.name, FQDN.of("new.contoso.com")] {
            for (type, first, second) in data {
                let sets = [(first, 300), (second, 300), (second, 86_400)].map {
                    RecordSet(name: name, type: type, ttl: UInt32($1), data: [$0])
                }
                var present: RecordSet?
                for next in sets.map(Optional.some) + [nil] {
                    try await updater.update(
                        [
                            DNSChange(
                                zone: zone.key,
                                name: name,
                                type: type,
                                from: present,
                                to: next
                            )
                        ],
                        in: zone
                    )
                    present = next
                    if let next { try await updater.provePermission(with: next, in: zone) }
                }
            }
        }
    }
}

/// Something that the recording took for granted did not happen.
struct BenchFailure: Error, CustomStringConvertible {
    let what: String

    var description: String { what }
}
