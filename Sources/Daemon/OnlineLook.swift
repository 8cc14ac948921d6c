import Configuring
import Curl
import DNSUpdating
import FailoverCore
import FailoverEngine
import NIOPosix
import PowerShellRemoting
import Probing

/// Tries everything that a configuration needs outside itself; changes nothing.
struct OnlineLook {
    private let configuration: AgentConfiguration
    private let path: String
    private let client: HTTPClient
    private let secrets: SecretStore
    private let builder: PartsBuilder
    private let clock = SystemMonotonicClock()
    private let wallClock = SystemWallClock(systemWallClock)
    private var findings = SetupFindings()
    /// What was said of secrets: parts that fail for one of them say nothing new.
    private var toldOfSecrets: Set<String> = []

    init(
        _ configuration: AgentConfiguration,
        path: String,
        environment: [String: String],
        client: HTTPClient
    ) {
        self.configuration = configuration
        self.path = path
        self.client = client
        secrets = SecretStore(
            directory: configuration.agent.secretsDirectory,
            environment: environment
        )
        builder = PartsBuilder(configuration: configuration, environment: environment)
    }

    private var organisation: Organisation { configuration.organisation }

    /// Asks all, from what is needed first to what is needed last.
    mutating func run() async -> SetupFindings {
        lookAtSecrets()
        HostLook(configuration, path: path).look(into: &findings)
        // Copies, since the parts are made while the findings are written.
        let (builder, client, clock) = (builder, client, clock)
        let wallClock = wallClock
        let management = made("management", for: .start) { () throws(AgentError) in
            try builder.management(client, clock)
        }
        let setup = made("probes", for: .start) { () throws(AgentError) in
            try builder.probeSetup(wallClock)
        }
        let board = ProbeBoard(
            organisation: organisation,
            settings: HealthSettings(fall: 1, rise: 1),
            clock: clock
        )
        if let management { await askEndpoints(management) }
        if let setup {
            findings.connections += await ProbeSurvey(
                organisation: organisation,
                setup: setup,
                board: board,
                wallClock: wallClock
            ).run()
        }
        await lookAtAlerts()
        if let management { await judge(management, board) }
        await management?.closeSessions()
        return findings
    }

    private mutating func lookAtSecrets() {
        let names = configuration.secretNames
        guard !names.isEmpty else { return }
        var faults = 0
        for name in names {
            do throws(SecretError) {
                _ = try secrets.secret(name)
            } catch {
                faults += 1
                toldOfSecrets.insert(error.message)
                findings.connections.append(
                    ConnectionFinding(
                        "secret \(name)",
                        .missing,
                        [error.message],
                        for: .start,
                        remedy: Remedy(
                            "write it as root, without showing it:",
                            command: secrets.writingCommand(for: name)
                        )
                    )
                )
            }
        }
        guard faults == 0 else { return }
        let list = names.map(\.name).joined(separator: ", ")
        findings.connections.append(ConnectionFinding("secrets", .well, [list], for: .start))
    }

    /// Makes a part; why it cannot be made is a finding.
    private mutating func made<Part>(
        _ place: String,
        for stage: SetupStage,
        _ make: () throws(AgentError) -> Part
    ) -> Part? {
        do throws(AgentError) {
            return try make()
        } catch {
            if !toldOfSecrets.contains(error.message) {
                findings.connections.append(
                    ConnectionFinding(place, .missing, [error.message], for: stage)
                )
            }
            return nil
        }
    }

    private mutating func askEndpoints(_ management: PowerShellManagement) async {
        let sites = configuration.management.frontEnds.map(\.site)
        findings.endpoints = await EndpointSurvey(
            organisation: organisation,
            management: management,
            sitesOfEndpoints: sites
        ).run()
        for (place, endpoint) in findings.endpoints.enumerated() {
            let password = password(of: endpoint.kind, place)
            findings.connections.append(
                endpoint.connection(secretCommand: password.map(secrets.writingCommand))
            )
        }
        guard let index = sites.indices.first(where: { findings.endpoints[$0].failure == nil })
        else {
            let why = sites.isEmpty ? "no Front End is configured" : "no Front End answers"
            findings.gaps.append("the topology was not read: \(why)")
            return
        }
        do throws(ManagementFailure) {
            let estate = try await Discoverer(
                management: management,
                querying: LiveLook.querying,
                resolver: nil
            ).survey(at: index)
            findings.drift = estate.drift(from: organisation)
            findings.staleReplicas = estate.staleReplicas
            findings.gaps += estate.gaps
        } catch {
            findings.gaps.append("the topology could not be read: \(error.message)")
        }
    }

    /// The name of the password of an endpoint.
    private func password(of kind: EndpointFinding.Kind, _ place: Int) -> SecretName? {
        switch kind {
        case .frontEnd: configuration.management.frontEnds[place].endpoint.credentials?.password
        case .edge(let server): configuration.management.edges[server]?.credentials?.password
        case .nameServer(let zone):
            configuration.dns.zones.lazy.compactMap { written -> SecretName? in
                guard written.zone.key == zone, case .powershell(let endpoint) = written.provider
                else { return nil }
                return endpoint.credentials?.password
            }.first
        }
    }

    private mutating func lookAtAlerts() async {
        let hookBuilder = HookBuilder(secrets: secrets, client: client, wallClock: wallClock)
        let targets = configuration.alerts
        let hooks = made("alerts", for: .start) { () throws(AgentError) in
            try hookBuilder.subscriptions(targets)
        }
        guard hooks != nil else { return }
        for target in configuration.alerts {
            findings.connections.append(await AlertLook(target, secrets: secrets).finding())
        }
    }

    /// What changes the zones; nil where the agent changes none.
    private struct Updater {
        var updater: RoutingUpdater?
    }

    /// Zones, and every pool as the agent would judge it.
    private mutating func judge(_ management: PowerShellManagement, _ board: ProbeBoard) async {
        let (builder, wallClock) = (builder, wallClock)
        let made = made("dns", for: .start) { () throws(AgentError) -> Updater in
            Updater(updater: try builder.updater(management, wallClock))
        }
        guard let made else { return }
        let snapshotter = Snapshotter(
            organisation: organisation,
            management: management,
            sitesOfEndpoints: configuration.management.frontEnds.map(\.site),
            records: RecordReader(
                organisation: organisation,
                querying: DNSClient(group: MultiThreadedEventLoopGroup.singleton)
            ),
            updater: made.updater,
            board: board,
            wallClock: wallClock
        )
        findings.connections += await snapshotter.surveyZones()
        let settings = configuration.policy.readiness
        let reader = ReadinessReader(
            snapshotter: snapshotter,
            settings: settings,
            clock: clock,
            wallClock: wallClock
        )
        let remote = await reader.readRemotely { true }
        // When drills were, only the agent's journal knows.
        for near in reader.readNearby(lastDrill: [:]) {
            var readiness = near.readiness
            let news = remote.first { $0.route == near.route && $0.pool == near.pool }
            if let news { readiness.take(news.readiness) }
            findings.readiness.append(
                SetupFindings.Judged(
                    route: near.route,
                    pool: near.pool,
                    findings: settings.judge(readiness, at: clock.now()).findings
                        .filter { $0.item != .drill }
                )
            )
        }
    }
}
