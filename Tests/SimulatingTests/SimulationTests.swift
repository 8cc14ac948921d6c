import Testing

@testable import Simulating

@Suite("Simulation")
struct SimulationTests {
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `nothing that never may happens in any history`(block: UInt64) {
        var simulation = Simulation()
        for seed in (block * 20 + 1)...(block * 20 + 20) { simulation.live(seed: seed) }
        for failure in simulation.failures {
            Issue.record("seed \(failure.seed): \(failure.violation)\n\(failure.history)")
        }
        #expect(simulation.report.histories == 20)
        #expect(simulation.report.failovers > 0)
    }

    @Test func `the same seed gives the same history, event by event`() {
        for seed in [3, 17, 40] as [UInt64] {
            #expect(Simulation.tell(seed: seed).lines == Simulation.tell(seed: seed).lines)
        }
        #expect(Simulation.tell(seed: 3).lines != Simulation.tell(seed: 4).lines)
    }

    @Test(arguments: 200..<212 as Range<UInt64>)
    func `jumping over rounds in which nothing changes equals stepping through them`(seed: UInt64) {
        let history = HistoryMaker.history(seed: seed)
        var jumping = Life(history, book: PlanBook(), isTold: true)
        var stepping = Life(history, book: PlanBook(), jumps: false, isTold: true)
        jumping.live()
        stepping.live()
        let pairs = zip(jumping.transcript?.lines ?? [], stepping.transcript?.lines ?? [])
        let difference = pairs.first { $0.0 != $0.1 }
        #expect(difference == nil)
        #expect(jumping.transcript?.lines.count == stepping.transcript?.lines.count)
        #expect(jumping.counts.observations * 3 < stepping.counts.observations)
        #expect(jumping.counts.runs == stepping.counts.runs)
    }

    @Test func `every history has at least twenty faults and ordinary events`() {
        for seed in 1...300 as ClosedRange<UInt64> {
            #expect(HistoryMaker.history(seed: seed).actions.count >= 20)
        }
    }
}
