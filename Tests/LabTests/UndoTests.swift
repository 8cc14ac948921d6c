import ControlAPI
import Foundation
import Testing

/// What a person can do about a run that stopped: undo it, force a step, let it go on.
extension LabTests {
    private static let shortTTL: KeyValuePairs = [
        "ttl_while_failed_over: 60s": "ttl_while_failed_over: 30s"
    ]

    /// A failover of a dead pool that DNS refuses after the topology was changed.
    private func stopAtDNS(_ agent: TestAgent) async throws -> RunBody {
        try await Lab.does("windows-ctl", "hold", "Enable-CsTopology", "--after")
        try await Lab.does("break", LabTests.pool1)
        let waiting = try await agent.waitForRequest("sip")
        try await agent.approve(waiting)
        try await Lab.does("windows-ctl", "held", "--wait", "30")
        try await Lab.does("dns-ctl", "refuse")
        try await Lab.does("windows-ctl", "release", "Enable-CsTopology")
        let stopped = try await agent.end(of: waiting.request)
        #expect(stopped.outcome == "stopped", "\(stopped.outcomeText)")
        return stopped
    }

    @Test func `an undone run leaves routes, associations and DNS as they were`() async throws {
        let agent = try await begin(LabTests.shortTTL)
        let before = try await Lab.topology()
        let records = try await Lab.records()
        let stopped = try await stopAtDNS(agent)
        #expect(try await Lab.topology() != before)
        #expect(stopped.steps.contains { $0.title.contains("Edge pool of Registrar") })
        try await Lab.does("dns-ctl", "allow")
        let shown = try await agent.report(stopped.run)
        #expect(shown.undo.contains { $0.title.contains("Undo: ") }, "it says what an undo does")
        let answer = try await agent.command(
            "abort-run",
            "\(stopped.run)",
            "--yes",
            "--reason",
            "no DNS"
        )
        #expect(answer.status == 0, "\(answer.output)")
        #expect(try await agent.end(of: stopped.run).outcome == "aborted")
        #expect(try await Lab.topology() == before)
        #expect(try await Lab.records() == records)
        try await eventually("people are told") {
            try agent.alerts().contains("run_undone")
        }
        let report = try await agent.report(stopped.run).markdown
        #expect(report.contains("## What was taken back"), "\(report)")
        #expect(agent.stop() == 0)
    }

    @Test func `an undo that fails is stuck until somebody takes it, and then goes on`()
        async throws
    {
        let agent = try await begin()
        let before = try await Lab.topology()
        let stopped = try await stopAtDNS(agent)
        try await Lab.does("dns-ctl", "allow")
        try await Lab.does("windows-ctl", "fail", "Set-CsSite")
        let answer = try await agent.command(
            "abort-run",
            "\(stopped.run)",
            "--yes",
            "--reason",
            "no DNS"
        )
        #expect(answer.status == 5, "\(answer.output)")
        #expect(try await agent.end(of: stopped.run).outcome == "stuck")
        try await eventually("people are told") {
            try agent.alerts().contains("run_stuck")
        }
        try await eventually("the route says so") {
            try await agent.route("sip").phase == "stuck"
        }
        let taken = try await agent.command("take", "\(stopped.run)", "--reason", "it is mine")
        #expect(taken.status == 0, "\(taken.output)")
        try await eventually("everybody sees who") {
            try await agent.runBody(stopped.run)?.takenBy == "root"
        }
        try await Lab.does("windows-ctl", "fail", "Set-CsSite", "--times", "0")
        let resumed = try await agent.command(
            "resume-run",
            "\(stopped.run)",
            "--reason",
            "mended"
        )
        #expect(resumed.status == 0, "\(resumed.output)")
        #expect(try await agent.end(of: stopped.run).outcome == "aborted")
        #expect(try await Lab.topology() == before)
        #expect(agent.stop() == 0)
    }

    @Test func `an undo in front of a person's step puts changed records back with their TTL`()
        async throws
    {
        let servers = "127.\(10 + Lab.number).0"
        let agent = try await begin([
            "ttl_while_failed_over: 60s": "ttl_while_failed_over: 30s",
            "authoritative: [\"\(servers).53:53\", \"\(servers).54:53\"]":
                "authoritative: [\"\(servers).53:53\"]",
            "        secret: edgewarden_tsig\n": """
                    secret: edgewarden_tsig
                - zone: contoso.test
                  view: internal
                  authoritative: ["\(servers).54:53"]
                  provider: { kind: manual }

            """,
        ])
        let before = try await Lab.topology()
        let records = try await Lab.records()
        // The view inside has a server of its own, whose records a person changes.
        try await Lab.does("dns-ctl", "stale")
        let run = try await agent.order(.failover, "sip")
        let step = try await agent.personStep(of: run)
        #expect(step.task.instruction.contains("sip.contoso.test"), "\(step.task.instruction)")
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(2))
        #expect(try await Lab.records().contains { $0.contains("sip.contoso.test.\t30") })
        let answer = try await agent.command(
            "abort-run",
            "\(run)",
            "--yes",
            "--reason",
            "not today"
        )
        #expect(answer.status == 0, "\(answer.output)")
        #expect(try await agent.end(of: run).outcome == "aborted")
        #expect(try await Lab.records() == records)
        #expect(try await Lab.topology() == before)
        #expect(agent.stop() == 0)
    }

    @Test func `a forced step counts as done, and the report says who answers for it`()
        async throws
    {
        let agent = try await begin()
        let stopped = try await stopAtDNS(agent)
        let step = try #require(stopped.steps.first { $0.phase == "failed" })
        try await Lab.does("dns-ctl", "allow")
        var addresses = Lab.pool(2)
        try await Lab.does("dns-ctl", "set", "sip", "A", addresses.removeFirst(), addresses[0])
        let silent = try await agent.command("force-step", "\(step.number)")
        #expect(silent.status == 2, "a reason is needed: \(silent.output)")
        let answer = try await agent.command(
            "force-step",
            "\(step.number)",
            "--yes",
            "--reason",
            "I changed the records by hand"
        )
        #expect(answer.status == 0, "\(answer.output)")
        #expect(try await agent.end(of: stopped.run).outcome == "done")
        try await Lab.messagePasses("sip")
        let report = try await agent.report(stopped.run).markdown
        #expect(report.contains("FORCED by root"), "\(report)")
        #expect(report.contains("I changed the records by hand"))
        #expect(agent.stop() == 0)
    }
}
