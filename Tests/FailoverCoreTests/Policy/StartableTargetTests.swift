import FailoverCore
import Testing

@Suite("FailoverPolicy: targets that a plan has to start or enable")
struct StartableTargetTests {
    /// Home is down for two minutes, and the standby's own leg too.
    private func outage(
        _ route: FederationRoute,
        _ legs: [LegKind: VerdictClass]
    ) -> PolicyBench {
        var bench = PolicyBench.ready([route])
        for pool in route.standby { bench.verdict(pool, .down, route.kind) }
        for (leg, verdict) in legs.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            bench.verdict(PolicyBench.standby, verdict, leg: leg)
        }
        bench.verdict(PolicyBench.home, .down, route.kind)
        bench.wait(120)
        return bench
    }

    @Test(arguments: [RouteMode.approve, .auto])
    func `the only target of a strict_single route is enabled by the plan, with a yes`(
        mode: RouteMode
    ) {
        var bench = outage(.sip(mode, flag: .strictSingle), [.access: .up])
        #expect(bench.plans.map(\.move.to) == [PolicyBench.standby])
        #expect(bench.count(.cannotAct) == 0)
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
        #expect(bench.sentence(.approvalWanted)?.contains("does not serve yet") == true)
        bench.approve()
        #expect(bench.starts.count == 1)
        #expect(bench.policy.reasonNotToBegin(RequestID(1)) == nil)
        bench.finish()
        #expect(bench.status().holder == PolicyBench.standby)
    }

    @Test(arguments: [VerdictClass.down, .unknown])
    func `a target whose host shows no life is none`(verdict: VerdictClass) {
        let bench = outage(.sip(.auto, flag: .strictSingle), [.access: verdict])
        #expect(bench.plans.isEmpty && bench.count(.cannotAct) == 1)
    }

    @Test func `a pre-staged route wants a target that serves`() {
        let bench = outage(.sip(.auto), [.access: .up])
        #expect(bench.plans.isEmpty && bench.count(.cannotAct) == 1)
    }

    @Test(arguments: [LegKind.sip, .access], [nil, EdgeServices.xmppOnly, .documented])
    func `an XMPP target whose services the plan starts is offered`(
        leg: LegKind,
        services: EdgeServices?
    ) {
        var bench = outage(.xmpp(.auto, services: services), [leg: .up])
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.map(\.move.to) == [PolicyBench.standby])
    }

    @Test func `an XMPP target whose services are left alone has to answer`() {
        let bench = outage(.xmpp(.auto, services: .untouched), [.sip: .up, .access: .up])
        #expect(bench.plans.isEmpty)
    }

    @Test func `a media target has to answer`() {
        let bench = outage(.media(.auto), [.sip: .up, .access: .up])
        #expect(bench.plans.isEmpty && bench.count(.cannotAct) == 1)
    }

    @Test func `a pool that serves is preferred, and supersedes the question`() {
        let pools = [PolicyBench.standby, PolicyBench.third]
        var bench = outage(
            .sip(.auto, standby: pools, flag: .strictSingle),
            [.access: .up]
        )
        bench.plan()
        #expect(bench.questions.map(\.move.to) == [PolicyBench.standby])
        bench.verdict(PolicyBench.third, .up)
        #expect(bench.withdrawn == [RequestID(1)])
        bench.plan()
        #expect(bench.starts.map(\.request.move.to) == [PolicyBench.third])
        #expect(bench.starts.map(\.authority) == [.automatic])
    }

    @Test func `when the host dies too, what was asked is withdrawn`() {
        var bench = outage(.sip(.approve, flag: .strictSingle), [.access: .up])
        bench.plan()
        bench.verdict(PolicyBench.standby, .down, leg: .access)
        #expect(bench.withdrawn == [RequestID(1)] && bench.status().phase == .blocked)
    }

    @Test func `an order to such a target is taken`() {
        var bench = PolicyBench.ready([.sip(flag: .strictSingle)])
        bench.verdict(PolicyBench.standby, .down)
        let order = PolicyEvent.failoverOrdered(
            PolicyBench.sip,
            to: PolicyBench.standby,
            by: PolicyBench.anna,
            reason: ""
        )
        #expect(bench.policy.refusal(of: order, at: bench.now)?.code == .targetNotUp)
        bench.verdict(PolicyBench.standby, .up, leg: .access)
        #expect(bench.policy.refusal(of: order, at: bench.now) == nil)
        bench.send(order)
        #expect(bench.plans.count == 1)
    }

    @Test func `nobody is alarmed by a standby that is down by design`() {
        var bench = PolicyBench([.sip(flag: .strictSingle)])
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(5)
        bench.verdict(PolicyBench.standby, .up, leg: .access)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        bench.wait(3_600)
        #expect(bench.count(.standbyDown) == 0)
        bench.verdict(PolicyBench.standby, .down, leg: .access)
        bench.wait(60)
        #expect(bench.count(.standbyDown) == 1)
    }

    @Test(arguments: [
        (FederationFlag.strictSingle, Fence.off, LegKind.access),
        (.preStaged, .accessEdge, .media),
    ])
    func `a home that its plan enables or unfences comes back after the soak, with a yes`(
        flag: FederationFlag,
        fence: Fence,
        leg: LegKind
    ) {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto, flag: flag, fence: fence)])
        bench.failOver()
        bench.wait(3_600)
        #expect(bench.plans.count == 1)
        bench.verdict(PolicyBench.home, .up, leg: leg)
        #expect(bench.status().phase == .soaking)
        bench.wait(1_799)
        #expect(bench.plans.count == 1)
        bench.wait(1)
        #expect(bench.plans.map(\.move.to) == [PolicyBench.standby, PolicyBench.home])
        #expect(bench.plans.last?.trigger.inWords.contains("edgepool1's \(leg.label)") == true)
        bench.plan()
        #expect(bench.starts.count == 1 && bench.questions.count == 1)
        bench.approve()
        #expect(bench.starts.count == 2)
    }

    @Test func `a fenced home may be ordered back without evidence`() {
        var bench = PolicyBench.ready([.sip(fence: .accessEdge)])
        bench.failOver()
        bench.wait(1_800)
        bench.send(.failbackOrdered(PolicyBench.sip, by: PolicyBench.anna, reason: ""))
        #expect(bench.plans.map(\.move.to) == [PolicyBench.standby, PolicyBench.home])
        bench.plan()
        bench.approve()
        #expect(bench.starts.count == 2)
    }
}
