import ControlAPI
import Testing

/// Something takes longer than a run may wait for it: the run stops, and goes on when a person says
/// so.
extension LabTests {
    /// Stops in that step, and says why; is mended, and resumed over the command line.
    private func expectStopAndResume(
        _ agent: TestAgent,
        _ run: Int,
        at words: String,
        because reason: String,
        mend: () async throws -> Void
    ) async throws {
        let stopped = try await agent.end(of: run)
        #expect(stopped.outcome == "stopped")
        #expect(stopped.outcomeText.contains("was not verified in time"), "\(stopped.outcomeText)")
        #expect(stopped.outcomeText.contains(reason), "\(stopped.outcomeText)")
        let step = try #require(stopped.steps.first { $0.phase == "failed" })
        #expect(step.title.contains(words), "\(step.title)")
        try await eventually("people are told") {
            try agent.alerts().contains("step_failed")
        }
        let before = try await agent.command("resume-run", "\(run)", "--reason", "let us see")
        #expect(before.status == 1, "it is not mended yet: \(before.output)")
        #expect(before.output.contains(reason), "\(before.output)")
        try await mend()
        let after = try await agent.command("resume-run", "\(run)", "--reason", "it is mended")
        #expect(after.status == 0, "\(after.output)")
        #expect(try await agent.end(of: run).outcome == "done")
        let acts = try await Lab.acts().filter { !$0.hasPrefix("Invoke-CsManagementStore") }
        #expect(acts == LabTests.sipActs, "nothing was done twice")
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(2))
        try await Lab.messagePasses("sip")
        let report = try await agent.report(run).markdown
        #expect(report.contains("let the run go on. it is mended"), "\(report)")
        #expect(agent.stop() == 0)
    }

    @Test func `replication that takes too long stops the run, and DNS stays; then it goes on`()
        async throws
    {
        let agent = try await begin([
            "max_failovers:": "replication: { force_after: 2s, timeout: 6s }\n  max_failovers:"
        ])
        try await Lab.does("windows-ctl", "freeze-replication", "fe21")
        let run = try await agent.order(.failover, "sip")
        let stopped = try await agent.end(of: run)
        #expect(stopped.outcome == "stopped")
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(1))
        let forced = try await Lab.calls().filter {
            $0.cmdlet == "Invoke-CsManagementStoreReplication"
        }
        #expect(forced.map { $0.parameters["ReplicaFqdn"]?.text } == ["fe21.contoso.lan"])
        try await expectStopAndResume(
            agent,
            run,
            at: "have the change",
            because: "still without the change: fe21.contoso.lan"
        ) {
            try await Lab.does("windows-ctl", "thaw-replication", "fe21")
        }
    }

    @Test func `name servers that do not agree in time stop the run; then it goes on`()
        async throws
    {
        let agent = try await begin([
            "provider:\n        kind: rfc2136":
                "agree_within: 3s\n      provider:\n        kind: rfc2136"
        ])
        let serial = try await Lab.serial()
        try await Lab.does("dns-ctl", "stale")
        let run = try await agent.order(.failover, "sip")
        try await expectStopAndResume(
            agent,
            run,
            at: "every authoritative server",
            because: "127.\(10 + Lab.number).0.54"
        ) {
            try await Lab.messagePasses("sip")
            try await Lab.does("dns-ctl", "fresh")
        }
        #expect(try await Lab.serial() == "\((Int(serial) ?? 0) + 1)", "DNS was changed once")
    }

    @Test func `a run that waits for replication is undone when a person says so, not later`()
        async throws
    {
        let agent = try await begin([
            "max_failovers:": "replication: { force_after: 5s, timeout: 5m }\n  max_failovers:"
        ])
        let (topology, records) = (try await Lab.topology(), try await Lab.records())
        try await Lab.does("windows-ctl", "freeze-replication", "fe21")
        let run = try await agent.order(.failover, "sip")
        try await agent.reaches("have the change", in: run)
        let answer = try await agent.command(
            "abort-run",
            "\(run)",
            "--yes",
            "--no-follow",
            "--reason",
            "the wrong night"
        )
        #expect(answer.status == 5, "accepted, not finished: \(answer.output)")
        #expect(answer.output.contains("Run \(run) is being undone."), "\(answer.output)")
        try await eventually("the gate is left at once", within: 5) {
            try await agent.runBody(run)?.undo.isEmpty == false
        }
        // The restored topology has to arrive everywhere, too.
        try await agent.reaches("have the restored topology", in: run)
        try await Lab.does("windows-ctl", "thaw-replication", "fe21")
        let end = try await agent.end(of: run)
        #expect(end.outcome == "aborted", "\(end.outcomeText)")
        #expect(end.outcomeText.contains("the wrong night"), "\(end.outcomeText)")
        #expect(try await Lab.topology() == topology)
        #expect(try await Lab.records() == records)
        try await Lab.messagePasses("sip")
        let report = try await agent.report(run).markdown
        #expect(report.contains("root ordered the run undone"), "\(report)")
        #expect(agent.stop() == 0)
    }
}
