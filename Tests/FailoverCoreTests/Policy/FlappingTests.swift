import FailoverCore
import Testing

@Suite("FailoverPolicy: pools that flap")
struct FlappingTests {
    /// Home dies and returns so often, a minute apart; then it dies for good.
    private func bench(
        deaths: Int,
        _ pool: FQDN = PolicyBench.home,
        limit: FlapLimit = FlapLimit()
    ) -> PolicyBench {
        var bench = PolicyBench.ready([.sip(.auto)], settings: PolicySettings(flap: limit))
        for _ in 0..<deaths {
            bench.verdict(pool, .down)
            bench.wait(60)
            bench.verdict(pool, .up)
            bench.wait(60)
        }
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        return bench
    }

    @Test func `below the threshold auto acts by itself`() {
        var bench = bench(deaths: 1)
        bench.plan()
        #expect(bench.starts.last?.authority == .automatic)
        #expect(bench.status().flapping.isEmpty)
    }

    @Test func `a holder that flaps is still rescued, but a person is asked and told why`() {
        var bench = bench(deaths: 2)
        #expect(bench.status().flapping == [PolicyBench.home])
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
        #expect(
            bench.sentence(.approvalWanted)?
                .contains("Asked because edgepool1 went down or came up 5 times within 1h") == true
        )
        bench.approve()
        #expect(bench.starts.count == 1)
    }

    @Test func `a target that flaps is no automatic one`() {
        var bench = bench(deaths: 3, PolicyBench.standby)
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
    }

    @Test func `the threshold is a setting`() {
        var bench = bench(deaths: 1, limit: FlapLimit(threshold: 3, window: .seconds(600)))
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
    }

    @Test func `when the changes are older than the window it goes on by itself`() {
        var bench = bench(deaths: 2, limit: FlapLimit(threshold: 5, window: .seconds(400)))
        bench.plan()
        #expect(bench.starts.isEmpty)
        bench.wait(400)
        bench.plan()
        #expect(bench.starts.last?.authority == .automatic)
    }

    @Test func `gaps in the evidence are no changes`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        for _ in 0..<20 {
            bench.verdict(PolicyBench.home, .unknown)
            bench.verdict(PolicyBench.home, .up)
        }
        #expect(bench.status().flapping.isEmpty)
    }

    @Test func `an automatic failback to a home that flaps asks`() {
        let settings = PolicySettings(flap: FlapLimit(window: .seconds(86_400)))
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)], settings: settings)
        bench.failOver()
        for _ in 0..<2 {
            bench.verdict(PolicyBench.home, .up)
            bench.verdict(PolicyBench.home, .down)
        }
        bench.verdict(PolicyBench.home, .up)
        // Two relapses: four times the soak.
        bench.wait(7_200)
        bench.plan()
        #expect(bench.starts.count == 1 && bench.questions.count == 1)
        #expect(bench.sentence(.approvalWanted)?.contains("went down or came up") == true)
    }
}
