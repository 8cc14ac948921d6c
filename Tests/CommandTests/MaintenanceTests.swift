import ControlAPI
import Testing

@Suite struct MaintenanceTests {
    @Test func `a maintenance names what it covers, its end and why`() async throws {
        try await FakeAgent.with { agent, socket in
            let result = try await Command(
                "maintenance",
                "add",
                "--server",
                "edge11.contoso.net",
                "--for",
                "2h",
                "--reason",
                "patches",
                "--socket",
                socket
            ).run()
            #expect(result.status == 0)
            #expect(result.output == "edge11.contoso.net is in maintenance for 2h.\n")
            let end = try await Command("maintenance", "end", "--all", "--socket", socket).run()
            #expect(end.status == 0)
            #expect(agent.orders.map(\.kind) == [.maintenanceAdd, .maintenanceEnd])
            #expect(agent.orders.first?.server == "edge11.contoso.net")
            #expect(agent.orders.first?.forSeconds == 7_200)
            #expect(agent.orders.first?.reason == "patches")
        }
    }

    @Test(arguments: [
        ["--all", "--reason", "x"], ["--for", "1h", "--reason", "x"],
        ["--all", "--route", "sip", "--for", "1h", "--reason", "x"], ["--all", "--for", "1h"],
        ["--all", "--until", "tomorrow", "--reason", "x"],
        ["--all", "--for", "1h", "--until", "05:00", "--reason", "x"],
        ["--all", "--until", "2020-01-01T00:00:00Z", "--reason", "x"],
    ])
    func `without one thing covered, one end and a reason it is wrong usage`(
        arguments: [String]
    ) async throws {
        let result = try await Command(["maintenance", "add"] + arguments).run()
        #expect(result.status == 2)
    }

    @Test func `status lists pauses and maintenances`() async throws {
        let script: FakeAgent.Script = { _, world in
            world.status.pauses = [
                PauseBody(
                    pool: "edgepool2.contoso.net",
                    isMaintenance: true,
                    by: "anna",
                    reason: "patches",
                    remainingSeconds: 3_600
                ),
                PauseBody(isMaintenance: false, by: "ben", reason: "", remainingSeconds: nil),
            ]
        }
        try await FakeAgent.with(script: script) { _, socket in
            let result = try await Command("status", "--socket", socket).run()
            #expect(
                result.output.contains(
                    "pool edgepool2.contoso.net in maintenance by anna for another 1h: patches"
                )
            )
            #expect(result.output.contains("everything paused by ben until resumed"))
        }
    }
}
