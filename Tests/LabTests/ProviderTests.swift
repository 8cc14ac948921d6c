import ControlAPI
import Foundation
import Testing

/// Who changes the zone: Windows DNS, a program, or a person.
extension LabTests {
    private static let transactionKey = """
                kind: rfc2136
                key_name: edgewarden.
                algorithm: hmac-sha256
                secret: edgewarden_tsig

        """

    /// A failover and a failback of SIP, with messages after each; the records come back.
    private func thereAndBack(_ agent: TestAgent) async throws {
        let records = try await Lab.records()
        for direction in [OrderBody.Kind.failover, .failback] {
            let run = try await agent.order(direction, "sip")
            let end = try await agent.end(of: run)
            #expect(end.outcome == "done", "\(direction): \(end.outcomeText)")
            try await Lab.messagePasses("sip")
            let pool = Lab.pool(direction == .failover ? 2 : 1)
            #expect(try await Lab.addresses("sip.contoso.test") == pool)
        }
        #expect(try await Lab.records() == records)
    }

    @Test func `Windows DNS is changed by its cmdlets, there and back`() async throws {
        let provider = """
                    kind: powershell
                    endpoint:
                      url: https://127.\(10 + Lab.number).0.61:5986/wsman
                      authentication: ntlm
                      ca_file: \(Lab.state)/pki/ca.crt
                      user: CONTOSO\\edgewarden
                      password: frontend_password

            """
        let agent = try await begin(
            KeyValuePairs(dictionaryLiteral: (LabTests.transactionKey, provider))
        )
        try await thereAndBack(agent)
        let acts = try await Lab.acts()
        #expect(acts.contains { $0.hasPrefix("Add-DnsServerResourceRecord") }, "\(acts)")
        #expect(acts.contains { $0.hasPrefix("Remove-DnsServerResourceRecord") }, "\(acts)")
        #expect(agent.stop() == 0)
    }

    @Test func `a program changes the zone, there and back`() async throws {
        let hook = Lab.state + "/change-dns-" + UUID().uuidString.prefix(6)
        try LabTests.hook.write(toFile: hook, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o700],
            ofItemAtPath: hook
        )
        defer { try? FileManager.default.removeItem(atPath: hook) }  // a leftover does no harm
        let server = "127.\(10 + Lab.number).0.53"
        let key = Lab.state + "/dns/edgewarden.key"
        let provider = """
                    kind: exec
                    command: [\(hook), "\(server)", \(key)]

            """
        let agent = try await begin(
            KeyValuePairs(dictionaryLiteral: (LabTests.transactionKey, provider))
        )
        try await thereAndBack(agent)
        #expect(agent.stop() == 0)
    }

    /// JSON on standard input to guarded lines of nsupdate, as a customer would write it.
    private static let hook = """
        #!/usr/bin/python3
        import json, subprocess, sys
        order = json.load(sys.stdin)
        lines = ["server " + sys.argv[1], "zone " + order["zone"]]
        def text(data):
            return data + "." if data[-1].isalpha() else data
        for change in order["changes"]:
            what = change["name"] + ". "
            if change["from"] is None:
                lines.append("prereq nxrrset " + what + change["type"])
            else:
                for data in change["from"]["data"]:
                    lines.append("prereq yxrrset " + what + change["type"] + " " + text(data))
                lines.append("update delete " + what + change["type"])
            for data in (change["to"] or {"data": []})["data"]:
                ttl = str(change["to"]["ttl"])
                lines.append("update add " + what + ttl + " " + change["type"] + " " + text(data))
        lines += ["send", ""]
        done = subprocess.run(["nsupdate", "-k", sys.argv[2]], input="\\n".join(lines), text=True,
                              capture_output=True)
        sys.stderr.write(done.stderr)
        sys.exit(0 if done.returncode == 0 else 3 if "XRRSET" in done.stderr else 1)
        """

    @Test func `a person changes the zone, and is believed when every server says so`()
        async throws
    {
        let agent = try await begin(
            KeyValuePairs(
                dictionaryLiteral: (LabTests.transactionKey, "        kind: manual\n")
            )
        )
        let run = try await agent.order(.failover, "sip")
        let step = try await agent.personStep(of: run)
        #expect(step.task.commands.contains { $0.contains("update add") }, "\(step.task.commands)")
        // Said too early: the machine looks until it is so.
        try await agent.give(OrderBody(.done, run: run, step: step.step, reason: "done, I think"))
        try await stays("it is not believed", for: 1.5) {
            try await agent.runBody(run)?.outcome == "running"
        }
        var addresses = Lab.pool(2)
        try await Lab.does("dns-ctl", "set", "sip", "A", addresses.removeFirst(), addresses[0])
        let end = try await agent.end(of: run)
        #expect(end.outcome == "done", "\(end.outcomeText)")
        try await Lab.messagePasses("sip")
        #expect(agent.stop() == 0)
    }
}
