import ControlAPI
import Foundation
import Testing

/// Prometheus' metrics of a real agent, judged by Prometheus' own tool.
extension LabTests {
    private static let promtool = Lab.root.path + "/lab/.tools/promtool"
    private static let docs = Lab.root.path + "/docs"

    /// The names of our metrics in a text.
    private func names(in text: String) -> Set<String> {
        Set(text.matches(of: /edgewarden_[a-z_]+/).map { String($0.output) })
    }

    /// What `/metrics` says.
    private func metrics(of listener: String) async throws -> String {
        let result = try await run("/usr/bin/curl", ["-sSf", "http://\(listener)/metrics"])
        try #require(result.status == 0, "\(result.output)")
        return result.output
    }

    @Test func `the metrics follow a failover, are well-formed, and are the documented ones`()
        async throws
    {
        let listener = Lab.pool(2)[0] + ":8061"
        // Nobody answers the heartbeat.
        let agent = try await begin([
            "sip_domains:": """
            api: { listen: \(listener) }
            alerting: { heartbeat_url: "http://127.0.0.1:9/" }
            sip_domains:
            """
        ])
        let before = try await metrics(of: listener)
        let held = #"edgewarden_route_holder{route="sip",pool="edgepool1.contoso.lan"} "#
        #expect(before.contains(held + "1\n"), "\(before)")
        #expect(
            before.contains(
                #"edgewarden_standby_ready{route="sip",pool="edgepool2.contoso.lan"} 1"#
            )
        )
        #expect(before.contains("edgewarden_approvals_waiting 0\n"))
        try await Lab.does("break", LabTests.pool1)
        let waiting = try await agent.waitForRequest("sip")
        let during = try await metrics(of: listener)
        let down =
            #"edgewarden_pool_verdict{pool="edgepool1.contoso.lan",kind="sip",verdict="down"} 1"#
        #expect(during.contains(down), "\(during)")
        #expect(during.contains(#"edgewarden_route_hurt{route="sip"} 1"#))
        #expect(!during.contains("edgewarden_approvals_waiting 0\n"))
        let refused = #"{server="edge11.contoso.lan",kind="sip",code="refused"} "#
        func refusals(_ text: String) -> Int {
            let line = text.split(separator: "\n").first { $0.contains(refused) }
            return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
        }
        #expect(refusals(during) >= refusals(before) + 3)
        #expect(during.contains(#"edgewarden_alert_hook_up{hook="recorder"} 1"#))
        try await agent.approve(waiting)
        #expect(try await agent.end(of: waiting.request).outcome == "done")
        let after = try await metrics(of: listener)
        #expect(after.contains(held + "0\n"))
        #expect(after.contains("edgewarden_heartbeat_up 0\n"))
        #expect(after.contains(#"edgewarden_runs_total{direction="failover",outcome="done"} 1"#))
        let file = agent.folder + "/metrics"
        try Data(after.utf8).write(to: URL(fileURLWithPath: file))
        let check = try await run(
            "/bin/sh",
            ["-c", "\(LabTests.promtool) check metrics < \(file)"]
        )
        #expect(check.status == 0 && check.output.isEmpty, "\(check.output)")
        let documented = names(
            in: try String(contentsOfFile: LabTests.docs + "/metrics.md", encoding: .utf8)
        )
        // A drill has a test of its own; nothing else may be missing.
        #expect(names(in: after).union(["edgewarden_last_drill_timestamp_seconds"]) == documented)
        #expect(agent.stop() == 0)
    }

    @Test func `an address that is taken costs the metrics, not the agent`() async throws {
        let taken = Lab.pool(2)[0] + ":5061"
        let agent = try await begin(["sip_domains:": "api: { listen: \(taken) }\nsip_domains:"])
        #expect(agent.log.contains("cannot listen over TCP"), "\(agent.log)")
        #expect(agent.stop() == 0)
    }

    @Test func `the example rules and the dashboard ask for metrics that there are`() async throws {
        let documented = names(
            in: try String(contentsOfFile: LabTests.docs + "/metrics.md", encoding: .utf8)
        )
        let rules = LabTests.docs + "/prometheus/edgewarden.rules.yml"
        let dashboard = LabTests.docs + "/grafana/edgewarden.json"
        for path in [rules, dashboard] {
            let used = names(in: try String(contentsOfFile: path, encoding: .utf8))
            #expect(
                used.count > 5 && used.isSubset(of: documented),
                "\(used.subtracting(documented))"
            )
        }
        let tests = LabTests.docs + "/prometheus/edgewarden.rules.test.yml"
        let result = try await run(LabTests.promtool, ["test", "rules", tests])
        #expect(result.status == 0, "\(result.output)")
        // Every expression of the dashboard, as a rule that Prometheus would record.
        let panels = try JSONDecoder().decode(
            Dashboard.self,
            from: Data(contentsOf: URL(fileURLWithPath: dashboard))
        ).panels
        let expressions = panels.flatMap(\.targets).map(\.expr)
        #expect(expressions.count > 10)
        let records = expressions.enumerated().map { "  - {record: 'a:\($0)', expr: '\($1)'}" }
        let file = FileManager.default.temporaryDirectory.path + "/edgewarden-dashboard.yml"
        let text = "groups:\n- name: dashboard\n  rules:\n" + records.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let check = try await run(LabTests.promtool, ["check", "rules", file])
        #expect(check.status == 0, "\(check.output)")
    }

    private struct Dashboard: Decodable {
        struct Panel: Decodable {
            var targets: [Target]
        }

        struct Target: Decodable {
            var expr: String
        }

        var panels: [Panel]
    }
}
