import ControlAPI
import Testing

/// The whole loop on real servers: Kamailio, Prosody, BIND, and the Windows side on psrpcore.
@Suite(.serialized, .lab)
struct LabTests {
    static let pool1 = "edgepool1.contoso.lan"
    static let pool2 = "edgepool2.contoso.lan"
    static let sipAuto: KeyValuePairs = [
        "standby: [edgepool2.contoso.lan]\n    mode: approve\n    federation_flag":
            "standby: [edgepool2.contoso.lan]\n    mode: auto\n    federation_flag"
    ]
    /// Every route acts by itself, there and back.
    static let allAuto: KeyValuePairs = ["mode: approve": "mode: auto"]

    /// A fresh organisation, whose replicas follow soon, and an agent that knows it.
    ///
    /// - Parameters:
    ///   - changes: texts of the lab's configuration and what they become.
    ///   - settled: whether to wait until every pool is up.
    ///   - answerer: who answers by the links in its alerts.
    ///   - prepare: what is different before the agent starts.
    /// - Returns: the agent.
    /// - Throws: when the lab or the agent does not do as asked.
    func begin(
        _ changes: KeyValuePairs<String, String> = [:],
        settled: Bool = true,
        answerer: String? = nil,
        _ prepare: () async throws -> Void = {}
    ) async throws -> TestAgent {
        try await Lab.does("reset")
        try await Lab.does("windows-ctl", "set-replication-delay", "0.5", "--status-lag", "0.2")
        try await prepare()
        let agent = try TestAgent(changes, answerer: answerer)
        try await agent.start()
        if settled { try await agent.settle() } else { try await agent.knowsHolders() }
        return agent
    }

