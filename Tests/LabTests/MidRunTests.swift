import ControlAPI
import Testing

/// Something real breaks while a run is on its way; it is waited for, or the run stops safely.
extension LabTests {
    @Test func `an endpoint that dies with its act is waited for, and nothing is done twice`()
        async throws
    {
        let agent = try await begin()
        try await Lab.does("windows-ctl", "drop-answer", "Set-CsSite", "--times", "1", "--dies")
        let run = try await agent.order(.failover, "sip")
        try await eventually("the act was carried out") {
            try await Lab.acts() == ["Set-CsSite Dublin"]
        }
        try await stays("nothing more is done", for: 2) {
            let outcome = try await agent.runBody(run)?.outcome
            let acts = try await Lab.acts()
            return acts == ["Set-CsSite Dublin"] && outcome == "running"
        }
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(1))
        try await Lab.does("windows-ctl", "refuse", "fe21", "--end")
        #expect(try await agent.end(of: run).outcome == "done")
        #expect(try await Lab.acts() == LabTests.sipActs)
        #expect(
            try await Lab.calls().allSatisfy { !$0.applied || $0.server == "fe21.contoso.lan" },
            "one endpoint per run"
        )
        let report = try await agent.report(run).markdown
        #expect(report.contains("NO ANSWER, so whether it was carried out is looked at again"))
        try await Lab.messagePasses("sip")
        #expect(agent.stop() == 0)
    }

    @Test func `replication that does not end keeps DNS as it is, over a restart too`()
        async throws
    {
        let agent = try await begin()
        try await Lab.does("windows-ctl", "freeze-replication", "fe21")
        let run = try await agent.order(.failover, "sip")
        try await agent.reaches("have the change", in: run)
        try await eventually("it says who is behind") {
            let steps = try await agent.runBody(run)?.steps ?? []
            return steps.contains { $0.title.contains("have the change") && $0.phase == "running" }
        }
        #expect(agent.stop() == 0, "the run is parked")
        try await agent.start()
        try await agent.reaches("have the change", in: run)
        try await stays("DNS leads to pool 1", for: 1.5) {
            try await Lab.addresses("sip.contoso.test") == Lab.pool(1)
        }
        try await Lab.does("windows-ctl", "thaw-replication", "fe21")
        #expect(try await agent.end(of: run).outcome == "done")
        #expect(try await Lab.acts() == LabTests.sipActs)
        #expect(try await agent.report(run).markdown.contains("the run was parked"))
        try await Lab.messagePasses("sip")
        #expect(agent.stop() == 0)
    }

    @Test func `a name server that is down in mid-run is waited for`() async throws {
        let agent = try await begin()
        try await Lab.does("windows-ctl", "hold", "Enable-CsTopology", "--after")
        let run = try await agent.order(.failover, "sip")
        try await Lab.does("windows-ctl", "held", "--wait", "30")
        try await Lab.does("dns-ctl", "stop")
        try await Lab.does("windows-ctl", "release", "Enable-CsTopology")
        try await agent.reaches("Change DNS", in: run)
        try await stays("it waits", for: 2) { try await agent.runBody(run)?.outcome == "running" }
        try await Lab.does("dns-ctl", "start")
        #expect(try await agent.end(of: run).outcome == "done")
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(2))
        try await Lab.messagePasses("sip")
        #expect(agent.stop() == 0)
    }

    @Test func `the target dies while federation moves to it: DNS does not lead there`()
        async throws
    {
        let agent = try await begin(LabTests.sipAuto)
        try await Lab.does("windows-ctl", "hold", "Enable-CsTopology", "--after")
        try await Lab.does("break", LabTests.pool1)
        try await Lab.does("windows-ctl", "held", "--wait", "60")
        try await Lab.does("break", LabTests.pool2)
        try await Lab.does("windows-ctl", "release", "Enable-CsTopology")
        try await eventually("people are told") {
            try agent.alerts().contains("standby_down")
        }
        try await stays("it does not wander on", for: 2) {
            let addresses = try await Lab.addresses("sip.contoso.test")
            return addresses == Lab.pool(1)
        }
        #expect(try await Lab.acts() == LabTests.crashActs)
        try await Lab.does("mend", LabTests.pool2)
        try await agent.waitForHolder(LabTests.pool2, of: "sip")
        #expect(try await agent.runs().first?.outcome == "done")
        try await Lab.messagePasses("sip")
        #expect(agent.stop() == 0)
    }

    @Test func `a failed pool that returns after the first act does not turn the run around`()
        async throws
    {
        let agent = try await begin([
            "standby: [edgepool2.contoso.lan]\n    mode: approve\n    federation_flag":
                "standby: [edgepool2.contoso.lan]\n    mode: auto\n    federation_flag",
            "failback: { mode: approve": "failback: { mode: observe",
        ])
        try await Lab.does("windows-ctl", "hold", "Set-CsSite", "--after")
        try await Lab.does("break", LabTests.pool1)
        try await Lab.does("windows-ctl", "held", "--wait", "60")
        try await Lab.does("mend", LabTests.pool1)
        try await eventually("pool 1 is up again") {
            try await agent.status().pools.allSatisfy { $0.verdict == "up" }
        }
        try await Lab.does("windows-ctl", "release", "Set-CsSite")
        try await agent.waitForHolder(LabTests.pool2, of: "sip")
        #expect(try await agent.runs().map(\.outcome) == ["done"])
        try await Lab.messagePasses("sip")
        #expect(agent.stop() == 0)
    }

    @Test func `a route set by hand in mid-run stops it, and an undo leaves that alone`()
        async throws
    {
        let agent = try await begin()
        try await Lab.does("windows-ctl", "hold", "Set-CsSite")
        let run = try await agent.order(.failover, "sip")
        try await Lab.does("windows-ctl", "held", "--wait", "30")
        let elsewhere = "EdgeServer:other.contoso.lan"
        try await Lab.does("windows-ctl", "set", "sites/Redmond/federationRoute", elsewhere)
        try await Lab.does("windows-ctl", "release", "Set-CsSite")
        let stopped = try await agent.end(of: run)
        #expect(stopped.outcome == "stopped")
        #expect(stopped.outcomeText.contains("somebody else"), "\(stopped.outcomeText)")
        #expect(stopped.outcomeText.contains("other.contoso.lan"), "\(stopped.outcomeText)")
        #expect(try await Lab.acts() == ["Set-CsSite Dublin"])
        let undo = try await agent.command("abort-run", "\(run)", "--yes", "--reason", "as it was")
        #expect(undo.status == 0, "\(undo.output)")
        #expect(try await agent.end(of: run).outcome == "aborted")
        let topology = try await Lab.topology()
        #expect(topology.contains("Dublin sip EdgeServer:edgepool1.contoso.lan"))
        #expect(topology.contains("Redmond sip \(elsewhere)"))
        #expect(agent.stop() == 0)
    }

    @Test func `a route moved by hand before is nobody's failover, until it is adopted`()
        async throws
    {
        let agent = try await begin(LabTests.sipAuto)
        // Holders are read every half minute, and when the agent starts.
        #expect(agent.stop() == 0)
        for site in ["Redmond", "Dublin"] {
            try await Lab.does(
                "windows-ctl",
                "set",
                "sites/\(site)/federationRoute",
                "EdgeServer:\(LabTests.pool2)"
            )
        }
        try await agent.start()
        try await eventually("people are told") {
            try agent.alerts().contains("foreign_holder")
        }
        try await Lab.does("break", LabTests.pool1)
        try await eventually("the standby is down, or what was") {
            try await agent.status().pools.contains { $0.verdict == "down" && $0.kind == "sip" }
        }
        try await stays("nothing is done", for: 2) { try await agent.runs().isEmpty }
        let answer = try await agent.command("adopt", "sip", "--reason", "moved by hand")
        #expect(answer.status == 0, "\(answer.output)")
        try await agent.waitForHolder(LabTests.pool2, of: "sip")
        #expect(try await Lab.acts() == [])
        #expect(agent.stop() == 0)
    }

    @Test func `a second operator is refused and told who holds the lock`() async throws {
        let agent = try await begin()
        try await Lab.does("windows-ctl", "hold", "Set-CsSite")
        let run = try await agent.order(.failover, "sip")
        try await Lab.does("windows-ctl", "held", "--wait", "30")
        let second = try await agent.command("failover", "xmpp", "--yes")
        #expect(second.status == 1, "\(second.output)")
        #expect(second.output.contains("the run of request \(run)"), "\(second.output)")
        #expect(second.output.contains("ordered by root"), "\(second.output)")
        try await Lab.does("windows-ctl", "release", "Set-CsSite")
        #expect(try await agent.end(of: run).outcome == "done")
        #expect(try await Lab.acts() == LabTests.sipActs)
        #expect(agent.stop() == 0)
    }
}
