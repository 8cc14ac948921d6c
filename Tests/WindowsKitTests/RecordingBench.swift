import FailoverCore
import FailoverEngine
import FailoverTestKit

/// One organisation with everything to plan and run, whose commands are taken down.
struct RecordingBench {
    let clock: VirtualClock
    let world: ScriptedOrganisation
    private let sent: Shared<Set<SentCommand>>
    private let wallClock: FixedWallClock
    private let journal: MemoryJournal
    private let board: ProbeBoard
    private let setup: ProbeSetup
    private let desk = PersonDesk()
    private let stop = StopFlag()

    private static let person = Person(name: "olga")
    static let move = Move(
        route: Contoso.sip,
        kind: .sip,
        from: Contoso.pool1,
        to: Contoso.pool2
    )

    init(_ organisation: Organisation, _ sent: Shared<Set<SentCommand>>) {
        let clock = VirtualClock(movesBySleeping: true)
        let world = ScriptedOrganisation(organisation, clock: clock)
        self.init(world, clock, MemoryJournal(), sent)
    }

    private init(
        _ world: ScriptedOrganisation,
        _ clock: VirtualClock,
        _ journal: MemoryJournal,
        _ sent: Shared<Set<SentCommand>>
    ) {
        self.clock = clock
        self.world = world
        self.journal = journal
        self.sent = sent
        wallClock = FixedWallClock(following: clock)
        board = ProbeBoard(
            organisation: world.organisation,
            settings: HealthSettings(fall: 1, rise: 1, staleAfter: .seconds(3_600)),
            clock: clock
        )
        setup = ProbeSetup(
            vantage: "warden-1",
            timeout: .seconds(3),
            prober: ScriptedProber(world),
            organisation: world.organisation
        )
    }

    /// The same world as it is now, to go another way from here.
    func copy() -> RecordingBench {
        let clock = VirtualClock(startingAt: clock.now(), movesBySleeping: true)
        return RecordingBench(world.copy(clock: clock), clock, journal.revived(), sent)
    }

    private var management: RecordingManagement { RecordingManagement(world: world, sent: sent) }

    private var records: RecordReader {
        RecordReader(organisation: world.organisation, querying: world)
    }

    var updater: PowerShellUpdater { PowerShellUpdater(management: management) }

    private var runner: Runner {
        Runner(
            executor: StepExecutor(
                organisation: world.organisation,
                management: management,
                records: records,
                updater: updater,
                probers: setup,
                clock: clock,
                stop: stop
            ),
            journal: journal,
            wallClock: wallClock,
            stop: stop,
            desk: desk
        )
    }

    /// Probes every member, reads everything, and plans.
    func opening(_ moves: [Move], _ direction: MoveDirection) async throws -> RunOpening {
        for pool in world.organisation.edgePools {
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
        let snapshotter = Snapshotter(
            organisation: world.organisation,
            management: management,
            sitesOfEndpoints: world.organisation.frontEndPools.map(\.site),
            records: records,
            updater: updater,
            board: board,
            wallClock: wallClock
        )
        let maker = PlanMaker(
            organisation: world.organisation,
            snapshotter: snapshotter,
            journal: journal
        )
        let prepared = try await maker.prepare(moves, direction)
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
            partnersBefore: []
        )
    }

    private func attend(_ run: RunID, _ event: RunEvent, _ state: RunState) {
        guard case .instructed(let id) = event,
            case .person(let task)? = state.step(id)?.operation
        else { return }
        world.perform(task)
        _ = desk.leave(.done(by: RecordingBench.person, reason: ""), for: run, id)
    }

    /// Carries out what was planned, as far as it goes.
    @discardableResult
    func run(_ opening: RunOpening) async throws -> (run: RunID, end: Runner.End) {
        let id = RunID((try await journal.runs(limit: 1).first?.number ?? 0) + 1)
        return (id, await runner.run(id, opening: opening) { attend(id, $0, $1) })
    }

    /// Carries out what was planned, to its good end.
    func finish(_ opening: RunOpening, _ name: String) async throws {
        let end = try await run(opening).end
        guard end == .finished(.done) else { throw BenchFailure(what: "\(name) ended as \(end)") }
    }

    /// Carries out what was planned until its last act, which is refused, and takes it back.
    func undo(_ opening: RunOpening) async throws {
        let acts = opening.plan.steps.filter {
            [.state, .repeatable, .once].contains($0.operation.operationClass)
        }
        guard let last = acts.last?.id else { return }
        let world = world
        journal.whenWritten { event in
            if event == .acting(last) { world.cutOff() }
        }
        let (id, _) = try await run(opening)
        journal.whenWritten(nil)
        world.cutOff(false)
        guard let state = try RunState(replaying: journal.content(of: id)) else { return }
        let order = RunEvent.aborting(by: RecordingBench.person, reason: "not tonight")
        _ = await runner.takeUp(id, state, with: order) { attend(id, $0, $1) }
    }
}
