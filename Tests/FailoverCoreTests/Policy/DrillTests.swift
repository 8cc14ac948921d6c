import FailoverCore
import Testing

@Suite("FailoverPolicy: drills and rehearsals")
struct DrillTests {
    private let anna = PolicyBench.anna

    private func failover(isDrill: Bool = true) -> PolicyEvent {
        .failoverOrdered(PolicyBench.sip, to: nil, by: anna, reason: "autumn", isDrill: isDrill)
    }

    private var failback: PolicyEvent {
        .failbackOrdered(PolicyBench.sip, by: anna, reason: "autumn", isDrill: true)
    }

    private func rehearsal(
        _ direction: MoveDirection = .failover,
        to pool: FQDN? = nil
    ) -> PolicyEvent {
        .rehearsalOrdered(PolicyBench.sip, to: pool, direction, by: anna, reason: "")
    }

    @Test func `a drill goes there and back at once, each half approved`() {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)])
        for event in [failover(), failback] {
            bench.send(event)
            bench.plan()
            #expect(bench.questions.last?.id == bench.plans.last?.id)
            #expect(bench.plans.last?.trigger.isDrill == true)
            bench.approve()
            bench.finish()
        }
        #expect(bench.starts.count == 2 && bench.status().holder == PolicyBench.home)
        #expect(bench.now == .at(0))
    }

    @Test func `a drill holds like an operator's move`() {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)])
        bench.send(failover())
        bench.plan()
        bench.approve()
        bench.finish()
        #expect(bench.status().cause == .ordered)
        bench.wait(7 * 86_400)
        #expect(bench.plans.count == 1)
    }

    @Test func `a drill counts for nothing: afterwards a rescue is automatic at once`() {
        let settings = PolicySettings(maxFailovers: .init(count: 1))
        var bench = PolicyBench.ready([.sip(.auto)], settings: settings)
        for event in [failover(), failback] {
            bench.send(event)
            bench.plan()
            bench.approve()
            bench.finish()
        }
        #expect(bench.status().coolDownUntil == nil)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.last?.authority == .automatic)
    }

    @Test(arguments: RouteMode.allCases)
    func `a rehearsal needs nobody's yes, even for a plan that does`(mode: RouteMode) {
        var bench = PolicyBench.ready([.sip(mode)])
        bench.send(rehearsal())
        bench.send(.planned(RequestID(1), PolicyBench.plan, needsApproval: true))
        #expect(bench.questions.isEmpty)
        #expect(bench.starts.map(\.authority) == [.rehearsal(by: anna)])
        #expect(bench.starts.first?.request.trigger.isRehearsal == true)
        #expect(bench.status().reason.hasPrefix("the rehearsal of request 1"))
    }

    @Test(arguments: [
        RunOutcome.rehearsed, .stoppedUnchanged(reason: "no rights"), .done,
        .stopped(reason: "no rights"), .stuck(reason: "x"), .aborted(reason: "x"),
    ])
    func `a rehearsal touches neither holder nor cool-down, and leaves the lock`(
        outcome: RunOutcome
    ) {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.send(rehearsal())
        bench.plan()
        bench.send(.runFinished(RequestID(1), outcome))
        #expect(bench.codes == [outcome == .rehearsed ? .runFinished : .stepFailed])
        #expect(bench.status().holder == PolicyBench.home && bench.status().phase == .watching)
        #expect(bench.status().coolDownUntil == nil)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.last?.authority == .automatic)
    }

    @Test func `while a rehearsal runs it has the lock`() {
        var bench = PolicyBench.ready([.sip(.auto), .xmpp(.auto)])
        bench.send(rehearsal())
        bench.plan()
        bench.verdict(PolicyBench.home, .down, .xmpp)
        bench.wait(120)
        #expect(bench.plans.count == 1)
        bench.send(.runFinished(RequestID(1), .rehearsed))
        #expect(bench.plans.map(\.move.route) == [PolicyBench.sip, PolicyBench.xmpp])
    }

    @Test func `a rehearsal is refused where the move would be`() {
        var bench = PolicyBench.ready()
        func code(_ event: PolicyEvent) -> RefusalCode? {
            bench.policy.refusal(of: event, at: bench.now)?.code
        }
        #expect(code(rehearsal(.failback)) == .alreadyThere)
        #expect(code(rehearsal(to: PolicyBench.third)) == .notAPoolOfTheRoute)
        bench.verdict(PolicyBench.standby, .down)
        #expect(code(rehearsal()) == .targetNotUp)
    }

    @Test func `a rehearsal is not begun while nothing is known of the target`() {
        var bench = PolicyBench.ready()
        bench.send(rehearsal())
        bench.verdict(PolicyBench.standby, .unknown)
        bench.plan()
        #expect(bench.starts.isEmpty && bench.status().phase == .watching)
        #expect(bench.sentence(.cannotAct)?.contains("cannot be rehearsed now") == true)
    }

    @Test func `a rehearsal whose plan is refused ends with the blockers`() {
        var bench = PolicyBench.ready()
        bench.send(rehearsal())
        bench.send(.planRefused(RequestID(1), reasons: ["no rights"]))
        #expect(bench.codes == [.cannotAct] && bench.status().phase == .watching)
    }
}
