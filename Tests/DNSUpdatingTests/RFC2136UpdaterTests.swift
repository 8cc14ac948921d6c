import FailoverCore
import FailoverEngine
import Testing

@testable import DNSUpdating

@Suite(.serialized) struct RFC2136UpdaterTests {
    private static let keys: [(String, TSIGKey.Algorithm, String)] = [
        ("edgewarden", .hmacSHA256, TestKeys.secret),
        ("edgewarden-512", .hmacSHA512, TestKeys.long),
    ]

    @Test(arguments: NameServerKind.allCases, keys)
    func `addresses of both families and services change in one update, and back`(
        _ kind: NameServerKind,
        _ key: (name: String, algorithm: TSIGKey.Algorithm, secret: String)
    ) async throws {
        let bench = try await UpdaterBench(kind)
        let updater = try bench.updater(
            TestKeys.key(key.name, key.algorithm, secret: key.secret)
        )
        let federation = "_sipfederationtls._tcp.contoso.test"
        let changes = [
            try change(
                service(federation, to: "sip.contoso.test"),
                service(federation, to: "sip2.contoso.test", ttl: 31)
            ),
            try change(nil, addresses("sip2.contoso.test", "127.0.2.11", "127.0.2.12", ttl: 45)),
            try change(nil, sixes("sip2.contoso.test", "2001:db8::21", "2001:db8::22", ttl: 46)),
            try change(addresses("sip.contoso.test", "127.0.1.12", "127.0.1.11"), nil),
            try change(sixes("sip.contoso.test", "2001:db8::11"), nil),
        ]
        try await updater.update(changes, in: bench.zone)
        for change in changes {
            #expect(try await bench.read(change.name.name, change.type) == change.to)
        }
        try await updater.update(changes.map(\.reversed), in: bench.zone)
        for change in changes {
            #expect(try await bench.read(change.name.name, change.type) == change.from)
        }
    }

    @Test(arguments: NameServerKind.allCases)
    func `a removed AAAA set leaves the A set of the name as it is`(
        _ kind: NameServerKind
    ) async throws {
        let bench = try await UpdaterBench(kind)
        let before = try await bench.read("sip.contoso.test", .a)
        let removal = try change(sixes("sip.contoso.test", "2001:db8::11"), nil)
        try await bench.updater().update([removal], in: bench.zone)
        #expect(try await bench.read("sip.contoso.test", .aaaa) == nil)
        #expect(before != nil)
        #expect(try await bench.read("sip.contoso.test", .a) == before)
    }

    @Test(arguments: NameServerKind.allCases)
    func `a TTL changes alone, and no other set's with it`(_ kind: NameServerKind) async throws {
        let bench = try await UpdaterBench(kind)
        let shorter = try change(
            addresses("sip.contoso.test", "127.0.1.11", "127.0.1.12"),
            addresses("sip.contoso.test", "127.0.1.11", "127.0.1.12", ttl: 17)
        )
        try await bench.updater().update([shorter], in: bench.zone)
        #expect(try await bench.read("sip.contoso.test", .a) == shorter.to)
        #expect(try await bench.read("sip.contoso.test", .aaaa)?.ttl == 300)
    }

    @Test(arguments: NameServerKind.allCases)
    func `one guard that does not hold undoes the whole update`(
        _ kind: NameServerKind
    ) async throws {
        let bench = try await UpdaterBench(kind)
        let updater = try bench.updater()
        let good = [
            try change(nil, addresses("sip2.contoso.test", "127.0.2.11")),
            try change(sixes("sip.contoso.test", "2001:db8::11"), nil),
        ]
        let bad = try change(addresses("sip.contoso.test", "127.0.1.11"), nil)
        let zone = bench.zone
        for changes in [good + [bad], [bad] + good] {
            let error = try await failure { () throws(DNSFailure) in
                try await updater.update(changes, in: zone)
            }
            #expect(error.code == .rejected)
            #expect(error.response == .recordSetMissing)
            #expect(error.message.contains("someone else changed it"))
            #expect(!error.mayHaveActed)
        }
        #expect(try await bench.read("sip2.contoso.test", .a) == nil)
        #expect(try await bench.read("sip.contoso.test", .aaaa) != nil)
        #expect(try await bench.read("sip.contoso.test", .a)?.data.count == 2)
    }

