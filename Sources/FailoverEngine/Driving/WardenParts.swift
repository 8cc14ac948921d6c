public import FailoverCore

/// Everything a warden is put together from.
public struct WardenParts: Sendable {
    /// The agent's name.
    public var name: String
    /// The program's version.
    public var version: String
    /// The configuration.
    public var organisation: Organisation
    /// Who may do what; everybody everything unless it is set.
    public var access = AccessRules.open
    /// What the probes know.
    public var board: ProbeBoard
    /// The probes.
    public var probeLoop: ProbeLoop
    /// The watch over the watcher; nil only in tests.
    public var vantageLoop: VantageLoop?
    /// The DNS watch.
    public var dnsWatch: DNSWatch
    /// Asks resolvers after runs; nil where none are configured.
    public var resolverWatch: ResolverWatch?
    /// How often DNS and resolvers are looked at; default 30 seconds.
    public var dnsInterval: Duration
    /// How often the holders of the routes are read; default 60 seconds.
    public var holderInterval: Duration
    /// Reads the live state.
    public var snapshotter: Snapshotter
    /// Reads all the time whether standbys could take over; nil where nobody judges that.
    public var readiness: ReadinessReader?
    /// Stretches the pace of the readings by a factor near 1, so that agents don't keep step.
    public var jitter: @Sendable () -> Double
    /// Makes plans.
    public var planMaker: PlanMaker
    /// Carries out parts of steps.
    public var executor: StepExecutor
    /// Carries out runs.
    public var runner: Runner
    /// Keeps everything.
    public var journal: any JournalStore
    /// Queues a notice for the hooks that want it; returns when it is durable.
    public var notify: @Sendable (Notice) async throws(JournalFailure) -> Void
    /// What becomes of notices; nil where nobody can tell.
    public var alerts: (any AlertDesk)?
    /// The clock for intervals.
    public var clock: any MonotonicClock
    /// The clock for stamps.
    public var wallClock: any WallClock
    /// What a time zone's clocks show around a moment; nil for a zone that the machine does not know.
    public var zones: @Sendable (String, Timestamp) -> ZoneRules?
    /// Raised when the agent stops.
    public var stop: StopFlag
    /// Counts letters that the driver took, for the watchdog.
    public var driverProgress: Progress
    /// Counts the looks at all verdicts after which nothing was left unwritten or untold, for the
    /// heartbeat.
    public var decisionProgress: Progress

    /// Puts the parts together.
    public init(
        name: String,
        version: String,
        organisation: Organisation,
        board: ProbeBoard,
        probeLoop: ProbeLoop,
        vantageLoop: VantageLoop? = nil,
        dnsWatch: DNSWatch,
        resolverWatch: ResolverWatch? = nil,
        dnsInterval: Duration = .seconds(30),
        holderInterval: Duration = .seconds(60),
        snapshotter: Snapshotter,
        readiness: ReadinessReader? = nil,
        jitter: @escaping @Sendable () -> Double = { 1 },
        planMaker: PlanMaker,
        executor: StepExecutor,
        runner: Runner,
        journal: any JournalStore,
        notify: @escaping @Sendable (Notice) async throws(JournalFailure) -> Void,
        alerts: (any AlertDesk)? = nil,
        clock: any MonotonicClock,
        wallClock: any WallClock,
        zones: @escaping @Sendable (String, Timestamp) -> ZoneRules? = { _, _ in nil },
        stop: StopFlag,
        driverProgress: Progress,
        decisionProgress: Progress = Progress()
    ) {
        self.name = name
        self.version = version
        self.organisation = organisation
        self.board = board
        self.probeLoop = probeLoop
        self.vantageLoop = vantageLoop
        self.dnsWatch = dnsWatch
        self.resolverWatch = resolverWatch
        self.dnsInterval = dnsInterval
        self.holderInterval = holderInterval
        self.snapshotter = snapshotter
        self.readiness = readiness
        self.jitter = jitter
        self.planMaker = planMaker
        self.executor = executor
        self.runner = runner
        self.journal = journal
        self.notify = notify
        self.alerts = alerts
        self.clock = clock
        self.wallClock = wallClock
        self.zones = zones
        self.stop = stop
        self.driverProgress = driverProgress
        self.decisionProgress = decisionProgress
    }
}
