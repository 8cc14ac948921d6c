import FailoverCore
import FailoverEngine
import Testing

@testable import DNSUpdating

@Suite(.serialized) struct DNSClientTests {
    private let client = DNSClient(group: loops)

    private func ask(
        _ name: String,
        _ type: RecordType,
        _ server: NameServer
    ) async throws -> DNSAnswer {
        try await client.query(fqdn(name), type, at: server.server, timeout: .seconds(5))
    }

    @Test func `records come back with type, data and TTL`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let answer = try await ask("SIP.contoso.test", .a, server)
        #expect(answer.code == .noError)
        #expect(answer.isAuthoritative)
        #expect(!answer.usedTCP)
        #expect(answer.records == [try addresses("sip.contoso.test", "127.0.1.11", "127.0.1.12")])
        #expect(answer.authority.map(\.type) == [.ns])
        #expect(answer.latency > .zero && answer.latency < .seconds(5))

        let six = try await ask("sip.contoso.test", .aaaa, server)
        #expect(six.recordSet?.dataText == "2001:db8::11")
        #expect(six.recordSet?.ttl == 300)
        let soa = try await ask("contoso.test", .soa, server)
        #expect(soa.recordSet?.data == [.serial(7)])
        let names = try await ask("contoso.test", .ns, server)
        #expect(names.recordSet?.data == [.host(try fqdn("ns1.contoso.test"))])
    }

    @Test func `services come back in the order in which they are tried`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let answer = try await ask("_many._tcp.contoso.test", .srv, server)
        #expect(
            answer.recordSet?.services.map(\.description) == [
                "10 5 5061 ns1.contoso.test", "20 0 5061 sip.contoso.test",
            ]
        )
    }

    @Test func `an alias is shown as one`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let answer = try await ask("alias.contoso.test", .a, server)
        #expect(answer.recordSet == nil)
        #expect(answer.alias?.data == [.host(try fqdn("sip.contoso.test"))])
        #expect(answer.records.map(\.type) == [.cname, .a])
    }

    @Test(arguments: [
        ("absent.contoso.test", ResponseCode.nameError),
        ("ns1.contoso.test", .noError),
        ("elsewhere.test", .refused),
        ("a.broken.test", .serverFailure),
    ])
    func `a negative answer is an answer`(_ name: String, _ code: ResponseCode) async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let answer = try await ask(name, .srv, server)
        #expect(answer.code == code)
        #expect(answer.records.isEmpty)
    }

    @Test func `an answer too long for UDP is fetched whole over TCP`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let answer = try await ask("big.contoso.test", .a, server)
        #expect(answer.usedTCP)
        #expect(answer.recordSet?.data.count == 95)
    }

    @Test func `a service that is nowhere is not mistaken for an empty set`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        let error = try await failure { () throws(DNSFailure) in
            guard let name = FQDN("nowhere.contoso.test") else { return }
            _ = try await client.query(name, .srv, at: server.server, timeout: .seconds(5))
        }
        #expect(error.code == .malformedAnswer)
        #expect(error.message.contains("nowhere.contoso.test SRV"))
    }

    @Test func `a port where nothing listens is unreachable at once`() async throws {
        let port = try #require(try freePorts(1).first)
        let start = ContinuousClock.now
        let error = try await failing(at: port, timeout: .seconds(20))
        #expect(error.code == .unreachable)
        #expect(error.message.contains("nothing listens"))
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `a stopped server is a time-out`() async throws {
        let server = try await TestZones.startPrimary()
        defer { server.stop() }
        server.halt()
        let error = try await failing(at: server.server.port, timeout: .milliseconds(300))
        #expect(error.code == .timeout)
        #expect(error.message.contains("no answer within 300ms"))
        #expect(!error.mayHaveActed)
    }

    @Test func `cancelling ends the question`() async throws {
        let silent = try await FakeServer { _ in [] }
        let start = ContinuousClock.now
        let error = try await withThrowingTaskGroup(of: DNSFailure.self) { group in
            group.addTask { try await failing(at: silent.port, timeout: .seconds(60)) }
            await silent.hasBeenAsked()
            group.cancelAll()
            return try await group.next()
        }
        #expect(error?.code == .timeout)
        #expect(error?.message.contains("given up") == true)
        #expect(ContinuousClock.now - start < .seconds(30))
        try await silent.stop()
    }

    /// What makes an answer one to something else: the byte and its bits, counted from the id.
    @Test(
        arguments: [
            ("id", 0, 0xFF), ("id", 1, 0x01), ("query instead of answer", 2, 0x80),
            ("opcode", 2, 0x28), ("name", 13, 0x01), ("type", 31, 0x1D), ("class", 33, 0x02),
        ] as [(String, Int, UInt8)]
    )
    func `answers to something else are passed over`(
        _ part: String,
        _ index: Int,
        _ bits: UInt8
    ) async throws {
        let fake = try await FakeServer { query in
            let right = FakeServer.empty(query)
            var wrong = right
            wrong[index] ^= bits
            // Told apart from the right one by what it says.
            wrong[3] |= 5
            return [wrong, [1, 2, 3], [], right]
        }
        let name = try fqdn("sip.contoso.test")
        let at = DNSServer(address: .v4([127, 0, 0, 1]), port: fake.port)
        let answer = try await client.query(name, .a, at: at, timeout: .seconds(5))
        #expect(answer.code == .noError, "\(part)")
        #expect(answer.records.isEmpty)
        try await fake.stop()
    }

    @Test func `a lost question is asked again`() async throws {
        let fake = try await FakeServer { $1 < 2 ? [] : [FakeServer.empty($0)] }
        let name = try fqdn("sip.contoso.test")
        let at = DNSServer(address: .v4([127, 0, 0, 1]), port: fake.port)
        let answer = try await client.query(name, .a, at: at, timeout: .seconds(2))
        #expect(answer.code == .noError)
        try await fake.stop()
    }

    @Test func `an answer cut in the middle of a record is malformed`() async throws {
        let fake = try await FakeServer { query in
            var answer = FakeServer.empty(query)
            answer[7] = 1
            return [answer]
        }
        let error = try await failing(at: fake.port, timeout: .seconds(5))
        #expect(error.code == .malformedAnswer)
        try await fake.stop()
    }

    private func failing(at port: UInt16, timeout: Duration) async throws -> DNSFailure {
        let name = try fqdn("sip.contoso.test")
        let server = DNSServer(address: .v4([127, 0, 0, 1]), port: port)
        return try await failure { () throws(DNSFailure) in
            _ = try await client.query(name, .a, at: server, timeout: timeout)
        }
    }
}
