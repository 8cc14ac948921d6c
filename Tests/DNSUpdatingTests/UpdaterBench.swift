import FailoverCore
import FailoverEngine
import Testing

@testable import DNSUpdating

/// A server with the zones of these tests and an updater for one of them.
struct UpdaterBench: ~Copyable {
    let server: NameServer
    let zone: DNSZone
    private let client = DNSClient(group: loops)

    init(_ kind: NameServerKind, zone name: String = "contoso.test") async throws {
        try self.init(server: await TestZones.startPrimary(kind), zone: name)
    }

    init(server: NameServer, zone name: String = "contoso.test") throws {
        let zone = try TestZones.zone([server.server], name)
        self.server = server
        self.zone = zone
    }

    deinit { server.stop() }

    func updater(
        _ key: TSIGKey? = nil,
        timeout: Duration = .seconds(5),
        clock: @escaping @Sendable () -> Timestamp = now
    ) throws -> RFC2136Updater {
        let keys = [zone: try key ?? TestKeys.key()]
        return RFC2136Updater(group: loops, keys: keys, timeout: timeout, wallClock: clock)
    }

    func read(_ name: String, _ type: RecordType) async throws -> RecordSet? {
        let question = try fqdn(name)
        let server = server.server
        return try await client.query(question, type, at: server, timeout: .seconds(5)).recordSet
    }

    /// The failure of an attempt; by default to move `sip`.
    func refused(
        key: TSIGKey? = nil,
        change: DNSChange? = nil,
        timeout: Duration = .seconds(5),
        clock: @escaping @Sendable () -> Timestamp = now
    ) async throws -> DNSFailure {
        let updater = try updater(key, timeout: timeout, clock: clock)
        let change = try change ?? move(to: "127.0.2.11")
        let zone = zone
        return try await failure { () throws(DNSFailure) in
            try await updater.update([change], in: zone)
        }
    }
}

/// Moves `sip` from where the tests' zone has it.
func move(to target: String) throws -> DNSChange {
    try change(
        addresses("sip.contoso.test", "127.0.1.11", "127.0.1.12"),
        addresses("sip.contoso.test", target)
    )
}

/// An IPv6 address set.
func sixes(_ name: String, _ texts: String..., ttl: UInt32 = 300) throws -> RecordSet {
    let data = try texts.map(address)
    return RecordSet(name: try fqdn(name), type: .aaaa, ttl: ttl, data: data)
}

/// A service set with one record.
func service(_ name: String, to target: String, ttl: UInt32 = 60) throws -> RecordSet {
    let record = ServiceRecord(priority: 0, weight: 0, port: 5_061, target: try fqdn(target))
    return RecordSet(name: try fqdn(name), type: .srv, ttl: ttl, data: [.service(record)])
}
