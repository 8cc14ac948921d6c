import FailoverCore
import FailoverEngine
import FailoverTestKit
import Logging
import Testing

/// A whole agent over a scripted organisation, in virtual time.
struct WardenBench {
    static let anna = Person(name: "anna", userID: 1_000)

    let clock: VirtualClock
    let stage: Stage
    let world: ScriptedOrganisation
    let journal: MemoryJournal
    let warden: Warden
    let life: LifeSigns
    /// Routes that were taken from a pool, as those who remind people hear of it.
    let moved: Shared<[String]>
    let stop = StopFlag()

    /// Starts a life of the agent, lets the test go on while it works, and stops it in good order.
    static func live(
        in world: ScriptedOrganisation,
        journal: MemoryJournal = MemoryJournal(),
        resolvers: [DNSServer] = [],
        readiness: ReadinessSettings = ReadinessSettings(),
        _ body: (WardenBench) async throws -> Void
    ) async throws {
        let bench = try await WardenBench(world, journal, resolvers, readiness)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: bench.stage) { await bench.warden.run() }
            do {
                try await body(bench)
            } catch {
                await bench.end()
                throw error
            }
            await bench.end()
        }
    }

    private func end() async {
        stop.raise()
        // Long enough for a command that hangs to reach its time-out.
        await stage.pass(.seconds(600))
    }

    static func world(_ routes: [FederationRoute]) -> ScriptedOrganisation {
        var organisation = Contoso.organisation(routes: routes)
        // A new journal knows of no topology that was ever enabled.
        organisation.trustsUntriedRights = true
        return ScriptedOrganisation(organisation, clock: VirtualClock())
    }

    private init(
        _ world: ScriptedOrganisation,
        _ journal: MemoryJournal,
        _ resolvers: [DNSServer],
        _ readiness: ReadinessSettings
    ) async throws {
        let means = Means(world, stop)
        moved = means.moved
        life = LifeSigns(
            probes: means.probes,
            decisions: means.decisions,
            stop: stop,
            clock: world.clock,
            probeInterval: .seconds(5)
        )
        var parts = means.parts(journal, readiness)
        parts.resolverWatch = ResolverWatch(resolvers: resolvers, querying: world)
        let memory = try await journal.loadMemory()?.0 ?? .empty
        let policy = FailoverPolicy(
            routes: world.organisation.routes,
            settings: PolicySettings(coolDown: .seconds(60), readiness: readiness),
            memory: memory,
            at: world.clock.now()
        )
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        clock = world.clock
        self.world = world
        self.journal = journal
        stage = Stage(clock: world.clock)
        warden = Warden(parts: parts, policy: policy, logger: logger)
    }

    // MARK: What a test does and sees

    /// Lets time pass until the condition holds; false when it never does.
    @discardableResult
    func pass(_ seconds: Int, until condition: (WardenBench) -> Bool = { _ in false }) async -> Bool
    {
        await stage.pass(.seconds(seconds)) { condition(self) }
    }

    func order(_ event: PolicyEvent) async -> OrderReply {
        await stage.perform { await warden.order(event) }
    }

    /// What a person says to the agent.
    func say(_ body: @escaping @Sendable (Warden) async -> OrderReply) async -> OrderReply {
        await stage.perform { await body(warden) }
    }

    /// Why that was refused; nil, and an issue, when it was taken.
    func refusal(_ body: @escaping @Sendable (Warden) async -> OrderReply) async -> String? {
        guard case .refused(let why) = await say(body) else {
            Issue.record("it was taken")
            return nil
        }
        return why
    }

    /// What a plan would be now.
    func plan(
        _ direction: MoveDirection,
        _ routes: [RouteName],
        to pool: FQDN? = nil
    ) async throws -> PreparedPlan {
        let warden = warden
        let planned: Result<PreparedPlan, PlanRefusal> = await stage.perform {
            do throws(PlanRefusal) {
                return .success(try await warden.plan(direction, routes, to: pool))
            } catch {
                return .failure(error)
            }
        }
        return try planned.get()
    }

    /// The state of a route.
    func status(_ route: RouteName = Contoso.sip) -> RouteStatus? {
        warden.overview().routes.first { $0.route == route }
    }

    /// Waits for the question and says yes to it.
    func approveNext(_ seconds: Int = 400) async {
        #expect(await pass(seconds) { $0.waiting != nil })
        guard let waiting else { return }
        #expect(await approve(waiting) == .accepted)
    }

    /// The latest sentence of that kind.
    func sentence(_ code: NoticeCode) -> String {
        journal.notices.last { $0.code == code }?.sentence ?? ""
    }

    /// The newest run.
    var run: RunID? { warden.overview().running?.id }

    /// The plan that waits for a person.
    var waiting: WaitingApproval? { warden.overview().waiting.first }

    func approve(_ waiting: WaitingApproval) async -> OrderReply {
        await order(.approved(waiting.request.id, waiting.prepared.digest, by: Self.anna))
    }

    var codes: [NoticeCode] { journal.notices.map(\.code) }

    func has(_ code: NoticeCode) -> Bool { codes.contains(code) }

    /// Whether a run was finished as done.
    var runsDone: Int {
        journal.allRecords.filter {
            if case .event(.runFinished(_, .done)) = $0 { true } else { false }
        }.count
    }

    /// The pool of the SIP route in the edited topology, when all sites agree.
    var routedTo: FQDN? {
        world.look { model in
            let values = Set(model.sites.map { $0.routes[.sip] ?? "" })
            return values.count == 1 ? values.first.flatMap(ServiceIdentity.init(_:))?.pool : nil
        }
    }
}

