import FailoverCore
import Testing

@Suite("FailoverPolicy: orders, pauses and other people's moves")
struct OperatorTests {
    private func order(to pool: FQDN? = nil) -> PolicyEvent {
        .failoverOrdered(PolicyBench.sip, to: pool, by: PolicyBench.anna, reason: "patch day")
    }

    private let failbackOrder = PolicyEvent.failbackOrdered(
        PolicyBench.sip,
        by: PolicyBench.anna,
        reason: ""
    )

    @Test(arguments: RouteMode.allCases)
    func `an order needs the approval of its plan in every mode`(mode: RouteMode) {
        var bench = PolicyBench.ready([.sip(mode)])
        bench.send(order())
        #expect(bench.plans.map(\.move.to) == [PolicyBench.standby])
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
        bench.approve()
        #expect(bench.starts.count == 1)
        bench.finish()
        #expect(bench.status().cause == .ordered)
    }

    @Test func `an ordered move stays until it is ordered back`() {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)])
        bench.send(order())
        bench.plan()
        bench.approve()
        bench.finish()
        bench.wait(7 * 86_400)
        #expect(bench.plans.count == 1 && bench.count(.failbackDue) == 0)
        #expect(bench.status().reason.contains("stays until a failback is ordered"))
        bench.send(failbackOrder)
        bench.plan()
        bench.approve()
        bench.finish()
        #expect(bench.status().holder == PolicyBench.home)
    }

    @Test func `ordered moves do not count as failovers`() {
        let settings = PolicySettings(coolDown: .seconds(1), maxFailovers: .init(count: 1))
        var bench = PolicyBench.ready([.sip(.auto)], settings: settings)
        for event in [order(), failbackOrder, order(), failbackOrder] {
            bench.send(event)
            bench.plan()
            bench.approve()
            bench.finish()
        }
        bench.wait(10)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.last?.authority == .automatic)
    }

    @Test func `orders that cannot be are refused with a reason`() {
        var bench = PolicyBench.ready()
        func code(_ event: PolicyEvent) -> RefusalCode? {
            bench.policy.refusal(of: event, at: bench.now)?.code
        }
        #expect(code(order(to: PolicyBench.home)) == .alreadyThere)
        #expect(code(order(to: PolicyBench.third)) == .notAPoolOfTheRoute)
        #expect(code(failbackOrder) == .alreadyThere)
        let nowhere = RouteName("nowhere")
        #expect(
            code(.failoverOrdered(nowhere, to: nil, by: PolicyBench.anna, reason: ""))
                == .unknownRoute
        )
        #expect(
            code(.paused(nowhere, until: nil, by: PolicyBench.anna, reason: "")) == .unknownRoute
        )
        #expect(code(.resumed(nil, by: PolicyBench.anna)) == .notPaused)
        #expect(code(.lockReleased(by: PolicyBench.anna, reason: "")) == .nothingStopped)
        #expect(code(.runResumed(RequestID(1), by: PolicyBench.anna)) == .nothingStopped)
        #expect(
            code(.holderAdopted(PolicyBench.sip, by: PolicyBench.anna, reason: ""))
                == .nothingToAdopt
        )
        #expect(code(order()) == nil)
        bench.verdict(PolicyBench.standby, .down)
        #expect(code(order()) == .targetNotUp)
        #expect(code(order(to: PolicyBench.standby)) == .targetNotUp)
        bench.send(order())
        #expect(bench.codes == [.orderRefused] && bench.plans.isEmpty)
        bench.send(.holder(PolicyBench.sip, .unknown("no Front End answers")))
        #expect(code(order()) == .holderNotKnown)
    }

    @Test func `a route never has two requests`() {
        var bench = PolicyBench.ready()
        bench.send(order())
        #expect(bench.policy.refusal(of: order(), at: bench.now)?.code == .requestPending)
        bench.send(order())
        #expect(bench.plans.count == 1 && bench.codes == [.orderRefused])
        bench.plan()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(600)
        #expect(bench.plans.count == 1)
    }

    @Test func `the holder's death does not wait for an order that nobody confirms`() {
        let pools = [PolicyBench.standby, PolicyBench.third]
        var bench = PolicyBench.ready([.sip(.auto, standby: pools)])
        bench.send(order(to: PolicyBench.third))
        bench.plan()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        #expect(bench.withdrawn == [RequestID(1)])
        bench.plan()
        #expect(bench.starts.map(\.request.move.to) == [PolicyBench.standby])
    }

    @Test func `an order whose plan is refused ends with the blockers`() {
        var bench = PolicyBench.ready()
        bench.send(order())
        bench.send(.planRefused(RequestID(1), reasons: ["no rights", "no certificate"]))
        #expect(bench.codes == [.cannotAct] && bench.status().phase == .watching)
        #expect(bench.sentence(.cannotAct)?.contains("no rights; no certificate") == true)
        bench.wait(86_400)
        #expect(bench.plans.count == 1)
    }

    @Test func `while paused nothing is automatic, and what was asked is withdrawn`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(100)
        let pause = PolicyEvent.paused(
            nil,
            until: bench.now + .seconds(3_600),
            by: PolicyBench.anna,
            reason: "network works"
        )
        bench.send(pause)
        #expect(bench.codes == [.pauseChanged])
        bench.wait(3_599)
        #expect(bench.plans.isEmpty && bench.status().phase == .paused)
        #expect(bench.status().pause == "paused by anna: network works")
        bench.wait(1)
        #expect(bench.codes == [.pauseChanged])
        #expect(bench.plans.count == 1)
        bench.send(.paused(PolicyBench.sip, until: nil, by: PolicyBench.anna, reason: ""))
        #expect(bench.withdrawn == [RequestID(1)])
        bench.plan()
        #expect(bench.starts.isEmpty)
    }

    @Test func `an order works while paused`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.send(.paused(nil, until: nil, by: PolicyBench.anna, reason: ""))
        bench.send(order())
        bench.plan()
        bench.approve()
        #expect(bench.starts.count == 1)
    }

    @Test func `a pause of everything and one of a route end apart`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.send(.paused(nil, until: nil, by: PolicyBench.anna, reason: "all"))
        bench.send(.paused(PolicyBench.sip, until: nil, by: PolicyBench.anna, reason: "sip"))
        bench.send(.resumed(nil, by: PolicyBench.anna))
        #expect(bench.sentence(.pauseChanged)?.contains("still paused: route sip") == true)
        #expect(bench.status().phase == .paused)
        bench.send(.resumed(PolicyBench.sip, by: PolicyBench.anna))
        #expect(bench.status().phase == .watching)
    }

    @Test func `a holder that changed without a run of ours stops everything until it returns`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        #expect(bench.codes == [.foreignHolder] && bench.status().phase == .foreignHolder)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        #expect(bench.codes.isEmpty)
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty)
        bench.verdict(PolicyBench.standby, .up)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        #expect(bench.codes == [.foreignHolder] && bench.status().phase == .watching)
    }

    @Test func `an adopted holder stays where the person put it`() {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)])
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        bench.send(.holderAdopted(PolicyBench.sip, by: PolicyBench.anna, reason: "planned"))
        #expect(bench.status().holder == PolicyBench.standby && bench.status().cause == .ordered)
        bench.wait(86_400)
        #expect(bench.plans.isEmpty)
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(120)
        #expect(bench.plans.map(\.move.to) == [PolicyBench.home])
    }

    @Test func `something that is no pool of the route cannot be adopted`() {
        var bench = PolicyBench.ready()
        bench.send(.holder(PolicyBench.sip, .foreign("edgepool1 and edgepool2 at once")))
        let adopt = PolicyEvent.holderAdopted(PolicyBench.sip, by: PolicyBench.anna, reason: "")
        #expect(bench.policy.refusal(of: adopt, at: bench.now)?.code == .nothingToAdopt)
    }

    @Test func `a foreign holder withdraws what was asked`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        #expect(bench.withdrawn == [RequestID(1)])
    }

    @Test func `without a holder nothing is done, and that is told when the pool is down`() {
        var bench = PolicyBench([.sip(.auto)])
        bench.verdict(PolicyBench.standby, .up)
        bench.verdict(PolicyBench.home, .down)
        #expect(bench.codes == [.routeDown])
        bench.wait(3_600)
        #expect(bench.plans.isEmpty && bench.count(.cannotAct) == 1)
        bench.send(.holder(PolicyBench.sip, .unknown("no Front End answers")))
        #expect(bench.status().reason.contains("no Front End answers"))
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        #expect(bench.plans.count == 1)
    }

    @Test func `readings while a run moves the route are not foreign`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.send(.holder(PolicyBench.sip, .foreign("two at once")))
        #expect(bench.codes.isEmpty)
        bench.finish()
        #expect(bench.count(.foreignHolder) == 0)
        #expect(bench.status().holder == PolicyBench.standby)
    }
}
