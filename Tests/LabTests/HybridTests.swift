import ControlAPI
import Testing

/// Microsoft 365 shares the domains: the target's Edge servers are asked what they see.
extension LabTests {
    @Test func `in hybrid each target Edge server is asked, until it reaches the cloud and itself`()
        async throws
    {
        let agent = try await begin([
            "management:\n": "hybrid: { shared_address_space: true }\nmanagement:\n"
        ])
        try await Lab.does("windows-ctl", "close-cloud", "edge21")
        try await Lab.does("windows-ctl", "keep-names", "edge22")
        let run = try await agent.order(.failover, "sip")
        try await agent.reaches("edge21 reaches Microsoft 365", in: run)
        try await Lab.does("windows-ctl", "close-cloud", "edge21", "--end")
        try await agent.reaches("records lead edge22", in: run)
        try await Lab.does("windows-ctl", "keep-names", "edge22", "--end")
        let end = try await agent.end(of: run)
        #expect(end.outcome == "done", "\(end.outcomeText)")
        let asked = try await Lab.calls().filter { $0.cmdlet == "Resolve-DnsName" }
        #expect(Set(asked.map(\.server)) == ["edge21.contoso.lan", "edge22.contoso.lan"])
        let report = try await agent.report(run).markdown
        #expect(report.contains("reaches sipfed.online.lync.com:5061"), "\(report)")
        #expect(agent.stop() == 0)
    }

    @Test func `a container without the setup permission blocks before anything is changed`()
        async throws
    {
        let agent = try await begin([
            "management:\n": "management:\n  computer_ous: ['OU=Servers,DC=contoso,DC=lan']\n"
        ])
        try await Lab.does("windows-ctl", "switch", "setup", "missing")
        let plan = try await agent.command("plan", "failover", "sip")
        #expect(plan.status != 0, "\(plan.output)")
        #expect(plan.output.contains("Grant-CsSetupPermission -ComputerOU"), "\(plan.output)")
        try await Lab.does("windows-ctl", "switch", "setup", "granted")
        // On a busy machine a probe may be late, and a pool unknown for a moment.
        try await eventually("the plan stands") {
            try await agent.command("plan", "failover", "sip").status == 0
        }
        #expect(try await Lab.acts().isEmpty)
        #expect(agent.stop() == 0)
    }
}
