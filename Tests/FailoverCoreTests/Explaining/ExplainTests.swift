import FailoverCore
import Testing

@Suite("FailoverPolicy: why it is not acting")
struct ExplainTests {
    /// Row, needs and changes, a line each; facts are golden in a test of their own.
    private func explained(_ bench: PolicyBench) -> [String] {
        guard let explanation = bench.policy.explanation(of: PolicyBench.sip, at: bench.now) else {
            return []
        }
        #expect(explanation.sentence == bench.status().reason)
        #expect(explanation.phase == bench.status().phase)
        return [explanation.row] + explanation.needs.map { "needs: \($0)" }
            + explanation.changes.map { "in \(($0.at - bench.now).inWords): \($0.what)" }
    }

    @Test func `healthy`() {
        let bench = PolicyBench.ready()
        #expect(
            explained(bench) == [
                "at home and the holder works: rest",
                "needs: edgepool1 is down for 2m without a break",
            ]
        )
    }

    @Test func `the facts are said with ages and counts`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.failOver()
        bench.wait(60)
        let explanation = bench.policy.explanation(of: PolicyBench.sip, at: bench.now)
        #expect(
            explanation?.facts == [
                "mode auto, failback approve", "edgepool2 holds SIP federation",
                "home: edgepool1 has been down for 3m: edgepool1 SIP is down in this test",
                "standby: edgepool2 has been up for 1m: edgepool2 SIP is up in this test",
                "1 of 2 automatic failovers within 1d", "the cool-down holds for another 29m",
            ]
        )
        #expect(bench.policy.explanation(of: RouteName("sib"), at: bench.now) == nil)
    }

    @Test func `confirming`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(30)
        #expect(
            explained(bench) == [
                "the holder is down, not confirmed yet: wait",
                "needs: edgepool1 stays down for another 1m30s",
                "in 1m30s: the down verdict is confirmed",
            ]
        )
    }

    @Test func `observe`() {
        var bench = PolicyBench.ready([.sip(.observe)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        #expect(
            explained(bench) == [
                "the holder is down, mode observe: only told",
                "needs: a person orders it: edgewarden failover sip",
            ]
        )
    }

    @Test func `paused, and in maintenance`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.send(.paused(nil, until: nil, by: PolicyBench.anna, reason: "works"))
        #expect(
            explained(bench) == ["paused: rest", "needs: the pause ends or by edgewarden resume"]
        )
        bench.send(.resumed(nil, by: PolicyBench.anna))
        let until = bench.now + .seconds(3_600)
        bench.send(
            .maintenanceAdded(
                .pool(PolicyBench.home),
                until: until,
                by: PolicyBench.anna,
                reason: "x"
            )
        )
        #expect(
            explained(bench) == [
                "the holder is in maintenance: rest",
                "needs: the maintenance ends, in 1h by itself or by edgewarden maintenance end"
                    + " --pool \(PolicyBench.home)",
                "in 1h: the maintenance of edgepool1 ends",
            ]
        )
    }

    @Test func `standby not up`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.standby, .down)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        #expect(
            explained(bench) == [
                "the holder is down and no pool can take over: blocked",
                "needs: edgepool1 comes back, or another pool of the route is up or degraded, and "
                    + "not in maintenance",
            ]
        )
    }

    @Test func `awaiting approval`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(
            explained(bench) == [
                "a plan waits for a person's yes",
                "needs: a person answers: edgewarden approve 1, or deny 1",
                "needs: when nobody does for another 30m, it is asked again later",
                "in 30m: request 1 (sip: edgepool1.contoso.net → edgepool2.contoso.net) expires",
            ]
        )
    }

    @Test func `a target that is not ready is why auto asks, and its yes is spelled out`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.read(.rights, .notReady)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(
            explained(bench).prefix(2) == [
                "a plan waits for a person's yes",
                "needs: a person answers: edgewarden approve 1 --override not-ready --reason …, or "
                    + "deny 1",
            ]
        )
        let explanation = bench.policy.explanation(of: PolicyBench.sip, at: bench.now)
        #expect(
            explanation?.facts.suffix(3) == [
                "edgepool2 is not ready: rights not ready: rights is not_ready in this test",
                "a person is asked, because the target is not ready",
                "0 of 2 automatic failovers within 1d",
            ]
        )
    }

    @Test func `a dead holder that was not read is not said to be moved when confirmed`() {
        var bench = PolicyBench([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        #expect(
            explained(bench).prefix(3) == [
                "the presumed holder is down, not confirmed yet, who holds is not read: wait",
                "needs: edgepool1 stays down for another 2m",
                "needs: a Front End answers who holds the route",
            ]
        )
        #expect(
            bench.status().reason.hasSuffix(
                "a failover begins when it has been down for 2m, and not before it is known who "
                    + "holds it: who holds SIP federation has not been read yet"
            )
        )
    }

    @Test func `away and soaking`() {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)])
        bench.failOver()
        bench.wait(3_600)
        bench.verdict(PolicyBench.home, .up)
        bench.wait(600)
        #expect(
            explained(bench) == [
                "away, home is up, its soak is not over: wait",
                "needs: edgepool1 stays up for another 20m",
                "needs: or edgepool2 is down: then it is a rescue, which waits for none of this",
                "in 20m: the soak of edgepool1 is over",
                "in 22h50m: the oldest failover counts no more",
            ]
        )
    }

    @Test func `a run under way, stopped, and declined`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(explained(bench) == ["a run is under way", "needs: the run comes to its end"])
        bench.finish(.stopped(reason: "a step failed"))
        #expect(
            explained(bench) == [
                "a run stopped",
                "needs: a person decides: edgewarden resume-run 1, abort-run 1, or release",
            ]
        )
        bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.deny()
        #expect(
            explained(bench) == [
                "a person said no",
                "needs: 30m pass, or a person orders it: edgewarden failover sip",
                "in 30m: it may be asked again",
            ]
        )
    }
}
