import FailoverCore
import Testing

@Suite("FailoverPolicy: from a verdict to a request")
struct DetectionTests {
    @Test func `a holder that is down for confirmFor leads to a plan, no sooner`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        #expect(bench.codes == [.routeDown])
        bench.wait(119.9)
        #expect(bench.plans.isEmpty)
        bench.wait(0.1)
        #expect(bench.plans.map(\.move.to) == [PolicyBench.standby])
        #expect(bench.plans.map(\.direction) == [.failover])
    }

    @Test func `the status says what is waited for`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(40)
        let status = bench.status()
        #expect(status.phase == .confirming)
        #expect(
            status.reason
                == "edgepool1 has been down for 40s; a failover is asked for when it has been down "
                + "for 2m"
        )
        #expect(status.until == .at(120))
        #expect(status.holder == PolicyBench.home)
    }

    @Test(arguments: [VerdictClass.up, .degraded, .unknown])
    func `any other verdict in between starts the confirmation anew`(between: VerdictClass) {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(100)
        bench.verdict(PolicyBench.home, between)
        bench.wait(1)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(119)
        #expect(bench.plans.isEmpty)
        bench.wait(1)
        #expect(bench.plans.count == 1)
    }

    @Test func `a refreshed verdict does not start the confirmation anew`() {
        var bench = PolicyBench.ready()
        for _ in 0..<12 {
            bench.verdict(PolicyBench.home, .down)
            bench.wait(10)
        }
        #expect(bench.plans.count == 1)
        #expect(bench.count(.routeDown) == 1)
    }

    @Test(arguments: [VerdictClass.up, .degraded, .unknown])
    func `a holder that is not down moves nothing`(verdict: VerdictClass) {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, verdict)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty && bench.starts.isEmpty)
    }

    @Test func `both pools down is told once, and nothing is moved`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.standby, .down)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(7_200)
        bench.verdict(PolicyBench.home, .unknown)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(7_200)
        #expect(bench.plans.isEmpty)
        #expect(bench.count(.cannotAct) == 1)
        #expect(bench.status().phase == .blocked)
        #expect(bench.sentence(.cannotAct)?.contains("edgepool2 is down") == true)
        bench.verdict(PolicyBench.standby, .up)
        #expect(bench.plans.count == 1)
    }

    @Test func `in observe it is told once what would be done`() {
        var bench = PolicyBench.ready([.sip(.observe)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty)
        #expect(bench.count(.wouldAct) == 1)
        #expect(bench.status().phase == .observing)
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        #expect(bench.count(.wouldAct) == 2)
    }

    @Test func `the first standby that is up is the target`() {
        let pools = [PolicyBench.standby, PolicyBench.third]
        var bench = PolicyBench.ready([.sip(.auto, standby: pools)])
        bench.verdict(PolicyBench.standby, .down)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        #expect(bench.plans.map(\.move.to) == [PolicyBench.third])
    }

    @Test func `a pool that is up comes before a degraded one that is preferred`() {
        let pools = [PolicyBench.standby, PolicyBench.third]
        var bench = PolicyBench.ready([.sip(.auto, standby: pools)])
        bench.verdict(PolicyBench.standby, .degraded)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.map(\.request.move.to) == [PolicyBench.third])
    }

    @Test func `a degraded target is asked for even in auto`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.standby, .degraded)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
        #expect(bench.sentence(.approvalWanted)?.contains("target is degraded") == true)
        bench.approve()
        #expect(bench.starts.isEmpty)
        bench.approve(overriding: .notUp)
        #expect(bench.starts.count == 1)
    }

    @Test func `auto goes on by itself when the degraded target is up`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.standby, .degraded)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.verdict(PolicyBench.standby, .up)
        bench.plan()
        #expect(bench.starts.map(\.authority) == [.automatic])
        #expect(bench.withdrawn == [RequestID(1)])
    }

    @Test func `auto starts the run when the plan stands`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        #expect(bench.starts.isEmpty)
        bench.plan()
        #expect(bench.starts.map(\.authority) == [.automatic])
        #expect(bench.codes == [.runStarted])
        #expect(bench.status().phase == .running)
    }

    @Test func `an automatic plan in the making is dropped when the evidence is gone`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.verdict(PolicyBench.home, .unknown)
        #expect(bench.withdrawn == [RequestID(1)])
        bench.plan()
        #expect(bench.starts.isEmpty)
    }

    @Test func `a refused plan is told once and tried again`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        for _ in 0..<5 {
            guard let request = bench.plans.last else { break }
            bench.send(.planRefused(request.id, reasons: ["no active master"]))
            #expect(bench.status().phase == .retrying)
            bench.wait(60)
        }
        #expect(bench.plans.count == 6)
        #expect(bench.count(.cannotAct) == 1)
        #expect(bench.sentence(.cannotAct)?.contains("no active master") == true)
    }

    @Test func `a planner that never answers is given up, told and asked anew`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120 + 300)
        #expect(bench.count(.cannotAct) == 1 && bench.withdrawn == [RequestID(1)])
        bench.wait(60)
        #expect(bench.plans.count == 2)
    }
}