/// What a warden reads, plans and acts with.
private struct Means {
    let setup: ProbeSetup
    let board: ProbeBoard
    let records: RecordReader
    let snapshotter: Snapshotter
    let executor: StepExecutor
    let world: ScriptedOrganisation
    let stop: StopFlag
    let wallClock: FixedWallClock
    let probes = Progress()
    let decisions = Progress()
    let moved = Shared<[String]>([])

    init(_ world: ScriptedOrganisation, _ stop: StopFlag) {
        let organisation = world.organisation
        let clock = world.clock
        // It goes on from one life of the agent to the next.
        let passed = clock.now().nanoseconds / 1_000_000
        wallClock = FixedWallClock(
            Timestamp(millisecondsSinceEpoch: 1_795_250_400_000 + passed),
            following: clock
        )
        self.world = world
        self.stop = stop
        setup = ProbeSetup(
            vantage: "warden-1",
            timeout: .seconds(3),
            prober: ScriptedProber(world),
            organisation: organisation
        )
        board = ProbeBoard(
            organisation: organisation,
            settings: HealthSettings(fall: 3, rise: 3, staleAfter: .seconds(30)),
            clock: clock
        )
        records = RecordReader(organisation: organisation, querying: world)
        snapshotter = Snapshotter(
            organisation: organisation,
            management: world,
            sitesOfEndpoints: organisation.frontEndPools.map(\.site),
            records: records,
            updater: world,
            board: board,
            wallClock: wallClock
        )
        executor = StepExecutor(
            organisation: organisation,
            management: world,
            records: records,
            updater: world,
            probers: setup,
            clock: clock,
            stop: stop
        )
    }

    func parts(_ journal: MemoryJournal, _ readiness: ReadinessSettings) -> WardenParts {
        let organisation = world.organisation
        let (clock, wallClock) = (world.clock, wallClock)
        return WardenParts(
            name: "warden-1",
            version: "test",
            organisation: organisation,
            board: board,
            probeLoop: ProbeLoop(
                organisation: organisation,
                setup: setup,
                board: board,
                interval: .seconds(5),
                clock: clock,
                wallClock: wallClock,
                progress: probes,
                stop: stop
            ),
            dnsWatch: DNSWatch(organisation: organisation, records: records),
            snapshotter: snapshotter,
            readiness: ReadinessReader(
                snapshotter: snapshotter,
                settings: readiness,
                clock: clock,
                wallClock: wallClock
            ),
            planMaker: PlanMaker(
                organisation: organisation,
                snapshotter: snapshotter,
                journal: journal
            ),
            executor: executor,
            runner: Runner(executor: executor, journal: journal, wallClock: wallClock, stop: stop),
            journal: journal,
            notify: { notice async throws(JournalFailure) in
                try await journal.enqueue(
                    notice,
                    agent: "warden-1",
                    at: wallClock.now(),
                    hooks: ["ops"]
                )
            },
            alerts: ToldDesk(journal: journal, moved: moved),
            clock: clock,
            wallClock: wallClock,
            // Every zone is UTC.
            zones: { _, _ in ZoneRules(offsetSeconds: 0, transitions: []) },
            stop: stop,
            driverProgress: Progress(),
            decisionProgress: decisions
        )
    }
}

/// Knows what people were told from the journal, whoever told it.
private struct ToldDesk: AlertDesk {
    let journal: MemoryJournal
    let moved: Shared<[String]>

    func state() async -> AlertingState { AlertingState() }

    func noteMoved(_ route: RouteName, from pool: FQDN) async {
        moved.set(moved.value + ["\(route) from \(pool.host)"])
    }

    func end(_ begun: Notice, by last: Notice) async throws(JournalFailure) {
        try await journal.enqueue(
            last,
            agent: "warden-1",
            at: Timestamp(millisecondsSinceEpoch: 0),
            hooks: ["ops"]
        )
    }

    func test(_ hook: String, by person: Person) async -> DeliveryResult? { nil }

    func acknowledge(_ alert: Int64, by person: Person, reason: String) async -> String? {
        alert == 1 ? nil : "there is no alert \(alert), or what it is about is over"
    }

    func standing() async throws(JournalFailure) -> [Notice] {
        var standing: [String: Notice] = [:]
        for notice in journal.notices {
            let place =
                "\(notice.route?.name ?? "")/\(notice.pool?.name ?? notice.name?.name ?? "")"
            switch notice.code {
            case .standbyNotReady: standing["standby \(place)"] = notice
            case .standbyReady: standing["standby \(place)"] = nil
            case .dnsMismatch: standing["dns \(place)"] = notice
            case .dnsWell: standing["dns \(place)"] = nil
            case .isolated: standing["vantage"] = notice
            case .vantageSound: standing["vantage"] = nil
            case .routeDown: standing["pool \(place)"] = notice
            case .approvalWanted, .stepFailed:
                standing["run \(notice.route?.name ?? "")"] = notice
            case .noLongerWatched:
                standing = standing.filter { _, begun in
                    begun.route != notice.route || begun.pool != notice.pool
                        || begun.request != notice.request
                }
            case .approvalWithdrawn, .runStarted: standing["run \(notice.route?.name ?? "")"] = nil
            default: break
            }
        }
        return standing.sorted { $0.key < $1.key }.map(\.value)
    }
}
