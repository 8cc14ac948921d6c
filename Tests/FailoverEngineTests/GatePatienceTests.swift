import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct GatePatienceTests {
    /// A lagging replica, in an organisation with that patience; how long the gate took.
    private func gate(
        _ patience: ReplicationPatience,
        isForced: Bool = true
    ) async throws -> (Runner.End, Duration?) {
        var organisation = Contoso.organisation()
        organisation.replication = patience
        let bench = RunBench(organisation)
        bench.world.change { $0.machines[.of("fe12.contoso.net")]?.waitsForForce = true }
        if !isForced {
            bench.world.order(.pretends, at: .command(.invokeReplication), times: 100)
        }
        let began = Shared<Instant?>(nil)
        let took = Shared<Duration?>(nil)
        let clock = bench.clock
        let opening = try await bench.opening(Contoso.sip)
        let gate = try #require(opening.plan.steps.first { opening.plan.isGate($0.id) })
        bench.journal.whenWritten { event in
            if event == .verifying(gate.id) { began.set(clock.now()) }
            guard case .verified(gate.id, _) = event, let start = began.value else { return }
            took.set(clock.now() - start)
        }
        return (try await bench.run(opening), took.value)
    }

    @Test
    func `a lagging replica is forced as soon as the organisation says`() async throws {
        let (end, took) = try await gate(
            ReplicationPatience(forceAfter: .seconds(40), timeout: .seconds(7_200))
        )
        #expect(end == .finished(.done))
        #expect(try #require(took) >= .seconds(40))
        #expect(try #require(took) < .seconds(300), "not after a third of two hours")
    }

    @Test
    func `a replica that never follows stops the run as soon as the organisation says`()
        async throws
    {
        let (end, took) = try await gate(
            ReplicationPatience(forceAfter: .seconds(10), timeout: .seconds(60)),
            isForced: false
        )
        guard case .finished(.stopped(let reason)) = end else {
            Issue.record("the gate let a stale replica pass: \(end)")
            return
        }
        #expect(reason.contains("fe12.contoso.net"))
        #expect(took == .seconds(60))
    }
}
