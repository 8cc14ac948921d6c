import Alerting
import Configuring
import Curl
import FailoverCore
import FailoverEngine
import PowerShellRemoting

/// All parts that one configuration makes: they live until the agent stops or reads a new one.
struct Generation: Sendable {
    let warden: Warden
    let stop: StopFlag
    let probeProgress: Progress
    let driverProgress: Progress
    let board: ProbeBoard
    private let dispatcher: AlertDispatcher
    private let management: PowerShellManagement
    private let client: HTTPClient

    /// Puts the parts together; opens nothing yet but reads secrets and certificates.
    init(
        _ configuration: AgentConfiguration,
        surroundings: Surroundings,
        memory: PolicyMemory,
        continuing previous: Generation?
    ) throws(AgentError) {
        let builder = PartsBuilder(
            configuration: configuration,
            environment: surroundings.environment
        )
        let stop = StopFlag()
        let client = try builder.client()
        let management = try builder.management(client, surroundings.clock)
        let assembly = Assembly(
            configuration: configuration,
            surroundings: surroundings,
            stop: stop,
            setup: try builder.probeSetup(surroundings.wallClock),
            management: management,
            updater: try builder.updater(management, surroundings.wallClock),
            previous: previous?.board
        )
        let dispatcher = try builder.dispatcher(
            client,
            surroundings,
            life: LifeSigns(
                probes: assembly.probeProgress,
                decisions: assembly.decisionProgress,
                stop: stop,
                clock: surroundings.clock,
                probeInterval: configuration.probes.interval
            )
        )
        let parts = assembly.parts(alerts: dispatcher) { notice async throws(JournalFailure) in
            try await dispatcher.notify(notice)
        }
        let policy = FailoverPolicy(
            routes: configuration.organisation.routes,
            settings: builder.policySettings,
            memory: memory,
            at: surroundings.clock.now()
        )
        warden = Warden(
            parts: parts,
            policy: policy,
            logger: surroundings.logger
        )
        self.stop = stop
        probeProgress = assembly.probeProgress
        driverProgress = assembly.driverProgress
        board = assembly.board
        self.dispatcher = dispatcher
        self.management = management
        self.client = client
    }

    /// Works until the stop flag is raised; then ends in order.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            // Alerts go out as long as the warden works, its last ones while it parks included.
            group.addTask { await dispatcher.run() }
            await warden.run()
            group.cancelAll()
        }
        await management.closeSessions()
        await client.shutdown()
    }
}
