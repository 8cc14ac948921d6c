import FailoverCore
import FailoverEngine
import PowerShellRemoting
import Testing

/// What an Edge server says of names and of Microsoft 365, over the wire.
@Suite("Edge servers' names, on the Windows double", .serialized)
struct EdgeNamesTests {
    private func federation() throws -> FQDN {
        try FQDN(checking: "_sipfederationtls._tcp.contoso.test")
    }

    @Test
    func `records and addresses are read as Windows prints them`() async throws {
        try await withManagement { management, double in
            let edge = try FQDN(checking: "edge11.contoso.lan")
            let reader = TopologyReader(management: management)
            let services = try await reader.services(of: try federation(), on: edge)
            let target = try FQDN(checking: "sip.contoso.test")
            #expect(
                services == [
                    ServiceRecord(priority: 0, weight: 0, port: 5_061, target: target)
                ]
            )
            let addresses = try await reader.addresses(of: target, on: edge)
            #expect(addresses.count == 2)
            #expect(addresses.allSatisfy { "\($0)".hasPrefix("127.") })
            let calls = try double.calls()
            #expect(calls.map(\.cmdlet) == ["Resolve-DnsName", "Resolve-DnsName"])
            #expect(calls.map { $0.parameters["Type"] } == [.string("SRV"), .string("A_AAAA")])
            #expect(calls.allSatisfy { $0.server == edge.name && !$0.applied })
        }
    }

    @Test
    func `a name that is not there, or has no such record, is empty and no error`() async throws {
        try await withManagement { management, _ in
            let edge = try FQDN(checking: "edge11.contoso.lan")
            let reader = TopologyReader(management: management)
            let missing = try FQDN(checking: "nothing.contoso.test")
            #expect(try await reader.services(of: missing, on: edge) == [])
            #expect(try await reader.addresses(of: missing, on: edge) == [])
            #expect(try await reader.addresses(of: try federation(), on: edge) == [])
            let host = try FQDN(checking: "sip.contoso.test")
            #expect(try await reader.services(of: host, on: edge) == [])
        }
    }

    @Test
    func `an Edge server tells whether it reaches Microsoft 365`() async throws {
        try await withManagement { management, double in
            let edge = try FQDN(checking: "edge11.contoso.lan")
            let reader = TopologyReader(management: management)
            func reaches() async throws -> Bool {
                try await reader.reaches(
                    CloudFederation.host,
                    port: CloudFederation.port,
                    from: .edge(edge)
                )
            }
            #expect(try await reaches())
            _ = try double.control("close-cloud", ["server": "edge11"])
            #expect(!(try await reaches()))
        }
    }

    @Test(arguments: ["task", "boolean"])
    func `the setup permission comes as task output or as a boolean`(form: String) async throws {
        try await withManagement { management, double in
            _ = try double.control("switch", ["letter": "setup-output", "value": form])
            for (answer, text) in [("granted", "Success"), ("missing", "Failure")] {
                _ = try double.control("switch", ["letter": "setup", "value": answer])
                let result = try await management.run(
                    .testSetupPermission(on: "OU=Servers,DC=contoso,DC=net"),
                    at: .frontEnd(0),
                    timeout: .seconds(20)
                )
                let object = try #require(result.output.first)
                if form == "task" {
                    #expect(object["Result"].text == text)
                } else {
                    #expect(object["Value"].bool == (answer == "granted"))
                }
            }
        }
    }
}
