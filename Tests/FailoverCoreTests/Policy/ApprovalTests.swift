import FailoverCore
import Testing

@Suite("FailoverPolicy: questions and answers")
struct ApprovalTests {
    /// Home is down, a plan stands, a person is asked.
    private func asked(_ route: FederationRoute = .sip()) -> PolicyBench {
        var bench = PolicyBench.ready([route])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        return bench
    }

    @Test func `the plan is put before people with its digest and its end`() {
        let bench = asked()
        let expires = Instant.at(120 + 1_800)
        var request = bench.plans[0]
        request.basis = bench.policy.basis(of: request.moves, at: bench.now)
        #expect(request.basis?.pools.map(\.verdict) == [.down, .up])
        #expect(bench.latest.first == .askApproval(request, PolicyBench.plan, expires: expires))
        #expect(bench.codes == [.approvalWanted])
        #expect(bench.status().phase == .awaitingApproval)
        #expect(bench.status().request?.id == RequestID(1))
        #expect(bench.status().digest == PolicyBench.plan)
        #expect(bench.status().until == expires)
    }

    @Test func `a yes to that plan starts the run by that person's authority`() {
        var bench = asked()
        bench.approve()
        let authority = Authority.approved(by: PolicyBench.anna, digest: PolicyBench.plan)
        #expect(bench.starts.map(\.authority) == [authority])
    }

    @Test func `a yes to another plan is refused and starts nothing`() {
        var bench = asked()
        let refusal = bench.policy.canApprove(
            RequestID(1),
            digest: PolicyBench.otherPlan,
            at: bench.now
        )
        #expect(refusal?.code == .wrongDigest)
        bench.approve(PolicyBench.otherPlan)
        #expect(bench.starts.isEmpty && bench.codes == [.orderRefused])
        bench.approve()
        #expect(bench.starts.count == 1)
    }

