import ControlAPI
import Testing

/// SIGKILL at every boundary between two steps, there and back: nothing is done twice or lost.
extension LabTests {
    /// Kills the agent whenever it has finished another step, until the run is over.
    ///
    /// - Returns: after how many finished steps it was killed, in order.
    private func killAtEveryBoundary(_ agent: TestAgent, _ number: Int) async throws -> [Int] {
        var kills: [Int] = []
        while true {
            var finished = 0
            var isOver = false
            try await eventually("another step is done", within: 60, pause: .milliseconds(5)) {
                let run = try await agent.runBody(number)
                isOver = !["running", "parked"].contains(run?.outcome ?? "running")
                let steps = run?.steps ?? []
                finished = steps.filter { ["verified", "skipped"].contains($0.phase) }.count
                return isOver || (run != nil && finished > (kills.last ?? -1))
            }
            if isOver { return kills }
            agent.crash()
            kills.append(finished)
            try await agent.start()
        }
    }

    private func expectOnce(
        _ agent: TestAgent,
        _ run: Int,
        kills: [Int],
        from serial: String
    ) async throws {
        let body = try await agent.end(of: run)
        #expect(body.outcome == "done", "\(body.outcomeText)")
        #expect(kills.count >= body.steps.count / 2, "\(kills) of \(body.steps.count)")
        #expect(try await Lab.acts() == LabTests.sipActs, "killed after \(kills)")
        #expect(try await Lab.serial() == "\((Int(serial) ?? 0) + 1)", "DNS was changed once")
        #expect(try await Lab.messagePasses("sip"))
        let report = try await agent.report(run).markdown
        #expect(report.contains("the agent was killed or crashed"), "\(report)")
    }

    @Test func `killed at every step boundary of a failover, it does everything once`()
        async throws
    {
        let agent = try await begin()
        let serial = try await Lab.serial()
        let run = try await agent.order(.failover, "sip")
        try await eventually("it runs", within: 20) { try await agent.runBody(run) != nil }
        let kills = try await killAtEveryBoundary(agent, run)
        try await expectOnce(agent, run, kills: kills, from: serial)
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(2))
        #expect(agent.stop() == 0)
    }

    @Test func `killed at every step boundary of a failback, it does everything once`()
        async throws
    {
        let agent = try await begin()
        let away = try await agent.order(.failover, "sip")
        #expect(try await agent.end(of: away).outcome == "done")
        try await Lab.does("windows-ctl", "calls", "--clear")
        let serial = try await Lab.serial()
        let run = try await agent.order(.failback, "sip")
        try await eventually("it runs", within: 20) { try await agent.runBody(run) != nil }
        let kills = try await killAtEveryBoundary(agent, run)
        try await expectOnce(agent, run, kills: kills, from: serial)
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(1))
        #expect(agent.stop() == 0)
    }
}
