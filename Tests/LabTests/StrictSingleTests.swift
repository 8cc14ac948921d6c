import ControlAPI
import Testing

/// One federated pool at a time: people move the checkbox in the middle of the run (procedure A).
extension LabTests {
    private static let strict: KeyValuePairs = [
        "federation_flag: pre_staged": "federation_flag: strict_single"
    ]

    /// Begins when the agent sees that pool 2 does not federate; `off` is how its port then reads.
    private func beginWithOneFlag(off: String) async throws -> TestAgent {
        let agent = try await begin(LabTests.strict, settled: false) {
            try await Lab.does("windows-ctl", "switch", "a", off)
            try await Lab.does(
                "windows-ctl",
                "federation-flag",
                LabTests.pool2,
                "off",
                "--publish"
            )
        }
        try await eventually("pool 2 does not federate") {
            try await agent.status().pools.contains {
                $0.pool == LabTests.pool2 && $0.kind == "sip" && $0.verdict == "down"
            }
        }
        return agent
    }

    /// Moves the checkbox as a person does, and runs Setup where the product needs it.
    private func moveFlag(
        _ agent: TestAgent,
        from: String,
        to: String,
        in run: Int
    ) async throws {
        let step = try await agent.personStep(of: run)
        #expect(step.task.instruction.contains("Topology Builder"), "\(step.task.instruction)")
        try await Lab.does("windows-ctl", "federation-flag", from, "off")
        try await Lab.does("windows-ctl", "federation-flag", to, "on", "--publish")
        try await Lab.does("windows-ctl", "topology-builder", "close")
        try await agent.give(OrderBody(.done, run: run, step: step.step, reason: "published"))
        var asked: Set<Int> = [step.step]
        try await eventually("Setup is done, or found done\n\(agent.log)") {
            let body = try await agent.runBody(run)
            if let next = body?.awaits, asked.insert(next.step).inserted {
                #expect(next.task.instruction.contains("Deployment Wizard"))
                try await Lab.does("windows-ctl", "setup", to)
                try await agent.give(
                    OrderBody(.done, run: run, step: next.step, reason: "ran Setup")
                )
            }
            return body?.outcome != "running"
        }
    }

    /// How a port that is off reads: all that a person's Publish may leave behind.
    @Test(arguments: ["null", "zero", "empty", "absent"])
    func `strict single: people move the checkbox there and back`(off: String) async throws {
        let agent = try await beginWithOneFlag(off: off)
        let run = try await agent.order(.failover, "sip")
        try await moveFlag(agent, from: LabTests.pool1, to: LabTests.pool2, in: run)
        let there = try await agent.end(of: run)
        #expect(there.outcome == "done", "\(there.outcomeText)")
        try await Lab.messagePasses("sip")
        // A plan is bound to the verdicts, so they have to have settled.
        try await eventually("the probes have followed") {
            try await agent.status().pools.contains {
                $0.pool == LabTests.pool2 && $0.kind == "sip" && $0.verdict == "up"
            }
        }
        let back = try await agent.order(.failback, "sip")
        try await moveFlag(agent, from: LabTests.pool2, to: LabTests.pool1, in: back)
        let home = try await agent.end(of: back)
        #expect(home.outcome == "done", "\(home.outcomeText)")
        try await Lab.messagePasses("sip")
        #expect(agent.stop() == 0)
    }

    @Test func `strict single: a checkbox that cannot be seen is not believed`() async throws {
        let agent = try await beginWithOneFlag(off: "unchanged")
        let run = try await agent.order(.failover, "sip")
        let step = try await agent.personStep(of: run)
        try await Lab.does("windows-ctl", "federation-flag", LabTests.pool1, "off")
        try await Lab.does("windows-ctl", "federation-flag", LabTests.pool2, "on", "--publish")
        try await agent.give(OrderBody(.done, run: run, step: step.step, reason: "published"))
        try await stays("it looks, and does not go on", for: 2) {
            let acts = try await Lab.acts()
            return acts.isEmpty
        }
        #expect(try await agent.runBody(run)?.outcome == "running")
        #expect(agent.stop() == 0)
    }
}