    @Test func `in auto a crashed pool's SIP federation moves and comes back by itself`()
        async throws
    {
        let agent = try await begin(LabTests.allAuto)
        try await Lab.messagePasses("sip")
        try await Lab.does("break", LabTests.pool1)
        #expect(try await Lab.messageTrouble("sip") != nil, "federation is down while pool 1 is")
        try await agent.waitForHolder(LabTests.pool2, of: "sip")
        try await Lab.messagePasses("sip")
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(2))
        try await agent.waitForHolder(LabTests.pool2, of: "xmpp")
        let acts = try await Lab.acts()
        let runs = try await agent.runs().count
        #expect(
            acts.filter { $0 != "Enable-CsTopology" }.sorted()
                == (LabTests.crashActs + LabTests.sipActs).filter { $0 != "Enable-CsTopology" }
                .sorted(),
            "one change per site and route"
        )
        #expect(acts.count { $0 == "Enable-CsTopology" } == runs, "one publication per run")
        try await Lab.does("mend", LabTests.pool1)
        try await agent.waitForHolder(LabTests.pool1, of: "sip")
        try await agent.waitForHolder(LabTests.pool1, of: "xmpp")
        try await Lab.messagePasses("sip")
        try await Lab.messagePasses("xmpp")
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(1))
        #expect(try await agent.runs().allSatisfy { $0.outcome == "done" })
        try await eventually("the hook has been told") {
            let alerts = try agent.alerts()
            return ["route_down", "run_started", "run_finished"].allSatisfy(alerts.contains)
        }
        #expect(agent.stop() == 0)
    }

    @Test func `in approve nothing changes before a person's yes, and everything after it`()
        async throws
    {
        let agent = try await begin()
        try await Lab.does("break", LabTests.pool1)
        let waiting = try await agent.waitForRequest("sip")
        #expect(try await Lab.acts() == [])
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(1))
        let wrong = try await agent.command("approve", "\(waiting.request)", input: "yes\n")
        #expect(wrong.status == 4, "the pool's name was asked for: \(wrong.output)")
        #expect(try await Lab.acts() == [])
        #expect(agent.stop() == 0)
    }

    @Test func `an approval names the target pool, is recorded and carried out`() async throws {
        let agent = try await begin()
        try await Lab.does("break", LabTests.pool1)
        let waiting = try await agent.waitForRequest("sip")
        for kind in ["sip", "xmpp"] {
            #expect(try await Lab.messageTrouble(kind) != nil, "nothing passes until a yes")
        }
        let answer = try await agent.command(
            "approve",
            "\(waiting.request)",
            input: "\(LabTests.pool2)\n"
        )
        #expect(answer.status == 0, "\(answer.output)")
        try await Lab.messagePasses("sip")
        let report = try await agent.report(waiting.request)
        #expect(report.run.outcome == "done")
        #expect(report.run.authority.contains("approved by root"))
        #expect(report.durations.detectedToVerifiedSeconds != nil)
        #expect(agent.stop() == 0)
    }

    @Test func `a denial changes nothing`() async throws {
        let agent = try await begin()
        try await Lab.does("break", LabTests.pool1)
        let waiting = try await agent.waitForRequest("sip")
        let answer = try await agent.command(
            "deny",
            "\(waiting.request)",
            "--reason",
            "planned work"
        )
        #expect(answer.status == 0, "\(answer.output)")
        try await eventually("the route says that it was declined") {
            try await agent.route("sip").phase == "declined"
        }
        #expect(try await Lab.acts() == [])
        let late = try await agent.command("approve", "\(waiting.request)", "--yes")
        #expect(late.status != 0, "a denied request cannot be approved")
        #expect(try await Lab.acts() == [])
        #expect(agent.stop() == 0)
    }

    @Test func `a request that nobody answers expires and changes nothing`() async throws {
        let agent = try await begin(["approval_timeout: 5m": "approval_timeout: 3s"])
        try await Lab.does("break", LabTests.pool1)
        _ = try await agent.waitForRequest("sip")
        try await eventually("it expires") {
            try agent.alerts().contains("approval_expired") as Bool
        }
        #expect(try await Lab.acts() == [])
        #expect(agent.stop() == 0)
    }

    @Test func `a request is withdrawn when the pool recovers first`() async throws {
        let agent = try await begin()
        try await Lab.does("break", LabTests.pool1)
        _ = try await agent.waitForRequest("sip")
        try await Lab.does("mend", LabTests.pool1)
        try await eventually("it is withdrawn") {
            let status = try await agent.status()
            return status.waiting.isEmpty && status.routes.allSatisfy { $0.phase == "watching" }
        }
        try await eventually("people are told") {
            try agent.alerts().contains("approval_withdrawn")
        }
        #expect(try await Lab.acts() == [])
        #expect(agent.stop() == 0)
    }

    @Test func `XMPP federation moves when only XMPP is down`() async throws {
        let agent = try await begin(LabTests.allAuto)
        try await Lab.messagePasses("xmpp")
        try await Lab.does("bin/service", "edge11", "stop", "xmpp")
        try await Lab.does("bin/service", "edge12", "stop", "xmpp")
        try await agent.waitForHolder(LabTests.pool2, of: "xmpp")
        try await Lab.messagePasses("xmpp")
        #expect(try await agent.route("sip").holder == LabTests.pool1)
        try await Lab.messagePasses("sip")
        #expect(agent.stop() == 0)
    }

    @Test func `with DNS style srv the service record moves, and comes back`() async throws {
        let agent = try await begin([
            "mode: approve": "mode: auto",
            "pre_staged\n    dns: { style: address": "pre_staged\n    dns: { style: srv",
        ])
        try await Lab.does("break", LabTests.pool1)
        try await agent.waitForHolder(LabTests.pool2, of: "sip")
        try await Lab.messagePasses("sip")
        #expect(try await Lab.services() == ["0 0 5061 sip2.contoso.test."])
        #expect(try await Lab.addresses("sip.contoso.test") == Lab.pool(1), "addresses stay")
        try await Lab.does("mend", LabTests.pool1)
        try await agent.waitForHolder(LabTests.pool1, of: "sip")
        try await Lab.messagePasses("sip")
        #expect(try await Lab.services() == ["0 0 5061 sip.contoso.test."])
        #expect(agent.stop() == 0)
    }

    @Test func `a hanging pool is down too`() async throws {
        let agent = try await begin(LabTests.sipAuto)
        try await Lab.does("break", LabTests.pool1, "hang")
        try await agent.waitForHolder(LabTests.pool2, of: "sip")
        try await Lab.messagePasses("sip")
        #expect(agent.stop() == 0)
    }
}
