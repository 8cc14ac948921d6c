import ControlAPI
import Testing

/// Procedure D, and the failed pool that is switched off so that it cannot answer when it returns.
extension LabTests {
    static let mediaRoute: KeyValuePairs = [
        "\npartners:": """
          - name: media
            kind: media
            home: edgepool1.contoso.lan
            standby: [edgepool2.contoso.lan]
            mode: approve
            failback: { mode: approve, stable_for: 2s }

        partners:
        """
    ]
    static let mediaRoles = ["Set-CsConferenceServer", "Set-CsMediationServer", "Set-CsRegistrar"]

    @Test func `media moves by itself when only the media ports are gone, and comes back`()
        async throws
    {
        let agent = try await begin(
            KeyValuePairs(
                dictionaryLiteral: LabTests.mediaRoute[0],
                ("mode: approve", "mode: auto")
            )
        )
        let before = try await Lab.topology()
        try await Lab.does("break", LabTests.pool1, "media")
        try await agent.waitForHolder(LabTests.pool2, of: "media")
        let acts = try await Lab.acts().map { String($0.prefix { $0 != " " }) }
        #expect(acts == LabTests.mediaRoles + ["Enable-CsTopology"])
        let topology = try await Lab.topology()
        for role in ["Registrar", "ConferencingServer", "MediationServer"] {
            let line = "\(role):fepool1.contoso.lan EdgeServer:\(LabTests.pool2) none"
            #expect(topology.contains(line), "\(topology)")
        }
        #expect(try await agent.route("sip").holder == LabTests.pool1, "SIP stays")
        try await Lab.does("mend", LabTests.pool1)
        try await agent.waitForHolder(LabTests.pool1, of: "media")
        #expect(try await Lab.topology() == before)
        #expect(try await agent.runs().map(\.outcome) == ["done", "done"])
        #expect(agent.stop() == 0)
    }

    /// XMPP lives on pool 2, so that pool 1 carries nothing when SIP and media have left it.
    private func beginFenced() async throws -> TestAgent {
        try await begin(
            [
                "kind: xmpp\n    home: edgepool1.contoso.lan\n    standby: [edgepool2.contoso.lan]":
                    "kind: xmpp\n    home: edgepool2.contoso.lan\n    standby: [edgepool1.contoso.lan]",
                "federation_flag: pre_staged":
                    "federation_flag: pre_staged\n    fence: access_edge",
                "stable_for: 10s }\n  - name: xmpp":
                    "stable_for: 10s, unfenced_soak: 1s }\n  - name: xmpp",
            ],
            settled: false
        ) {
            for site in ["Redmond", "Dublin"] {
                try await Lab.does(
                    "windows-ctl",
                    "set",
                    "sites/\(site)/xmppFederationRoute",
                    "EdgeServer:\(LabTests.pool2)"
                )
            }
            var addresses = Lab.pool(2)
            try await Lab.does("dns-ctl", "set", "xmpp", "A", addresses.removeFirst(), addresses[0])
            try await Lab.does("break", LabTests.pool1, "media")
        }
    }

    @Test func `a failed pool is fenced after the move, and unfenced and watched on the way back`()
        async throws
    {
        let agent = try await beginFenced()
        let run = try await agent.order(.failover, "sip")
        #expect(try await agent.end(of: run).outcome == "done")
        for server in ["edge11", "edge12"] {
            let status = try await Lab.does("bin/service", server, "status", "sip")
            #expect(status.contains("stopped"), "\(server) \(status)")
        }
        #expect(try await Lab.acts().filter { $0.hasPrefix("Set-Service") }.count == 2)
        try await Lab.does("mend", LabTests.pool1)
        try await eventually("media is back") {
            try await agent.status().pools.contains {
                $0.pool == LabTests.pool1 && $0.kind == "media" && $0.verdict == "up"
            }
        }
        #expect(
            try await Lab.does("bin/service", "edge11", "status", "sip").contains("stopped"),
            "a fence outlives the pool's return"
        )
        let back = try await agent.order(.failback, "sip")
        let home = try await agent.end(of: back)
        #expect(home.outcome == "done", "\(home.outcomeText)")
        #expect(try await Lab.does("bin/service", "edge11", "status", "sip").contains("running"))
        try await Lab.messagePasses("sip")
        #expect(agent.stop() == 0)
    }

    @Test func `a member that cannot be reached is fenced when it returns`() async throws {
        let agent = try await beginFenced()
        try await Lab.does("break", "edge12")
        try await eventually("the pool is degraded") {
            try await agent.status().pools.contains {
                $0.pool == LabTests.pool1 && $0.kind == "sip" && $0.verdict == "degraded"
            }
        }
        let run = try await agent.order(.failover, "sip")
        #expect(try await agent.end(of: run).outcome == "done")
        try await eventually("people are told") {
            try agent.alerts().contains("fence_pending")
        }
        #expect(try await Lab.does("bin/service", "edge11", "status", "sip").contains("stopped"))
        try await Lab.does("mend", "edge12")
        try await eventually("it is fenced\n\(agent.log)") {
            try await Lab.does("bin/service", "edge12", "status", "sip").contains("stopped")
        }
        #expect(agent.stop() == 0)
    }
}
