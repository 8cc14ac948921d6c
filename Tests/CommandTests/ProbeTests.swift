import Foundation
import Testing

@Suite struct ProbeTests {
    @Test(arguments: ["sip", "xmpp", "tls"])
    func `a refused port is not alive`(_ kind: String) async throws {
        try await ClosedPort.with { port in
            let domain = kind == "xmpp" ? ["--domain", "contoso.com"] : []
            let result = try await Command(["probe", kind, "127.0.0.1:\(port)"] + domain).run()
            #expect(result.status == 1)
            #expect(result.output.contains("NOT ALIVE"))
            #expect(result.output.contains("refused"))
            #expect(result.output.contains("127.0.0.1:\(port)"))
            #expect(result.errors.isEmpty)
        }
    }

    @Test func `a refused port in JSON`() async throws {
        try await ClosedPort.with { port in
            let result = try await Command("probe", "sip", "127.0.0.1:\(port)", "--json").run()
            #expect(result.status == 1)
            let body = try #require(result.output.jsonObject)
            #expect(body["alive"] as? Bool == false)
            #expect(body["finding"] as? String == "refused")
            let target = try #require(body["target"] as? [String: Any])
            #expect(target["port"] as? Int == port)
            #expect(target["protocol"] as? String == "sip")
        }
    }

    @Test func `a SIP answer is alive, with every fact of the certificate`() async throws {
        let identity = try await TestIdentity(name: "sip.contoso.com")
        try await TalkingServer.with(
            answer: "SIP/2.0 504 Server time-out\r\n\r\n",
            identity: identity
        ) {
            let result = try await Command(
                "probe",
                "sip",
                "127.0.0.1:\($0)",
                "--server-name",
                "sip.contoso.com",
                "--ca",
                identity.certificate
            ).run()
            #expect(result.status == 0)
            let facts = [
                "ALIVE", "SIP/2.0 504 Server time-out", "TLSv1.3", "CN=sip.contoso.com",
                "serverAuth, clientAuth", "problems  none", "1 certificate sent", "Trace",
            ]
            for fact in facts { #expect(result.output.contains(fact), "\(fact) is missing") }
            #expect(result.outputLines.allSatisfy { $0.count <= 80 })
        }
    }

    @Test func `a certificate that peers would refuse is still alive`() async throws {
        let identity = try await TestIdentity(name: "other.contoso.com")
        try await TalkingServer.with(answer: "SIP/2.0 200 OK\r\n\r\n", identity: identity) {
            let result = try await Command(
                "probe",
                "sip",
                "127.0.0.1:\($0)",
                "--server-name",
                "sip.contoso.com",
                "--json"
            ).run()
            #expect(result.status == 0)
            let body = try #require(result.output.jsonObject)
            #expect(body["alive"] as? Bool == true)
            let certificate = try #require(body["certificate"] as? [String: Any])
            let problems = try #require(certificate["problems"] as? [[String: Any]])
            let codes = Set(problems.compactMap { $0["code"] as? String })
            #expect(codes == ["notTrusted", "nameMismatch"])
            #expect(certificate["subject_alternative_names"] as? [String] == ["other.contoso.com"])
            #expect(body["tls_version"] as? String == "TLSv1.3")
        }
    }

    @Test func `a server that says nothing is not alive within the time given`() async throws {
        try await TalkingServer.with(answer: nil) {
            let result = try await Command(
                "probe",
                "xmpp",
                "127.0.0.1:\($0)",
                "--domain",
                "contoso.com",
                "--timeout",
                "300ms",
                "--json"
            ).run()
            #expect(result.status == 1)
            #expect(result.output.jsonObject?["finding"] as? String == "silent")
        }
    }

    @Test func `an XMPP stream is alive`() async throws {
        let stream =
            "<?xml version='1.0'?><stream:stream xmlns='jabber:server' id='1' version='1.0' "
            + "xmlns:stream='http://etherx.jabber.org/streams'><stream:features/>"
        try await TalkingServer.with(answer: stream) {
            let result = try await Command(
                "probe",
                "xmpp",
                "127.0.0.1:\($0)",
                "--domain",
                "contoso.com"
            ).run()
            #expect(result.status == 0)
            #expect(result.output.contains("ALIVE"))
        }
    }

    @Test func `what is not SIP is not alive`() async throws {
        let identity = try await TestIdentity(name: "sip.contoso.com")
        try await TalkingServer.with(answer: "HTTP/1.1 400 Bad Request\r\n\r\n", identity: identity)
        {
            let result = try await Command("probe", "sip", "127.0.0.1:\($0)", "--json").run()
            #expect(result.status == 1)
            #expect(result.output.jsonObject?["finding"] as? String == "not_the_protocol")
        }
    }

    @Test func `a name is resolved and serves as the server name`() async throws {
        let identity = try await TestIdentity(name: "localhost")
        try await TalkingServer.with(answer: "hello", identity: identity) {
            let result = try await Command(
                "probe",
                "tls",
                "localhost:\($0)",
                "--ca",
                identity.certificate,
                "--json"
            ).run()
            let target = try #require(result.output.jsonObject?["target"] as? [String: Any])
            #expect(target["server_name"] as? String == "localhost")
            let addresses =
                [target["address"] as? String ?? ""]
                + (target["other_addresses"] as? [String] ?? [])
            #expect(addresses.contains("127.0.0.1"))
        }
    }

    @Test func `a name without an address is not alive`() async throws {
        let result = try await Command("probe", "tls", "nowhere.invalid:443", "--json").run()
        #expect(result.status == 1)
        #expect(result.errors.contains("nowhere.invalid"))
        #expect(result.output.jsonObject?["exit_code"] as? Int == 1)
    }

    @Test func `authorities that cannot be read are wrong usage`() async throws {
        let result = try await Command(
            "probe",
            "tls",
            "127.0.0.1:443",
            "--ca",
            "/nowhere/ca.pem"
        ).run()
        #expect(result.status == 2)
        #expect(result.errors.contains("/nowhere/ca.pem"))
    }

    @Test(arguments: ["media", "stun"])
    func `media ports that nobody listens on are not alive, or not known`(
        _ kind: String
    ) async throws {
        try await ClosedPort.with { port in
            let more = kind == "media" ? ["--stun-port", "\(port)"] : []
            let arguments = ["probe", kind, "127.0.0.1:\(port)", "--timeout", "300ms", "--json"]
            let result = try await Command(arguments + more).run()
            #expect(result.status == 1)
            let body = try #require(result.output.jsonObject)
            #expect(body["alive"] as? Bool == false)
            let target = try #require(body["target"] as? [String: Any])
            #expect(target["protocol"] as? String == kind)
            #expect(target["port"] as? Int == port)
        }
    }

    @Test func `media of which one port answers is alive in part, and says which is not`()
        async throws
    {
        try await TalkingServer.with(answer: nil) { port in
            let result = try await Command(
                "probe",
                "media",
                "127.0.0.1:\(port)",
                "--stun-port",
                "\(port)",
                "--timeout",
                "300ms"
            ).run()
            #expect(result.status == 0)
            #expect(result.output.contains("ALIVE, IN PART: udp"))
            #expect(result.output.contains("Media, TCP and UDP \(port), at 127.0.0.1:\(port)"))
            #expect(result.outputLines.allSatisfy { $0.count <= 80 })
        }
    }
}
