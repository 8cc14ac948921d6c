import FailoverCore
import Testing

@Suite("FailoverPolicy: one lock for the topology")
struct LockTests {
    /// Two routes whose home is down for both protocols, for XMPP a minute later.
    private func bothDown(_ mode: RouteMode) -> PolicyBench {
        var bench = PolicyBench.ready([.sip(mode), .xmpp(mode)])
        bench.verdict(PolicyBench.home, .down, .sip)
        bench.wait(60)
        bench.verdict(PolicyBench.home, .down, .xmpp)
        bench.wait(120)
        return bench
    }

    @Test func `one route is planned at a time, the other waits visibly`() {
        var bench = bothDown(.auto)
        #expect(bench.plans.map(\.move.route) == [PolicyBench.sip])
        #expect(bench.status(PolicyBench.xmpp).phase == .waitingForLock)
        #expect(
            bench.status(PolicyBench.xmpp).reason.hasSuffix(
                "the move to edgepool2 waits for the planning of request 1 (sip: "
                    + "edgepool1.contoso.net → edgepool2.contoso.net)"
            )
        )
        bench.plan()
        #expect(bench.starts.count == 1 && bench.plans.count == 1)
        bench.wait(600)
        #expect(bench.plans.count == 1)
        bench.send(.runFinished(RequestID(1), .done))
        #expect(bench.plans.map(\.move.route) == [PolicyBench.sip, PolicyBench.xmpp])
    }

    @Test func `a question doesn't keep the lock`() {
        var bench = bothDown(.approve)
        bench.plan()
        #expect(bench.plans.count == 2)
        bench.plan(PolicyBench.otherPlan)
        #expect(bench.questions.count == 2)
        bench.send(.approved(RequestID(2), PolicyBench.otherPlan, by: PolicyBench.anna))
        #expect(bench.starts.map(\.request.move.route) == [PolicyBench.xmpp])
        bench.send(.approved(RequestID(1), PolicyBench.plan, by: PolicyBench.anna))
        #expect(bench.starts.count == 1 && bench.status().phase == .approved)
        #expect(bench.status().reason.contains("the run of request 2"))
        bench.send(.runFinished(RequestID(2), .done))
        #expect(bench.starts.count == 2)
    }

    private let xmppOrder = PolicyEvent.failoverOrdered(
        PolicyBench.xmpp,
        to: nil,
        by: PolicyBench.anna,
        reason: ""
    )

    @Test func `an order waits for another route's planning`() {
        var bench = PolicyBench.ready([.sip(.auto), .xmpp()])
        bench.verdict(PolicyBench.home, .down, .sip)
        bench.wait(120)
        bench.send(xmppOrder)
        #expect(bench.status(PolicyBench.xmpp).phase == .waitingForLock)
        #expect(bench.status(PolicyBench.xmpp).request?.id == RequestID(2))
        bench.send(.planRefused(RequestID(1), reasons: ["a blocker"]))
        #expect(bench.plans.map(\.id) == [RequestID(1), RequestID(2)])
    }

    @Test func `a second operator is told who has the lock and what for`() {
        var bench = PolicyBench.ready([.sip(), .xmpp()])
        bench.send(
            .failoverOrdered(PolicyBench.sip, to: nil, by: PolicyBench.anna, reason: "patch day")
        )
        bench.plan()
        bench.approve()
        #expect(bench.policy.refusal(of: xmppOrder, at: bench.now)?.code == .lockHeld)
        let wait = PersonWait(step: StepID(3), title: "Move the federation flag")
        bench.send(.runWaits(RequestID(1), for: wait))
        let sentence = bench.policy.refusal(of: xmppOrder, at: bench.now)?.sentence ?? ""
        #expect(sentence.contains("the run of request 1 (sip: edgepool1.contoso.net → "))
        #expect(sentence.contains("waits for a person to do step 3 (Move the federation flag)"))
        #expect(sentence.contains("ordered by anna"))
        bench.send(xmppOrder)
        #expect(bench.codes == [.orderRefused] && bench.plans.count == 1)
    }

    @Test func `a stopped run keeps the lock, however long, and others are told once`() {
        var bench = bothDown(.auto)
        bench.plan()
        bench.send(.runFinished(RequestID(1), .stopped(reason: "Set-CsSite failed")))
        #expect(bench.codes.first == .stepFailed && bench.codes.contains(.cannotAct))
        #expect(bench.status().phase == .stopped)
        bench.wait(30 * 86_400)
        #expect(bench.plans.count == 1 && bench.starts.count == 1)
        #expect(bench.count(.cannotAct) == 1)
        #expect(bench.sentence(.cannotAct)?.contains("keeps the lock") == true)
        #expect(bench.policy.refusal(of: xmppOrder, at: bench.now)?.code == .lockHeld)
    }

    @Test func `a stopped run that is resumed may finish`() {
        var bench = bothDown(.auto)
        bench.plan()
        bench.send(.runFinished(RequestID(1), .stopped(reason: "x")))
        bench.send(.runResumed(RequestID(1), by: PolicyBench.anna))
        #expect(bench.status().phase == .running)
        let release = PolicyEvent.lockReleased(by: PolicyBench.anna, reason: "")
        #expect(bench.policy.refusal(of: release, at: bench.now)?.code == .nothingStopped)
        bench.send(.runFinished(RequestID(1), .done))
        #expect(bench.status().holder == PolicyBench.standby)
        #expect(bench.plans.count == 2)
    }

    @Test func `a released lock lets others go on, and this route asks after a fresh reading`() {
        var bench = bothDown(.auto)
        bench.plan()
        bench.send(.runFinished(RequestID(1), .stopped(reason: "x")))
        bench.send(.lockReleased(by: PolicyBench.anna, reason: "mended by hand"))
        #expect(bench.count(.lockReleased) == 1)
        #expect(bench.plans.map(\.move.route) == [PolicyBench.sip, PolicyBench.xmpp])
        bench.plan()
        bench.send(.runFinished(RequestID(2), .done))
        #expect(bench.status().phase == .blocked)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        bench.plan()
        #expect(bench.starts.count == 2 && bench.questions.map(\.move.route) == [PolicyBench.sip])
    }

    @Test func `a stopped run that was undone frees the lock`() {
        var bench = bothDown(.auto)
        bench.plan()
        bench.send(.runFinished(RequestID(1), .stopped(reason: "x")))
        bench.send(.runFinished(RequestID(1), .stoppedUnchanged(reason: "undone by anna")))
        #expect(bench.count(.runUndone) == 1 && bench.plans.count == 2)
    }

    @Test func `ends of runs that nobody knows change nothing`() {
        var bench = bothDown(.auto)
        bench.plan()
        bench.send(.runFinished(RequestID(9), .done))
        bench.send(.runNotStarted(RequestID(9), reason: ""))
        bench.send(.planned(RequestID(9), PolicyBench.plan))
        bench.send(.planRefused(RequestID(9), reasons: []))
        #expect(bench.latest.isEmpty && bench.status().phase == .running)
    }
}