    @Test func `a yes to an unknown, unplanned or running request is refused`() {
        var bench = PolicyBench.ready()
        let digest = PolicyBench.plan
        #expect(
            bench.policy.canApprove(RequestID(7), digest: digest, at: bench.now)?.code
                == .unknownRequest
        )
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        #expect(
            bench.policy.canApprove(RequestID(1), digest: digest, at: bench.now)?.code
                == .notPlannedYet
        )
        bench.plan()
        #expect(bench.policy.canApprove(RequestID(1), digest: digest, at: bench.now) == nil)
        bench.approve()
        bench.approve()
        #expect(bench.starts.count == 1 && bench.codes == [.orderRefused])
        #expect(
            bench.policy.canApprove(RequestID(1), digest: digest, at: bench.now)?.code
                == .alreadyApproved
        )
    }

    @Test(arguments: [VerdictClass.up, .degraded])
    func `a holder that works again withdraws the question`(verdict: VerdictClass) {
        var bench = asked()
        bench.verdict(PolicyBench.home, verdict)
        #expect(bench.withdrawn == [RequestID(1)])
        #expect(bench.codes.contains(.approvalWithdrawn))
        bench.approve()
        #expect(bench.starts.isEmpty && bench.codes == [.orderRefused])
        let refusal = bench.policy.canApprove(
            RequestID(1),
            digest: PolicyBench.plan,
            at: bench.now
        )
        #expect(refusal?.code == .noLongerPending)
        #expect(refusal?.sentence.contains("withdrawn: edgepool1") == true)
    }

    @Test func `a target that goes down withdraws the question`() {
        var bench = asked()
        bench.verdict(PolicyBench.standby, .down)
        #expect(bench.withdrawn == [RequestID(1)])
        #expect(bench.count(.cannotAct) == 1)
    }

    @Test(arguments: [PolicyBench.home, PolicyBench.standby])
    func `a yes in a gap of the evidence is refused, and the question stays`(pool: FQDN) {
        var bench = asked()
        let seen: VerdictClass = pool == PolicyBench.home ? .down : .up
        bench.verdict(pool, .unknown)
        bench.approve()
        #expect(bench.starts.isEmpty && bench.status().phase == .awaitingApproval)
        let words = "\(pool.host) was \(seen) and is unknown now; request 1 waits"
        #expect(bench.sentence(.orderRefused)?.contains(words) == true)
        bench.verdict(pool, seen)
        bench.approve()
        #expect(bench.starts.count == 1)
    }

    @Test func `an approved run begins neither on an unknown target nor after the approval lapsed`()
    {
        var bench = PolicyBench.ready([.sip(), .media()])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
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
        bench.approve()
        #expect(bench.starts.map(\.authority) == [.rehearsal(by: PolicyBench.anna)])
        bench.verdict(PolicyBench.standby, .unknown)
        bench.finish(.rehearsed)
        bench.wait(1_799)
        bench.all = []
        #expect(bench.starts.isEmpty)
        bench.wait(1)
        #expect(bench.codes.first == .approvalExpired)
        bench.verdict(PolicyBench.standby, .up)
        #expect(bench.starts.isEmpty && bench.plans.count == 1)
    }

    @Test func `an approved run is withdrawn when the holder recovers before it begins`() {
        var bench = asked()
        bench.verdict(PolicyBench.home, .unknown)
        bench.approve()
        bench.verdict(PolicyBench.home, .up)
        #expect(bench.starts.isEmpty && bench.withdrawn == [RequestID(1)])
    }

    @Test func `no answer in time expires the question, and it is asked again after a while`() {
        var bench = asked()
        bench.wait(1_800)
        #expect(bench.codes == [.approvalExpired] && bench.withdrawn == [RequestID(1)])
        bench.approve()
        #expect(bench.starts.isEmpty && bench.codes == [.orderRefused])
        bench.wait(1_799)
        #expect(bench.plans.count == 1)
        bench.wait(1)
        #expect(bench.plans.count == 2)
        bench.plan()
        bench.approve()
        #expect(bench.starts.map(\.request.id) == [RequestID(2)])
    }

    @Test func `an answer at the very end is too late, tick or not`() {
        var bench = asked()
        bench.now = .at(120 + 1_800)
        #expect(
            bench.policy.canApprove(RequestID(1), digest: PolicyBench.plan, at: bench.now)?.code
                == .expired
        )
        bench.approve()
        #expect(bench.starts.isEmpty)
        #expect(bench.codes == [.orderRefused, .approvalExpired])
    }

    @Test func `a no is kept for a while`() {
        var bench = asked()
        bench.deny()
        #expect(bench.codes == [.approvalDenied] && bench.status().phase == .declined)
        bench.wait(1_799)
        #expect(bench.plans.count == 1)
        bench.wait(1)
        #expect(bench.plans.count == 2)
    }

    @Test func `a situation that ended and began again is asked about at once`() {
        var bench = asked()
        bench.deny()
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        #expect(bench.plans.count == 2)
    }

    @Test func `a gap in the evidence does not undo a no`() {
        var bench = asked()
        bench.deny()
        bench.verdict(PolicyBench.home, .unknown)
        bench.wait(60)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(600)
        #expect(bench.plans.count == 1 && bench.status().phase == .declined)
    }

    @Test func `a run that could not begin is planned and asked anew`() {
        var bench = asked()
        bench.approve()
        bench.send(.runNotStarted(RequestID(1), reason: "the journal is full"))
        #expect(bench.codes == [.cannotAct] && bench.status().phase == .retrying)
        bench.wait(60)
        bench.plan(PolicyBench.otherPlan)
        #expect(bench.questions.count == 2)
        bench.approve(PolicyBench.plan)
        #expect(bench.starts.count == 1)
        bench.approve(PolicyBench.otherPlan)
        #expect(bench.starts.count == 2)
    }

    @Test func `a plan that the facts have overtaken is made anew and asked about at once`() {
        var bench = asked()
        bench.approve()
        bench.send(.planOvertaken(RequestID(1), reason: "edge21 died"))
        #expect(bench.plans.count == 2 && bench.status().phase == .planning)
        #expect(
            bench.sentence(.cannotAct)?.hasSuffix(
                "the run did not begin: edge21 died; it is planned anew now"
            ) == true
        )
        bench.plan(PolicyBench.otherPlan)
        bench.approve(PolicyBench.otherPlan)
        #expect(bench.questions.count == 2 && bench.starts.count == 2)
    }

    @Test func `facts that never rest get a plan a minute after the fourth`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        for overtaken in 1...4 {
            #expect(bench.plans.count == overtaken)
            bench.plan()
            let id = RequestID(overtaken)
            bench.send(.planOvertaken(id, reason: "change \(overtaken)"))
        }
        #expect(bench.plans.count == 4 && bench.status().phase == .retrying)
        bench.wait(59)
        #expect(bench.plans.count == 4)
        bench.wait(1)
        #expect(bench.plans.count == 5)
        let severities = PolicyBench.notices(bench.all).filter { $0.code == .cannotAct }.map(
            \.severity
        )
        #expect(severities == [.warning, .warning, .warning, .critical])
    }

    @Test func `an order whose plan is overtaken ends, and says so`() {
        var bench = PolicyBench.ready()
        bench.send(
            .failoverOrdered(PolicyBench.sip, to: nil, by: PolicyBench.anna, reason: "a test")
        )
        bench.plan()
        bench.approve()
        bench.send(.planOvertaken(RequestID(1), reason: "edge21 died"))
        #expect(bench.plans.count == 1 && bench.status().request == nil)
        #expect(bench.sentence(.cannotAct)?.hasSuffix("did not begin: edge21 died") == true)
    }

    @Test func `an approval can be taken back until the run begins`() {
        var bench = asked()
        bench.verdict(PolicyBench.home, .unknown)
        bench.approve()
        #expect(bench.policy.canDeny(RequestID(1), at: bench.now) == nil)
        bench.deny()
        bench.verdict(PolicyBench.home, .down)
        #expect(bench.starts.isEmpty)
    }

    @Test func `the runner learns before its first act that the run is no longer needed`() {
        var bench = asked()
        bench.approve()
        #expect(bench.policy.reasonNotToBegin(RequestID(1)) == nil)
        bench.verdict(PolicyBench.home, .up)
        #expect(bench.policy.reasonNotToBegin(RequestID(1))?.contains("up again") == true)
        #expect(bench.withdrawn.isEmpty)
        bench.finish(.stoppedUnchanged(reason: "no longer needed"))
        #expect(bench.codes == [.approvalWithdrawn] && bench.status().phase == .watching)
    }
}
