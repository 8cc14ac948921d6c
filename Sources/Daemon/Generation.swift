import Alerting
import Configuring
import Curl
import DNSUpdating
import FailoverCore
import FailoverEngine
import Logging
import NIOPosix
import PowerShellRemoting
import Probing

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
        journal: any JournalStore & OutboxStore,
        memory: PolicyMemory,
        continuing previous: ProbeBoard?,
        environment: [String: String],
        clock: any MonotonicClock,
        wallClock: any WallClock,
        logger: Logger
    ) throws(AgentError) {
        let builder = PartsBuilder(configuration: configuration, environment: environment)
        let organisation = configuration.organisation
        let stop = StopFlag()
        let client = try builder.client()
        let management = try builder.management(client, clock)
        let dispatcher = AlertDispatcher(
            store: journal,
            subscriptions: try builder.hooks(client),
            agent: configuration.agent.name,
            clock: clock,
            wallClock: wallClock,
            logger: logger
        )
        let setup = ProbeSetup(
            vantage: configuration.agent.name,
            timeout: configuration.probes.timeout,
            prober: Probers(profile: try builder.tlsProfile(wallClock)),
            organisation: organisation,
            localDomains: configuration.probes.localDomains
        )
        let health = HealthSettings(
            fall: configuration.probes.fall,
            rise: configuration.probes.rise,
            staleAfter: configuration.probes.staleAfter
        )
        let board = ProbeBoard(
            organisation: organisation,
            settings: health,
            clock: clock,
            continuing: previous
        )
        self.board = board
        let records = RecordReader(
            organisation: organisation,
            querying: DNSClient(group: MultiThreadedEventLoopGroup.singleton)
        )
        let updater = try builder.updater(wallClock)
        let snapshotter = Snapshotter(
            organisation: organisation,
            management: management,
            sitesOfEndpoints: configuration.management.frontEnds.map(\.site),
            records: records,
            updater: updater,
            board: board,
            wallClock: wallClock
        )
        let executor = StepExecutor(
            organisation: organisation,
            management: management,
            records: records,
            updater: updater,
            probers: setup,
            clock: clock,
            stop: stop
        )
        let probeProgress = Progress()
        let driverProgress = Progress()
        let parts = WardenParts(
            name: configuration.agent.name,
            version: Version.text,
            organisation: organisation,
            board: board,
            probeLoop: ProbeLoop(
                organisation: organisation,
                setup: setup,
                board: board,
                interval: configuration.probes.interval,
                clock: clock,
                wallClock: wallClock,
                progress: probeProgress,
                stop: stop
            ),
            dnsWatch: DNSWatch(organisation: organisation, records: records),
            dnsInterval: configuration.probes.interval * 6,
            holderInterval: configuration.probes.interval * 12,
            snapshotter: snapshotter,
            planMaker: PlanMaker(
                organisation: organisation,
                snapshotter: snapshotter,
                journal: journal
            ),
            executor: executor,
            runner: Runner(
                executor: executor,
                journal: journal,
                wallClock: wallClock,
                stop: stop
            ),
            journal: journal,
            notify: { notice async throws(JournalFailure) in try await dispatcher.notify(notice) },
            clock: clock,
            wallClock: wallClock,
            stop: stop,
            driverProgress: driverProgress
        )
        let policy = FailoverPolicy(
            routes: organisation.routes,
            settings: builder.policySettings,
            memory: memory,
            at: clock.now()
        )
        warden = Warden(parts: parts, policy: policy, logger: logger)
        self.stop = stop
        self.probeProgress = probeProgress
        self.driverProgress = driverProgress
        self.dispatcher = dispatcher
        self.management = management
        self.client = client
    }

    /// Works until the stop flag is raised; then ends in order.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await dispatcher.run() }
            await warden.run()
            group.cancelAll()
        }
        await management.closeSessions()
        await client.shutdown()
    }
}
