import FailoverCore
import Testing

@Suite("FailoverPolicy: a home pool that relapses")
struct BackOffTests {
    private func away() -> PolicyBench {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)])
        bench.failOver()
        bench.wait(3_600)
        return bench
    }

    /// Seconds from the next *up* of home until a plan for the failback is made.
    private func soak(_ bench: inout PolicyBench) -> Double {
        let plans = bench.plans.count
        bench.verdict(PolicyBench.home, .up)
        for minute in 0...2_000 {
            if bench.plans.count > plans { return Double(minute) * 60 }
            bench.wait(60)
        }
        return .infinity
    }

    @Test(arguments: [(0, 1_800), (1, 3_600), (2, 7_200), (3, 14_400), (4, 28_800), (9, 28_800)])
    func `each relapse doubles the soak, up to a limit`(relapses: Int, expected: Double) {
        var bench = away()
        for _ in 0..<relapses {
            bench.verdict(PolicyBench.home, .up)
            bench.wait(60)
            bench.verdict(PolicyBench.home, .down)
            bench.wait(60)
        }
        #expect(soak(&bench) == expected)
    }

    @Test func `the longer soak is said, with its reason`() {
        var bench = away()
        for verdict in [VerdictClass.up, .down, .up, .down, .up] {
            bench.verdict(PolicyBench.home, verdict)
        }
        bench.wait(60)
        #expect(
            bench.status().reason
                == "edgepool2 holds SIP federation; edgepool1 has been up for 1m; a failback begins "
                + "when it has been up for 2h (instead of 30m, because it went down again 2 times "
                + "within 1d); edgepool1 went down or came up 5 times within 1h: automatic moves ask"
        )
        #expect(bench.status().until == bench.now + .seconds(7_140))
    }

    @Test func `a gap in the evidence is no relapse, and a soak longer than the limit stays`() {
        var route = FederationRoute.sip(.auto, failback: .auto)
        route.failback.stableFor = .seconds(36_000)
        var bench = PolicyBench.ready([route])
        bench.failOver()
        for verdict in [VerdictClass.up, .unknown, .up, .degraded, .up, .down] {
            bench.verdict(PolicyBench.home, verdict)
        }
        bench.wait(60)
        #expect(soak(&bench) == 36_000)
    }

    @Test func `relapses decay`() {
        var bench = away()
        for verdict in [VerdictClass.up, .down] { bench.verdict(PolicyBench.home, verdict) }
        bench.wait(86_400)
        #expect(soak(&bench) == 1_800)
    }

    @Test func `a home that dies soon after it got its route back relapsed, over a restart too`() {
        var bench = away()
        #expect(soak(&bench) == 1_800)
        bench.plan()
        bench.finish()
        #expect(bench.status().holder == PolicyBench.home)
        bench.wait(7_200)
        let memory = bench.policy.memory(at: bench.now)
        var again = PolicyBench([.sip(.auto, failback: .auto)], memory: memory)
        for pool in [PolicyBench.home, PolicyBench.standby] { again.verdict(pool, .up) }
        again.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        again.failOver()
        #expect(again.status().holder == PolicyBench.standby)
        #expect(soak(&again) == 3_600)
    }

    @Test func `home's first death is no relapse`() {
        var bench = away()
        #expect(soak(&bench) == 1_800)
    }

    @Test func `a dead holder is left for home, whatever the back-off says`() {
        var bench = away()
        for _ in 0..<6 {
            for verdict in [VerdictClass.up, .down, .up] {
                bench.verdict(PolicyBench.home, verdict)
            }
        }
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(120)
        bench.plan()
        // It flaps, so people are asked; at once, and not after the soak.
        #expect(bench.questions.last?.move.to == PolicyBench.home)
        bench.approve()
        #expect(bench.starts.last?.request.move.to == PolicyBench.home)
    }

    @Test func `the soak rests on what Health says: failures that are healed do not restart it`() {
        var health = HealthBench()
        var bench = away()
        var last: VerdictClass?
        // Home answers for an hour; each minute one probe fails and is healed.
        for tick in 0..<720 {
            let at = Double(tick) * 5
            let finding: ProbeFinding = tick % 12 == 6 ? .refused : .answered
            for server in ["edge11", "edge12"] { health.see(server, finding, at: at) }
            let verdict = health.health.verdict(on: health.leg1, at: .at(at))
            if verdict.verdict != last {
                last = verdict.verdict
                bench.verdict(PolicyBench.home, verdict.verdict)
            }
            bench.wait(5)
            if tick == 350 { #expect(bench.status().phase == .soaking) }
        }
        #expect(last == .up)
        #expect(bench.plans.last?.direction == .failback)
    }
}
