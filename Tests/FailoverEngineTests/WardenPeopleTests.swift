import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenPeopleTests {
    private let anna = WardenBench.anna
    private let task = PersonTask.moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2)

    private var route: FederationRoute {
        var route = Contoso.sipRoute()
        route.federationFlag = .strictSingle
        return route
    }

    /// Only the home pool carries federation.
    private func singleFlag(_ world: ScriptedOrganisation) {
        world.change { model in
            for index in model.edgeServices.indices
            where model.edgeServices[index].pool == Contoso.pool2 {
                model.edgeServices[index].federationPort = nil
            }
        }
    }

    /// Pool 1 carries federation alone and dies; the run waits for the flag to be moved.
    private func waiting(
        _ body: (WardenBench, RunID, StepID) async throws -> Void
    ) async throws {
        let world = WardenBench.world([route, Contoso.xmppRoute()])
        singleFlag(world)
        try await WardenBench.live(in: world) { bench in
            await bench.pass(60)
            #expect(!bench.has(.standbyDown), "down by design")
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.waiting?.request.move.route == Contoso.sip })
            await bench.approveNext()
            #expect(await bench.pass(400) { $0.status()?.phase == .awaitingPerson })
            let run = try #require(bench.run)
            let step = try #require(bench.status()?.waitsFor?.step)
            try await body(bench, run, step)
        }
    }

    /// Does every step that the run asks for, until it is done.
    private func help(_ bench: WardenBench) async {
        for _ in 0..<6 {
            await bench.pass(5)
            let isDone = await bench.pass(900) {
                $0.runsDone == 1 || $0.status()?.phase == .awaitingPerson
            }
            guard isDone, bench.runsDone == 0, let progress = bench.warden.overview().running,
                let step = progress.state?.waitingStep, case .person(let task) = step.operation
            else { break }
            bench.world.perform(task)
            let reply = await bench.say {
                await $0.personDone(step.id, of: progress.id, by: anna, reason: "as asked")
            }
            #expect(reply == .accepted)
        }
        #expect(bench.runsDone == 1)
    }

    @Test
    func `a standby that a plan enables is offered, and a person is asked for their step`()
        async throws
    {
        try await waiting { bench, run, step in
            #expect(bench.has(.personWanted))
            let notice = bench.journal.notices.last { $0.code == .personWanted }
            #expect(notice?.severity == .critical)
            for words in [
                task.instruction, task.reason, task.check, "edgewarden done \(step)",
            ] { #expect(bench.sentence(.personWanted).contains(words)) }
            #expect(bench.status()?.run == run)
            #expect(bench.status()?.reason.contains("step \(step)") == true)
            bench.world.perform(task)
            #expect(
                await bench.say { await $0.personDone(step, of: run, by: anna, reason: "done") }
                    == .accepted
            )
            await help(bench)
            #expect(bench.world.obstacles(.sip) == [])
            #expect(bench.status()?.holder == Contoso.pool2)
        }
    }

    @Test
    func `a word that the machine does not see is answered with another call`() async throws {
        try await waiting { bench, run, step in
            let calls = bench.codes.filter { $0 == .personWanted }.count
            #expect(
                await bench.say { await $0.personDone(step, of: run, by: anna, reason: "") }
                    == .accepted
            )
            #expect(
                await bench.pass(200) { bench in
                    bench.codes.filter { $0 == .personWanted }.count > calls
                }
            )
            #expect(bench.sentence(.personWanted).contains("somebody said that it is done, but"))
            #expect(bench.status()?.phase == .awaitingPerson)
            bench.world.perform(task)
            #expect(
                await bench.say { await $0.personDone(step, of: run, by: anna, reason: "now") }
                    == .accepted
            )
            await help(bench)
        }
    }

    @Test
    func `refusals say what is the case`() async throws {
        try await waiting { bench, run, step in
            let other = StepID(step.number + 1)
            let wrong = await bench.refusal {
                await $0.personDone(other, of: run, by: anna, reason: "")
            }
            #expect(wrong?.contains("waits for a person to do step \(step)") == true)
            #expect(wrong?.hasSuffix("not \(other)") == true)
            let unknown = await bench.refusal {
                await $0.personDone(step, of: RunID(99), by: anna, reason: "")
            }
            #expect(unknown?.contains("run \(run) waits for a person") == true)
            let silent = await bench.refusal {
                await $0.forceStep(step, of: run, by: anna, reason: "")
            }
            #expect(silent?.contains("reason") == true)
            let resume = await bench.refusal { await $0.resumeRun(run, by: anna, reason: "") }
            #expect(resume?.contains("waits for a person") == true)
            let take = await bench.refusal { await $0.takeRun(run, by: anna, reason: "") }
            #expect(take?.contains("not stopped") == true)
        }
    }

    @Test
    func `a second operator is told who has the lock and what it waits for`() async throws {
        try await waiting { bench, run, step in
            for route in [Contoso.sip, Contoso.xmpp] {
                let why = await bench.refusal {
                    await $0.order(
                        .failoverOrdered(route, to: nil, by: Person(name: "ben"), reason: "")
                    )
                }
                #expect(why?.contains("request \(run)") == true, "\(route)")
                #expect(why?.contains("step \(step)") == true, "\(route)")
            }
            #expect(bench.warden.overview().running?.id == run)
        }
    }

    @Test
    func `a run that waits can be undone`() async throws {
        try await waiting { bench, run, _ in
            #expect(
                await bench.say { await $0.abortRun(run, by: anna, reason: "wrong pool") }
                    == .accepted
            )
            #expect(await bench.pass(600) { $0.has(.runUndone) })
            #expect(bench.status()?.holder == Contoso.pool1)
            #expect(bench.status()?.coolDownUntil != nil)
            #expect(bench.routedTo == Contoso.pool1)
            guard case .finished(.aborted)? = bench.journal.content(of: run).last else {
                Issue.record("it ended as \(String(describing: bench.journal.newestRun.last))")
                return
            }
        }
    }

    @Test
    func `a step can be forced while the run waits for it`() async throws {
        try await waiting { bench, run, step in
            #expect(
                await bench.say { await $0.forceStep(step, of: run, by: anna, reason: "seen") }
                    == .accepted
            )
            #expect(await bench.pass(300) { $0.status()?.phase != .awaitingPerson })
            let forced = RunEvent.forced(step, by: anna, reason: "seen")
            #expect(bench.journal.content(of: run).contains(forced))
        }
    }

    /// One life of the agent that ends while the run waits for the flag to be moved.
    private func interrupted(_ world: ScriptedOrganisation) async throws -> MemoryJournal {
        singleFlag(world)
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(60)
            world.bring(Contoso.pool1, .off)
            await bench.approveNext()
            #expect(await bench.pass(400) { $0.status()?.phase == .awaitingPerson })
        }
        return journal.revived()
    }

    @Test
    func `who comes too late finds the run stopped, and lets it go on by saying done`()
        async throws
    {
        let world = WardenBench.world([route])
        let journal = try await interrupted(world)
        // What hours of waiting would have led to.
        let run = try #require(try await journal.runs(limit: 1).first)
        let step = StepID(1)
        for event: RunEvent in [
            .recovered(reason: "a start"), .observing(step), .observed(step, .initial("empty")),
            .instructed(step), .personTimedOut(step),
            .finished(.stopped(reason: "step 1: nobody did it in time")),
        ] { try await journal.append(event, to: run, at: Timestamp(millisecondsSinceEpoch: 0)) }
        try await WardenBench.live(in: world, journal: journal) { bench in
            #expect(await bench.pass(60) { $0.status()?.phase == .stopped })
            #expect(bench.status()?.run == run)
            let other = await bench.refusal {
                await $0.personDone(StepID(99), of: run, by: anna, reason: "")
            }
            #expect(other?.contains("stopped at step 1") == true)
            world.perform(task)
            #expect(
                await bench.say { await $0.personDone(step, of: run, by: anna, reason: "late") }
                    == .accepted
            )
            await help(bench)
        }
    }

    @Test
    func `after a restart the person is asked again`() async throws {
        let world = WardenBench.world([route])
        let journal = try await interrupted(world)
        try await WardenBench.live(in: world, journal: journal) { bench in
            #expect(await bench.pass(200) { $0.status()?.phase == .awaitingPerson })
            #expect(bench.has(.personWanted))
            await help(bench)
        }
    }
}
