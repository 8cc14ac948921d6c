import Testing

@Suite struct ProbeDNSTests {
    private static let name = "_sipfederationtls._tcp.contoso.com"

    private static let services = [
        NameServer.Service(priority: 10, weight: 5, port: 5061, target: "sip2.contoso.com"),
        NameServer.Service(priority: 0, weight: 1, port: 5061, target: "sip.contoso.com"),
        NameServer.Service(priority: 0, weight: 9, port: 5061, target: "heavy.contoso.com"),
    ]

    @Test func `SRV records come in the order in which they are tried`() async throws {
        try await NameServer.with(services: ProbeDNSTests.services) {
            let result = try await Command(
                "probe",
                "dns",
                ProbeDNSTests.name,
                "--type",
                "srv",
                "--server",
                "127.0.0.1:\($0)"
            ).run()
            #expect(result.status == 0)
            let targets = result.outputLines.compactMap { line in
                line.contains(" SRV ") && line.contains("5061")
                    ? line.split(separator: " ").last : nil
            }
            #expect(targets == ["heavy.contoso.com", "sip.contoso.com", "sip2.contoso.com"])
            #expect(result.output.contains("NOERROR"))
            #expect(result.output.contains("yes (AA)"))
        }
    }

    @Test func `JSON has records, TTL, authority and transport`() async throws {
        try await NameServer.with(services: ProbeDNSTests.services) {
            let result = try await Command(
                "probe",
                "dns",
                ProbeDNSTests.name,
                "--type",
                "SRV",
                "--server",
                "127.0.0.1:\($0)",
                "--json"
            ).run()
            #expect(result.status == 0)
            let body = try #require(result.output.jsonObject)
            #expect(body["code"] as? String == "NOERROR")
            #expect(body["authoritative"] as? Bool == true)
            #expect(body["used_tcp"] as? Bool == false)
            let records = try #require(body["records"] as? [[String: Any]])
            #expect(records.first?["ttl"] as? Int == 300)
            let data = try #require(records.first?["data"] as? [String])
            #expect(data.first == "0 9 5061 heavy.contoso.com")
        }
    }

    @Test(arguments: [(UInt16(3), "NXDOMAIN"), (5, "REFUSED"), (0, "NOERROR")])
    func `an answer without records is 1`(_ code: UInt16, _ word: String) async throws {
        try await NameServer.with(code: code) {
            let result = try await Command(
                "probe",
                "dns",
                "contoso.com",
                "--type",
                "A",
                "--server",
                "127.0.0.1:\($0)"
            ).run()
            #expect(result.status == 1)
            #expect(result.output.contains(word))
            #expect(result.output.contains("No records"))
        }
    }

    @Test func `a server that does not answer is 1, with a sentence`() async throws {
        try await ClosedPort.with { port in
            let result = try await Command(
                "probe",
                "dns",
                "contoso.com",
                "--type",
                "A",
                "--server",
                "127.0.0.1:\(port)",
                "--timeout",
                "400ms"
            ).run()
            #expect(result.status == 1)
            #expect(result.errors.contains("127.0.0.1:\(port)"))
        }
    }
}
