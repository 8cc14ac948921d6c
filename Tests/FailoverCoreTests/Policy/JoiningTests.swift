import FailoverCore
import Testing

@Suite("FailoverPolicy: routes that move together")
struct JoiningTests {
    private let both = [PolicyBench.sip, PolicyBench.xmpp]

    /// Home dies for both protocols, XMPP that much later, and both are confirmed.
    private func bothDown(
        _ sip: RouteMode = .auto,
        _ xmpp: RouteMode = .auto,
        later: Double = 4,
        settings: PolicySettings = PolicySettings()
    ) -> PolicyBench {
        var bench = PolicyBench.ready([.sip(sip), .xmpp(xmpp)], settings: settings)
        bench.verdict(PolicyBench.home, .down, .sip)
        bench.wait(later)
        bench.verdict(PolicyBench.home, .down, .xmpp)
        bench.wait(120)
        return bench
    }

    private func routes(_ request: MoveRequest?) -> [RouteName] {
        request?.moves.map(\.route) ?? []
    }

    @Test func `two routes of a dead pool go in one plan and one run`() {
        var bench = bothDown()
        #expect(bench.plans.count == 1 && routes(bench.plans.first) == both)
        #expect(bench.status(PolicyBench.xmpp).phase == .planning)
        #expect(bench.status(PolicyBench.xmpp).request == bench.plans.first)
        bench.plan()
        #expect(bench.starts.map(\.authority) == [.automatic])
        #expect(bench.status(PolicyBench.xmpp).phase == .running)
        #expect(bench.status(PolicyBench.xmpp).run == RunID(1))
        bench.send(.runFinished(RequestID(1), .done))
        for route in both {
            #expect(bench.status(route).holder == PolicyBench.standby)
            #expect(bench.status(route).coolDownUntil != nil)
            #expect(bench.status(route).request == nil)
        }
        #expect(bench.plans.count == 1)
        #expect(
            bench.sentence(.runFinished)?.contains(
                "(sip: edgepool1.contoso.net → edgepool2.contoso.net, "
                    + "xmpp: edgepool1.contoso.net → edgepool2.contoso.net)"
            ) == true
        )
    }

    @Test func `the reason says what is known of each`() {
        let bench = bothDown()
        let words = bench.plans.first?.trigger.inWords ?? ""
        #expect(words.contains("edgepool1 SIP is down in this test"))
        #expect(words.contains("; xmpp: edgepool1 has been down for 2m: edgepool1 XMPP is down"))
    }

    @Test func `a rescue waits for the other leg's confirmation, and says so`() {
        var bench = PolicyBench.ready([.sip(.auto), .xmpp(.auto)])
        bench.verdict(PolicyBench.home, .down, .sip)
        bench.wait(10)
        bench.verdict(PolicyBench.home, .down, .xmpp)
        bench.wait(112)
        #expect(bench.plans.isEmpty)
        #expect(
            bench.status().reason.hasSuffix(
                "waits another 8s at most for the other routes of edgepool1, to go in one plan"
            )
        )
        bench.wait(8)
        #expect(routes(bench.plans.first) == both)
    }

    @Test(arguments: [10.5, 60])
    func `but never longer than ten seconds`(later: Double) {
        let bench = bothDown(later: later)
        #expect(routes(bench.plans.first) == [PolicyBench.sip])
    }

    @Test func `nor at all when the wait is set to nothing`() {
        let bench = bothDown(later: 1, settings: PolicySettings(joinWithin: .zero))
        #expect(routes(bench.plans.first) == [PolicyBench.sip])
    }

    @Test func `the other leg's recovery ends the wait`() {
        var bench = PolicyBench.ready([.sip(.auto), .xmpp(.auto)])
        bench.verdict(PolicyBench.home, .down, .sip)
        bench.wait(8)
        bench.verdict(PolicyBench.home, .down, .xmpp)
        bench.wait(113)
        #expect(bench.plans.isEmpty)
        bench.verdict(PolicyBench.home, .up, .xmpp)
        #expect(routes(bench.plans.first) == [PolicyBench.sip])
    }

    @Test func `what waits for a companion lends the lock to nobody`() {
        var bench = PolicyBench.ready([.sip(.auto), .xmpp(.auto), .media()])
        bench.verdict(PolicyBench.home, .down, .sip)
        bench.wait(8)
        bench.verdict(PolicyBench.home, .down, .xmpp)
        bench.wait(113)
        bench.send(
            .failoverOrdered(PolicyBench.media, to: nil, by: PolicyBench.anna, reason: "")
        )
        #expect(bench.plans.isEmpty)
        bench.wait(7)
        #expect(routes(bench.plans.first) == both)
    }

    @Test func `what comes home within seconds of each other comes home in one plan`() {
        var bench = bothDown()
        bench.plan()
        bench.send(.runFinished(RequestID(1), .done))
        for route in both { bench.send(.holder(route, .pool(PolicyBench.standby))) }
        bench.verdict(PolicyBench.home, .up, .sip)
        bench.wait(6)
        bench.verdict(PolicyBench.home, .up, .xmpp)
        bench.wait(1_797)
        #expect(bench.plans.count == 1)
        bench.wait(3)
        #expect(routes(bench.plans.last) == both)
        #expect(bench.plans.last?.direction == .failback)
    }

    @Test func `an automatic move never waits for another's approval`() {
        var bench = bothDown(.approve, .auto)
        #expect(bench.plans.map { routes($0) } == [[PolicyBench.sip]])
        bench.plan()
        #expect(bench.plans.map { routes($0) } == [[PolicyBench.sip], [PolicyBench.xmpp]])
        bench.plan()
        #expect(bench.starts.map { routes($0.request) } == [[PolicyBench.xmpp]])
    }

    @Test func `a plan that needs a person is taken apart, and what needs none goes on`() {
        var bench = bothDown()
        bench.send(.planned(RequestID(1), PolicyBench.plan, needsApproval: true))
        #expect(bench.starts.isEmpty && bench.withdrawn == [RequestID(1)])
        #expect(routes(bench.plans.last) == [PolicyBench.sip])
        bench.send(.planned(RequestID(2), PolicyBench.plan, needsApproval: true))
        #expect(bench.questions.map { routes($0) } == [[PolicyBench.sip]])
        bench.plan()
        #expect(bench.starts.map { routes($0.request) } == [[PolicyBench.xmpp]])
    }

    @Test func `a plan that the facts have overtaken is made anew for both`() {
        var bench = bothDown()
        bench.plan()
        bench.send(.planOvertaken(RequestID(1), reason: "edge21 died"))
        #expect(bench.plans.count == 2 && routes(bench.plans.last) == both)
    }

    @Test func `what blocks one of them does not block the other`() {
        var bench = bothDown()
        bench.send(.planRefused(RequestID(1), reasons: ["XMPP is not enabled there"]))
        #expect(bench.count(.cannotAct) == 0)
        bench.plan()
        #expect(bench.starts.map { routes($0.request) } == [[PolicyBench.sip]])
        bench.send(.runFinished(RequestID(2), .done))
        #expect(routes(bench.plans.last) == [PolicyBench.xmpp])
        bench.send(.planRefused(RequestID(3), reasons: ["XMPP is not enabled there"]))
        #expect(bench.count(.cannotAct) == 1)
    }

    @Test(arguments: [RunOutcome.stoppedUnchanged(reason: "a blocker"), .stuck(reason: "an undo")])
    func `a run that comes to nothing is tried alone, one that is stuck keeps both`(
        outcome: RunOutcome
    ) {
        var bench = bothDown()
        bench.plan()
        bench.send(.runFinished(RequestID(1), outcome))
        if case .stuck = outcome {
            #expect(bench.status(PolicyBench.xmpp).phase == .stuck)
            #expect(bench.plans.count == 1)
            bench.send(.lockReleased(by: PolicyBench.anna, reason: "put right by hand"))
            for route in both {
                #expect(bench.status(route).holder == nil)
                #expect(bench.status(route).coolDownUntil != nil)
            }
        } else {
            #expect(routes(bench.plans.last) == [PolicyBench.xmpp])
        }
    }

    @Test func `one question is asked for both, and one answer is enough`() {
        var bench = bothDown(.approve, .approve)
        bench.plan()
        #expect(bench.questions.count == 1 && routes(bench.questions.first) == both)
        #expect(bench.status(PolicyBench.xmpp).phase == .awaitingApproval)
        bench.approve()
        #expect(bench.starts.map { routes($0.request) } == [both])
    }

    @Test func `a no is a no for both`() {
        var bench = bothDown(.approve, .approve)
        bench.plan()
        bench.deny()
        #expect(both.map { bench.status($0).phase } == [.declined, .declined])
        bench.wait(1_700)
        #expect(bench.plans.count == 1)
        bench.wait(110)
        #expect(bench.plans.count == 2 && routes(bench.plans.last) == both)
    }

    @Test func `nobody's answer is nobody's answer for both`() {
        var bench = bothDown(.approve, .approve)
        bench.plan()
        bench.wait(1_800)
        #expect(both.map { bench.status($0).phase } == [.declined, .declined])
        #expect(bench.count(.approvalExpired) == 1)
    }

    @Test func `the recovery of one ends the question, and the other is asked about anew`() {
        var bench = bothDown(.approve, .approve)
        bench.plan()
        bench.verdict(PolicyBench.home, .up, .xmpp)
        #expect(bench.withdrawn == [RequestID(1)])
        #expect(bench.sentence(.approvalWithdrawn)?.contains("xmpp: edgepool1 is up again") == true)
        #expect(routes(bench.plans.last) == [PolicyBench.sip])
        #expect(bench.policy.reasonNotToBegin(RequestID(1)) == "request 1 has ended")
    }

    @Test func `a run does not begin once one of them is well`() {
        var bench = bothDown()
        bench.plan()
        #expect(bench.policy.reasonNotToBegin(RequestID(1)) == nil)
        bench.verdict(PolicyBench.home, .up, .xmpp)
        #expect(bench.policy.reasonNotToBegin(RequestID(1))?.hasPrefix("xmpp: ") == true)
    }

    @Test func `a pause of one route ends what was asked for both`() {
        var bench = bothDown(.approve, .approve)
        bench.plan()
        let anna = PolicyBench.anna
        bench.send(.paused(PolicyBench.xmpp, until: nil, by: anna, reason: "patch day"))
        #expect(bench.withdrawn == [RequestID(1)])
        #expect(routes(bench.plans.last) == [PolicyBench.sip])
    }

    @Test func `a restart in mid-run knows both`() {
        var bench = bothDown()
        bench.plan()
        let memory = bench.policy.memory(at: bench.now)
        bench.policy = FailoverPolicy(
            routes: [.xmpp(.auto), .sip(.auto)],
            memory: memory,
            at: bench.now
        )
        #expect(both.map { bench.status($0).run } == [RunID(1), RunID(1)])
        bench.send(.runFinished(RequestID(1), .done))
        for route in both {
            #expect(
                bench.policy.memory(at: bench.now).place(of: route)?.pool == PolicyBench.standby
            )
        }
    }

    @Test func `readings while a run moves both change neither`() {
        var bench = bothDown()
        bench.plan()
        bench.send(.holder(PolicyBench.xmpp, .pool(PolicyBench.standby)))
        #expect(bench.count(.foreignHolder) == 0)
    }

    // MARK: Orders

    private func order(
        _ name: RouteName,
        with others: [RouteName],
        to pool: FQDN? = nil
    ) -> PolicyEvent {
        .failoverOrdered(name, with: others, to: pool, by: PolicyBench.anna, reason: "patch day")
    }

    @Test func `a person moves two routes with one order and brings them home with another`() {
        var bench = PolicyBench.ready([.sip(), .xmpp()])
        bench.send(order(PolicyBench.xmpp, with: [PolicyBench.sip]))
        #expect(routes(bench.plans.first) == both.reversed())
        bench.plan()
        bench.approve()
        bench.send(.runFinished(RequestID(1), .done))
        for route in both { bench.send(.holder(route, .pool(PolicyBench.standby))) }
        bench.send(
            .failbackOrdered(
                PolicyBench.sip,
                with: [PolicyBench.xmpp],
                by: PolicyBench.anna,
                reason: "done"
            )
        )
        #expect(routes(bench.plans.last) == both)
        #expect(bench.plans.last?.direction == .failback)
    }

    @Test func `orders that cannot go together are refused with the reason`() {
        var bench = PolicyBench.ready([.sip(), .xmpp()])
        func code(_ event: PolicyEvent) -> RefusalCode? {
            bench.policy.refusal(of: event, at: bench.now)?.code
        }
        #expect(code(order(PolicyBench.sip, with: [PolicyBench.sip])) == .namedTwice)
        #expect(code(order(PolicyBench.sip, with: [RouteName("x")])) == .unknownRoute)
        bench.send(order(PolicyBench.sip, with: []))
        bench.plan()
        #expect(code(order(PolicyBench.xmpp, with: [PolicyBench.sip])) == .requestPending)
        bench.approve()
        bench.finish()
        #expect(code(order(PolicyBench.xmpp, with: [PolicyBench.sip])) == .notOneDirection)
    }

    @Test func `an order for a route that goes with another's request is refused`() {
        var bench = bothDown(.approve, .approve)
        bench.plan()
        let refusal = bench.policy.refusal(of: order(PolicyBench.xmpp, with: []), at: bench.now)
        #expect(refusal?.code == .requestPending)
        #expect(refusal?.sentence.contains("request 1 (sip: ") == true)
    }
}

extension PolicyMemory {
    fileprivate func place(of route: RouteName) -> Place? {
        routes.first { $0.route == route }?.place
    }
}
