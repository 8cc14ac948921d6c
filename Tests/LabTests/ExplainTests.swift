import ControlAPI
import Testing

/// `edgewarden explain` on the lab: why it does nothing right now, and what would have to change.
extension LabTests {
    /// Asks until the row of the table is that one; returns what a person reads.
    private func explains(_ row: String, _ agent: TestAgent) async throws -> String {
        try await eventually("explain says '\(row)'\n\(agent.log)") {
            try await agent.command("explain", "sip").output.contains(row)
        }
        let answer = try await agent.command("explain", "sip")
        #expect(answer.status == 0)
        #expect(answer.output.contains("What would have to change"), "\(answer.output)")
        try await eventually("explain and status say the same") {
            let explanation = try await agent.client.explanation(of: "sip")
            let status = try await agent.route("sip")
            return words(explanation.sentence) == words(status.reason)
        }
        print(answer.output)
        return answer.output
    }

    /// The words of a sentence without its times and counts.
    private func words(_ sentence: String) -> [Substring] {
        sentence.split(separator: " ").filter { word in
            word.hasPrefix("edge") || !word.contains(where: \.isNumber)
        }
    }

    @Test func `explain says why nothing is done, in six situations`() async throws {
        let agent = try await begin([
            "failback: { mode: approve, stable_for: 10s }\n  - name: xmpp":
                "confirm_for: 8s\n    failback: { mode: approve, stable_for: 10m }\n"
                + "  - name: xmpp"
        ])
        let calm = try await explains("at home and the holder works: rest", agent)
        #expect(calm.contains("home: edgepool1 has been up for"), "\(calm)")

        let announced = try await agent.command(
            "maintenance",
            "add",
            "--route",
            "sip",
            "--for",
            "10m",
            "--reason",
            "new cables"
        )
        #expect(announced.status == 0, "\(announced.output)")
        let paused = try await explains("paused: rest", agent)
        #expect(paused.contains("in maintenance by root for another"), "\(paused)")
        #expect(paused.contains(": new cables"), "\(paused)")
        let ended = try await agent.command("maintenance", "end", "--route", "sip")
        #expect(ended.status == 0, "\(ended.output)")

        try await Lab.does("break", LabTests.pool1)
        let confirming = try await explains("the holder is down, not confirmed yet: wait", agent)
        #expect(confirming.contains("edgepool1 stays down for another"), "\(confirming)")

        let asked = try await explains("a plan waits for a person's yes", agent)
        let request = try await agent.waitForRequest("sip").request
        #expect(asked.contains("edgewarden approve \(request)"), "\(asked)")
        let yes = try await agent.command("approve", "\(request)", "--yes")
        #expect(yes.status == 0, "\(yes.output)")
        try await agent.waitForHolder(LabTests.pool2, of: "sip")

        let away = try await explains("away and home is not up: rest", agent)
        #expect(away.contains("edgepool2 holds SIP federation"), "\(away)")

        try await Lab.does("mend", LabTests.pool1)
        let soaking = try await explains("away, home is up, its soak is not over: wait", agent)
        #expect(soaking.contains("edgepool1 stays up for another"), "\(soaking)")
        #expect(agent.stop() == 0)
    }
}
