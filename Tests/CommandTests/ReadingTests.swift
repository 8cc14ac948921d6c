import ControlAPI
import Testing

@Suite struct ReadingTests {
    private static func world() -> FakeAgent.World {
        var world = FakeAgent.World()
        world.plan = Fixtures.plan
        world.runs = [
            Fixtures.run(2, request: 3, verified: 1),
            Fixtures.run(1, request: 1, verified: 2, outcome: "done", words: "done and verified"),
        ]
        world.report = Fixtures.report(world.runs[1])
        world.status.waiting = [Fixtures.waiting(3)]
        world.status.running = world.runs[0]
        return world
    }

    @Test func `the status says who holds what, who is down, what waits and what runs`()
        async throws
    {
        try await FakeAgent.with(ReadingTests.world()) { _, socket in
            let result = try await Command("status", "--socket", socket).run()
            #expect(result.status == 0)
            let facts = [
                "at home with edgepool1.contoso.net", "AWAY with edgepool2.contoso.net", "in 25m",
                "DEGRADED", "refused the connection", "no clientAuth", "edgewarden approve 3",
                "run 2: failover of sip",
            ]
            for fact in facts { #expect(result.output.contains(fact), "\(fact) is missing") }
            #expect(result.outputLines.allSatisfy { $0.count <= 80 })
        }
    }

    @Test func `a stopped run is shown with what to do about it`() async throws {
        var world = FakeAgent.World()
        world.status.routes[0].phase = "stopped"
        world.status.routes[0].reason = "the run of request 4 stopped and keeps the lock"
        world.status.routes[0].run = 4
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("status", "--socket", socket).run()
            #expect(result.output.contains("!! STOPPED: run 4, route sip"))
            #expect(result.output.contains("edgewarden resume-run 4"))
            #expect(result.output.contains("edgewarden abort-run 4"))
            #expect(result.output.contains("edgewarden release"))
        }
    }

    @Test(arguments: ["paused", "running"])
    func `a pause is told once`(_ phase: String) async throws {
        var world = FakeAgent.World()
        world.status.routes[0].phase = phase
        world.status.routes[0].pause = "paused by ann: patch day"
        world.status.routes[0].reason = phase == "paused" ? "paused by ann: patch day" : "it runs"
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("status", "--socket", socket).run()
            #expect(result.output.split(separator: "patch day").count == 2)
        }
    }

    @Test func `the plan shows every step with its source, changes, commands and undo`()
        async throws
    {
        try await FakeAgent.with(ReadingTests.world()) { _, socket in
            let result = try await Command("plan", "failover", "sip", "--socket", socket).run()
            #expect(result.status == 0)
            let facts = [
                "Plan 3f2a1b4c5d6e: failover in 2 steps", "A 1–4", "why      both",
                "A  Fail over the Edge pool", "WHERE", "fe21",
                "runs     Set-CsSite -Identity Site:Redmond", "-SipFederationRoute",
                "undo     Set-CsSite", "checks   replicas of fe11",
                "changes  site Redmond", "all members are down", "DNS caches", "TTL of",
            ]
            for fact in facts { #expect(result.output.contains(fact), "\(fact) is missing") }
            #expect(result.outputLines.allSatisfy { $0.count <= 80 })
        }
    }

    @Test func `a script is printed as it is`() async throws {
        let script = "# ==== Step 1 ====\nEnable-CsTopology -Confirm:$false\n"
        var world = ReadingTests.world()
        world.script = ScriptBody(digest: "3f2a", script: script)
        try await FakeAgent.with(world) { _, socket in
            let arguments = ["plan", "failover", "sip", "xmpp", "--script", "--socket", socket]
            let result = try await Command(arguments).run()
            #expect(result.status == 0)
            #expect(result.output == script)
        }
    }

    @Test func `several routes are asked for as one plan`() async throws {
        try await FakeAgent.with(ReadingTests.world()) { agent, socket in
            let arguments = ["plan", "failback", "sip", "xmpp", "--json", "--socket", socket]
            let result = try await Command(arguments).run()
            #expect(result.status == 0)
            #expect(agent.questions.contains("plan?direction=failback&route=sip&route=xmpp"))
        }
    }

    @Test func `a report as HTML is printed as it is`() async throws {
        try await FakeAgent.with(ReadingTests.world()) { agent, socket in
            let arguments = ["report", "1", "--format", "html", "--socket", socket]
            let result = try await Command(arguments).run()
            #expect(result.status == 0)
            #expect(result.output == "<!DOCTYPE html>run 1\n")
            #expect(agent.questions == ["runs/1/page"])
        }
    }

    @Test(arguments: [
        (["status"], "routes"), (["plan", "failover", "sip"], "steps"), (["runs"], "runs"),
        (["report", "1"], "timeline"),
    ])
    func `JSON is the whole answer`(_ arguments: [String], _ key: String) async throws {
        try await FakeAgent.with(ReadingTests.world()) { _, socket in
            let result = try await Command(arguments + ["--json", "--socket", socket]).run()
            #expect(result.status == 0)
            #expect(result.output.jsonObject?[key] is [Any])
            #expect(result.errors.isEmpty)
        }
    }

    @Test func `a plan that is blocked is 1 with every reason`() async throws {
        var world = FakeAgent.World()
        world.refusals = ["edgepool2 is down", "replication is behind"]
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("plan", "failover", "sip", "--socket", socket).run()
            #expect(result.status == 1)
            #expect(result.errors == "edgepool2 is down\nreplication is behind\n")
            #expect(result.output.isEmpty)
        }
    }

    @Test func `runs are a table with how each ended`() async throws {
        try await FakeAgent.with(ReadingTests.world()) { _, socket in
            let result = try await Command("runs", "--socket", socket).run()
            #expect(result.status == 0)
            #expect(result.outputLines.first?.hasPrefix("RUN") == true)
            #expect(result.output.contains("1m5s"))
            #expect(result.output.contains("done and verified"))
            #expect(result.outputLines.allSatisfy { $0.count <= 80 })
        }
    }

    @Test func `a report is Markdown unless JSON is asked for`() async throws {
        try await FakeAgent.with(ReadingTests.world()) { _, socket in
            let markdown = try await Command("report", "1", "--socket", socket).run()
            #expect(markdown.output == "# Run 1\n\nDone.\n")
            let json = try await Command("report", "1", "--format", "json", "--socket", socket)
                .run()
            #expect(json.output.jsonObject?["markdown"] as? String == "# Run 1\n\nDone.\n")
        }
    }
}
