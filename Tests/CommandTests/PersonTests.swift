import ControlAPI
import Testing

/// Runs that wait for a person, stop, or are stuck: what is shown, and the orders that go on.
@Suite struct PersonTests {
    private static let waiting = Fixtures.awaiting(Fixtures.run(8, request: 5, verified: 1))

    /// Run 8 waits for a person at its second step; the status says so, too.
    private static func world(_ run: RunBody = waiting) -> FakeAgent.World {
        var world = FakeAgent.World()
        world.runs = [run]
        world.report = Fixtures.report(run)
        world.status.running = run
        world.status.routes[0].phase = "awaiting_person"
        world.status.routes[0].request = 5
        world.status.routes[0].run = 8
        world.status.routes[0].awaits = run.awaits
        return world
    }

    /// An order ends the run as told, with one line more in its journal.
    private static func ending(
        _ outcome: String,
        _ words: String,
        on kind: OrderBody.Kind
    ) -> FakeAgent.Script {
        { question, world in
            guard case .order(let order) = question, order.kind == kind else { return }
            let verified = outcome == "done" ? 2 : 1
            let run = Fixtures.run(
                8,
                request: 5,
                verified: verified,
                outcome: outcome,
                words: words
            )
            world.runs = [run]
            world.report = Fixtures.report(run, lines: 2)
            world.status.running = nil
        }
    }

    @Test(arguments: [
        ["status"], ["runs"], ["approve", "3", "--yes"], ["report", "8"],
    ])
    func `what is awaited is shown with the command that ends the waiting`(
        _ arguments: [String]
    ) async throws {
        var world = PersonTests.world()
        world.status.waiting = [Fixtures.waiting(3)]
        world.runs[0].request = arguments[0] == "approve" ? 3 : 5
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command(arguments + ["--socket", socket]).run()
            #expect(result.output.contains("edgewarden done 2"))
            #expect(result.output.contains("Move the federation flag"))
            #expect(result.outputLines.allSatisfy { $0.count <= 80 })
            guard arguments[0] != "runs" else { return }
            let facts = [
                "A PERSON IS AWAITED: step 2 of run 8", "open Topology Builder",
                "no cmdlet moves this checkbox", "edgepool2 has port 5061", "2999-11-21T17:08:20Z",
                "abort-run 8",
            ]
            for fact in facts { #expect(result.output.contains(fact), "\(fact) is missing") }
        }
    }

    @Test func `without a terminal a run that waits for a person is 5`() async throws {
        var world = PersonTests.world()
        world.status.waiting = [Fixtures.waiting(3)]
        world.runs[0].request = 3
        try await FakeAgent.with(world) { agent, socket in
            let result = try await Command("approve", "3", "--yes", "--socket", socket).run()
            #expect(result.status == 5)
            #expect(result.errors.contains("run 8 waits for a person: step 2"))
            #expect(result.errors.contains("edgewarden done 2"))
            #expect(agent.orders.map(\.kind) == [.approve])
        }
    }

    @Test(.enabled(if: Command.hasTerminal, "needs script(1) of util-linux"))
    func `on a terminal the waiting is shared until the person is done`() async throws {
        var world = PersonTests.world()
        world.status.waiting = [Fixtures.waiting(3)]
        world.runs[0].request = 3
        let script: FakeAgent.Script = { question, world in
            guard case .runs = question, world.looks == 4 else { return }
            world.runs = [Fixtures.run(8, request: 3, verified: 2, outcome: "done", words: "done")]
        }
        try await FakeAgent.with(world, script: script) { _, socket in
            let arguments = ["approve", "3", "--yes", "--socket", socket]
            let result = try await Command.onTerminal(arguments)
            #expect(result.status == 0)
            #expect(result.output.split(separator: "A PERSON IS AWAITED").count == 2)
            #expect(result.output.contains("Waiting along; Ctrl-C leaves"))
            #expect(result.output.contains("Run 8 is done and verified"))
        }
    }

