import ControlAPI
import Glibc
import Synchronization
import Testing

@Suite struct DrillTests {
    /// Orders are planned and wait at once; approvals end in runs; the holder follows.
    private static func script(
        ends: [String] = ["done", "done"],
        isRehearsal: Bool = false
    ) -> FakeAgent.Script {
        { question, world in
            guard case .order(let order) = question else { return }
            switch order.kind {
            case .failover, .failback:
                let request = order.kind == .failover ? 5 : 6
                world.status.routes[0].request = request
                world.status.routes[0].phase = "awaiting_approval"
                var waiting = Fixtures.waiting(request)
                waiting.plan.moves[0].to = order.kind == .failover ? Fixtures.target : Fixtures.home
                world.status.waiting = [waiting]
            case .approve:
                world.status.waiting = []
                let isBack = order.request == 6
                let end = isBack ? ends[1] : ends[0]
                var run = Fixtures.run(
                    order.request ?? 0,
                    request: order.request ?? 0,
                    verified: end == "done" ? 2 : 1,
                    outcome: end,
                    words: end,
                    isDrill: true
                )
                run.to = isBack ? Fixtures.home : Fixtures.target
                world.runs.insert(run, at: 0)
                world.status.routes[0].request = nil
                world.status.routes[0].phase = end == "done" ? "watching" : end
                world.status.routes[0].run = end == "done" ? nil : run.run
                if end == "done" { world.status.routes[0].holder = run.to }
            case .deny:
                world.status.waiting = []
                world.status.routes[0].request = nil
                world.status.routes[0].phase = "watching"
            case .rehearse:
                let run = Fixtures.run(
                    7,
                    request: 7,
                    verified: 2,
                    outcome: "rehearsed",
                    words: "rehearsed; nothing was changed",
                    isRehearsal: true
                )
                world.runs.insert(run, at: 0)
            default: break
            }
        }
    }

    private static func drill(_ socket: String, _ more: String...) -> [String] {
        ["drill", "sip", "--reason", "practice", "--hold", "1ms", "--socket", socket] + more
    }

    @Test func `a drill goes there and back, each way confirmed by the pool's name`() async throws {
        try await FakeAgent.with(script: DrillTests.script()) { agent, socket in
            let result = try await Command(
                DrillTests.drill(socket),
                input: "\(Fixtures.target)\n\(Fixtures.home)\n"
            ).run()
            #expect(result.status == 0)
            #expect(agent.orders.map(\.kind) == [.failover, .approve, .failback, .approve])
            #expect(agent.orders.compactMap(\.isDrill) == [true, true])
            #expect(agent.orders.allSatisfy { $0.reason == "practice" })
            #expect(result.output.split(separator: "Plan 3f2a1b4c5d6e").count == 3)
            #expect(result.output.contains("drill (failover) of sip"))
            #expect(result.output.contains("route sip is home again (runs 5 and 6)"))
        }
    }

    @Test func `a drill that is not confirmed moves nothing, and says where the route is`()
        async throws
    {
        try await FakeAgent.with(script: DrillTests.script()) { agent, socket in
            let result = try await Command(DrillTests.drill(socket), input: "no\n").run()
            #expect(result.status == 4)
            #expect(agent.orders.map(\.kind) == [.failover, .deny])
            #expect(result.errors.contains("Route sip is at home"))
        }
    }

    @Test func `Ctrl-C at the question is a no, and the order is taken back`() async throws {
        try await FakeAgent.with(script: DrillTests.script()) { agent, socket in
            let seen = try await Dialogue.with(
                DrillTests.drill(socket),
                [("anything else to stop: ", "edgepool2\u{3}")]
            )
            #expect(seen.status == 4 && seen.unasked.isEmpty, "\(seen)")
            #expect(agent.orders.map(\.kind) == [.failover, .deny])
            #expect(seen.output.contains("Route sip is at home"), "\(seen)")
        }
    }

    @Test func `a way back that is not confirmed leaves the route away, and says so`()
        async throws
    {
        try await FakeAgent.with(script: DrillTests.script()) { agent, socket in
            let result = try await Command(
                DrillTests.drill(socket),
                input: "\(Fixtures.target)\nno\n"
            ).run()
            #expect(result.status == 4)
            #expect(agent.orders.last?.kind == .deny)
            #expect(result.errors.contains("ROUTE sip IS AWAY, with edgepool2.contoso.net"))
            #expect(result.errors.contains("edgewarden drill sip --finish"))
        }
    }

