import FailoverCore
import Foundation
import Testing

@Suite("FailoverPolicy: overrides and what an approval is bound to")
struct OverrideTests {
    private static let why = "nobody can wait"

    private func order(_ rules: OverrideRule..., because reason: String = why) -> PolicyEvent {
        .failoverOrdered(
            PolicyBench.sip,
            to: nil,
            by: PolicyBench.anna,
            reason: "",
            overriding: rules.isEmpty ? nil : Overrides(rules, reason: reason)
        )
    }

    private func failback(_ rules: OverrideRule...) -> PolicyEvent {
        .failbackOrdered(
            PolicyBench.sip,
            by: PolicyBench.anna,
            reason: "",
            overriding: rules.isEmpty ? nil : Overrides(rules, reason: Self.why)
        )
    }

    /// Home is down, and a question waits.
    private func asked() -> PolicyBench {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        return bench
    }

    // MARK: Orders

    @Test func `an order to a pool that is not ready has to name that rule`() {
        var bench = PolicyBench.ready()
        bench.read(.rights, .notReady)
        let refusal = bench.policy.refusal(of: order(), at: bench.now)
        #expect(refusal?.code == .overrideNeeded)
        #expect(refusal?.sentence.contains("rights not ready: rights is not_ready") == true)
        #expect(refusal?.sentence.contains("--override not-ready --reason") == true)
        bench.send(order(.notReady))
        #expect(bench.plans.count == 1)
        bench.plan()
        #expect(bench.sentence(.approvalWanted)?.contains(Self.why) == true)
        bench.approve()
        #expect(bench.starts.count == 1)
        #expect(bench.starts.first?.request.overrides.map(\.rule) == [.notReady])
        #expect(bench.sentence(.runStarted)?.contains("anna overrides not-ready") == true)
    }

