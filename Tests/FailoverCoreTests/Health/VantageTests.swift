import FailoverCore
import Testing

@Suite("Health: vantages that are believed, and how many it takes")
struct VantageTests {
    private static let names = ["a", "b", "c"]

    private func bench(_ quorum: Quorum, vantages: Int = 3) -> HealthBench {
        HealthBench(settings: HealthSettings(vantages: vantages, quorum: quorum))
    }

    @Test(
        arguments: [
            (.majority, 1, 1), (.majority, 2, 2), (.majority, 3, 2), (.majority, 4, 3),
            (.all, 3, 3), (.any, 3, 1), (.count(2), 5, 2), (.count(9), 3, 9), (.count(0), 3, 1),
        ] as [(Quorum, Int, Int)]
    )
    func `a quorum is a number of the configured vantages`(
        quorum: Quorum,
        vantages: Int,
        needed: Int
    ) {
        #expect(quorum.needed(of: vantages) == needed)
    }

    @Test(
        arguments: [
            (.majority, [.unknown, .down, .down]), (.all, [.unknown, .unknown, .down]),
            (.any, [.down, .down, .down]),
        ] as [(Quorum, [VerdictClass])]
    )
    func `a server is down when enough vantages say so`(quorum: Quorum, steps: [VerdictClass]) {
        var bench = bench(quorum)
        for (vantage, expected) in zip(Self.names, steps) {
            bench.see("edge21", .refused, 3, at: 0, from: vantage)
            #expect(bench.server("edge21", at: 0) == expected)
        }
    }

    @Test func `with fewer than the quorum watching nothing is down`() {
        var bench = bench(.majority)
        bench.see("edge21", .refused, 9, at: 0, from: "a")
        #expect(bench.server("edge21", at: 0) == .unknown)
    }

    @Test func `one vantage that reaches it does not outvote the quorum`() {
        var bench = bench(.majority)
        bench.see("edge21", .answered, at: 0, from: "a")
        bench.see("edge21", .refused, 3, at: 0, from: "b")
        #expect(bench.server("edge21", at: 0) == .degraded)
        bench.see("edge21", .refused, 3, at: 0, from: "c")
        #expect(bench.server("edge21", at: 0) == .down)
    }

    @Test func `what an isolated vantage sees does not count, before and during`() {
        var bench = HealthBench()
        bench.see("edge21", .refused, 3, at: 0)
        #expect(bench.server("edge21", at: 0) == .down)
        bench.health.vantage("warden-1", is: .isolated(since: .at(1)))
        #expect(bench.server("edge21", at: 1) == .unknown)
        bench.see("edge21", .refused, 9, at: 2)
        let verdict = bench.health.verdict(on: bench.leg2, at: .at(2))
        #expect(verdict.verdict == .unknown)
        #expect(
            verdict.reason == "edge21 is not judged (warden-1 is isolated: it reaches none of its "
                + "control targets either)"
        )
        bench.health.vantage("warden-1", is: .sound)
        bench.see("edge21", .refused, 2, at: 3)
        #expect(bench.server("edge21", at: 3) == .unknown)
        bench.see("edge21", .refused, at: 4)
        #expect(bench.server("edge21", at: 4) == .down)
    }

    @Test func `an isolated vantage does not lower the quorum`() {
        var bench = bench(.majority)
        bench.see("edge21", .refused, 3, at: 0, from: "a")
        bench.see("edge21", .refused, 3, at: 0, from: "b")
        bench.health.vantage("b", is: .isolated(since: .at(1)))
        #expect(bench.server("edge21", at: 1) == .unknown)
    }

    @Test func `after a stall nothing is known until fresh probes came, and those count`() {
        var bench = HealthBench()
        bench.see("edge21", .answered, 9, at: 0)
        bench.health.vantage("warden-1", is: .late(since: .at(1)))
        let verdict = bench.health.verdict(on: bench.leg2, at: .at(1))
        #expect(verdict.verdict == .unknown)
        #expect(verdict.reason.contains("warden-1 stood still or its clock jumped"))
        bench.see("edge21", .answered, at: 2)
        #expect(bench.server("edge21", at: 2) == .up)
        #expect(bench.health.vantageStates.map(\.state) == [.late(since: .at(1))])
    }

    @Test func `failures from before a stall do not add up with those after it`() {
        var bench = HealthBench()
        bench.see("edge21", .refused, 2, at: 0)
        bench.health.vantage("warden-1", is: .late(since: .at(1)))
        bench.health.vantage("warden-1", is: .sound)
        bench.see("edge21", .refused, 2, at: 2)
        #expect(bench.server("edge21", at: 2) == .unknown)
    }
}
