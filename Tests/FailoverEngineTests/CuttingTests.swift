import FailoverCore
import FailoverEngine
import FailoverTestKit
import Synchronization
import Testing

/// The process dies after every single write of every plan, is started again, and finishes.
@Suite
struct CuttingTests {
    @Test(arguments: Scenario.allCases, Death.allCases)
    func `a run that dies anywhere is finished, and no state act happens twice`(
        scenario: Scenario,
        death: Death
    ) async throws {
        let (start, opening) = try await scenario.prepare()
        let cuts = try await CutBench(start, opening)
        for cut in 1..<cuts.length {
            let second = try await cuts.dieAndFinish(after: cut, death, scenario.rawValue)
            guard let (bench, note) = second else { continue }
            #expect(scenario.shortcomings(bench.world) == [], note)
        }
    }

    /// Plans and prefixes that ``every plan of the matrix survives every cut`` has been through.
    private static let tally = Mutex((plans: 0, prefixes: 0))

    @Test(arguments: PlanMatrix.entries)
    func `every plan of the matrix survives every cut`(entry: PlanMatrix.Entry) async throws {
        let (start, opening) = try await entry.begin()
        let cuts = try await CutBench(start, opening)
        let wanted = entry.shortcomings(cuts.whole.world)
        #expect(wanted.filter { !entry.isUnavoidable($0) } == [], "the run that nobody cut")
        let events = cuts.whole.journal.newestRun
        for length in 1...events.count {
            #expect(throws: Never.self) { try RunState(replaying: events.prefix(length)) }
        }
        for cut in 1..<cuts.length {
            let death = Death.allCases[cut % 2]
            let second = try await cuts.dieAndFinish(after: cut, death, entry.name)
            guard let (bench, note) = second else { continue }
            #expect(entry.shortcomings(bench.world) == wanted, note)
            let replayed = try RunState(replaying: bench.journal.newestRun)
            #expect(replayed?.outcome == .done, note)
        }
        let tally = CuttingTests.tally.withLock { tally in
            tally.plans += 1
            tally.prefixes += events.count - 1
            return tally
        }
        if tally.plans == PlanMatrix.entries.count {
            print("cut matrix: \(tally.plans) plans, \(tally.prefixes) prefixes, all legal")
        }
    }
}

extension PlanMatrix.Entry {
    /// The world before the run, with everything read that the run begins with.
    func begin() async throws -> (bench: RunBench, opening: RunOpening) {
        let bench = RunBench(organisation)
        let world = bench.world
        world.change { prepare(&$0) }
        if direction == .failback {
            let opening = try await bench.opening(away, .failover)
            let end = try await bench.run(opening)
            try #require(end == .finished(.done), "the failover before it ends as \(end)")
            world.bring(Contoso.pool1, .well)
            // A pool that returns has to catch up first, as the soak would see to.
            bench.clock.advance(by: .seconds(120))
        }
        let opening = try await bench.opening(moves, direction)
        world.forgetActs()
        return (bench, opening)
    }

    /// Why the result is not what the run was for; empty when it is.
    func shortcomings(_ world: ScriptedOrganisation) -> [String] {
        moves.flatMap { world.obstacles($0.kind) }.sorted()
    }

    /// What an organisation does without that leaves DNS alone: partners do not find the pool.
    func isUnavoidable(_ shortcoming: String) -> Bool {
        shortcoming.hasPrefix("inbound") && organisation.routes.contains { $0.dnsStyle == .none }
    }
}
