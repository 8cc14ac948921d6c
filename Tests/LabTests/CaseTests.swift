import ControlAPI
import Testing

/// What must not move, and what must stop.
extension LabTests {
    @Test func `one dead member of two is an alert and no failover`() async throws {
        let agent = try await begin(LabTests.allAuto)
        try await Lab.does("break", "edge11")
        try await eventually("the pool is degraded") {
            try await agent.status().pools.contains {
                $0.pool == LabTests.pool1 && $0.kind == "sip" && $0.verdict == "degraded"
            }
        }
        try await eventually("people are told") {
            try agent.alerts().contains("pool_degraded")
        }
        #expect(try await agent.route("sip").phase == "watching")
        #expect(try await Lab.acts() == [])
        #expect(try await agent.runs().isEmpty)
        #expect(agent.stop() == 0)
    }

    @Test func `with both pools down nothing moves and people are told`() async throws {
        let agent = try await begin(LabTests.allAuto)
        try await Lab.does("break", LabTests.pool2)
        try await eventually("pool 2 is down") {
            try await agent.status().pools.filter { $0.pool == LabTests.pool2 }
                .allSatisfy { $0.verdict == "down" }
        }
        try await Lab.does("break", LabTests.pool1)
        try await eventually("it says that it cannot act") {
            try agent.alerts().contains("cannot_act")
        }
        #expect(try await Lab.acts() == [])
        #expect(try await agent.runs().isEmpty)
        #expect(agent.stop() == 0)
    }

    @Test func `rights that are missing block before anything is changed`() async throws {
        let agent = try await begin(LabTests.sipAuto)
        try await Lab.does("windows-ctl", "fail", "Set-CsSite", "--terminating", "--what-if")
        try await Lab.does("break", LabTests.pool1)
        try await eventually("it says why") {
            try await agent.route("sip").reason.contains("Set-CsSite")
        }
        #expect(try await Lab.acts() == [])
        #expect(try await agent.runs().isEmpty)
        #expect(agent.stop() == 0)
    }

    @Test func `a Set-CsSite that fails stops the run and says why`() async throws {
        let agent = try await begin(LabTests.sipAuto)
        try await Lab.does("windows-ctl", "fail", "Set-CsSite", "--times", "1")
        try await Lab.does("break", LabTests.pool1)
        let stopped = try await agent.waitForRun("stopped")
        #expect(stopped.outcomeText.contains("Set-CsSite"), "\(stopped.outcomeText)")
        try await eventually("the route says so") {
            try await agent.route("sip").phase == "stopped"
        }
        #expect(try await Lab.acts() == [])
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(1))
        try await eventually("people are told") {
            try agent.alerts().contains("step_failed")
        }
        let other = try await agent.command("failover", "sip", "--yes")
        #expect(other.status == 1, "the stopped run keeps the lock: \(other.output)")
        #expect(agent.stop() == 0)
    }

    @Test func `a cmdlet that fails in mid-run stops it, and a person can let it go on`()
        async throws
    {
        let agent = try await begin(LabTests.sipAuto)
        try await Lab.does("windows-ctl", "hold", "Enable-CsTopology", "--after")
        try await Lab.does("break", LabTests.pool1)
        try await Lab.does("windows-ctl", "held", "--wait", "60")
        try await Lab.does("dns-ctl", "refuse")
        try await Lab.does("windows-ctl", "release", "Enable-CsTopology")
        let stopped = try await agent.waitForRun("stopped")
        #expect(stopped.outcomeText.contains("sip.contoso.test"), "\(stopped.outcomeText)")
        try await eventually("the route says so") {
            try await agent.route("sip").phase == "stopped"
        }
        #expect(try await Lab.messageTrouble("sip") != nil, "DNS still leads to the dead pool")
        try await Lab.does("dns-ctl", "allow")
        let answer = try await agent.command(
            "resume-run",
            "\(stopped.run)",
            "--reason",
            "DNS is mended"
        )
        #expect(answer.status == 0, "\(answer.output)")
        _ = try await agent.waitForRun("done")
        try await Lab.messagePasses("sip")
        #expect(try await Lab.acts() == LabTests.crashActs)
        #expect(agent.stop() == 0)
    }

    @Test func `updates that DNS refuses block before anything is changed`() async throws {
        let agent = try await begin(LabTests.sipAuto)
        try await Lab.does("dns-ctl", "refuse")
        try await Lab.does("break", LabTests.pool1)
        try await eventually("the route says what blocks") {
            let route = try await agent.route("sip")
            return route.phase == "retrying" || route.reason.contains("refuse")
        }
        #expect(try await Lab.acts() == [])
        #expect(agent.stop() == 0)
    }

    @Test func `a route that an administrator changes in mid-run stops the run`() async throws {
        let agent = try await begin(LabTests.sipAuto)
        try await Lab.does("windows-ctl", "hold", "Set-CsSite")
        try await Lab.does("break", LabTests.pool1)
        try await Lab.does("windows-ctl", "held", "--wait", "60")
        agent.crash()
        try await Lab.does("windows-ctl", "release", "Set-CsSite", "--abort")
        try await Lab.does(
            "windows-ctl",
            "set",
            "sites/Dublin/federationRoute",
            "other.contoso.lan"
        )
        try await agent.start()
        let stopped = try await agent.waitForRun("stopped")
        #expect(stopped.outcomeText.contains("somebody else"), "\(stopped.outcomeText)")
        #expect(try await Lab.acts() == [])
        #expect(agent.stop() == 0)
    }

    @Test func `DNS that leads elsewhere is an alert and no failover`() async throws {
        let agent = try await begin(LabTests.allAuto)
        try await Lab.does("dns-ctl", "set", "sip.contoso.test", "A", "127.0.0.99")
        try await eventually("status shows it") {
            try await agent.status().dns.contains { $0.code == "dns_mismatch" }
        }
        try await eventually("people are told") {
            try agent.alerts().contains("dns_mismatch")
        }
        #expect(try await agent.route("sip").phase == "watching")
        #expect(try await Lab.acts() == [])
        #expect(agent.stop() == 0)
    }

    @Test func `a wrong file at a reload changes nothing and alerts, a right one is taken`()
        async throws
    {
        let agent = try await begin()
        try agent.rewrite("interval: 1s", "inteval: 1s")
        agent.reload()
        try await eventually("people are told") {
            try agent.alerts().contains("agent_trouble")
        }
        #expect(try await agent.status().pools.allSatisfy { $0.verdict == "up" })
        try agent.rewrite("inteval: 1s", "interval: 2s")
        try agent.rewrite("mode: approve", "mode: observe")
        agent.reload()
        try await eventually("the new modes are there") {
            try await agent.status().routes.allSatisfy { $0.mode == "observe" }
        }
        #expect(agent.stop() == 0)
    }

    @Test func `a second agent on the same state is refused and says who holds it`()
        async throws
    {
        let agent = try await begin()
        let second = try await agent.command("run", "--config", agent.configurationPath)
        #expect(second.status != 0)
        #expect(second.output.contains("warden-lab"), "\(second.output)")
        #expect(try await agent.status().agent == "warden-lab")
        #expect(agent.stop() == 0)
    }
}
