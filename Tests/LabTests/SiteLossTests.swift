import ControlAPI
import Testing

/// A whole site is lost: with it the Central Management store, its Front Ends and their endpoint.
extension LabTests {
    @Test func `a lost site's federation moves through the other site, with a person's step`()
        async throws
    {
        let agent = try await begin(LabTests.sipAuto)
        try await Lab.does("break", "Redmond")
        let waiting = try await agent.waitForRequest("sip")
        #expect(waiting.plan.needsApproval, "a dead store needs a person even in auto")
        #expect(waiting.plan.endpoint.contains(".2.51"), "\(waiting.plan.endpoint)")
        #expect(waiting.plan.warnings.contains { $0.contains("store") })
        try await agent.approve(waiting)
        let run = waiting.request
        let step = try await agent.personStep(of: run)
        #expect(
            step.task.commands == ["Invoke-CsManagementServerFailover"],
            "\(step.task.commands)"
        )
        #expect(step.task.instruction.contains("fepool2"), "\(step.task.instruction)")
        #expect(try await Lab.acts() == [])
        try await Lab.does("windows-ctl", "cms-failover", "fepool2")
        let answer = try await agent.command("done", "\(step.step)", "--reason", "failed over")
        #expect(answer.status == 0, "\(answer.output)")
        let end = try await agent.end(of: run)
        #expect(end.outcome == "done", "\(end.outcomeText)")
        let calls = try await Lab.calls()
        #expect(!calls.contains { $0.cmdlet == "Invoke-CsManagementServerFailover" })
        #expect(calls.allSatisfy { !$0.applied || $0.server == "fe21.contoso.lan" })
        try await Lab.messagePasses("sip", site: "Dublin")
        #expect(agent.stop() == 0)
    }
}
