import FailoverCore
import FailoverEngine
import Testing

@testable import DNSUpdating

@Suite(.serialized) struct RFC2136UpdaterTests {
    private let client = DNSClient(group: loops)

    private func updater(
        _ zone: DNSZone,
        _ key: TSIGKey,
        timeout: Duration = .seconds(5),
        clock: @escaping @Sendable () -> Timestamp = now
    ) -> RFC2136Updater {
        RFC2136Updater(group: loops, keys: [zone: key], timeout: timeout, wallClock: clock)
    }

    private func read(
        _ name: String,
        _ type: RecordType,
        _ server: DNSServer
    ) async throws
        -> RecordSet?
    {
        let question = try fqdn(name)
        return try await client.query(question, type, at: server, timeout: .seconds(5)).recordSet
    }

    /// Starts a server and tries to move `sip` with what the closure changes about the attempt.
    private func refused(
        _ server: NameServer,
        zone name: String = "contoso.test",
        key: TSIGKey? = nil,
        change: DNSChange? = nil,
        timeout: Duration = .seconds(5),
        clock: @escaping @Sendable () -> Timestamp = now
    ) async throws -> DNSFailure {
        let zone = try TestZones.zone([server.server], name)
        let updater = updater(
            zone,
            try key ?? TestKeys.key(),
            timeout: timeout,
            clock: clock
        )
        let change = try change ?? move(to: "127.0.2.11")
        return try await failure { () throws(DNSFailure) in
            try await updater.update([change], in: zone)
        }
    }

    private func move(to target: String) throws -> DNSChange {
        try change(
            addresses("sip.contoso.test", "127.0.1.11", "127.0.1.12"),
            addresses("sip.contoso.test", target)
        )
    }

    @Test(arguments: [
        ("edgewarden", TSIGKey.Algorithm.hmacSHA256, TestKeys.secret),
        ("edgewarden-512", .hmacSHA512, TestKeys.long),
    ])
    func `several sets change in one update`(
        _ name: String,
        _ algorithm: TSIGKey.Algorithm,
        _ secret: String
    ) async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let zone = try TestZones.zone([server.server])
        let updater = updater(zone, try TestKeys.key(name, algorithm, secret: secret))
        let service = try fqdn("_sipfederationtls._tcp.contoso.test")
        let old = try #require(try await read(service.name, .srv, server.server))
        let target = ServiceRecord(
            priority: 0,
            weight: 0,
            port: 5_061,
            target: try fqdn("sip2.contoso.test")
        )
        let new = RecordSet(name: service, type: .srv, ttl: 30, data: [.service(target)])
        let added = try addresses("sip2.contoso.test", "127.0.2.11", "127.0.2.12", ttl: 45)
        let changes = [
            DNSChange(zone: zone.name, name: service, type: .srv, from: old, to: new),
            try change(nil, added),
            try change(addresses("sip.contoso.test", "127.0.1.12", "127.0.1.11", ttl: 9), nil),
        ]
        try await updater.update(changes, in: zone)
        #expect(try await read(service.name, .srv, server.server) == new)
        #expect(try await read("sip2.contoso.test", .a, server.server) == added)
        #expect(try await read("sip.contoso.test", .a, server.server) == nil)

