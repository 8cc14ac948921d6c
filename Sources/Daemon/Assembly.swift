import Configuring
import ControlAPI
import DNSUpdating
import FailoverCore
import FailoverEngine
import Logging
import NIOPosix

/// What outlives a generation: the process around it.
struct Surroundings: Sendable {
    let journal: any JournalStore & OutboxStore & AuditStore
    let environment: [String: String]
    let clock: any MonotonicClock
    let wallClock: any WallClock
    /// The links in messages by which people answer; nil where there is no page for them.
    let answers: AnswerLinks?
    let logger: Logger
}

/// Joins adapters and engine to the parts of a warden.
struct Assembly {
    let board: ProbeBoard
    let probeProgress = Progress()
    let driverProgress = Progress()
    let decisionProgress = Progress()
    private let configuration: AgentConfiguration
    private let surroundings: Surroundings
    private let stop: StopFlag
    private let setup: ProbeSetup
    private let records: RecordReader
    private let snapshotter: Snapshotter
    private let executor: StepExecutor

    init(
        configuration: AgentConfiguration,
        surroundings: Surroundings,
        stop: StopFlag,
        setup: ProbeSetup,
        management: any Management,
        updater: (any DNSUpdater)?,
        previous: ProbeBoard?
    ) {
        self.configuration = configuration
        self.surroundings = surroundings
        self.stop = stop
        self.setup = setup
        let organisation = configuration.organisation
        board = ProbeBoard(
            organisation: organisation,
            settings: HealthSettings(
                fall: configuration.probes.fall,
                rise: configuration.probes.rise,
                okReset: configuration.probes.okReset,
                staleAfter: configuration.probes.staleAfter
            ),
            clock: surroundings.clock,
            continuing: previous
        )
        records = RecordReader(
            organisation: organisation,
            querying: DNSClient(group: MultiThreadedEventLoopGroup.singleton)
        )
        snapshotter = Snapshotter(
            organisation: organisation,
            management: management,
            sitesOfEndpoints: configuration.management.frontEnds.map(\.site),
            records: records,
            updater: updater,
            board: board,
            wallClock: surroundings.wallClock
        )
        executor = StepExecutor(
            organisation: organisation,
            management: management,
            records: records,
            updater: updater,
            probers: setup,
            clock: surroundings.clock,
            stop: stop
        )
    }

    /// The watch over the agent's own view.
    private var vantageLoop: VantageLoop {
        let probes = configuration.probes
        let targets = ControlTargets(configuration)
        let meter = SleepMeter()
        return VantageLoop(
            name: setup.vantage,
            targets: { targets.current() },
            prober: setup.prober,
            timeout: probes.timeout,
            interval: probes.interval,
            fastInterval: probes.fastInterval,
            // Shorter stalls happen on busy machines, and evidence bears them.
            lateAfter: max(.seconds(5), probes.staleAfter / 2),
            board: board,
            clock: surroundings.clock,
            wallClock: surroundings.wallClock,
            slept: { meter.slept() },
            stop: stop
        )
    }

    /// The parts; `notify` queues a notice for the hooks, of which `alerts` tells.
    func parts(
        alerts: any AlertDesk,
        notify: @escaping @Sendable (Notice) async throws(JournalFailure) -> Void
    ) -> WardenParts {
        let organisation = configuration.organisation
        var parts = WardenParts(
            name: configuration.agent.name,
            version: Version.text,
            organisation: organisation,
            board: board,
            probeLoop: ProbeLoop(
                organisation: organisation,
                setup: setup,
                board: board,
                interval: configuration.probes.interval,
                fastInterval: configuration.probes.fastInterval,
                clock: surroundings.clock,
                wallClock: surroundings.wallClock,
                progress: probeProgress,
                stop: stop
            ),
            vantageLoop: vantageLoop,
            dnsWatch: DNSWatch(organisation: organisation, records: records),
            resolverWatch: ResolverWatch(
                resolvers: configuration.dns.resolvers,
                querying: DNSClient(
                    group: MultiThreadedEventLoopGroup.singleton,
                    recursionDesired: true
                )
            ),
            dnsInterval: max(.seconds(10), configuration.probes.interval * 6),
            holderInterval: max(.seconds(30), configuration.probes.interval * 12),
            snapshotter: snapshotter,
            readiness: ReadinessReader(
                snapshotter: snapshotter,
                settings: configuration.policy.readiness,
                clock: surroundings.clock,
                wallClock: surroundings.wallClock
            ),
            jitter: { Double.random(in: 0.9...1.1) },
            planMaker: PlanMaker(
                organisation: organisation,
                snapshotter: snapshotter,
                journal: surroundings.journal
            ),
            executor: executor,
            runner: Runner(
                executor: executor,
                journal: surroundings.journal,
                wallClock: surroundings.wallClock,
                stop: stop
            ),
            journal: surroundings.journal,
            notify: notify,
            alerts: alerts,
            clock: surroundings.clock,
            wallClock: surroundings.wallClock,
            zones: { SystemZones.rules(of: $0, around: $1) },
            stop: stop,
            driverProgress: driverProgress,
            decisionProgress: decisionProgress
        )
        parts.access = configuration.access
        return parts
    }
}