    @Test func `a drill whose run stops is 1, and says how to go on`() async throws {
        let script = DrillTests.script(ends: ["stopped", "done"])
        try await FakeAgent.with(script: script) { agent, socket in
            let result = try await Command(DrillTests.drill(socket, "--yes")).run()
            #expect(result.status == 1)
            #expect(agent.orders.map(\.kind) == [.failover, .approve])
            #expect(result.errors.contains("abort-run 5"))
            #expect(result.errors.contains("Run 5 is stopped"))
        }
    }

    @Test func `Ctrl-C while it holds leaves the route away, says so, and is 5`() async throws {
        let process = Atomic<pid_t>(0)
        let script = DrillTests.script()
        let interrupting: FakeAgent.Script = { question, world in
            script(question, &world)
            // The run is seen done, and the drill holds.
            if case .runs = question, world.runs.first?.run == 5 {
                kill(process.load(ordering: .acquiring), SIGINT)
            }
        }
        try await FakeAgent.with(script: interrupting) { agent, socket in
            let result = try await Command(
                ["drill", "sip", "--reason", "practice", "--hold", "1h", "--yes"]
                    + ["--socket", socket]
            ).run { process.store($0, ordering: .releasing) }
            #expect(result.status == 5)
            #expect(agent.orders.map(\.kind) == [.failover, .approve])
            #expect(result.errors.contains("ROUTE sip IS AWAY"))
            #expect(result.errors.contains("edgewarden drill sip --finish"))
        }
    }

    @Test func `a drill that ended half way is brought home`() async throws {
        var world = FakeAgent.World()
        world.status.routes[0].holder = Fixtures.target
        try await FakeAgent.with(world, script: DrillTests.script()) { agent, socket in
            let result = try await Command(
                "drill",
                "sip",
                "--finish",
                "--reason",
                "practice",
                "--socket",
                socket,
                input: "\(Fixtures.home)\n"
            ).run()
            #expect(result.status == 0)
            #expect(agent.orders.map(\.kind) == [.failback, .approve])
            #expect(agent.orders.compactMap(\.isDrill) == [true])
            #expect(result.output.contains("The drill is over: route sip is home again (run 6)."))
        }
    }

    @Test(arguments: [["--to", "edgepool2.contoso.net"], ["--what-if"]])
    func `the way home goes home, in earnest`(_ more: [String]) async throws {
        let result = try await Command(
            ["drill", "sip", "--finish", "--reason", "practice"] + more
        ).run()
        #expect(result.status == 2 && result.errors.contains("--finish"))
    }

    @Test func `a drill begins at home`() async throws {
        var world = FakeAgent.World()
        world.status.routes[0].holder = Fixtures.target
        try await FakeAgent.with(world) { agent, socket in
            let result = try await Command(DrillTests.drill(socket, "--yes")).run()
            #expect(result.status == 1)
            #expect(result.errors.contains("a drill begins at home"))
            #expect(agent.orders.isEmpty)
        }
    }

    @Test(arguments: [(Fixtures.home, "failover"), (Fixtures.target, "failback")])
    func `a rehearsal changes nothing and tells every step`(
        _ holder: String,
        _ direction: String
    ) async throws {
        var world = FakeAgent.World()
        world.status.routes[0].holder = holder
        try await FakeAgent.with(world, script: DrillTests.script()) { agent, socket in
            let result = try await Command("drill", "sip", "--what-if", "--socket", socket).run()
            #expect(result.status == 0)
            #expect(agent.orders.map(\.kind) == [.rehearse])
            #expect(agent.orders.first?.direction == direction)
            #expect(result.output.contains("would change  value 1: old → new"))
            #expect(result.output.contains("detail 2"))
            #expect(result.output.contains("Run 7 is rehearsed: nothing was changed"))
        }
    }

    @Test func `a rehearsal that cannot be planned is 1 with the reasons`() async throws {
        var world = FakeAgent.World()
        let script: FakeAgent.Script = { question, world in
            if case .plan = question { world.refusals = ["edgepool2 is down"] }
        }
        world.status.routes[0].request = nil
        try await FakeAgent.with(world, script: script) { _, socket in
            let result = try await Command("drill", "sip", "--what-if", "--socket", socket).run()
            #expect(result.status == 1)
            #expect(result.errors == "edgepool2 is down\n")
        }
    }
}
