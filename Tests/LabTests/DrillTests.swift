import ControlAPI
import Testing

/// Rehearsals: in earnest, there and back, and with nothing changed at all.
extension LabTests {
    @Test func `a drill moves the route there and back, and status remembers it`() async throws {
        let agent = try await begin()
        let records = try await Lab.records()
        #expect(try await agent.route("sip").lastDrill == nil)
        let drill = try await agent.command(
            "drill",
            "sip",
            "--yes",
            "--hold",
            "1s",
            "--reason",
            "every quarter"
        )
        #expect(drill.status == 0, "\(drill.output)")
        let runs = try await agent.runs()
        #expect(runs.map(\.outcome) == ["done", "done"])
        #expect(runs.map(\.direction) == ["failback", "failover"])
        #expect(runs.map(\.isDrill) == [true, true])
        #expect(try await Lab.acts() == LabTests.sipActs + LabTests.sipActs)
        #expect(try await Lab.records() == records)
        try await Lab.messagePasses("sip")
        #expect(try await agent.route("sip").lastDrill == runs.first?.finishedAt)
        #expect(agent.stop() == 0)
        try await agent.start()
        let status = try await agent.command("status")
        #expect(status.output.contains("drill"), "\(status.output)")
        #expect(try await agent.route("sip").lastDrill != nil, "it is stored")
        #expect(agent.stop() == 0)
    }

    @Test func `a drill with --what-if goes through every step and changes nothing`()
        async throws
    {
        let agent = try await begin()
        let topology = try await Lab.topology()
        let serial = try await Lab.serial()
        let drill = try await agent.command("drill", "sip", "--what-if", "--reason", "dry")
        #expect(drill.status == 0, "\(drill.output)")
        #expect(try await Lab.acts() == [])
        #expect(try await Lab.serial() == serial)
        #expect(try await Lab.topology() == topology)
        let calls = try await Lab.calls()
        #expect(calls.contains { $0.cmdlet == "Set-CsSite" })
        #expect(calls.contains { $0.cmdlet == "Enable-CsTopology" })
        let run = try #require(try await agent.runs().first)
        #expect(run.outcome == "rehearsed")
        #expect(run.isRehearsal)
        #expect(try await agent.route("sip").phase == "watching", "it holds no lock")
        #expect(agent.stop() == 0)
    }
}
