import FailoverCore
import Foundation
import Testing

@Suite("FailoverPolicy: what survives a restart")
struct MemoryTests {
    /// The same agent after a restart: its clock starts anew, its memory went through JSON.
    private func restarted(
        _ bench: PolicyBench,
        _ routes: [FederationRoute] = [.sip(.auto)],
        away: Duration = .zero
    ) throws -> PolicyBench {
        let data = try JSONEncoder().encode(bench.policy.memory(at: bench.now))
        let memory = try JSONDecoder().decode(PolicyMemory.self, from: data)
        #expect(memory == bench.policy.memory(at: bench.now))
        return PolicyBench(routes, memory: memory.aged(by: away))
    }

    private func failedOver() -> PolicyBench {
        var bench = PolicyBench.ready([.sip(.auto)])
        bench.failOver()
        return bench
    }

    @Test func `why a route is away is kept, so that failback still comes`() throws {
        var bench = try restarted(failedOver())
        bench.verdict(PolicyBench.standby, .up)
        bench.verdict(PolicyBench.home, .up)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        #expect(bench.status().cause == .downVerdict)
        bench.wait(1_800)
        #expect(bench.plans.map(\.id) == [RequestID(2)])
    }

    @Test func `a holder that changed while the agent was away is foreign`() throws {
        var bench = try restarted(failedOver())
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        #expect(bench.codes == [.foreignHolder])
    }

    @Test func `the cool-down goes on`() throws {
        var before = failedOver()
        before.wait(600)
        let bench = try restarted(before)
        #expect(bench.status().coolDownUntil == .at(1_200))
        let later = try restarted(before, away: .seconds(700))
        #expect(later.status().coolDownUntil == .at(500))
        let muchLater = try restarted(before, away: .seconds(1_200))
        #expect(muchLater.status().coolDownUntil == nil)
    }

    @Test func `past failovers count`() throws {
        var before = failedOver()
        before.wait(3_600)
        var memory = before.policy.memory(at: before.now)
        #expect(memory.routes.map(\.failoverAges) == [[.seconds(3_600)]])
        memory.routes[0].failoverAges.append(.seconds(60))
        var bench = PolicyBench([.sip(.auto)], memory: memory)
        bench.verdict(PolicyBench.home, .up)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.isEmpty && bench.questions.count == 1)
    }

    @Test func `a run that had begun keeps the lock until its end is told`() throws {
        var before = PolicyBench.ready([.sip(.auto)])
        before.verdict(PolicyBench.home, .down)
        before.wait(120)
        before.plan()
        var bench = try restarted(before)
        #expect(bench.status().phase == .running && bench.status().digest == PolicyBench.plan)
        bench.verdict(PolicyBench.standby, .up)
        bench.verdict(PolicyBench.home, .down)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        bench.wait(86_400)
        #expect(bench.plans.isEmpty)
        bench.send(.runFinished(RequestID(1), .done))
        #expect(bench.status().holder == PolicyBench.standby)
        #expect(bench.status().cause == .downVerdict)
    }

    @Test func `a stopped run keeps the lock over a restart`() throws {
        var before = PolicyBench.ready([.sip(.auto)])
        before.verdict(PolicyBench.home, .down)
        before.wait(120)
        before.plan()
        before.finish(.stopped(reason: "Set-CsSite failed"))
        let bench = try restarted(before)
        #expect(bench.status().phase == .stopped)
        #expect(bench.status().reason.contains("Set-CsSite failed"))
    }

    @Test func `the run of a route that is no longer configured keeps the lock`() throws {
        var before = PolicyBench.ready([.sip(.auto)])
        before.verdict(PolicyBench.home, .down)
        before.wait(120)
        before.plan()
        var bench = try restarted(before, [.xmpp(.auto)])
        bench.verdict(PolicyBench.standby, .up, .xmpp)
        bench.send(.holder(PolicyBench.xmpp, .pool(PolicyBench.home)))
        bench.verdict(PolicyBench.home, .down, .xmpp)
        bench.wait(3_600)
        #expect(bench.plans.isEmpty)
        #expect(bench.status(PolicyBench.xmpp).phase == .waitingForLock)
        #expect(bench.policy.memory(at: bench.now).routes.compactMap(\.run).count == 1)
        bench.send(.runFinished(RequestID(1), .stopped(reason: "x")))
        #expect(bench.plans.isEmpty)
        bench.send(.lockReleased(by: PolicyBench.anna, reason: ""))
        #expect(bench.codes.contains(.lockReleased) && bench.plans.count == 1)
    }

    @Test func `a question is asked anew under a new number, and the old answer is refused`() throws
    {
        var before = PolicyBench.ready()
        before.verdict(PolicyBench.home, .down)
        before.wait(120)
        before.plan()
        #expect(before.policy.openRequests.map(\.id) == [RequestID(1)])
        var bench = try restarted(before, [.sip()])
        #expect(bench.policy.openRequests.isEmpty)
        bench.send(.approved(RequestID(1), PolicyBench.plan, by: PolicyBench.anna))
        #expect(bench.codes == [.orderRefused] && bench.starts.isEmpty)
        bench.verdict(PolicyBench.standby, .up)
        bench.verdict(PolicyBench.home, .down)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        bench.wait(120)
        #expect(bench.plans.map(\.id) == [RequestID(2)])
    }

    @Test func `a no holds over a restart, also in auto`() throws {
        var before = PolicyBench.ready([.sip(.auto)])
        before.verdict(PolicyBench.standby, .degraded)
        before.verdict(PolicyBench.home, .down)
        before.wait(120)
        before.plan()
        before.deny()
        before.wait(600)
        var bench = try restarted(before)
        bench.verdict(PolicyBench.standby, .up)
        bench.verdict(PolicyBench.home, .down)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.home)))
        bench.wait(1_199)
        #expect(bench.plans.isEmpty)
        bench.wait(1)
        #expect(bench.plans.count == 1)
    }

    @Test func `pauses hold over a restart`() throws {
        var before = PolicyBench.ready([.sip(.auto)])
        let end = before.now + .seconds(900)
        before.send(.paused(PolicyBench.sip, until: end, by: PolicyBench.anna, reason: "works"))
        before.wait(300)
        var bench = try restarted(before)
        #expect(bench.status().pause == "paused by anna: works")
        bench.wait(600)
        #expect(bench.status().pause == nil)
    }

    @Test func `what people were told is not told again`() throws {
        var before = PolicyBench.ready([.sip(.observe)])
        before.verdict(PolicyBench.home, .down)
        var bench = try restarted(before, [.sip(.observe)])
        bench.verdict(PolicyBench.home, .down)
        #expect(bench.codes.isEmpty)
        bench.verdict(PolicyBench.home, .up)
        #expect(bench.codes == [.routeUp])
    }
}
