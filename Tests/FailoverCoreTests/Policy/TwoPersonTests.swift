import FailoverCore
import Testing

@Suite("FailoverPolicy: the two-person rule")
struct TwoPersonTests {
    /// Home is down, a plan stands, and two persons have to say yes.
    private func asked(_ route: FederationRoute = .sip()) -> PolicyBench {
        var settings = PolicySettings()
        settings.approvalsNeeded = 2
        var bench = PolicyBench.ready([route], settings: settings)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        return bench
    }

    @Test func `one yes starts nothing, and another person is asked in the time that is left`() {
        var bench = asked()
        #expect(bench.sentence(.approvalWanted)?.contains("needs the yes of two persons") == true)
        bench.wait(600)
        bench.approve()
        #expect(bench.starts.isEmpty && bench.status().phase == .awaitingApproval)
        #expect(bench.status().until == .at(120 + 1_800))
        let said = bench.sentence(.approvalWanted) ?? ""
        #expect(said.contains("has the yes of anna and needs that of another person."))
        #expect(said.contains("within 20m: edgewarden approve 1"))
        #expect(bench.status().reason.contains("a second person's answer (anna said yes)"))
        #expect(bench.policy.openRequests.map(\.approvals) == [[PolicyBench.anna]])
    }

    @Test func `the yes of another person starts the run, and both stand for it`() {
        var bench = asked()
        bench.approve()
        bench.approve(by: PolicyBench.berta)
        let authority = Authority.approved(
            by: PolicyBench.anna,
            and: PolicyBench.berta,
            digest: PolicyBench.plan
        )
        #expect(bench.starts.map(\.authority) == [authority])
        #expect(bench.starts.first?.request.approvals == [PolicyBench.anna, PolicyBench.berta])
        #expect(authority.inWords.hasPrefix("approved by anna and berta (plan"))
    }

    @Test(arguments: [
        PolicyBench.anna, Person(name: "anna"), Person(name: "anna-by-another-name", userID: 1_000),
    ])
    func `the same person's second yes is refused`(person: Person) {
        var bench = asked()
        bench.approve()
        bench.approve(by: person)
        #expect(bench.starts.isEmpty && bench.codes == [.orderRefused])
        #expect(bench.sentence(.orderRefused)?.contains("the yes of another person") == true)
        bench.approve(by: PolicyBench.berta)
        #expect(bench.starts.count == 1)
    }

    @Test func `each of them says yes to the very plan`() {
        var bench = asked()
        bench.approve()
        bench.approve(PolicyBench.otherPlan, by: PolicyBench.berta)
        #expect(bench.starts.isEmpty && bench.codes == [.orderRefused])
    }

    @Test func `who orders a move is one of the two`() {
        var settings = PolicySettings()
        settings.approvalsNeeded = 2
        var bench = PolicyBench.ready(settings: settings)
        bench.send(
            .failoverOrdered(PolicyBench.sip, to: nil, by: PolicyBench.anna, reason: "patches")
        )
        bench.plan()
        bench.approve()
        #expect(bench.starts.isEmpty)
        bench.approve(by: PolicyBench.berta)
        #expect(bench.starts.count == 1)
    }

    @Test func `a rule that one of them named need not be named again`() {
        var bench = asked()
        bench.read(.replication, .notReady)
        bench.wait(0)
        bench.approve(overriding: .notReady)
        #expect(bench.count(.orderRefused) == 1, "what they saw changed: it is asked anew")
        bench.plan()
        bench.approve(overriding: .notReady)
        bench.approve(by: PolicyBench.berta)
        #expect(bench.starts.count == 1)
        #expect(bench.starts.first?.request.overrides.map(\.rule) == [.notReady])
    }

    @Test func `what changes after the first yes takes it back`() {
        var bench = asked()
        bench.approve()
        bench.verdict(PolicyBench.standby, .degraded)
        #expect(bench.sentence(.approvalWithdrawn)?.contains("after anna approved it") == true)
        bench.approve(by: PolicyBench.berta)
        #expect(bench.starts.isEmpty && bench.codes == [.orderRefused])
        bench.plan()
        #expect(bench.policy.openRequests.map(\.approvals) == [[]])
    }

    @Test func `one no is enough, whoever said yes`() {
        var bench = asked()
        bench.approve()
        bench.deny()
        #expect(bench.codes == [.approvalDenied] && bench.status().phase == .declined)
    }

    @Test func `without a second yes the question expires, and says who answered`() {
        var bench = asked()
        bench.approve()
        bench.wait(1_800)
        #expect(bench.starts.isEmpty && bench.codes == [.approvalExpired])
        #expect(
            bench.sentence(.approvalExpired)?.hasPrefix("nobody besides anna answered") == true
        )
    }

    @Test func `what is automatic needs nobody`() {
        let bench = asked(.sip(.auto))
        #expect(bench.starts.map(\.authority) == [.automatic])
    }
}
