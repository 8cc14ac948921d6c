import FailoverCore
import FailoverEngine
import Testing

@testable import DNSUpdating

/// What the updater makes of servers that misbehave.
@Suite struct UpdaterTransportTests {
    private func failing(
        at port: UInt16,
        key: TSIGKey? = nil,
        changes: [DNSChange]? = nil
    ) async throws -> DNSFailure {
        let zone = try TestZones.zone([DNSServer(address: .v4([127, 0, 0, 1]), port: port)])
        let keys = [zone: try key ?? TestKeys.key()]
        let updater = RFC2136Updater(group: loops, keys: keys, wallClock: now)
        let changes = try changes ?? [change(nil, addresses("sip.contoso.test", "127.0.2.11"))]
        return try await failure { () throws(DNSFailure) in
            try await updater.update(changes, in: zone)
        }
    }

    @Test func `a port where nothing listens did not act`() async throws {
        let error = try await failing(at: #require(try freePorts(1).first))
        #expect(error.code == .unreachable)
        #expect(!error.mayHaveActed)
    }

    @Test func `a connection that ends before the answer may have acted`() async throws {
        let server = try await FakeStreamServer { _ in [] }
        let error = try await failing(at: server.port)
        #expect(error.code == .unreachable)
        #expect(error.mayHaveActed)
        try await server.stop()
    }

    @Test func `half an answer may have acted`() async throws {
        let server = try await FakeStreamServer { request in
            Array(FakeStreamServer.framed(FakeServer.empty(request)).dropLast(5))
        }
        let error = try await failing(at: server.port)
        #expect(error.code == .unreachable)
        #expect(error.mayHaveActed)
        try await server.stop()
    }

    @Test func `an unsigned yes is not believed`() async throws {
        let server = try await FakeStreamServer { request in
            // The header alone, without the sections and without the signature.
            var answer = Array(FakeServer.empty(request)[..<12])
            answer.replaceSubrange(4..<12, with: [UInt8](repeating: 0, count: 8))
            return FakeStreamServer.framed(answer)
        }
        let error = try await failing(at: server.port)
        #expect(error.code == .badSignature)
        #expect(error.message.contains("unsigned NOERROR"))
        #expect(error.mayHaveActed)
        try await server.stop()
    }

    @Test func `our own signature sent back is not believed`() async throws {
        let server = try await FakeStreamServer { FakeStreamServer.framed(FakeServer.empty($0)) }
        let error = try await failing(at: server.port)
        #expect(error.code == .badSignature)
        #expect(error.message.contains("does not fit"))
        try await server.stop()
    }

    @Test func `a reply to something else is malformed`() async throws {
        let server = try await FakeStreamServer { request in
            var answer = FakeServer.empty(request)
            answer[0] ^= 0xFF
            return FakeStreamServer.framed(answer)
        }
        let error = try await failing(at: server.port)
        #expect(error.code == .malformedAnswer)
        #expect(error.mayHaveActed)
        try await server.stop()
    }

    @Test func `a zone without a key is not touched`() async throws {
        let zone = try TestZones.zone([DNSServer(address: .v4([127, 0, 0, 1]), port: 1)])
        let updater = RFC2136Updater(group: loops, keys: [:], wallClock: now)
        let changes = [try change(nil, addresses("sip.contoso.test", "127.0.2.11"))]
        let error = try await failure { () throws(DNSFailure) in
            try await updater.update(changes, in: zone)
        }
        #expect(error.code == .cannotSend)
        #expect(error.message.contains("no TSIG key"))
        #expect(!error.mayHaveActed)
    }

    @Test func `what does not fit the zone is never sent`() async throws {
        let outside = try addresses("sip.fabrikam.test", "127.0.2.11")
        let empty = RecordSet(name: try fqdn("a.contoso.test"), type: .a, ttl: 60, data: [])
        let mixed = RecordSet(
            name: try fqdn("a.contoso.test"),
            type: .aaaa,
            ttl: 60,
            data: [try address("127.0.2.11")]
        )
        for set in [outside, empty, mixed] {
            let error = try await failing(at: 1, changes: [change(nil, set)])
            #expect(error.code == .cannotSend)
            #expect(!error.mayHaveActed)
        }
    }

    @Test func `an update beyond 65535 bytes is never sent`() async throws {
        var data: [RecordData] = []
        for index in 0..<6_000 {
            data.append(.address(.v4([127, 2, UInt8(index >> 8), UInt8(index & 0xFF)])))
        }
        let set = RecordSet(name: try fqdn("a.contoso.test"), type: .a, ttl: 60, data: data)
        let error = try await failing(at: 1, changes: [change(nil, set)])
        #expect(error.code == .cannotSend)
    }
}

/// What the updater makes of the reading before the update.
@Suite struct UpdaterReadingTests {
    /// An answer with one A record, 127.0.1.11 with TTL 17.
    private static func answer(_ query: [UInt8], isAuthoritative: Bool) -> [UInt8] {
        // The question alone: what follows the name's last label, type and class is left out.
        let end = (query[12...].firstIndex(of: 0) ?? 12) + 5
        var answer = Array(FakeServer.empty(query)[..<end])
        if !isAuthoritative { answer[2] &= ~0x04 }
        answer.replaceSubrange(6..<12, with: [0, 1, 0, 0, 0, 0])
        // The record's name is the question's.
        return answer + [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 17, 0, 4, 127, 0, 1, 11]
    }

