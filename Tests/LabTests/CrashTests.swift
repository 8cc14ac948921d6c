import ControlAPI
import Testing

/// `kill -9` in the middle of a step: a restart observes, goes on, and repeats only what it may.
extension LabTests {
    /// What moves SIP away from a pool that lives.
    static let sipActs = ["Set-CsSite Dublin", "Set-CsSite Redmond", "Enable-CsTopology"]
    /// And from one that is dead: the media of its Front End pool moves too.
    static let crashActs = [
        "Set-CsSite Dublin", "Set-CsSite Redmond",
        "Set-CsConferenceServer ConferencingServer:fepool1.contoso.lan",
        "Set-CsMediationServer MediationServer:fepool1.contoso.lan",
        "Set-CsRegistrar Registrar:fepool1.contoso.lan", "Enable-CsTopology",
    ]

    private func crash(
        holding cmdlet: String,
        _ options: [String],
        abort: Bool
    ) async throws -> TestAgent {
        let agent = try await begin(LabTests.sipAuto)
        switch options.count {
        case 0: try await Lab.does("windows-ctl", "hold", cmdlet)
        default: try await Lab.does("windows-ctl", "hold", cmdlet, options[0])
        }
        try await Lab.does("break", LabTests.pool1)
        try await Lab.does("windows-ctl", "held", "--wait", "60")
        agent.crash()
        if abort {
            try await Lab.does("windows-ctl", "release", cmdlet, "--abort")
        } else {
            try await Lab.does("windows-ctl", "release", cmdlet)
        }
        try await agent.start()
        return agent
    }

    private func expectDone(_ agent: TestAgent, acts: [String]) async throws {
        try await agent.waitForHolder(LabTests.pool2, of: "sip")
        #expect(try await agent.runs().first?.outcome == "done")
        try await Lab.messagePasses("sip")
        #expect(try await Lab.acts() == acts)
        let run = try #require(try await agent.runs().first)
        let report = try await agent.report(run.run)
        #expect(report.markdown.contains("taken up again"))
        #expect(agent.stop() == 0)
    }

    @Test func `killed before Set-CsSite took effect, it is set once`() async throws {
        let agent = try await crash(holding: "Set-CsSite", [], abort: true)
        try await expectDone(agent, acts: LabTests.crashActs)
    }

    @Test func `killed after Set-CsSite took effect, it is not set again`() async throws {
        let agent = try await crash(holding: "Set-CsSite", ["--after"], abort: false)
        try await expectDone(agent, acts: LabTests.crashActs)
    }

    @Test func `killed while the topology is enabled, it is enabled again`() async throws {
        let agent = try await crash(holding: "Enable-CsTopology", ["--after"], abort: false)
        try await agent.waitForHolder(LabTests.pool2, of: "sip")
        try await Lab.messagePasses("sip")
        let acts = try await Lab.acts()
        #expect(acts.filter { $0.hasPrefix("Set-CsSite") } == Array(LabTests.crashActs.prefix(2)))
        #expect(agent.stop() == 0)
    }

    @Test func `killed while it waits for replication, it goes on waiting`() async throws {
        let agent = try await begin(LabTests.sipAuto)
        try await Lab.does("windows-ctl", "set-replication-delay", "6")
        try await Lab.does("break", LabTests.pool1)
        try await eventually("the gate is reached") {
            let step = try await agent.status().running?.steps.first { $0.phase == "running" }
            return step?.title.contains("have the change") ?? false
        }
        agent.crash()
        try await agent.start()
        try await expectDone(agent, acts: LabTests.crashActs)
    }

    @Test func `a service left stopped on a healthy pool is started before anything else`()
        async throws
    {
        let agent = try await begin([
            "mode: approve": "mode: auto",
            "kind: xmpp": "kind: xmpp\n    edge_services: xmpp_only",
        ])
        try await Lab.does("windows-ctl", "hold", "Start-CsWindowsService")
        try await Lab.does("bin/service", "edge11", "stop", "xmpp")
        try await Lab.does("bin/service", "edge12", "stop", "xmpp")
        try await Lab.does("windows-ctl", "held", "--wait", "60")
        #expect(try await Lab.does("bin/service", "edge21", "status", "xmpp").contains("stopped"))
        agent.crash()
        try await Lab.does("windows-ctl", "release", "Start-CsWindowsService", "--abort")
        try await Lab.does("windows-ctl", "hold", "Set-CsSite")
        try await agent.start()
        try await eventually("the service runs again") {
            try await Lab.does("bin/service", "edge21", "status", "xmpp").contains("running")
        }
        try await Lab.does("windows-ctl", "release", "Set-CsSite")
        try await agent.waitForHolder(LabTests.pool2, of: "xmpp")
        try await Lab.messagePasses("xmpp")
        #expect(agent.stop() == 0)
    }
}