    @Test(.enabled(if: Command.hasTerminal, "needs script(1) of util-linux"))
    func `--detach does not wait along, not even on a terminal`() async throws {
        var world = PersonTests.world()
        world.status.waiting = [Fixtures.waiting(3)]
        world.runs[0].request = 3
        try await FakeAgent.with(world) { _, socket in
            let arguments = ["approve", "3", "--yes", "--detach", "--socket", socket]
            let result = try await Command.onTerminal(arguments)
            #expect(result.status == 5)
            #expect(result.output.contains("A PERSON IS AWAITED"))
            #expect(!result.output.contains("Waiting along"))
        }
    }

    @Test func `done is told to the run under way, which is followed to its end`() async throws {
        let script = PersonTests.ending("done", "done and verified", on: .done)
        try await FakeAgent.with(PersonTests.world(), script: script) { agent, socket in
            let result = try await Command(
                ["done", "2", "--reason", "published", "--socket", socket]
            ).run()
            #expect(result.status == 0)
            let order = try #require(agent.orders.first)
            #expect(order.kind == .done)
            #expect(order.run == 8)
            #expect(order.step == 2)
            #expect(order.reason == "published")
            #expect(result.output.contains("Run 8 is told that step 2 is done"))
            #expect(!result.output.contains("step title 1"))
            #expect(result.output.contains("Run 8 is done and verified"))
        }
    }

    @Test func `a step that is not done yet is told with what was seen, and is 5`() async throws {
        let script: FakeAgent.Script = { question, world in
            guard case .order(let order) = question, order.kind == .done else { return }
            let run = Fixtures.awaiting(
                Fixtures.run(8, request: 5, verified: 1),
                seen: "edgepool1 still has port 5061"
            )
            world.runs = [run]
            world.report = Fixtures.report(run, lines: 2)
        }
        try await FakeAgent.with(PersonTests.world(), script: script) { _, socket in
            let result = try await Command("done", "2", "--socket", socket).run()
            #expect(result.status == 5)
            #expect(result.output.contains("NOT YET"))
            #expect(result.output.contains("edgepool1 still has port 5061"))
        }
    }

    @Test func `done is 1 when no run is open`() async throws {
        try await FakeAgent.with { agent, socket in
            let result = try await Command("done", "2", "--socket", socket).run()
            #expect(result.status == 1)
            #expect(result.errors.contains("no run is under way, and none stopped"))
            #expect(agent.orders.isEmpty)
        }
    }

    @Test func `the run that stopped is meant when none is under way`() async throws {
        var world = PersonTests.world(
            Fixtures.run(8, request: 5, verified: 1, outcome: "stopped", words: "stopped")
        )
        world.status.running = nil
        world.runs[0].steps[1].phase = "failed"
        world.report = Fixtures.report(world.runs[0])
        let script = PersonTests.ending("done", "done and verified", on: .forceStep)
        try await FakeAgent.with(world, script: script) { agent, socket in
            let result = try await Command(
                "force-step",
                "2",
                "--reason",
                "seen on the console",
                "--socket",
                socket,
                input: "2\n"
            ).run()
            #expect(result.status == 0)
            #expect(agent.orders.first?.kind == .forceStep)
            #expect(agent.orders.first?.run == 8)
            #expect(agent.orders.first?.step == 2)
            #expect(result.output.contains("without having been verified"))
            #expect(result.output.contains("your name and your reason"))
        }
    }

    @Test func `a step at which the run does not stand cannot be forced`() async throws {
        try await FakeAgent.with(PersonTests.world()) { agent, socket in
            let result = try await Command(
                "force-step",
                "1",
                "--reason",
                "seen",
                "--yes",
                "--socket",
                socket
            ).run()
            #expect(result.status == 1)
            #expect(result.errors.contains("run 8 does not stand at step 1: it stands at step 2"))
            #expect(agent.orders.isEmpty)
        }
    }

    @Test(arguments: [
        ["force-step", "2", "--reason", "seen"], ["abort-run", "8", "--reason", "enough"],
    ])
    func `what is not confirmed is not ordered, and is 4`(_ arguments: [String]) async throws {
        try await FakeAgent.with(PersonTests.world()) { agent, socket in
            let result = try await Command(
                arguments + ["--socket", socket],
                input: "yes\n"
            ).run()
            #expect(result.status == 4)
            #expect(agent.orders.isEmpty)
        }
    }

