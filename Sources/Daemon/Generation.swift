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
        let dispatcher = AlertDispatcher(
            store: surroundings.journal,
            subscriptions: try builder.hooks(client, surroundings.wallClock),
            agent: configuration.agent.name,
            limits: AlertLimits(
                waitingMax: configuration.alerting.waitingMax,
                repeatedWithin: configuration.alerting.repeatedWithin
            ),
            clock: surroundings.clock,
            wallClock: surroundings.wallClock,
            logger: surroundings.logger
        )
        let assembly = Assembly(
            configuration: configuration,
            surroundings: surroundings,
            stop: stop,
            setup: try builder.probeSetup(surroundings.wallClock),
            management: management,
            updater: try builder.updater(management, surroundings.wallClock),
            previous: previous?.board
        )
        let parts = assembly.parts { notice async throws(JournalFailure) in
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
            logger: surroundings.logger,
            continuing: previous?.warden
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
