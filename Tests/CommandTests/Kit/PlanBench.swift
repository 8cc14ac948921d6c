import FailoverCore
import FailoverEngine
import FailoverTestKit

/// Makes the plans of the matrix on its scripted organisations.
struct PlanBench {
    let entry: PlanMatrix.Entry
    private let world: ScriptedOrganisation
    private let wallClock: FixedWallClock
    private let journal = MemoryJournal()
    private let board: ProbeBoard
    private let setup: ProbeSetup
    private let desk = PersonDesk()

    init(_ entry: PlanMatrix.Entry) {
        self.entry = entry
        let clock = VirtualClock(movesBySleeping: true)
        world = ScriptedOrganisation(entry.organisation, clock: clock)
        wallClock = FixedWallClock(following: clock)
        board = ProbeBoard(
            organisation: entry.organisation,
            settings: HealthSettings(fall: 1, rise: 1, staleAfter: .seconds(3_600)),
            clock: clock
        )
        setup = ProbeSetup(
            vantage: "warden-1",
            timeout: .seconds(3),
            prober: ScriptedProber(world),
            organisation: entry.organisation
        )
        world.bring(Contoso.pool1, .off)
        world.change { entry.prepare(&$0) }
    }

    /// The plan; for a failback after the failover was carried out.
    func plan() async throws -> PreparedPlan {
        if entry.direction == .failback {
            try await carryOut(prepare(entry.away, .failover))
            world.bring(Contoso.pool1, .well)
            // A pool that returns has to catch up first.
            world.clock.advance(by: .seconds(120))
        }
        return try await prepare(entry.moves, entry.direction)
    }

    private var records: RecordReader {
        RecordReader(organisation: entry.organisation, querying: world)
    }

    private func prepare(
        _ moves: [Move],
        _ direction: MoveDirection
    ) async throws -> PreparedPlan {
        for pool in entry.organisation.edgePools {
            for server in pool.servers {
                for leg in board.watchedLegs where leg.pool == pool.fqdn {
                    guard let aim = setup.aim(server, pool, leg.kind) else { continue }
                    let seen = ProbeBoard.Entry(
                        server: server.fqdn,
                        pool: pool.fqdn,
                        kind: leg.kind,
                        target: "\(aim.target.address)",
                        outcome: await setup.probe(aim),
                        at: wallClock.now()
                    )
                    board.record(seen, vantage: "warden-1")
                }
            }
        }
        let snapshotter = Snapshotter(
            organisation: entry.organisation,
            management: world,
            sitesOfEndpoints: entry.organisation.frontEndPools.map(\.site),
            records: records,
            updater: world,
            board: board,
            wallClock: wallClock
        )
        return try await PlanMaker(
            organisation: entry.organisation,
            snapshotter: snapshotter,
            journal: journal
        ).prepare(moves, direction)
    }

    private func carryOut(_ prepared: PreparedPlan) async throws {
        let opening = RunOpening(
            request: MoveRequest(
                id: RequestID(1),
                move: entry.away[0],
                direction: .failover,
                trigger: .poolDown(reason: "it is down in this test")
            ),
            plan: prepared.plan,
            digest: prepared.digest,
            authority: .automatic,
            snapshot: prepared.snapshot,
            partnersBefore: []
        )
        let stop = StopFlag()
        let executor = StepExecutor(
            organisation: entry.organisation,
            management: world,
            records: records,
            updater: world,
            probers: setup,
            clock: world.clock,
            stop: stop
        )
        let runner = Runner(
            executor: executor,
            journal: journal,
            wallClock: wallClock,
            stop: stop,
            desk: desk
        )
        let end = await runner.run(RunID(1), opening: opening) { event, state in
            guard case .instructed(let id) = event,
                case .person(let task)? = state.step(id)?.operation
            else { return }
            world.perform(task)
            _ = desk.leave(.done(by: Person(name: "olga"), reason: ""), for: RunID(1), id)
        }
        guard end == .finished(.done) else { throw FailoverFailed(end: "\(end)") }
    }

    struct FailoverFailed: Error {
        let end: String
    }
}
