import FailoverCore
import Testing

@Suite("Pains of peers: approvals")
struct ApprovalPainsTests {
    private let anna = PolicyBench.anna
    private let plan = PolicyBench.plan

    /// A pool died; the plan for it is still being made.
    private func planning() -> PolicyBench {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        return bench
    }

    private func refusal(_ bench: PolicyBench, _ event: PolicyEvent) -> RefusalCode? {
        bench.policy.refusal(of: event, at: bench.now)?.code
    }

    @Test func `pain 17: without a yes nothing begins, however long nobody answers`() {
        var bench = planning()
        for _ in 0..<200 {
            bench.plan()
            bench.wait(1_800)
        }
        #expect(bench.questions.count > 10 && bench.starts.isEmpty)
    }

    @Test func `pain 17: the journal's record of a yes names the person and the plan`() {
        var bench = planning()
        bench.plan()
        bench.approve()
        #expect(bench.starts.map(\.authority) == [.approved(by: anna, digest: plan)])
    }

    @Test func `pain 18: who answers before the question is put is told so, and may answer again`()
    {
        var bench = planning()
        let early = PolicyEvent.approved(RequestID(1), plan, by: anna)
        #expect(refusal(bench, early) == .notPlannedYet)
        bench.send(early)
        #expect(bench.starts.isEmpty)
        bench.plan()
        #expect(refusal(bench, early) == nil, "the early answer was not consumed")
        bench.approve()
        #expect(bench.starts.count == 1)
    }

    @Test func `pain 18: a second yes is told of the first, and starts nothing`() {
        var bench = planning()
        bench.plan()
        bench.approve()
        let again = PolicyEvent.approved(RequestID(1), plan, by: Person(name: "boris"))
        #expect(refusal(bench, again) == .alreadyApproved)
        bench.send(again)
        #expect(bench.starts.count == 1)
        bench.finish()
        #expect(refusal(bench, again) == .noLongerPending)
    }

    @Test func `pain 18: a yes and a no at once end in one of them, and nothing is stuck`() {
        var bench = planning()
        bench.plan()
        bench.deny()
        bench.send(.approved(RequestID(1), plan, by: anna))
        #expect(bench.starts.isEmpty)
        #expect(bench.status().phase == .declined)
        bench.wait(1_800)
        bench.plan()
        bench.approve()
        #expect(bench.starts.count == 1)
    }

    @Test func `pain 18: a yes that comes too late is refused with the reason, and asked anew`() {
        var bench = planning()
        bench.plan()
        bench.wait(1_799)
        bench.now = bench.now + .seconds(1)
        let late = PolicyEvent.approved(RequestID(1), plan, by: anna)
        #expect(refusal(bench, late) == .expired)
        bench.send(late)
        #expect(bench.starts.isEmpty && bench.count(.approvalExpired) == 1)
        bench.wait(1_800)
        bench.plan()
        #expect(bench.questions.count == 2)
    }
}
