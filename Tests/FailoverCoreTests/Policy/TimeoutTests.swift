import FailoverCore
import Testing

@Suite("FailoverPolicy: nobody answers, and acknowledged cool-downs")
struct TimeoutTests {
    private func unanswered(
        _ onTimeout: OnTimeout?,
        settings: PolicySettings = PolicySettings(),
        _ before: (inout PolicyBench) -> Void = { _ in }
    ) -> PolicyBench {
        var route = FederationRoute.sip()
        route.onTimeout = onTimeout
        var bench = PolicyBench.ready([route], settings: settings)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        before(&bench)
        bench.wait(1_800)
        return bench
    }

    @Test(arguments: [nil, OnTimeout.hold])
    func `by default an unanswered failover holds`(onTimeout: OnTimeout?) {
        var bench = unanswered(onTimeout)
        #expect(bench.status().phase == .declined)
        #expect(
            bench.sentence(.approvalExpired)?
                .hasSuffix("if it is still needed, it is asked again in 30m") == true
        )
        bench.wait(1_799)
        #expect(bench.plans.count == 1)
    }

    @Test func `with proceed it goes on as an automatic decision, recorded as such`() {
        var bench = unanswered(.proceed)
        #expect(
            bench.sentence(.approvalExpired)?.hasSuffix(
                "within 30m; on_timeout is proceed: it goes on as an automatic decision"
            ) == true
        )
        #expect(bench.plans.count == 2)
        #expect(
            bench.plans.last?.trigger.inWords.hasPrefix(
                "request 1 was not answered within 30m; on_timeout is proceed: it goes on as an "
                    + "automatic decision; edgepool1 has been down for 32m"
            ) == true
        )
        bench.plan()
        #expect(bench.starts.map(\.authority) == [.automatic])
        #expect(bench.questions.count == 1)
    }

    @Test func `an answer in time is an answer`() {
        var bench = unanswered(.proceed) { $0.approve() }
        #expect(bench.starts.count == 1)
        guard case .approved? = bench.starts.first?.authority else {
            Issue.record("not approved")
            return
        }
        bench = unanswered(.proceed) { $0.deny() }
        #expect(bench.starts.isEmpty && bench.count(.approvalExpired) == 0)
    }

    @Test func `proceed obeys the rules for auto: a degraded target holds`() {
        let bench = unanswered(.proceed) { $0.verdict(PolicyBench.standby, .degraded) }
        #expect(bench.status().phase == .declined)
        #expect(
            bench.sentence(.approvalExpired)?.contains(
                "on_timeout is proceed, but an automatic failover of route sip would not be allowed "
                    + "now (the target is degraded and no other pool is up); if it is still needed"
            ) == true
        )
    }

    @Test func `proceed obeys the rules for auto: counts hold`() {
        let none = PolicySettings(maxFailovers: .init(count: 0))
        let bench = unanswered(.proceed, settings: none)
        #expect(bench.status().phase == .declined && bench.starts.isEmpty)
        #expect(bench.sentence(.approvalExpired)?.contains("0 failovers within 1d") == true)
    }

    @Test func `proceed obeys the rules for auto: a plan that needs a person is asked again`() {
        var bench = unanswered(.proceed)
        guard let request = bench.plans.last else { return }
        bench.send(.planned(request.id, PolicyBench.plan, needsApproval: true))
        #expect(bench.starts.isEmpty && bench.questions.count == 2)
    }

    @Test func `a failback that nobody answered holds, whatever on_timeout says`() {
        var route = FederationRoute.sip()
        route.onTimeout = .proceed
        var bench = PolicyBench.ready([route])
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        bench.wait(3_600)
        bench.plan()
        bench.wait(1_800)
        #expect(bench.status().phase == .declined && bench.starts.count == 1)
    }

    @Test func `proceed ends with the situation`() {
        var bench = unanswered(.proceed)
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 2)
    }

    // MARK: Acknowledged

    @Test func `an acknowledged cool-down ends, and what was counted counts no more`() {
        let settings = PolicySettings(maxFailovers: .init(count: 1))
        var bench = PolicyBench.ready([.sip(.auto)], settings: settings)
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.questions.count == 1 && bench.starts.count == 1)
        let ack = PolicyEvent.coolDownAcknowledged(
            PolicyBench.sip,
            by: PolicyBench.anna,
            reason: "a switch was replaced"
        )
        bench.send(ack)
        #expect(
            bench.sentence(.coolDownEnded)
                == "anna ended the cool-down of route sip, and its failovers so far count no more: "
                + "a switch was replaced"
        )
        #expect(bench.status().coolDownUntil == nil)
        bench.plan()
        #expect(bench.starts.map(\.authority) == [.automatic, .automatic])
        #expect(bench.policy.memory(at: bench.now).routes[0].failoverAges.isEmpty)
    }

    @Test func `where nothing cools down there is nothing to acknowledge`() {
        let bench = PolicyBench.ready()
        for (route, code) in [
            (PolicyBench.sip, RefusalCode.nothingToAcknowledge), (RouteName("sib"), .unknownRoute),
        ] {
            let ack = PolicyEvent.coolDownAcknowledged(route, by: PolicyBench.anna, reason: "x")
            #expect(bench.policy.refusal(of: ack, at: bench.now)?.code == code)
        }
    }

    @Test func `a run that has not ended keeps the lock through any time and acknowledgement`() {
        var bench = PolicyBench.ready([.sip(.auto), .xmpp(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(140)
        bench.plan()
        bench.wait(1_000_000)
        let ack = PolicyEvent.coolDownAcknowledged(
            PolicyBench.sip,
            by: PolicyBench.anna,
            reason: "x"
        )
        bench.send(ack)
        bench.verdict(PolicyBench.home, .down, .xmpp)
        bench.wait(100_000)
        #expect(bench.starts.count == 1 && bench.status().phase == .running)
    }
}
