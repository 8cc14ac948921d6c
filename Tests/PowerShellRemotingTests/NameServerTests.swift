import Curl
import FailoverCore
import FailoverEngine
import PowerShellRemoting
import Testing

@Suite("PowerShellUpdater, on the Windows double", .serialized)
struct NameServerTests {
    private static func zone() throws -> DNSZone {
        let address = try #require(IPAddress("127.0.0.1"))
        return DNSZone(
            name: try FQDN(checking: "contoso.test"),
            authoritative: [DNSServer(address: address)],
            provider: .powershell
        )
    }

    /// Runs a double with dns1 as the name server of the zone.
    private func withNameServer(
        _ body: (PowerShellManagement, DNSZone, WindowsDouble) async throws -> Void
    ) async throws {
        let zone = try Self.zone()
        try await withWindows { double in
            let client = try HTTPClient()
            let management = PowerShellManagement(
                frontEnds: [],
                edges: [:],
                nameServers: [zone.key: .wsman(try double.wsman("dns1"))],
                client: client,
                clock: TestClock()
            )
            let outcome: (any Error)?
            do {
                try await body(management, zone, double)
                outcome = nil
            } catch {
                outcome = error
            }
            await management.closeSessions()
            await client.shutdown()
            if let outcome { throw outcome }
        }
    }

    /// What is there now, by way of an update that changes nothing but its guard.
    private func addresses(
        _ management: PowerShellManagement,
        _ zone: DNSZone,
        _ name: FQDN
    ) async throws -> [RecordData] {
        let result = try await management.run(
            .readRecords(name, .a, in: zone.name),
            at: .nameServer(zone.key),
            timeout: .seconds(20)
        )
        return result.output.compactMap { object in
            object["RecordData.IPv4Address"].text.flatMap { IPAddress($0) }
                .map(RecordData.address)
        }
    }

    @Test
    func `addresses change with their time to live, and change back`() async throws {
        try await withNameServer { management, zone, double in
            let name = try FQDN(checking: "sip.contoso.test")
            let old = try await addresses(management, zone, name)
            #expect(old.count == 2)
            let new = try ["192.0.2.21", "192.0.2.22"].map { text in
                RecordData.address(try #require(IPAddress(text)))
            }
            let result = try await management.run(
                .readRecords(name, .a, in: zone.name),
                at: .nameServer(zone.key),
                timeout: .seconds(20)
            )
            let ttl = try #require(
                result.output.first?["TimeToLive"].text.flatMap { TimeSpan.seconds($0) }
            )
            let change = DNSChange(
                zone: zone.key,
                name: name,
                type: .a,
                from: RecordSet(name: name, type: .a, ttl: ttl, data: old),
                to: RecordSet(name: name, type: .a, ttl: 60, data: new)
            )
            let updater = PowerShellUpdater(management: management)
            try await updater.update([change], in: zone)
            #expect(Set(try await addresses(management, zone, name)) == Set(new))
            let writes = try double.calls().filter(\.applied).map(\.cmdlet)
            #expect(
                Set(writes) == ["Add-DnsServerResourceRecord", "Remove-DnsServerResourceRecord"]
            )
            try await updater.update([change.reversed], in: zone)
            #expect(Set(try await addresses(management, zone, name)) == Set(old))
        }
    }

    @Test
    func `services change, a missing name is nothing, and a wrong guard writes nothing`()
        async throws
    {
        try await withNameServer { management, zone, double in
            let updater = PowerShellUpdater(management: management)
            let name = try FQDN(checking: "_sipfederationtls._tcp.adatum.contoso.test")
            let target = try FQDN(checking: "sip2.contoso.test")
            let record = ServiceRecord(priority: 0, weight: 5, port: 5_061, target: target)
            let added = DNSChange(
                zone: zone.key,
                name: name,
                type: .srv,
                from: nil,
                to: RecordSet(name: name, type: .srv, ttl: 86_400, data: [.service(record)])
            )
            try await updater.update([added], in: zone)
            do throws(DNSFailure) {
                try await updater.update([added], in: zone)
                Issue.record("what is there is not nothing")
            } catch {
                #expect(error.response == .recordSetExists)
                #expect(!error.mayHaveActed)
            }
            try await updater.update([added.reversed], in: zone)
            try await updater.update([added], in: zone)
            let existing = try #require(added.to)
            try await updater.provePermission(with: existing, in: zone)
            _ = try double.calls()
        }
    }
}
