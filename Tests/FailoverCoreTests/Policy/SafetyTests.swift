import FailoverCore
import Testing

/// The sentences of the design's section "What it must never do", as far as the policy answers for
/// them.
@Suite("FailoverPolicy: what it must never do")
struct SafetyTests {
    @Test func `5.1 never two runs at once on one topology`() {
        var bench = PolicyBench.ready([.sip(.auto), .xmpp(.auto)])
        bench.verdict(PolicyBench.home, .down, .sip)
        bench.wait(60)
        bench.verdict(PolicyBench.home, .down, .xmpp)
        bench.wait(60)
        bench.plan()
        bench.wait(90 * 86_400)
        #expect(bench.starts.count == 1 && bench.plans.count == 1)
        bench.send(.runFinished(RequestID(1), .done))
        bench.plan()
        #expect(bench.starts.count == 2)
    }

    @Test(arguments: [VerdictClass.down, .unknown])
    func `5.2 never to a pool that is not up`(verdict: VerdictClass) {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.standby, verdict)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty && bench.count(.cannotAct) == 1)
    }

    @Test func `5.2 never automatically to a degraded pool`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.verdict(PolicyBench.standby, .degraded)
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
    }

    @Test func `5.3 never automatically on stale evidence`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(60)
        bench.verdict(PolicyBench.home, .unknown)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty)
    }

    @Test func `5.4 in approve never without an approval of that very plan`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.wait(1_000)
        #expect(bench.starts.isEmpty)
        bench.approve(PolicyBench.otherPlan)
        #expect(bench.starts.isEmpty)
    }

    @Test func `5.4 never on an expired approval`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.wait(1_800)
        bench.approve()
        #expect(bench.starts.isEmpty && bench.count(.orderRefused) == 1)
    }

    @Test func `5.4 an approval doesn't carry over to the next request`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.send(.approved(RequestID(1), PolicyBench.plan, by: PolicyBench.anna))
        #expect(bench.starts.isEmpty)
    }

    @Test func `5.5 what is no longer needed is withdrawn`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.verdict(PolicyBench.home, .up)
        #expect(bench.count(.approvalWithdrawn) == 1 && bench.withdrawn == [RequestID(1)])
        bench.wait(86_400)
        #expect(bench.questions.count == 1)
    }

    @Test func `5.6 never more automatic failovers than allowed`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        var holder = PolicyBench.home
        var other = PolicyBench.standby
        for _ in 0..<12 {
            bench.verdict(holder, .down)
            bench.wait(120)
            bench.plan()
            if bench.starts.last?.request.id == bench.plans.last?.id { bench.finish() }
            bench.verdict(holder, .up)
            bench.wait(1_800)
            if bench.starts.last?.request.move.to == other { (holder, other) = (other, holder) }
        }
        let automatic = bench.starts.filter { $0.authority == .automatic }
        #expect(automatic.count == 2)
    }

    @Test func `5.6 never back before the soak`() {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)])
        bench.failOver()
        bench.wait(86_400)
        for _ in 0..<20 {
            bench.verdict(PolicyBench.home, .up)
            bench.wait(1_799)
            bench.verdict(PolicyBench.home, .down)
            bench.wait(1)
        }
        #expect(bench.plans.count == 1)
    }

    @Test func `5.6 never refuses the only rescue: soak, cool-down and failback mode do not apply`()
    {
        var bench = PolicyBench.ready([.sip(.auto, failback: .observe)])
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.questions.map(\.move.to) == [PolicyBench.home])
        bench.approve()
        #expect(bench.starts.count == 2)
    }

    @Test func `5.7 a run whose end is not told is never taken for done or lost`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        bench.wait(86_400)
        #expect(bench.status().phase == .running && bench.count(.runFinished) == 0)
        #expect(bench.policy.memory(at: bench.now).routes.first?.run?.request.id == RequestID(1))
    }

    @Test func `5.8 every stop, refusal and time-out is told with a reason`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.send(.planRefused(RequestID(1), reasons: ["the store is dead"]))
        #expect(bench.sentence(.cannotAct)?.contains("the store is dead") == true)
        bench.wait(60)
        bench.plan()
        bench.wait(1_800)
        #expect(bench.sentence(.approvalExpired)?.contains("within 30m") == true)
        bench.wait(1_800)
        bench.plan()
        bench.approve()
        bench.send(.runNotStarted(RequestID(3), reason: "the journal is full"))
        #expect(bench.sentence(.cannotAct)?.contains("the journal is full") == true)
        bench.wait(60)
        bench.plan()
        bench.approve()
        bench.finish(.stopped(reason: "DNS refused"))
        #expect(bench.sentence(.stepFailed)?.contains("DNS refused") == true)
    }

    @Test func `5.9 never overwrites what someone else changed`() {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)])
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        bench.wait(86_400)
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty)
    }

    @Test func `the failover begins within confirmFor once the evidence stands, if allowed to`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.wait(12_345)
        bench.verdict(PolicyBench.home, .down)
        let since = bench.now
        #expect(bench.policy.nextDeadline == since + .seconds(120))
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.count == 1)
    }
}
