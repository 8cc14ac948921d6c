import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenStoppedTests {
    private let anna = WardenBench.anna
    private let route = Contoso.sipRoute(mode: .auto)

    /// The second site's route is refused: the run stops with one of two sites moved.
    private func stopped(
        _ body: (WardenBench, RunID) async throws -> Void
    ) async throws {
        let world = WardenBench.world([route])
        world.order(.refused("access denied"), at: .command(.setSite), skipping: 1)
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.status()?.phase == .stopped })
            let run = try #require(try await bench.journal.runs(limit: 1).first)
            #expect(bench.status()?.run == run)
            try await body(bench, run)
        }
    }

    @Test
    func `a stopped run can be undone: everything is as it was`() async throws {
        try await stopped { bench, run in
            let other = await bench.refusal { await $0.abortRun(RunID(99), by: anna, reason: "") }
            #expect(other == "there is no run 99")
            #expect(
                await bench.say { await $0.abortRun(run, by: anna, reason: "not now") } == .accepted
            )
            #expect(await bench.pass(600) { $0.has(.runUndone) })
            #expect(bench.routedTo == Contoso.pool1)
            let again = await bench.refusal { await $0.abortRun(run, by: anna, reason: "") }
            #expect(again?.contains("run \(run) is over") == true)
        }
    }

    @Test
    func `only a stuck run is taken`() async throws {
        try await stopped { bench, run in
            let why = await bench.refusal { await $0.takeRun(run, by: anna, reason: "") }
            #expect(why?.contains("nothing to take") == true)
        }
    }

    /// The undo is refused, too: the run can go neither way.
    private func stuck(
        _ body: (WardenBench, RunID) async throws -> Void
    ) async throws {
        try await stopped { bench, run in
            bench.world.order(.refused("access denied"), at: .command(.setSite), times: 9)
            #expect(await bench.say { await $0.abortRun(run, by: anna, reason: "") } == .accepted)
            #expect(await bench.pass(600) { $0.status()?.phase == .stuck })
            #expect(bench.has(.runStuck))
            try await body(bench, run)
        }
    }

    @Test
    func `a stuck run alerts until it is taken, and can still go on`() async throws {
        try await stuck { bench, run in
            func alarms() -> Int { bench.codes.filter { $0 == .runStuck }.count }
            #expect(await bench.pass(700) { _ in alarms() == 2 })
            #expect(
                await bench.say { await $0.takeRun(run, by: anna, reason: "looking") } == .accepted
            )
            #expect(bench.status()?.takenBy == anna)
            let told = alarms()
            await bench.pass(2_000)
            #expect(alarms() == told && bench.has(.runTaken))
            let taken = RunEvent.taken(by: anna, reason: "looking")
            #expect(bench.journal.content(of: run).last == taken)
            let again = await bench.refusal { await $0.takeRun(run, by: anna, reason: "") }
            #expect(again?.contains("took the run") == true)
            bench.world.withdrawFaults()
            #expect(
                await bench.say { await $0.resumeRun(run, by: anna, reason: "rights are back") }
                    == .accepted
            )
            #expect(await bench.pass(600) { $0.has(.runUndone) })
            #expect(bench.routedTo == Contoso.pool1)
        }
    }

    @Test
    func `a stuck run keeps the lock over a restart, and goes on alerting`() async throws {
        let world = WardenBench.world([route])
        world.order(.refused("access denied"), at: .command(.setSite), skipping: 1, times: 9)
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.status()?.phase == .stopped })
            let run = try #require(try await bench.journal.runs(limit: 1).first)
            #expect(await bench.say { await $0.abortRun(run, by: anna, reason: "") } == .accepted)
            #expect(await bench.pass(600) { $0.status()?.phase == .stuck })
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(await bench.pass(700) { $0.has(.runStuck) })
            #expect(bench.status()?.phase == .stuck)
            let why = await bench.refusal {
                await $0.order(.failoverOrdered(Contoso.sip, to: nil, by: anna, reason: ""))
            }
            #expect(why?.contains("is stuck") == true)
        }
    }

    @Test
    func `a run that stopped at a step may be forced over it`() async throws {
        try await stopped { bench, run in
            let step = try #require(
                bench.journal.content(of: run).last { $0.step != nil }?.step
            )
            let wrong = await bench.refusal {
                await $0.forceStep(StepID(step.number + 3), of: run, by: anna, reason: "x")
            }
            #expect(wrong?.contains("does not stand at step") == true)
            bench.world.change { model in
                model.setRoute(.sip, of: "Redmond", to: OrganisationModel.printed(Contoso.pool2))
                model.setRoute(.sip, of: "Dublin", to: OrganisationModel.printed(Contoso.pool2))
            }
            #expect(
                await bench.say { await $0.forceStep(step, of: run, by: anna, reason: "by hand") }
                    == .accepted
            )
            #expect(await bench.pass(600) { $0.runsDone == 1 })
            #expect(bench.world.obstacles(.sip) == [])
        }
    }

    @Test
    func `when the target dies while the route moves there, it stops, alerts and waits`()
        async throws
    {
        let world = WardenBench.world([route])
        world.before(.command(.enableTopology)) { model in
            for (server, machine) in model.machines where machine.pool == Contoso.pool2 {
                model.machines[server]?.condition = .crashed
            }
        }
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(3_000) { $0.has(.stepFailed) })
            #expect(bench.status()?.phase == .stopped)
            let acts = world.acts.count
            world.bring(Contoso.pool1, .well)
            await bench.pass(7_200)
            #expect(world.acts.count == acts, "nothing else is tried")
            #expect(try await bench.journal.runs(limit: 9).count == 1)
            world.bring(Contoso.pool2, .well)
            let run = try #require(bench.status()?.run)
            #expect(
                await bench.say { await $0.resumeRun(run, by: anna, reason: "it is back") }
                    == .accepted
            )
            #expect(await bench.pass(900) { $0.runsDone == 1 })
            #expect(world.obstacles(.sip) == [])
        }
    }

    @Test
    func `after a stopped run is given up, the holder is read anew`() async throws {
        try await stopped { bench, _ in
            bench.world.change { model in
                for site in ["Redmond", "Dublin"] {
                    model.setRoute(.sip, of: site, to: OrganisationModel.printed(Contoso.pool1))
                }
            }
            await bench.pass(90)
            #expect(await bench.order(.lockReleased(by: anna, reason: "by hand")) == .accepted)
            #expect(await bench.pass(90) { $0.status()?.holder == Contoso.pool1 })
        }
    }
}
