import ControlAPI
import Testing

@Suite struct AlertTests {
    private static func agent(_ isDelivered: Bool, _ detail: String) -> FakeAgent.Script {
        { question, world in
            guard case .alertTest(let hook) = question else { return }
            world.alertTest = AlertTestBody(hook: hook, isDelivered: isDelivered, detail: detail)
        }
    }

    @Test func `a test message that was taken is told with the receiver's answer`() async throws {
        try await FakeAgent.with(script: Self.agent(true, "HTTP 202")) { agent, socket in
            let result = try await Command("alert", "test", "ops", "--socket", socket).run()
            #expect(result.status == 0)
            #expect(result.output == "ops took the test message: HTTP 202\n")
            #expect(agent.questions == ["alerts/test/ops"])
        }
    }

    @Test func `a test message that was not taken is exit code 1 and says why`() async throws {
        let script = Self.agent(false, "HTTP 404: no_team")
        try await FakeAgent.with(script: script) { _, socket in
            let command = Command("alert", "test", "chat", "--json", "--socket", socket)
            let result = try await command.run()
            #expect(result.status == 1)
            #expect(result.output.contains("\"is_delivered\" : false"), "\(result.output)")
            #expect(result.errors.isEmpty)
            let inWords = try await Command("alert", "test", "chat", "--socket", socket).run()
            #expect(inWords.status == 1 && inWords.output.isEmpty)
            #expect(
                inWords.errors.contains("chat did not take the test message: HTTP 404: no_team")
            )
        }
    }

    @Test func `a hook that there is not is exit code 1`() async throws {
        let script: FakeAgent.Script = { _, world in
            world.refusals = ["there is no alert hook 'opps' (there are: ops, chat)"]
        }
        try await FakeAgent.with(script: script) { _, socket in
            let result = try await Command("alert", "test", "opps", "--socket", socket).run()
            #expect(result.status == 1)
            #expect(result.errors.contains("there is no alert hook 'opps'"))
        }
    }

    @Test func `without a hook's name it is wrong usage`() async throws {
        #expect(try await Command("alert", "test").run().status == 2)
    }

    @Test func `an alert is acknowledged by its number`() async throws {
        try await FakeAgent.with { agent, socket in
            let result = try await Command(
                "ack",
                "--alert",
                "42",
                "--reason",
                "on it",
                "--socket",
                socket
            ).run()
            #expect(result.status == 0)
            #expect(result.output == "Nobody is reminded of what alert 42 is about any more.\n")
            let order = try #require(agent.orders.first)
            #expect(order.kind == .acknowledge && order.alert == 42 && order.route == nil)
        }
    }

    @Test(arguments: [["--reason", "x"], ["sip", "--alert", "4", "--reason", "x"]])
    func `an acknowledgement names a route or an alert`(arguments: [String]) async throws {
        #expect(try await Command(["ack"] + arguments).run().status == 2)
    }

    @Test func `the status tells of hooks that want attention, and with --all of every one`()
        async throws
    {
        var world = FakeAgent.World()
        world.status.alerts = Fixtures.alerts
        try await FakeAgent.with(world) { _, socket in
            let glance = try await Command("status", "--socket", socket).run()
            let shown = glance.outputLines.drop { $0 != "Alerts" }.joined(separator: "\n")
            #expect(
                shown == """
                    Alerts
                      - ops: fails since 2026-11-21T13:08:10Z: HTTP 404: no_team; 12 alerts wait; 1
                        alert given up since the agent's start
                      - heartbeat: fails since 2026-11-21T13:09:10Z: it refuses connections

                    """
            )
            let all = try await Command("status", "--all", "--socket", socket).run()
            let rest = [
                "  - chat: 3 held back until its quiet hours end", "  - log: well: handed over",
                "  - pager: nothing sent since the agent's start",
            ]
            for line in rest { #expect(all.outputLines.contains(line), "\(all.output)") }
        }
    }

    @Test func `where all is well the status says nothing of alerts`() async throws {
        var world = FakeAgent.World()
        world.status.alerts = Fixtures.alerts
        world.status.alerts?.hooks.removeFirst()
        world.status.alerts?.heartbeat?.failingSince = nil
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("status", "--socket", socket).run()
            #expect(!result.output.contains("Alerts"))
        }
    }
}
