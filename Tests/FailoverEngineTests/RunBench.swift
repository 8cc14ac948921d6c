import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// One organisation, one journal, and everything to plan and run by hand; sleeping moves the clock.
struct RunBench {
    let clock: VirtualClock
    let wallClock: FixedWallClock
    let world: ScriptedOrganisation
    let prober: ScriptedProber
    let journal: MemoryJournal
    let board: ProbeBoard
    let setup: ProbeSetup
    let stop = StopFlag()
    let desk = PersonDesk()
    /// Whether a careful person does every step that a run asks a person to do.
    var hasPerson = true

    init(
        _ organisation: Organisation = Contoso.organisation(),
        pool1: MachineCondition = .off
    ) {
        let clock = VirtualClock(movesBySleeping: true)
        self.init(ScriptedOrganisation(organisation, clock: clock), clock, MemoryJournal())
        world.bring(Contoso.pool1, pool1)
    }

    /// The same organisation, later, for another process with what its journal holds.
    init(after other: RunBench, journal: MemoryJournal) {
        clock = other.clock
        wallClock = other.wallClock
        world = other.world
        prober = other.prober
        self.journal = journal
        board = other.board
        setup = other.setup
    }

    /// The same world and journal as they are now, to go another way from here.
    func copy() -> RunBench {
        let clock = VirtualClock(startingAt: clock.now(), movesBySleeping: true)
        return RunBench(world.copy(clock: clock), clock, journal.revived())
    }

    private init(
        _ world: ScriptedOrganisation,
        _ clock: VirtualClock,
        _ journal: MemoryJournal
    ) {
        self.clock = clock
        self.world = world
        self.journal = journal
        let organisation = world.organisation
        wallClock = FixedWallClock(following: clock)
        prober = ScriptedProber(world)
        board = ProbeBoard(
            organisation: organisation,
            settings: HealthSettings(fall: 1, rise: 1, staleAfter: .seconds(3_600)),
            clock: clock
        )
        setup = ProbeSetup(
            vantage: "warden-1",
            timeout: .seconds(3),
            prober: prober,
            organisation: organisation
        )
    }

    var organisation: Organisation { world.organisation }

    var records: RecordReader { RecordReader(organisation: organisation, querying: world) }

    var executor: StepExecutor {
        StepExecutor(
            organisation: organisation,
            management: world,
            records: records,
            updater: world,
            probers: setup,
            clock: clock,
            stop: stop
        )
    }

    var runner: Runner {
        Runner(
            executor: executor,
            journal: journal,
            wallClock: wallClock,
            stop: stop,
            desk: desk
        )
    }

    var planMaker: PlanMaker {
        PlanMaker(
            organisation: organisation,
            snapshotter: Snapshotter(
                organisation: organisation,
                management: world,
                sitesOfEndpoints: organisation.frontEndPools.map(\.site),
                records: records,
                updater: world,
                board: board,
                wallClock: wallClock
            ),
            journal: journal
        )
    }

    /// Probes every member once, so that verdicts stand.
    func probeAll() async {
        for pool in organisation.edgePools {
            for server in pool.servers {
                for leg in board.watchedLegs where leg.pool == pool.fqdn {
                    guard let aim = setup.aim(server, pool, leg.kind) else { continue }
                    let entry = ProbeBoard.Entry(
                        server: server.fqdn,
                        pool: pool.fqdn,
                        kind: leg.kind,
                        target: "\(aim.target.address)",
                        outcome: await setup.probe(aim),
                        at: wallClock.now()
                    )
                    board.record(entry, vantage: "warden-1")
                }
            }
        }
    }

    /// What stands beside every run: the person whom it asks.
    private func attend(_ run: RunID, _ event: RunEvent, _ state: RunState) {
        guard hasPerson, case .instructed(let id) = event,
            case .person(let task)? = state.step(id)?.operation
        else { return }
        world.perform(task)
        #expect(desk.leave(.done(by: RunBench.person, reason: ""), for: run, id))
    }

    /// The person on call.
    static let person = Person(name: "olga")

    static func move(_ route: RouteName, back: Bool = false) -> Move {
        Move(
            route: route,
            kind: route == Contoso.sip ? .sip : .xmpp,
            from: back ? Contoso.pool2 : Contoso.pool1,
            to: back ? Contoso.pool1 : Contoso.pool2
        )
    }

    /// Reads everything and plans, as at a run's start.
    func opening(
        _ route: RouteName,
        _ direction: MoveDirection = .failover
    ) async throws -> RunOpening {
        try await opening([RunBench.move(route, back: direction == .failback)], direction)
    }

    /// Reads everything and plans several moves at once.
    func opening(_ moves: [Move], _ direction: MoveDirection) async throws -> RunOpening {
        await probeAll()
        let prepared = try await planMaker.prepare(moves, direction)
        return RunOpening(
            request: MoveRequest(
                id: RequestID(1),
                move: moves[0],
                direction: direction,
                trigger: .poolDown(reason: "it is down in this test")
            ),
            plan: prepared.plan,
            digest: prepared.digest,
            authority: .automatic,
            snapshot: prepared.snapshot,
            partnersBefore: await executor.answeringPartners(
                of: prepared.plan,
                at: prepared.snapshot
            )
        )
    }

    /// Plans and carries out.
    @discardableResult
    func run(_ route: RouteName, _ direction: MoveDirection = .failover) async throws -> Runner.End
    {
        try await run(opening(route, direction))
    }

    /// Carries out what was planned.
    @discardableResult
    func run(_ opening: RunOpening) async throws -> Runner.End {
        let number = try await journal.runs(limit: 1).first?.number ?? 0
        let id = RunID(number + 1)
        return await runner.run(id, opening: opening) { attend(id, $0, $1) }
    }

    /// Takes the newest run up as after a restart.
    func recover() async throws -> Runner.End {
        try await takeUp(with: .recovered(reason: "the agent started again"))
    }

    /// Takes the newest run up.
    func takeUp(with event: RunEvent) async throws -> Runner.End {
        let id = try #require(try await journal.runs(limit: 1).first)
        let state = try #require(try RunState(replaying: journal.content(of: id)))
        return await runner.takeUp(id, state, with: event) { attend(id, $0, $1) }
    }
}
