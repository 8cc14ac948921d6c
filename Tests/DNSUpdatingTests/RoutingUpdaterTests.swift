import FailoverCore
import FailoverEngine
import Synchronization
import Testing

@testable import DNSUpdating

@Suite struct RoutingUpdaterTests {
    /// Notes what it is asked to do.
    private final class Note: DNSUpdater {
        let asked = Mutex<[String]>([])

        func update(_ changes: [DNSChange], in zone: DNSZone) async throws(DNSFailure) {
            asked.withLock { $0.append("update \(zone.key) \(changes.count)") }
        }

        func provePermission(
            with existing: RecordSet,
            in zone: DNSZone
        ) async throws(DNSFailure) {
            asked.withLock { $0.append("prove \(zone.key) \(existing.name)") }
        }
    }

    private func zone(_ view: String, _ provider: ZoneProvider = .rfc2136) throws -> DNSZone {
        let server = DNSServer(address: .v4([127, 0, 0, 1]), port: 53)
        let name = try fqdn("contoso.test")
        return DNSZone(name: name, view: view, authoritative: [server], provider: provider)
    }

    private func addition(in zone: DNSZone) throws -> DNSChange {
        let set = try addresses("sip.contoso.test", "127.0.2.11")
        return DNSChange(zone: zone.key, name: set.name, type: .a, from: nil, to: set)
    }

    @Test func `each view of a zone goes to its own updater`() async throws {
        let (inside, outside) = (try zone("internal", .exec), try zone("public"))
        let (first, second) = (Note(), Note())
        let updater = RoutingUpdater([inside: first, outside: second])
        let existing = try addresses("sip.contoso.test", "127.0.1.11")
        try await updater.update([addition(in: inside)], in: inside)
        try await updater.update([addition(in: outside), addition(in: outside)], in: outside)
        try await updater.provePermission(with: existing, in: outside)
        #expect(first.asked.withLock { $0 } == ["update contoso.test (internal view) 1"])
        #expect(
            second.asked.withLock { $0 } == [
                "update contoso.test 2", "prove contoso.test sip.contoso.test",
            ]
        )
    }

    @Test(arguments: [
        (ZoneProvider.manual, "only a person changes its records"),
        (.powershell, "nothing is set up for its provider 'powershell'"),
        (.rfc2136, "nothing is set up for its provider 'rfc2136'"),
    ])
    func `a zone without an updater is not touched`(
        _ provider: ZoneProvider,
        _ reason: String
    ) async throws {
        let zone = try zone("internal", provider)
        let other = Note()
        let updater = RoutingUpdater([try self.zone("public"): other])
        let change = try addition(in: zone)
        let update = try await failure { () throws(DNSFailure) in
            try await updater.update([change], in: zone)
        }
        let existing = try addresses("sip.contoso.test", "127.0.1.11")
        let proof = try await failure { () throws(DNSFailure) in
            try await updater.provePermission(with: existing, in: zone)
        }
        for error in [update, proof] {
            #expect(error.code == .cannotSend)
            #expect(!error.mayHaveActed)
            #expect(error.message.contains("contoso.test (internal) was not sent: "))
            #expect(error.message.contains(reason))
        }
        #expect(other.asked.withLock { $0.isEmpty })
    }
}
