import ControlAPI
import Testing

@Suite struct OrderTests {
    /// After the order the plan is made, then it waits; after the approval the run is done.
    private static let script: FakeAgent.Script = { question, world in
        switch question {
        case .order(let order) where order.kind == .failover || order.kind == .failback:
            world.status.routes[0].request = 5
            world.status.routes[0].phase = "planning"
            world.status.routes[0].reason = "the plan of request 5 is being made"
        case .order(let order) where order.kind == .approve:
            world.status.waiting = []
            world.runs = [Fixtures.run(8, request: 5, verified: 2, outcome: "done", words: "done")]
        case .status where world.status.routes[0].phase == "planning":
            // Seen once as being planned, then as waiting.
            world.status.routes[0].phase = "planned"
        case .status where world.status.routes[0].phase == "planned":
            world.status.routes[0].phase = "awaiting_approval"
            world.status.waiting = [Fixtures.waiting(5)]
        default: break
        }
    }

    @Test func `a failover is ordered, shown, confirmed, approved and followed`() async throws {
        try await FakeAgent.with(script: OrderTests.script) { agent, socket in
            let result = try await Command(
                "failover",
                "sip",
                "--to",
                Fixtures.target,
                "--reason",
                "drill",
                "--socket",
                socket,
                input: "\(Fixtures.target)\n"
            ).run()
            #expect(result.status == 0)
            #expect(agent.orders.map(\.kind) == [.failover, .approve])
            #expect(agent.orders.first?.pool == Fixtures.target)
            #expect(agent.orders.first?.reason == "drill")
            #expect(agent.orders.last?.digest == Fixtures.plan.digest)
            #expect(result.output.contains("being made"))
            #expect(result.output.contains("Plan 3f2a1b4c5d6e"))
            #expect(result.output.contains("Run 8 is done and verified"))
        }
    }

    @Test(arguments: ["failover", "failback"])
    func `the rules that an order breaks go with it and with the yes, each by its name`(
        _ verb: String
    ) async throws {
        try await FakeAgent.with(script: OrderTests.script) { agent, socket in
            let result = try await Command([
                verb, "sip", "--override", "not-ready", "--override", "cool-down", "--reason",
                "pool 1 burns", "--yes", "--socket", socket,
            ]).run()
            #expect(result.status == 0)
            #expect(agent.orders.count == 2)
            for order in agent.orders {
                #expect(order.overrides == ["not-ready", "cool-down"])
                #expect(order.reason == "pool 1 burns")
            }
        }
    }

    @Test func `an order that names no rule breaks none`() async throws {
        try await FakeAgent.with(script: OrderTests.script) { agent, socket in
            let arguments = ["failover", "sip", "--reason", "x", "--yes", "--socket", socket]
            _ = try await Command(arguments).run()
            #expect(agent.orders.count == 2)
            #expect(agent.orders.allSatisfy { $0.overrides == nil })
        }
    }

    @Test func `several routes go in one order, and the run names them all`() async throws {
        let script: FakeAgent.Script = { question, world in
            OrderTests.script(question, &world)
            for index in world.runs.indices where world.runs[index].moves.count == 1 {
                var also = world.runs[index].moves[0]
                also.route = "xmpp"
                world.runs[index].moves.append(also)
            }
        }
        try await FakeAgent.with(script: script) { agent, socket in
            let arguments = ["failover", "sip", "xmpp", "--yes", "--socket", socket]
            let result = try await Command(arguments).run()
            #expect(result.status == 0, "\(result.output)")
            #expect(agent.orders.first?.route == "sip" && agent.orders.first?.also == ["xmpp"])
            #expect(result.output.contains("edgepool2.contoso.net holds routes sip and xmpp"))
            let list = try await Command("runs", "--socket", socket).run()
            #expect(list.output.contains("sip, xmpp"), "\(list.output)")
        }
    }

    @Test func `a failback with --yes asks nothing`() async throws {
        try await FakeAgent.with(script: OrderTests.script) { agent, socket in
            let result = try await Command("failback", "sip", "--yes", "--socket", socket).run()
            #expect(result.status == 0)
            #expect(agent.orders.map(\.kind) == [.failback, .approve])
        }
    }

    @Test func `an order that is not confirmed is taken back and is 4`() async throws {
        try await FakeAgent.with(script: OrderTests.script) { agent, socket in
            let result = try await Command(
                "failover",
                "sip",
                "--socket",
                socket,
                input: "edgepool1.contoso.net\n"
            ).run()
            #expect(result.status == 4)
            #expect(agent.orders.map(\.kind) == [.failover, .deny])
            #expect(agent.orders.last?.request == 5)
        }
    }