    /// What somebody expects of the two addresses 127.0.1.11 and 127.0.1.12.
    @Test(
        arguments: NameServerKind.allCases,
        [
            ["127.0.1.11"], ["127.0.1.11", "127.0.1.12", "127.0.1.13"],
            ["127.0.1.11", "127.0.1.13"], ["127.0.9.9"],
        ]
    )
    func `the whole set must be as expected`(
        _ kind: NameServerKind,
        _ expected: [String]
    ) async throws {
        let bench = try await UpdaterBench(kind)
        let name = try fqdn("sip.contoso.test")
        let from = RecordSet(name: name, type: .a, ttl: 60, data: try expected.map(address))
        let move = try change(from, addresses("sip.contoso.test", "127.0.2.11"))
        let error = try await bench.refused(change: move)
        #expect(error.response == .recordSetMissing)
        #expect(!error.mayHaveActed)
        #expect(try await bench.read("sip.contoso.test", .a)?.data.count == 2)
    }

    @Test(arguments: NameServerKind.allCases)
    func `a set that is gone, or that should not be there, stops the update`(
        _ kind: NameServerKind
    ) async throws {
        let bench = try await UpdaterBench(kind)
        let gone = try change(addresses("absent.contoso.test", "127.0.1.11"), nil)
        let missing = try await bench.refused(change: gone)
        #expect(missing.response == .recordSetMissing)
        let added = try change(nil, addresses("sip.contoso.test", "127.0.2.11"))
        let exists = try await bench.refused(change: added)
        #expect(exists.response == .recordSetExists)
        #expect(!missing.mayHaveActed && !exists.mayHaveActed)
    }

    @Test(arguments: NameServerKind.allCases)
    func `an alias at the name stops the update instead of swallowing it`(
        _ kind: NameServerKind
    ) async throws {
        let bench = try await UpdaterBench(kind)
        let beside = try change(nil, addresses("alias.contoso.test", "127.0.2.11"))
        let error = try await bench.refused(change: beside)
        #expect(error.response == .recordSetExists)
        #expect(error.message.contains("alias"))
    }

    @Test(arguments: NameServerKind.allCases)
    func `a TTL that someone else changed stops the update`(_ kind: NameServerKind) async throws {
        let bench = try await UpdaterBench(kind)
        let from = try addresses("sip.contoso.test", "127.0.1.11", "127.0.1.12", ttl: 3_600)
        let move = try change(from, addresses("sip.contoso.test", "127.0.2.11"))
        let error = try await bench.refused(change: move)
        #expect(error.code == .rejected)
        #expect(error.response == .recordSetMissing)
        #expect(!error.mayHaveActed)
        #expect(error.message.contains("sip.contoso.test A has TTL 60 instead of 3600"))
        #expect(try await bench.read("sip.contoso.test", .a)?.data.count == 2)
    }

    @Test(arguments: NameServerKind.allCases)
    func `of many who change the same set at once one succeeds`(
        _ kind: NameServerKind
    ) async throws {
        let bench = try await UpdaterBench(kind)
        let updater = try bench.updater(timeout: .seconds(20))
        let zone = bench.zone
        let outcomes = try await withThrowingTaskGroup(of: (DNSChange, DNSFailure?).self) { group in
            for index in 1...6 {
                let change = try move(to: "127.0.2.\(index)")
                group.addTask {
                    do throws(DNSFailure) {
                        try await updater.update([change], in: zone)
                        return (change, nil)
                    } catch {
                        return (change, error)
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let winners = outcomes.filter { $0.1 == nil }
        #expect(winners.count == 1)
        #expect(
            outcomes.compactMap { $0.1?.response } == Array(repeating: .recordSetMissing, count: 5)
        )
        #expect(try await bench.read("sip.contoso.test", .a) == winners.first?.0.to)
    }

    @Test(arguments: NameServerKind.allCases)
    func `permission is proved without changing anything`(_ kind: NameServerKind) async throws {
        let bench = try await UpdaterBench(kind)
        let zone = bench.zone
        let set = try #require(try await bench.read("sip.contoso.test", .a))
        try await bench.updater().provePermission(with: set, in: zone)
        #expect(try await bench.read("sip.contoso.test", .a) == set)
        #expect(try await bench.read("contoso.test", .soa)?.data == [.serial(7)])

        let powerless = try bench.updater(TestKeys.key("powerless"))
        let error = try await failure { () throws(DNSFailure) in
            try await powerless.provePermission(with: set, in: zone)
        }
        #expect(error.code == .rejected)
        #expect(error.message.contains("'powerless'"))
        #expect(error.message.contains("right"))
    }

    @Test(arguments: NameServerKind.allCases)
    func `a proof with an old reading does not set the old TTL`(
        _ kind: NameServerKind
    ) async throws {
        let bench = try await UpdaterBench(kind)
        let zone = bench.zone
        let old = try addresses("sip.contoso.test", "127.0.1.11", "127.0.1.12", ttl: 3_600)
        let updater = try bench.updater()
        let error = try await failure { () throws(DNSFailure) in
            try await updater.provePermission(with: old, in: zone)
        }
        #expect(error.response == .recordSetMissing)
        #expect(try await bench.read("sip.contoso.test", .a)?.ttl == 60)
    }
}