    private func failing(_ fake: FakeServer, expecting set: RecordSet) async throws -> DNSFailure {
        let zone = try TestZones.zone([DNSServer(address: .v4([127, 0, 0, 1]), port: fake.port)])
        let updater = RFC2136Updater(
            group: loops,
            keys: [zone: try TestKeys.key()],
            wallClock: now
        )
        let change = try change(set, nil)
        return try await failure { () throws(DNSFailure) in
            try await updater.update([change], in: zone)
        }
    }

    @Test(arguments: [true, false])
    func `a TTL counted down by one who only passes answers on is no change`(
        _ isAuthoritative: Bool
    ) async throws {
        let fake = try await FakeServer {
            [UpdaterReadingTests.answer($0, isAuthoritative: isAuthoritative)]
        }
        let set = try addresses("sip.contoso.test", "127.0.1.11", ttl: 60)
        let error = try await failing(fake, expecting: set)
        // There is no TCP, so that an update that is tried does not get through.
        #expect(error.code == (isAuthoritative ? .rejected : .unreachable))
        #expect(error.response == (isAuthoritative ? .recordSetMissing : nil))
        #expect(!error.mayHaveActed)
        try await fake.stop()
    }

    @Test func `what else is wrong with the set is left to the server`() async throws {
        let fake = try await FakeServer { [UpdaterReadingTests.answer($0, isAuthoritative: true)] }
        let set = try addresses("sip.contoso.test", "127.0.1.12", ttl: 60)
        let error = try await failing(fake, expecting: set)
        #expect(error.code == .unreachable)
        #expect(error.message.contains("nothing listens"))
        try await fake.stop()
    }

    @Test func `a set that cannot be read is not changed`() async throws {
        let fake = try await FakeServer { query in [Array(query[..<2]) + [0x84, 0]] }
        let zone = try TestZones.zone([DNSServer(address: .v4([127, 0, 0, 1]), port: fake.port)])
        let updater = RFC2136Updater(
            group: loops,
            keys: [zone: try TestKeys.key()],
            timeout: .milliseconds(300),
            wallClock: now
        )
        let set = try addresses("sip.contoso.test", "127.0.1.11")
        let error = try await failure { () throws(DNSFailure) in
            try await updater.provePermission(with: set, in: zone)
        }
        #expect(error.code == .timeout)
        #expect(!error.mayHaveActed)
        #expect(error.message.contains("what is there could not be read"))
        try await fake.stop()
    }
}
