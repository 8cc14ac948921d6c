import FailoverCore
import FailoverEngine
import NIOCore
import Testing

@testable import DNSUpdating

/// What the servers say to updates that they do not carry out; ``NameServerKind`` has the table.
@Suite(.serialized) struct UpdateRefusalTests {
    @Test(arguments: NameServerKind.allCases)
    func `a type that is not granted is refused`(_ kind: NameServerKind) async throws {
        let bench = try await UpdaterBench(kind)
        let target = RecordData.host(try fqdn("sip.contoso.test"))
        let name = try fqdn("new.contoso.test")
        let set = RecordSet(name: name, type: .cname, ttl: 60, data: [target])
        let error = try await bench.refused(change: change(nil, set))
        try expectNoRight(error, kind, key: "edgewarden")
        #expect(try await bench.read("new.contoso.test", .cname) == nil)
    }

    @Test(arguments: NameServerKind.allCases)
    func `a key without rights is refused`(_ kind: NameServerKind) async throws {
        let bench = try await UpdaterBench(kind)
        let error = try await bench.refused(key: TestKeys.key("powerless"))
        try expectNoRight(error, kind, key: "powerless")
    }

    /// Knot DNS says of a key without the right what others say of one that they do not know, and
    /// does not sign it, so that somebody in between could have said it.
    private func expectNoRight(
        _ error: DNSFailure,
        _ kind: NameServerKind,
        key: String
    ) throws {
        #expect(error.code == .rejected)
        #expect(error.message.contains("'\(key)'"))
        switch kind {
        case .bind:
            #expect(error.response == .refused)
            #expect(error.message.contains("has no right"))
            #expect(!error.mayHaveActed)
        case .knot:
            #expect(error.response == .notAuthoritative)
            #expect(error.message.contains("gives it no right"))
            #expect(error.mayHaveActed)
        }
    }

    @Test(arguments: NameServerKind.allCases)
    func `a frozen zone refuses and takes updates again once thawed`(
        _ kind: NameServerKind
    ) async throws {
        let bench = try await UpdaterBench(kind)
        try bench.server.order(.freeze, "contoso.test")
        let error = try await bench.refused()
        #expect(error.response == .refused)
        #expect(error.message.contains("frozen"))
        #expect(!error.mayHaveActed)
        try bench.server.order(.thaw, "contoso.test")
        let change = try move(to: "127.0.2.11")
        try await bench.updater().update([change], in: bench.zone)
        #expect(try await bench.read("sip.contoso.test", .a) == change.to)
    }

    @Test(
        arguments: NameServerKind.allCases,
        [
            ("edgewarden", TSIGKey.Algorithm.hmacSHA256, "BADSIG", "another secret"),
            ("unknown", .hmacSHA256, "BADKEY", "no TSIG key 'unknown'"),
            ("edgewarden", .hmacSHA512, "BADKEY", "hmac-sha512"),
        ]
    )
    func `a wrong key is told apart`(
        _ kind: NameServerKind,
        _ wrong: (name: String, algorithm: TSIGKey.Algorithm, word: String, reason: String)
    ) async throws {
        let bench = try await UpdaterBench(kind)
        let other = TestKeys.base64(32, seed: 99)
        let key = try TestKeys.key(wrong.name, wrong.algorithm, secret: other)
        let error = try await bench.refused(key: key)
        #expect(error.code == .rejected)
        #expect(error.response == .notAuthoritative)
        #expect(error.message.contains(wrong.word))
        #expect(error.message.contains(wrong.reason))
        #expect(!error.message.contains(other))
    }

    @Test(arguments: NameServerKind.allCases)
    func `a clock that is ten minutes slow is named with its gap`(
        _ kind: NameServerKind
    ) async throws {
        let bench = try await UpdaterBench(kind)
        let slow: @Sendable () -> Timestamp = {
            Timestamp(millisecondsSinceEpoch: now().millisecondsSinceEpoch - 600_000)
        }
        let error = try await bench.refused(clock: slow)
        #expect(error.code == .rejected)
        #expect(error.message.contains("BADTIME"))
        let gap = ["599", "600", "601"].contains { error.message.contains("\($0) s behind") }
        #expect(gap, "\(error.message)")
        #expect(!error.mayHaveActed)
    }

    @Test(arguments: NameServerKind.allCases)
    func `a broken zone is a failure of the server`(_ kind: NameServerKind) async throws {
        let bench = try await UpdaterBench(kind, zone: "broken.test")
        let addition = try change(
            nil,
            addresses("a.broken.test", "127.0.2.11"),
            zone: "broken.test"
        )
        let error = try await bench.refused(change: addition)
        #expect(error.code == .rejected)
        #expect(error.response == .serverFailure)
        #expect(!error.mayHaveActed)
    }