    @Test(arguments: [VerdictClass.degraded, .down, .unknown])
    func `an order to a pool that is not up has to name that rule`(verdict: VerdictClass) {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.standby, verdict)
        let event = PolicyEvent.failoverOrdered(
            PolicyBench.sip,
            to: PolicyBench.standby,
            by: PolicyBench.anna,
            reason: ""
        )
        #expect(bench.policy.refusal(of: event, at: bench.now)?.code == .targetNotUp)
        let named = PolicyEvent.failoverOrdered(
            PolicyBench.sip,
            to: PolicyBench.standby,
            by: PolicyBench.anna,
            reason: "",
            overriding: Overrides([.notUp], reason: Self.why)
        )
        bench.send(named)
        bench.plan()
        bench.approve()
        #expect(bench.starts.count == 1)
        #expect(bench.policy.reasonNotToBegin(RequestID(1)) == nil)
    }

    @Test func `a rule is not broken without a reason`() {
        let bench = PolicyBench.ready()
        let refusal = bench.policy.refusal(of: order(.notReady, because: ""), at: bench.now)
        #expect(refusal?.code == .reasonMissing)
    }

    @Test func `a rule that nothing broke is taken and noted`() {
        var bench = PolicyBench.ready()
        bench.send(order(.notReady))
        #expect(bench.plans.first?.overrides.first?.breaks == nil)
        #expect(bench.plans.first?.overrides.first?.description.contains("not needed") == true)
        bench.plan()
        bench.approve()
        #expect(bench.starts.count == 1)
    }

    @Test func `an ordered failback waits for soak and cool-down unless it names them`() {
        var bench = PolicyBench.ready()
        bench.failOver()
        bench.verdict(PolicyBench.home, .up)
        let refusal = bench.policy.refusal(of: failback(), at: bench.now)
        #expect(refusal?.sentence.contains("--override cool-down --override soak") == true)
        #expect(bench.policy.refusal(of: failback(.soak), at: bench.now) != nil)
        #expect(bench.policy.refusal(of: failback(.soak, .coolDown), at: bench.now) == nil)
        bench.wait(1_800)
        #expect(bench.policy.refusal(of: failback(), at: bench.now)?.code != .overrideNeeded)
    }

    @Test func `who moved a route by order may take it back, and a rescue is never held up`() {
        var bench = PolicyBench.ready()
        bench.send(order())
        bench.plan()
        bench.approve()
        bench.finish()
        #expect(bench.policy.refusal(of: failback(), at: bench.now) == nil)
        var other = PolicyBench.ready()
        other.failOver()
        other.verdict(PolicyBench.home, .up)
        other.verdict(PolicyBench.standby, .down)
        let words = other.policy.refusal(of: failback(), at: other.now)?.sentence ?? ""
        #expect(!words.contains("--override"))
    }

    // MARK: Answers

    @Test func `a yes to a pool that is not ready has to name that rule, and is asked for it`() {
        var bench = PolicyBench.ready()
        bench.read(.dnsPermission, .notReady)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.approve()
        #expect(bench.starts.isEmpty && bench.codes == [.orderRefused])
        #expect(bench.sentence(.orderRefused)?.contains("--override not-ready") == true)
        bench.approve(overriding: .notReady, because: "")
        #expect(bench.starts.isEmpty)
        bench.approve(overriding: .notReady)
        #expect(bench.starts.count == 1)
        #expect(bench.starts.first?.request.overrides.map(\.rule) == [.notReady])
    }

    @Test func `a yes after something changed is refused with the difference, and asked anew`() {
        var bench = asked()
        bench.read(.rights, .notReady)
        bench.approve()
        #expect(bench.starts.isEmpty)
        let refused = bench.sentence(.orderRefused)
        #expect(
            refused?.contains("edgepool2's rights: was ready and is not ready now") == true
        )
        #expect(refused?.contains("it is asked anew") == true)
        #expect(bench.withdrawn == [RequestID(1)])
        bench.plan(PolicyBench.otherPlan)
        #expect(bench.questions.map(\.id) == [RequestID(1), RequestID(2)])
        bench.approve(PolicyBench.otherPlan)
        #expect(bench.starts.isEmpty)
        let overrides = Overrides([.notReady], reason: Self.why)
        bench.send(
            .approved(
                RequestID(2),
                PolicyBench.otherPlan,
                by: PolicyBench.anna,
                overriding: overrides
            )
        )
        #expect(bench.starts.map(\.request.id) == [RequestID(2)])
    }

    @Test func `what changed and changed back does not matter`() {
        var bench = asked()
        bench.verdict(PolicyBench.standby, .degraded)
        bench.verdict(PolicyBench.standby, .up)
        bench.approve()
        #expect(bench.starts.count == 1)
    }

    @Test func `an order whose ground moved is asked anew with its giver and its overrides`() {
        var bench = PolicyBench.ready()
        bench.read(.rights, .notReady)
        bench.send(order(.notReady))
        bench.plan()
        bench.read(.replication, .notReady)
        bench.approve()
        #expect(bench.starts.isEmpty && bench.plans.count == 2)
        #expect(bench.plans.last?.trigger.orderedBy == PolicyBench.anna)
        #expect(bench.plans.last?.overrides.map(\.rule) == [.notReady])
        bench.plan()
        bench.approve()
        #expect(bench.starts.map(\.request.id) == [RequestID(2)])
    }

    @Test func `an approval that waits is asked anew when its ground moves`() {
        var bench = PolicyBench.ready([.sip(), .media()])
        bench.send(order())
        bench.plan()
        bench.send(
            .rehearsalOrdered(
                PolicyBench.media,
                to: nil,
                .failover,
                by: PolicyBench.anna,
                reason: ""
            )
        )
        bench.plan()
        bench.send(.approved(RequestID(1), PolicyBench.plan, by: PolicyBench.anna))
        #expect(bench.status().phase == .approved)
        bench.read(.rights, .notReady)
        #expect(bench.withdrawn == [RequestID(1)])
        #expect(bench.sentence(.approvalWithdrawn)?.contains("after anna approved it") == true)
        #expect(bench.status().phase == .waitingForLock)
    }

    @Test func `journals from before overrides are readable`() throws {
        let words =
            #"{"failbackOrdered":{"_0":"sip","with":[],"by":{"name":"anna"},"#
            + #""reason":"","isDrill":false}}"#
        let event = try JSONDecoder().decode(PolicyEvent.self, from: Data(words.utf8))
        #expect(
            event
                == .failbackOrdered(PolicyBench.sip, by: Person(name: "anna"), reason: "")
        )
    }
}
