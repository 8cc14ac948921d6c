import FailoverCore
import Foundation
import Testing

@Suite("FailoverPolicy: runs that stop, are stuck, undone or wait for people")
struct StoppedRunTests {
    private let id = RequestID(1)

    /// A rescue that ended so.
    private func rescue(_ outcome: RunOutcome, _ mode: RouteMode = .auto) -> PolicyBench {
        var bench = PolicyBench.ready([.sip(mode)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        if bench.starts.isEmpty { bench.approve() }
        bench.send(.runFinished(id, outcome))
        return bench
    }

    private func stuck() -> PolicyBench {
        rescue(.stuck(reason: "step 4: RTCSRV of edge21 does not start"))
    }

    @Test func `a stuck run is shown as such, with its number, and keeps the lock`() {
        var bench = stuck()
        #expect(bench.codes == [.runStuck])
        #expect(PolicyBench.notices(bench.latest).map(\.severity) == [.critical])
        #expect(bench.status().phase == .stuck && bench.status().run == RunID(1))
        #expect(bench.status().reason.contains("RTCSRV of edge21"))
        #expect(bench.status().reason.contains("edgewarden take 1"))
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(86_400)
        #expect(bench.plans.count == 1)
    }

    @Test func `people are reminded of a stuck run until one takes it`() {
        var bench = stuck()
        bench.wait(599)
        #expect(bench.count(.runStuck) == 1)
        bench.wait(1)
        #expect(bench.count(.runStuck) == 2)
        bench.wait(1_200)
        #expect(bench.count(.runStuck) == 4)
        bench.send(.runTaken(id, by: PolicyBench.anna, reason: "on my way"))
        #expect(bench.codes == [.runTaken])
        #expect(bench.status().phase == .stuck && bench.status().takenBy == PolicyBench.anna)
        #expect(bench.status().reason.contains("anna took it"))
        bench.wait(86_400)
        #expect(bench.count(.runStuck) == 4)
    }

    @Test func `the interval of the reminders is a setting`() {
        let settings = PolicySettings(stuckReminder: .seconds(60))
        var bench = PolicyBench.ready([.sip(.auto)], settings: settings)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.send(.runFinished(id, .stuck(reason: "x")))
        bench.wait(180)
        #expect(bench.count(.runStuck) == 4)
    }

    @Test func `reminders and who took a run survive a restart`() throws {
        var before = stuck()
        before.wait(400)
        func restarted() throws -> PolicyBench {
            let data = try JSONEncoder().encode(before.policy.memory(at: before.now))
            let memory = try JSONDecoder().decode(PolicyMemory.self, from: data)
            return PolicyBench([.sip(.auto)], memory: memory)
        }
        var bench = try restarted()
        #expect(bench.status().phase == .stuck)
        bench.wait(199)
        #expect(bench.count(.runStuck) == 0)
        bench.wait(1)
        #expect(bench.count(.runStuck) == 1)
        before.send(.runTaken(id, by: PolicyBench.anna, reason: ""))
        bench = try restarted()
        bench.wait(86_400)
        #expect(bench.count(.runStuck) == 0 && bench.status().takenBy == PolicyBench.anna)
    }

    @Test func `a stuck run of a route that is no longer configured alerts all the same`() {
        let before = stuck()
        let memory = before.policy.memory(at: before.now)
        var bench = PolicyBench([.xmpp()], memory: memory)
        bench.wait(600)
        #expect(bench.count(.runStuck) == 1)
        bench.send(.runTaken(id, by: PolicyBench.anna, reason: ""))
        bench.wait(6_000)
        #expect(bench.count(.runStuck) == 1 && bench.count(.runTaken) == 1)
        let order = PolicyEvent.failoverOrdered(
            PolicyBench.xmpp,
            to: nil,
            by: PolicyBench.anna,
            reason: ""
        )
        #expect(bench.policy.refusal(of: order, at: bench.now)?.code == .lockHeld)
        bench.send(.lockReleased(by: PolicyBench.anna, reason: ""))
        #expect(bench.policy.refusal(of: order, at: bench.now)?.code == .holderNotKnown)
    }

    @Test func `taking is for stuck runs, and once per person`() {
        func code(_ bench: PolicyBench, _ event: PolicyEvent) -> RefusalCode? {
            bench.policy.refusal(of: event, at: bench.now)?.code
        }
        let take = PolicyEvent.runTaken(id, by: PolicyBench.anna, reason: "")
        #expect(code(rescue(.stopped(reason: "x")), take) == .notStuck)
        #expect(code(PolicyBench.ready(), take) == .nothingStopped)
        var bench = stuck()
        #expect(
            code(bench, .runTaken(RequestID(2), by: PolicyBench.anna, reason: ""))
                == .nothingStopped
        )
        bench.send(take)
        #expect(code(bench, take) == .alreadyTaken)
        let ben = Person(name: "ben")
        #expect(code(bench, .runTaken(id, by: ben, reason: "shift change")) == nil)
    }

    @Test(arguments: [false, true], [RunOutcome.stopped(reason: "x"), .stuck(reason: "x")])
    func `a stopped or stuck run can go on, be forced or undone, taken or not`(
        isTaken: Bool,
        outcome: RunOutcome
    ) {
        let anna = PolicyBench.anna
        for event: PolicyEvent in [
            .runResumed(id, by: anna), .runAborting(id, by: anna, reason: "wrong pool"),
            .runForced(id, StepID(3), by: anna, reason: "seen to be done"),
        ] {
            var bench = rescue(outcome)
            if isTaken { bench.send(.runTaken(id, by: anna, reason: "")) }
            bench.send(event)
            #expect(bench.status().phase == .running && bench.codes == [.runStarted])
            bench.wait(3_600)
            #expect(bench.count(.runStuck) == (outcome == .stuck(reason: "x") ? 1 : 0))
            bench.send(.runFinished(id, .done))
            #expect(bench.status().holder == PolicyBench.standby)
        }
    }

    @Test func `an undone run leaves the route where it was, cools down and says so`() {
        var bench = rescue(.stopped(reason: "x"))
        bench.send(.runAborting(id, by: PolicyBench.anna, reason: "wrong pool"))
        bench.send(.runFinished(id, .aborted(reason: "by anna (wrong pool): as it was")))
        #expect(bench.codes.first == .runUndone)
        #expect(bench.status().holder == PolicyBench.home && bench.status().cause == nil)
        #expect(bench.status().coolDownUntil == bench.now + .seconds(1_800))
        bench.plan()
        #expect(bench.starts.count == 1 && bench.questions.count == 1)
    }

    @Test func `a run that a person had undone while it waited for them is undone, too`() {
        let bench = rescue(.aborted(reason: "by anna"), .approve)
        #expect(bench.count(.runUndone) == 1 && bench.status().holder == PolicyBench.home)
    }

    @Test func `a run that waits for a person says so, and which step`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.send(.runWaits(id, for: PersonWait(step: StepID(4), title: "Run Setup on edge21")))
        #expect(bench.status().phase == .awaitingPerson)
        #expect(bench.status().waitsFor?.step == StepID(4) && bench.status().run == RunID(1))
        #expect(bench.status().reason.contains("step 4 (Run Setup on edge21)"))
        #expect(bench.status().reason.hasSuffix("edgewarden done 4"))
        bench.send(.runWaits(id, for: nil))
        #expect(bench.status().phase == .running && bench.status().waitsFor == nil)
        bench.send(.runWaits(RequestID(9), for: PersonWait(step: StepID(4), title: "x")))
        #expect(bench.status().phase == .running)
    }

    @Test func `when the target dies while the route moves there, nothing else is tried`() {
        var bench = PolicyBench.ready([
            .sip(.auto, standby: [PolicyBench.standby, PolicyBench.third])
        ])
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.verdict(PolicyBench.standby, .down)
        #expect(bench.policy.reasonNotToBegin(id)?.contains("edgepool2 is down") == true)
        let reason = "step 9: 'SIP of edgepool2 answers' was not verified in time"
        bench.send(.runFinished(id, .stopped(reason: reason)))
        #expect(bench.codes == [.stepFailed])
        #expect(PolicyBench.notices(bench.latest).map(\.severity) == [.critical])
        bench.verdict(PolicyBench.home, .up)
        bench.verdict(PolicyBench.home, .down)
        bench.wait(86_400)
        #expect(bench.plans.count == 1 && bench.starts.count == 1)
        #expect(bench.status().phase == .stopped && bench.status().run == RunID(1))
    }
}