    @Test(arguments: NameServerKind.allCases)
    func `a zone that the server does not have is named`(_ kind: NameServerKind) async throws {
        let bench = try await UpdaterBench(kind, zone: "other.test")
        let addition = try change(nil, addresses("a.other.test", "127.0.2.11"), zone: "other.test")
        let error = try await bench.refused(change: addition)
        #expect(error.response == .notAuthoritative)
        // Knot DNS looks for the key only within a zone that it serves, and cannot sign before.
        #expect(error.code == (kind == .bind ? .rejected : .badSignature))
        let words = kind == .bind ? "does not serve this zone" : "check that the server serves this"
        #expect(error.message.contains(words))
    }

    @Test(arguments: NameServerKind.allCases)
    func `a copy of the zone answers questions and refuses updates`(
        _ kind: NameServerKind
    ) async throws {
        let primary = try await UpdaterBench(kind)
        let zone = ServedZone(
            name: "contoso.test",
            source: .copy(of: primary.server.server.port)
        )
        let copy = try UpdaterBench(server: await NameServer(kind, zones: [zone]))
        #expect(try await copy.read("sip.contoso.test", .a)?.data.count == 2)
        let error = try await copy.refused()
        #expect(error.code == .rejected)
        #expect(error.response == (kind == .bind ? .refused : .notAuthoritative))
        #expect(error.message.contains("secondary"))
    }

    @Test(arguments: NameServerKind.allCases)
    func `a copy that hands updates on passes the primary's signed answer`(
        _ kind: NameServerKind
    ) async throws {
        let primary = try await UpdaterBench(kind)
        let zone = ServedZone(
            name: "contoso.test",
            source: .forwardingCopy(of: primary.server.server.port)
        )
        let copy = try UpdaterBench(server: await NameServer(kind, zones: [zone]))
        let change = try move(to: "127.0.2.11")
        try await copy.updater().update([change], in: copy.zone)
        #expect(try await primary.read("sip.contoso.test", .a) == change.to)
        let again = try TestZones.zone([copy.server.server])
        let updater = try copy.updater()
        // What the copy knows is old by now; the guard is the primary's.
        let error = try await failure { () throws(DNSFailure) in
            try await updater.update([change], in: again)
        }
        #expect(error.response == .recordSetMissing)
    }

    @Test(arguments: NameServerKind.allCases)
    func `a name outside the zone is told apart by the server too`(
        _ kind: NameServerKind
    ) async throws {
        let bench = try await UpdaterBench(kind)
        let (zone, server, key) = (bench.zone, bench.server.server, try TestKeys.key())
        // The updater itself never sends this.
        let outside = try change(nil, addresses("a.other.test", "127.0.2.11"))
        let message = UpdateMessage(id: 7, zone: zone.name, changes: [outside])
        let signature = TSIGExchange(signing: try message.encoded(), with: key, at: now())
        let answer = try await TCPExchange.run(
            signature.request,
            with: server,
            deadline: .now() + .seconds(5),
            on: loops,
            isAnswer: { UpdateMessage.isAnswer($0, to: 7) }
        )
        let failing = UpdateFailures(zone: zone, server: server, key: key, timeout: .seconds(5))
        let error = try await failure { () throws(DNSFailure) in
            try failing.judge(answer, signature, at: now())
        }
        #expect(error.code == .rejected)
        #expect(error.response == .notInZone)
    }

    @Test(arguments: NameServerKind.allCases)
    func `a stopped server leaves in doubt whether it acted`(_ kind: NameServerKind) async throws {
        let bench = try await UpdaterBench(kind)
        bench.server.halt()
        let addition = try change(nil, addresses("sip2.contoso.test", "127.0.2.11"))
        let error = try await bench.refused(change: addition, timeout: .milliseconds(300))
        #expect(error.code == .timeout)
        #expect(error.mayHaveActed)
        #expect(error.message.contains("look whether it was carried out"))
    }

    @Test func `a server that stops before the reading did not act`() async throws {
        let bench = try await UpdaterBench(.bind)
        bench.server.halt()
        let error = try await bench.refused(timeout: .milliseconds(300))
        #expect(error.code == .timeout)
        #expect(!error.mayHaveActed)
        #expect(error.message.contains("was not sent, for what is there could not be read"))
    }
}
