import ControlAPI
import Testing

/// Edge servers that cannot be managed, or whose services do not start (procedure B).
extension LabTests {
    static let xmppServices: KeyValuePairs = [
        "kind: xmpp\n": "kind: xmpp\n    edge_services: xmpp_only\n"
    ]

    @Test func `an Edge server that cannot be managed gets its steps done by a person`()
        async throws
    {
        let agent = try await begin(LabTests.xmppServices)
        try await Lab.does("windows-ctl", "refuse", "edge21")
        let run = try await agent.order(.failover, "xmpp")
        let step = try await agent.personStep(of: run)
        #expect(step.title.contains("edge21"), "\(step.title)")
        #expect(step.task.reason.contains("cannot be managed"), "\(step.task.reason)")
        #expect(step.until != nil)
        #expect(try agent.alerts().contains("person_wanted"))
        #expect(try await Lab.addresses("xmpp.contoso.test") == Lab.pool(1))
        try await Lab.does("bin/service", "edge21", "stop", "xmpp")
        try await Lab.does("bin/service", "edge21", "start", "xmpp")
        let answer = try await agent.command("done", "\(step.step)", "--reason", "restarted it")
        #expect(answer.status == 0, "\(answer.output)")
        #expect(try await agent.end(of: run).outcome == "done")
        let calls = try await Lab.calls()
        #expect(calls.allSatisfy { $0.server != "edge21.contoso.lan" || !$0.applied })
        #expect(
            calls.contains {
                $0.server == "edge22.contoso.lan" && $0.cmdlet == "Stop-CsWindowsService"
            },
            "its neighbour's services are the agent's"
        )
        #expect(try await agent.report(run).markdown.contains("root said that it is done"))
        try await Lab.messagePasses("xmpp")
        #expect(agent.stop() == 0)
    }

    @Test func `services that do not start stop the run, and are tried until they run again`()
        async throws
    {
        let agent = try await begin(LabTests.xmppServices)
        try await Lab.does("windows-ctl", "fail-service", "edge21", "RTCXMPP*")
        let run = try await agent.order(.failover, "xmpp")
        try await eventually("the start has failed") {
            let steps = try await agent.runBody(run)?.steps ?? []
            return steps.contains { $0.phase == "failed" && $0.title.contains("Start") }
        }
        #expect(try await Lab.addresses("xmpp.contoso.test") == Lab.pool(1))
        let status = try await Lab.does("bin/service", "edge21", "status", "xmpp")
        #expect(status.contains("stopped"))
        try await Lab.does("windows-ctl", "fail-service", "edge21", "RTCXMPP*", "--end")
        let stopped = try await agent.end(of: run)
        #expect(stopped.outcome == "stopped", "\(stopped.outcomeText)")
        #expect(stopped.outcomeText.contains("Start the XMPP service on edge21"))
        #expect(try await Lab.does("bin/service", "edge21", "status", "xmpp").contains("running"))
        try await eventually("people are told") {
            try agent.alerts().contains("step_failed")
        }
        let resumed = try await agent.command("resume-run", "\(run)", "--reason", "it starts now")
        #expect(resumed.status == 0, "\(resumed.output)")
        #expect(try await agent.end(of: run).outcome == "done")
        #expect(try await agent.report(run).markdown.contains("services run again"))
        try await Lab.messagePasses("xmpp")
        #expect(agent.stop() == 0)
    }
}
