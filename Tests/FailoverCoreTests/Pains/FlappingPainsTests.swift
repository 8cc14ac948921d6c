import FailoverCore
import Testing

/// What users of other failover systems suffered, as stories of the policy that end well here.
///
/// The numbers are those of docs/decisions.md.
@Suite("Pains of peers: limits against flapping, and grace")
struct FlappingPainsTests {
    private let home = PolicyBench.home
    private let standby = PolicyBench.standby

    @Test func `pain 1: the limits against flapping never refuse the only rescue`() {
        let settings = PolicySettings(maxFailovers: .init(count: 1))
        var bench = PolicyBench.ready([.sip(.auto)], settings: settings)
        bench.failOver()
        bench.verdict(home, .up)
        bench.verdict(standby, .down)
        bench.wait(120)
        #expect(bench.plans.last?.move.to == home, "planned at once, cool-down or not")
        bench.plan()
        #expect(bench.questions.count == 1, "asked at once, not refused")
        bench.approve()
        #expect(bench.starts.last?.request.move.to == home)
    }

    @Test func `pain 1: a recovery that never changed anything does not count as recent`() {
        let settings = PolicySettings(maxFailovers: .init(count: 1))
        var bench = PolicyBench.ready([.sip(.auto)], settings: settings)
        bench.verdict(home, .down)
        bench.wait(120)
        bench.plan()
        bench.send(
            .runFinished(RequestID(1), .stoppedUnchanged(reason: "the endpoint went away"))
        )
        #expect(bench.status().coolDownUntil == nil)
        bench.wait(60)
        bench.plan()
        #expect(bench.starts.map(\.authority) == [.automatic, .automatic])
    }

    @Test(arguments: [false, true])
    func `pain 2: no limit that runs out ever begins a second run beside the first`(
        diesMeanwhile: Bool
    ) {
        var bench = PolicyBench.ready([.sip(.auto, standby: [standby, PolicyBench.third])])
        bench.verdict(home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.count == 1)
        if diesMeanwhile { bench.verdict(standby, .down) }
        // Cool-down, counts, approval and planning time-outs all run out several times.
        for _ in 0..<72 {
            bench.wait(3_600)
            bench.send(.tick)
        }
        #expect(bench.starts.count == 1 && bench.plans.count == 1)
        #expect(bench.status().phase == .running)
    }

    @Test func `pain 2: a run that stopped keeps the lock for days, over a restart too`() {
        var bench = PolicyBench.ready([.sip(.auto), .xmpp(.auto)])
        bench.verdict(home, .down)
        bench.wait(131)
        bench.plan()
        bench.send(.runFinished(RequestID(1), .stopped(reason: "step 3 failed")))
        let memory = bench.policy.memory(at: bench.now)
        var later = PolicyBench(
            [.sip(.auto), .xmpp(.auto)],
            memory: memory.aged(by: .seconds(259_200))
        )
        for kind in [RouteKind.sip, .xmpp] {
            later.verdict(home, .down, kind)
            later.verdict(standby, .up, kind)
        }
        later.send(.holder(PolicyBench.sip, .pool(home)))
        later.send(.holder(PolicyBench.xmpp, .pool(home)))
        later.wait(86_400)
        #expect(later.starts.isEmpty && later.plans.isEmpty)
        #expect(later.count(.cannotAct) >= 1, "people are told that the lock is in the way")
    }

    @Test(arguments: [15.0, 30, 119])
    func `pain 3: a planned restart that is over within the grace moves nothing`(seconds: Double) {
        var bench = PolicyBench.ready([.sip(.auto)])
        for _ in 0..<10 {
            bench.verdict(home, .down)
            bench.wait(seconds)
            bench.verdict(home, .up)
            bench.wait(300)
        }
        #expect(bench.plans.isEmpty && bench.starts.isEmpty)
    }

    @Test func `pain 3: a backup window that was announced moves nothing and asks nobody`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        let end = bench.now + .seconds(7_200)
        bench.send(
            .maintenanceAdded(.pool(home), until: end, by: PolicyBench.anna, reason: "backup")
        )
        bench.verdict(home, .down)
        bench.wait(7_199)
        #expect(bench.plans.isEmpty && bench.questions.isEmpty)
        // It ends by itself: nobody has to remember it.
        bench.wait(1)
        bench.plan()
        #expect(bench.starts.map(\.request.move.to) == [standby])
    }

    @Test func `pain 6: an acknowledgement unblocks at once`() {
        let settings = PolicySettings(maxFailovers: .init(count: 1))
        var bench = PolicyBench.ready([.sip(.auto)], settings: settings)
        bench.failOver()
        bench.verdict(home, .up)
        bench.verdict(standby, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.questions.count == 1 && bench.starts.count == 1)
        bench.send(
            .coolDownAcknowledged(PolicyBench.sip, by: PolicyBench.anna, reason: "it was the link")
        )
        bench.plan()
        #expect(bench.starts.map(\.authority) == [.automatic, .automatic])
    }

    @Test func `pain 15: a pool that flaps asks people instead of moving again and again`() {
        let settings = PolicySettings(coolDown: .zero, maxFailovers: .init(count: 99))
        var bench = PolicyBench.ready([.sip(.auto)], settings: settings)
        for _ in 0..<4 {
            bench.verdict(home, .down)
            bench.wait(10)
            bench.verdict(home, .up)
            bench.wait(10)
        }
        bench.verdict(home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
        #expect(bench.sentence(.approvalWanted)?.contains("went down or came up") == true)
    }

    @Test func `pain 7: a run is neither ended nor begun again by whatever comes next`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(home, .down)
        bench.wait(120)
        bench.plan()
        let run = bench.starts.count
        for verdict in [VerdictClass.up, .down, .degraded, .unknown, .down, .up] {
            bench.verdict(home, verdict)
            bench.verdict(standby, verdict)
            bench.wait(400)
        }
        bench.send(.planned(RequestID(1), PolicyBench.otherPlan))
        bench.send(.approved(RequestID(1), PolicyBench.plan, by: PolicyBench.anna))
        bench.send(.denied(RequestID(1), by: PolicyBench.anna, reason: ""))
        #expect(bench.starts.count == run && bench.withdrawn.isEmpty)
        #expect(bench.status().phase == .running)
        bench.finish()
        #expect(bench.status().holder == standby)
    }

    @Test func `pain 9: a home that returns does not knock out the pool that took over`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.failOver()
        let starts = bench.starts.count
        bench.verdict(home, .up)
        bench.wait(1_799)
        #expect(bench.status().holder == standby && bench.plans.count == 1)
        bench.wait(1)
        bench.plan()
        #expect(bench.starts.count == starts, "not even after the soak, without a person's yes")
        #expect(bench.questions.last?.direction == .failback)
    }

    @Test func `pain 9: with two sites and one view, an unseen pool is never a dead one`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(home, .unknown)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty)
    }

    @Test func `pain 14: when everything is down nothing opens, closes or moves`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(standby, .down)
        bench.verdict(home, .down)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty && bench.starts.isEmpty)
        #expect(bench.count(.cannotAct) == 1)
        #expect(bench.status().phase == .blocked)
    }
}