    @Test func `an order that is refused is 1`() async throws {
        var world = FakeAgent.World()
        world.refusals = ["edgepool2 holds SIP federation already"]
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("failover", "sip", "--yes", "--socket", socket).run()
            #expect(result.status == 1)
            #expect(result.errors == "edgepool2 holds SIP federation already\n")
        }
    }

    @Test func `an order that meets a waiting request tells how to answer that`() async throws {
        var world = FakeAgent.World()
        world.refusals = ["request 3 is there already"]
        world.status.waiting = [Fixtures.waiting(3)]
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("failback", "sip", "--yes", "--socket", socket).run()
            #expect(result.status == 1)
            #expect(result.errors.contains("request 3 is there already\n"))
            #expect(result.errors.contains("edgewarden approve 3"))
        }
    }

    @Test func `an order of which no plan comes is 1 with the reason`() async throws {
        let script: FakeAgent.Script = { question, world in
            switch question {
            case .order(let order) where order.kind == .failover:
                world.status.routes[0].request = 5
                world.status.routes[0].phase = "planning"
            case .standing: world.endings = ["request 5 has ended: cannot be done: no replica"]
            case .status where world.looks == 0:
                world.looks = 1
            case .status: world.status.routes[0].request = nil
            default: break
            }
        }
        try await FakeAgent.with(script: script) { _, socket in
            let result = try await Command("failover", "sip", "--yes", "--socket", socket).run()
            #expect(result.status == 1)
            #expect(result.errors == "request 5 has ended: cannot be done: no replica\n")
        }
    }

    @Test func `a denial carries its reason`() async throws {
        var world = FakeAgent.World()
        world.status.waiting = [Fixtures.waiting(3)]
        try await FakeAgent.with(world) { agent, socket in
            let result = try await Command(
                "deny",
                "--reason",
                "planned work",
                "--socket",
                socket
            ).run()
            #expect(result.status == 0)
            #expect(agent.orders.map(\.kind) == [.deny])
            #expect(agent.orders.first?.request == 3)
            #expect(agent.orders.first?.reason == "planned work")
        }
    }

    @Test func `a pause has a route, a length and a reason`() async throws {
        try await FakeAgent.with { agent, socket in
            let result = try await Command(
                "pause",
                "sip",
                "--for",
                "1h30m",
                "--reason",
                "work",
                "--socket",
                socket
            ).run()
            #expect(result.status == 0)
            #expect(agent.orders.first?.kind == .pause)
            #expect(agent.orders.first?.route == "sip")
            #expect(agent.orders.first?.forSeconds == 5_400)
            #expect(agent.orders.first?.reason == "work")
        }
    }

    @Test(
        arguments: [
            (["pause", "--reason", "work"], OrderBody.Kind.pause, nil),
            (["resume", "sip"], .resume, "sip"),
            (["resume"], .resume, nil),
            (["release", "--reason", "done by hand"], .release, nil),
            (["adopt", "xmpp", "--reason", "moved by hand"], .adopt, "xmpp"),
        ] as [([String], OrderBody.Kind, String?)]
    )
    func `short orders are given once`(
        _ arguments: [String],
        _ kind: OrderBody.Kind,
        _ route: String?
    ) async throws {
        try await FakeAgent.with { agent, socket in
            let result = try await Command(arguments + ["--socket", socket]).run()
            #expect(result.status == 0)
            #expect(!result.output.isEmpty)
            #expect(agent.orders.map(\.kind) == [kind])
            #expect(agent.orders.first?.route == route)
        }
    }

    @Test func `a stopped run goes on and is followed from where it was`() async throws {
        var world = FakeAgent.World()
        world.runs = [
            Fixtures.run(8, request: 5, verified: 1, outcome: "stopped", words: "stopped")
        ]
        world.report = Fixtures.report(world.runs[0])
        let script: FakeAgent.Script = { question, world in
            guard case .order(let order) = question, order.kind == .resumeRun else { return }
            world.runs = [Fixtures.run(8, request: 5, verified: 2, outcome: "done", words: "done")]
            world.report = Fixtures.report(world.runs[0], lines: 2)
        }
        try await FakeAgent.with(world, script: script) { agent, socket in
            let result = try await Command(
                "resume-run",
                "8",
                "--reason",
                "mended",
                "--socket",
                socket
            ).run()
            #expect(result.status == 0)
            #expect(agent.orders.first?.run == 8)
            #expect(!result.output.contains("step title 1"))
            #expect(result.output.contains("step title 2"))
        }
    }
}