        try await updater.update(changes.map(\.reversed), in: zone)
        #expect(try await read(service.name, .srv, server.server) == old)
        #expect(try await read("sip2.contoso.test", .a, server.server) == nil)
    }

    @Test func `one guard that does not hold undoes the whole update`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let zone = try TestZones.zone([server.server])
        let updater = updater(zone, try TestKeys.key())
        let good = try change(nil, addresses("sip2.contoso.test", "127.0.2.11"))
        let bad = try change(
            addresses("sip.contoso.test", "127.0.1.11"),
            addresses("sip.contoso.test", "127.0.2.11")
        )
        let error = try await failure { () throws(DNSFailure) in
            try await updater.update([good, bad], in: zone)
        }
        #expect(error.code == .rejected)
        #expect(error.response == .recordSetMissing)
        #expect(error.message.contains("someone else changed it"))
        #expect(!error.mayHaveActed)
        #expect(try await read("sip2.contoso.test", .a, server.server) == nil)
        #expect(try await read("sip.contoso.test", .a, server.server)?.data.count == 2)
    }

    @Test func `a set that should not be there stops the update`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let unguarded = try change(nil, addresses("sip.contoso.test", "127.0.2.11"))
        let error = try await refused(server, change: unguarded)
        #expect(error.response == .recordSetExists)
        #expect(!error.mayHaveActed)
    }

    @Test func `an alias at the name stops the update instead of swallowing it`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let beside = try change(nil, addresses("alias.contoso.test", "127.0.2.11"))
        let error = try await refused(server, change: beside)
        #expect(error.response == .recordSetExists)
        #expect(error.message.contains("alias"))
    }

    @Test func `a type that is not granted is refused`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let zone = try fqdn("contoso.test")
        let name = try fqdn("new.contoso.test")
        let target = RecordData.host(try fqdn("sip.contoso.test"))
        let set = RecordSet(name: name, type: .cname, ttl: 60, data: [target])
        let alias = DNSChange(zone: zone, name: name, type: .cname, from: nil, to: set)
        let error = try await refused(server, change: alias)
        #expect(error.code == .rejected)
        #expect(error.response == .refused)
        #expect(error.message.contains("has no right"))
        #expect(!error.mayHaveActed)
    }

    @Test func `a key without rights is refused`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let error = try await refused(server, key: TestKeys.key("powerless"))
        #expect(error.response == .refused)
        #expect(error.message.contains("'powerless'"))
    }

    @Test func `a frozen zone refuses and takes updates again once thawed`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        try server.control("freeze", "contoso.test")
        let error = try await refused(server)
        #expect(error.response == .refused)
        #expect(error.message.contains("frozen"))
        try server.control("thaw", "contoso.test")
        let zone = try TestZones.zone([server.server])
        let change = try move(to: "127.0.2.11")
        try await updater(zone, try TestKeys.key()).update([change], in: zone)
        #expect(try await read("sip.contoso.test", .a, server.server) == change.to)
    }

    @Test(arguments: [
        ("edgewarden", TSIGKey.Algorithm.hmacSHA256, "BADSIG", "another secret"),
        ("unknown", .hmacSHA256, "BADKEY", "no TSIG key 'unknown'"),
        ("edgewarden", .hmacSHA512, "BADKEY", "hmac-sha512"),
    ])
    func `a wrong key is told apart`(
        _ name: String,
        _ algorithm: TSIGKey.Algorithm,
        _ word: String,
        _ reason: String
    ) async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let other = TestKeys.base64(32, seed: 99)
        let error = try await refused(server, key: TestKeys.key(name, algorithm, secret: other))
        #expect(error.code == .rejected)
        #expect(error.response == .notAuthoritative)
        #expect(error.message.contains(word))
        #expect(error.message.contains(reason))
        #expect(!error.message.contains(other))
    }

    @Test func `a clock that is ten minutes slow is named with its gap`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let slow: @Sendable () -> Timestamp = {
            Timestamp(millisecondsSinceEpoch: now().millisecondsSinceEpoch - 600_000)
        }
        let error = try await refused(server, clock: slow)
        #expect(error.code == .rejected)
        #expect(error.message.contains("BADTIME"))
        let gap = ["599", "600", "601"].contains { error.message.contains("\($0) s behind") }
        #expect(gap, "\(error.message)")
        #expect(!error.mayHaveActed)
    }

    @Test func `a broken zone is a failure of the server`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let change = try change(nil, addresses("a.broken.test", "127.0.2.11"), zone: "broken.test")
        let error = try await refused(server, zone: "broken.test", change: change)
        #expect(error.code == .rejected)
        #expect(error.response == .serverFailure)
    }

    @Test func `a zone that the server does not have is named`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let change = try change(nil, addresses("a.other.test", "127.0.2.11"), zone: "other.test")
        let error = try await refused(server, zone: "other.test", change: change)
        #expect(error.response == .notAuthoritative)
        #expect(error.message.contains("does not serve this zone"))
    }

    @Test func `a secondary answers questions and refuses updates`() async throws {
        let primary = try await TestZones.startPrimary()
        defer { primary.stop() }
        let statement = """
            zone "contoso.test" { type secondary; file "copy.db";
              primaries { 127.0.0.1 port \(primary.server.port); }; };

            """
        let secondary = try await NameServer(
            zones: statement,
            files: [:],
            until: "Transfer status: success"
        )
        defer { secondary.stop() }
        let set = try await read("sip.contoso.test", .a, secondary.server)
        #expect(set?.data.count == 2)
        let error = try await refused(secondary)
        #expect(error.response == .refused)
        #expect(error.message.contains("secondary"))
    }

    @Test func `a stopped server leaves in doubt whether it acted`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        server.halt()
        let error = try await refused(server, timeout: .milliseconds(300))
        #expect(error.code == .timeout)
        #expect(error.mayHaveActed)
        #expect(error.message.contains("look whether it was carried out"))
    }

    @Test func `permission is proved without changing anything`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let zone = try TestZones.zone([server.server])
        let set = try #require(try await read("sip.contoso.test", .a, server.server))
        try await updater(zone, try TestKeys.key()).provePermission(with: set, in: zone)
        #expect(try await read("sip.contoso.test", .a, server.server) == set)
        #expect(try await read("contoso.test", .soa, server.server)?.data == [.serial(7)])

        let powerless = updater(zone, try TestKeys.key("powerless"))
        let error = try await failure { () throws(DNSFailure) in
            try await powerless.provePermission(with: set, in: zone)
        }
        #expect(error.response == .refused)
    }
}