    @Test func `an abort shows what will be undone, newest first, and follows it`() async throws {
        var world = PersonTests.world()
        var undo = Fixtures.plan.steps[0]
        undo.number = 3
        undo.title = "Undo: lead the SIP federation of site Redmond to edgepool1"
        undo.changes = ["site Redmond: edgepool2 to edgepool1"]
        world.report?.undo = [undo]
        let script = PersonTests.ending("aborted", "undone: everything is as it was", on: .abortRun)
        try await FakeAgent.with(world, script: script) { agent, socket in
            let result = try await Command(
                "abort-run",
                "8",
                "--reason",
                "pool 1 is back",
                "--socket",
                socket,
                input: "8\n"
            ).run()
            #expect(result.status == 0)
            #expect(agent.orders.map(\.kind) == [.abortRun])
            #expect(agent.orders.first?.run == 8)
            let facts = [
                "What will be undone, newest first, in 1 step", "   1. Undo: lead the SIP",
                "edgepool2 to edgepool1", "Run 8 is undone: everything is as it was",
            ]
            for fact in facts { #expect(result.output.contains(fact), "\(fact) is missing") }
        }
    }

    @Test func `a person awaited in an undo is not told to undo it`() async throws {
        var run = PersonTests.waiting
        run.awaits?.isUndo = true
        try await FakeAgent.with(PersonTests.world(run)) { _, socket in
            let result = try await Command("status", "--socket", socket).run()
            #expect(!result.output.contains("abort-run"))
            #expect(result.output.contains("edgewarden force-step 2 --reason …"))
        }
    }

    @Test func `what cannot be undone is 1 with the reason, before anything is asked`()
        async throws
    {
        var world = PersonTests.world()
        world.report?.undoRefusal = "it is done and verified"
        try await FakeAgent.with(world) { agent, socket in
            let result = try await Command("abort-run", "8", "--reason", "x", "--socket", socket)
                .run()
            #expect(result.status == 1)
            #expect(result.errors == "run 8 cannot be undone: it is done and verified\n")
            #expect(agent.orders.isEmpty)
        }
    }

    @Test func `an undo that gets stuck is 5 and loud`() async throws {
        let script = PersonTests.ending("stuck", "stuck: DNS refuses", on: .abortRun)
        try await FakeAgent.with(PersonTests.world(), script: script) { _, socket in
            let result = try await Command(
                "abort-run",
                "8",
                "--yes",
                "--reason",
                "x",
                "--socket",
                socket
            ).run()
            #expect(result.status == 5)
            #expect(result.errors.contains("RUN 8 IS STUCK"))
            #expect(result.errors.contains("edgewarden take 8"))
        }
    }

    @Test func `a stuck run is taken with a reason`() async throws {
        try await FakeAgent.with { agent, socket in
            let result = try await Command("take", "8", "--reason", "mine", "--socket", socket)
                .run()
            #expect(result.status == 0)
            #expect(agent.orders.first?.kind == .takeRun)
            #expect(agent.orders.first?.run == 8)
            #expect(agent.orders.first?.reason == "mine")
        }
    }

    @Test(arguments: [nil, "ann"])
    func `a stuck run stands first in the status`(_ taken: String?) async throws {
        var world = FakeAgent.World()
        world.status.routes[1].phase = "stuck"
        world.status.routes[1].run = 9
        world.status.routes[1].takenBy = taken
        world.status.routes[1].reason = "run 9 is stuck: services do not start"
        world.status.pendingFences = ["edge11.contoso.net"]
        world.status.routes[0].lastDrill = "2020-01-01T00:00:00Z"
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("status", "--socket", socket).run()
            #expect(result.outputLines[2] == "!!! STUCK: run 9, route xmpp")
            let next = taken == nil ? "edgewarden take 9" : "ann has taken it"
            #expect(result.output.contains(next))
            #expect(result.output.contains("edge11.contoso.net"))
            #expect(result.output.contains("last drill "))
            #expect(result.output.contains("never drilled"))
            #expect(result.outputLines.allSatisfy { $0.count <= 80 })
        }
    }
}
