import FailoverCore
import Testing

@Suite("FailoverPolicy: what people are told of pools")
struct AnnouncementTests {
    @Test func `a holder's death and return are told as the route's`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        #expect(bench.codes == [.routeDown])
        #expect(
            bench.sentence(.routeDown)
                == "edgepool1, which holds SIP federation, is down: edgepool1 SIP is down in this "
                + "test. If it stays down, a failover is asked for in 2m"
        )
        bench.verdict(PolicyBench.home, .up)
        #expect(bench.codes == [.routeUp])
    }

    @Test func `a standby's death and return are told as the pool's`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.standby, .down)
        #expect(bench.codes == [.standbyDown])
        bench.verdict(PolicyBench.standby, .up)
        #expect(bench.codes == [.poolUp])
    }

    @Test func `a degraded pool is told and moves nothing`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .degraded)
        #expect(bench.codes == [.poolDegraded])
        bench.wait(86_400)
        #expect(bench.plans.isEmpty)
        bench.verdict(PolicyBench.home, .up)
        #expect(bench.codes == [.poolUp])
    }

    @Test func `a holder that works in part again is told as the route's return`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.verdict(PolicyBench.home, .degraded)
        #expect(bench.codes == [.routeUp])
        bench.verdict(PolicyBench.home, .up)
        #expect(bench.codes == [.poolUp])
    }

    @Test func `a gap in the evidence repeats nothing`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.verdict(PolicyBench.home, .unknown)
        #expect(bench.codes.isEmpty && bench.status().phase == .noEvidence)
        bench.verdict(PolicyBench.home, .down)
        #expect(bench.codes.isEmpty)
    }

    @Test func `a start is silent while members are seen one after the other`() {
        var bench = PolicyBench()
        bench.verdict(PolicyBench.home, .degraded)
        bench.wait(29)
        bench.verdict(PolicyBench.home, .up)
        bench.wait(3_600)
        #expect(bench.all.isEmpty)
    }

    @Test func `a pool that is degraded from the start is told after a while`() {
        var bench = PolicyBench()
        bench.verdict(PolicyBench.home, .degraded)
        bench.wait(30)
        #expect(bench.codes == [.poolDegraded])
        bench.wait(3_600)
        #expect(bench.count(.poolDegraded) == 1)
    }

    @Test func `the old home's return after a failover is the pool's, not the route's`() {
        var bench = PolicyBench.ready()
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        #expect(bench.codes == [.poolUp])
    }

    @Test func `a healthy route says so`() {
        let bench = PolicyBench.ready()
        #expect(
            bench.status().reason
                == "edgepool1 holds SIP federation and is up: edgepool1 SIP is up in this test"
        )
        #expect(bench.policy.statuses(at: bench.now).map(\.phase) == [.watching])
        #expect(bench.status(RouteName("x")).phase == .unknownRoute)
    }
}
