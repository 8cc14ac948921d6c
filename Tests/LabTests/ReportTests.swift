import ControlAPI
import Testing

/// The report of a run that was killed, stopped and resumed, for someone who was not there.
extension LabTests {
    @Test func `the report of a run that was killed, stopped and resumed tells all of it`()
        async throws
    {
        let agent = try await begin()
        try await Lab.does("windows-ctl", "hold", "Set-CsSite", "--after")
        try await Lab.does("break", LabTests.pool1)
        let waiting = try await agent.waitForRequest("sip")
        try await agent.approve(waiting)
        let run = waiting.request
        try await Lab.does("windows-ctl", "held", "--wait", "40")
        agent.crash()
        try await Lab.does("windows-ctl", "release", "Set-CsSite")
        try await Lab.does("windows-ctl", "hold", "Enable-CsTopology", "--after")
        try await agent.start()
        try await Lab.does("windows-ctl", "held", "--wait", "40")
        try await Lab.does("dns-ctl", "refuse")
        try await Lab.does("windows-ctl", "release", "Enable-CsTopology")
        #expect(try await agent.end(of: run).outcome == "stopped")
        try await Lab.does("dns-ctl", "allow")
        let resumed = try await agent.command(
            "resume-run",
            "\(run)",
            "--reason",
            "the zone takes updates <again> & again"
        )
        #expect(resumed.status == 0, "\(resumed.output)")
        #expect(try await agent.end(of: run).outcome == "done")
        let report = try await agent.command("report", "\(run)", "--format", "markdown")
        for sentence in [
            "SIP federation from edgepool1.contoso.lan to edgepool2.contoso.lan",
            "authority: approved by root",
            "outcome: done",
            "the agent was killed or crashed once in the middle of it and went on from its journal",
            "the run was taken up again: the agent started again",
            "It had gone away in the middle of step",
            "found done: site Dublin has the SIP route",
            "FAILED",
            "root let the run go on. the zone takes updates <again> & again",
            "the run ended: done",
            "site Dublin SIP route: EdgeServer:edgepool1.contoso.lan",
        ] {
            #expect(report.output.contains(sentence), "no '\(sentence)' in\n\(report.output)")
        }
        let page = try await agent.command("report", "\(run)", "--format", "html")
        for piece in [
            "<!DOCTYPE html>", "Run \(run): failover of route sip", "<svg", "edgepool1 down",
            "waiting for a yes", "Set-CsSite -Identity", "killed in mid-run", "done and verified",
            "Users were without federation for about",
            "the zone takes updates &lt;again&gt; &amp; again",
        ] {
            #expect(page.output.contains(piece), "no '\(piece)' in\n\(page.output)")
        }
        for outside in ["<script", "src=", "href=", "url(", "@import", "<again>"] {
            #expect(!page.output.contains(outside), "it needs nothing else: \(outside)")
        }
        #expect(agent.stop() == 0)
    }
}
