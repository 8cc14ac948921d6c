import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// The agent is told to stop after every single write of a run.
@Suite
struct ParkingTests {
    @Test(arguments: Scenario.allCases)
    func `a run that is parked anywhere leaves no service stopped, and goes on later`(
        scenario: Scenario
    ) async throws {
        let (start, opening) = try await scenario.prepare()
        let whole = start.copy()
        #expect(try await whole.run(opening) == .finished(.done))
        for cut in 1..<whole.journal.newestRun.count - 1 {
            try await park(scenario, start.copy(), opening, after: cut)
        }
    }

    private func park(
        _ scenario: Scenario,
        _ first: RunBench,
        _ opening: RunOpening,
        after cut: Int
    ) async throws {
        let written = Shared(0)
        let stop = first.stop
        first.journal.whenWritten { _ in
            written.change { $0 += 1 }
            if written.value == cut { stop.raise() }
        }
        let note: Comment = "\(scenario) stopped after \(cut)"
        #expect(try await first.run(opening) == .parked, note)
        first.journal.whenWritten(nil)
        first.world.look { model in
            for member in [1, 2] {
                let services = model.machines[Contoso.edge(2, member)]?.services ?? []
                #expect(services.filter { !$0.isStarted } == [], note)
            }
        }
        let second = RunBench(after: first, journal: first.journal.revived())
        #expect(try await second.recover() == .finished(.done), note)
        #expect(scenario.shortcomings(second.world) == [], note)
        for step in opening.plan.steps where step.operation.operationClass == .state {
            let key = try #require(step.operation.actKey)
            #expect(second.world.acts.filter { $0.key == key }.count == 1, note)
        }
    }

    @Test
    func `what was stopped is started again before the run is left for good`() async throws {
        let (bench, opening) = try await Scenario.xmppOnly.prepare()
        let world = bench.world
        let server = Contoso.edge(2, 1)
        bench.journal.whenWritten { event in
            if case .acted(let id, _) = event,
                case .stopServices(server, _)? = opening.plan.step(id)?.operation
            {
                world.order(
                    .refused("no"),
                    at: .edgeCommand(.startWindowsService, server),
                    times: 2
                )
            }
        }
        guard case .finished(.stopped) = try await bench.run(opening) else {
            Issue.record("the start was refused, so the run must stop")
            return
        }
        #expect(world.look { $0.machines[server]?.services.filter { !$0.isStarted } } == [])
        let events = bench.journal.newestRun
        let failed = try #require(
            events.firstIndex { if case .acted(_, .failed) = $0 { true } else { false } }
        )
        guard case .compensating = events[failed + 1] else {
            Issue.record("compensation comes first, not \(events[failed + 1])")
            return
        }
    }

    @Test
    func `services that cannot be started again are named for a person, and can be resumed`()
        async throws
    {
        let (bench, opening) = try await Scenario.xmppOnly.prepare()
        let world = bench.world
        let server = Contoso.edge(2, 1)
        bench.journal.whenWritten { event in
            if case .acted(let id, _) = event,
                case .stopServices(server, _)? = opening.plan.step(id)?.operation
            {
                world.order(
                    .refused("broken"),
                    at: .edgeCommand(.startWindowsService, server),
                    times: 100_000
                )
            }
        }
        guard case .finished(.stuck(let reason)) = try await bench.run(opening) else {
            Issue.record("the start was refused, so the run must stop")
            return
        }
        #expect(reason.contains("start them by hand now"))
        bench.journal.whenWritten(nil)
        world.withdrawFaults()
        let anna = Person(name: "anna", userID: 1_000)
        let end = try await bench.takeUp(with: .resumed(by: anna, reason: "mended"))
        #expect(end == .finished(.done))
        #expect(Scenario.xmppOnly.shortcomings(world) == [])
    }
}
