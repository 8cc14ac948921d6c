import FailoverCore
import Testing

/// What resolvers are to say after a run.
@Suite
struct ConvergenceTests {
    private static let zone = ZoneKey(name: name("contoso.com"), view: "public")
    private static let sip = name("sip.contoso.com")
    private let resolver = DNSServer(address: .v4([192, 0, 2, 153]))

    private static func set(_ last: UInt8, _ owner: FQDN = sip, ttl: UInt32 = 3_600) -> RecordSet {
        RecordSet(name: owner, type: .a, ttl: ttl, data: [.address(.v4([198, 51, 100, last]))])
    }

    private static func change(
        _ from: RecordSet?,
        _ to: RecordSet?,
        _ owner: FQDN = sip,
        in zone: ZoneKey = zone
    ) -> DNSChange {
        DNSChange(zone: zone, name: owner, type: .a, from: from, to: to)
    }

    private static func step(_ id: Int, _ operation: Operation) -> Step {
        Step(
            id: StepID(id),
            title: "Change records",
            source: StepSource(procedure: "A", section: "", steps: ""),
            operation: operation,
            timeout: .seconds(60)
        )
    }

    private func convergence(_ steps: [Step]) -> Convergence? {
        Convergence(
            run: RunID(7),
            endedAt: Timestamp(millisecondsSinceEpoch: 0),
            move: nil,
            steps: steps
        )
    }

    private func convergence(_ changes: [DNSChange]) throws -> Convergence {
        try #require(convergence([Self.step(1, .changeRecords(zone: Self.zone, changes))]))
    }

    private func reading(_ set: RecordSet?, failure: String? = nil) -> RecordReading {
        RecordReading(
            zone: Self.zone,
            server: resolver,
            name: Self.sip,
            type: .a,
            set: set,
            failure: failure
        )
    }

    @Test
    func `what the agent and what people changed counts, in the public view`() throws {
        let inside = ZoneKey(name: Self.zone.name, view: "internal")
        let xmpp = name("xmpp.contoso.com")
        let found = try #require(
            convergence([
                Self.step(1, .enableTopology),
                Self.step(
                    2,
                    .changeRecords(zone: Self.zone, [Self.change(Self.set(1), Self.set(2))])
                ),
                Self.step(
                    3,
                    .changeRecords(
                        zone: inside,
                        [Self.change(Self.set(1), Self.set(2), in: inside)]
                    )
                ),
                Self.step(
                    4,
                    .person(
                        .changeRecords(
                            zone: Self.zone,
                            [Self.change(nil, Self.set(2, xmpp), xmpp)]
                        )
                    )
                ),
            ])
        )
        #expect(found.changes.map(\.name) == [Self.sip, xmpp])
        #expect(found.changes.allSatisfy { $0.zone == Self.zone })
        #expect(convergence([Self.step(1, .enableTopology)]) == nil)
    }

    @Test
    func `a set that is changed twice goes from the first to the last`() throws {
        let found = try convergence([
            Self.change(Self.set(1, ttl: 600), Self.set(2, ttl: 60)),
            Self.change(Self.set(2, ttl: 60), Self.set(3)),
        ])
        #expect(found.changes == [Self.change(Self.set(1, ttl: 600), Self.set(3))])
    }

    @Test(
        arguments: [
            ([300], Duration.seconds(330)), ([300, 3_600], .seconds(3_960)),
            ([nil], .seconds(3_960)), ([1], .milliseconds(1_100)), ([0], .zero),
        ] as [([UInt32?], Duration)]
    )
    func `resolvers have the longest old time to live and a tenth of it`(
        old: [UInt32?],
        allowance: Duration
    ) throws {
        let found = try convergence(
            old.enumerated().map { index, ttl in
                let owner = name("n\(index).contoso.com")
                let from = ttl.map { Self.set(1, owner, ttl: $0) }
                return Self.change(from, Self.set(2, owner, ttl: 60), owner)
            }
        )
        #expect(found.allowance == allowance)
    }

    @Test
    func `data counts, a counted-down time to live does not`() throws {
        let found = try convergence([Self.change(Self.set(1), Self.set(2))])
        #expect(found.lags(in: [reading(Self.set(2, ttl: 17))]).isEmpty)
        #expect(
            found.lags(in: [reading(Self.set(1, ttl: 17))])
                == ["192.0.2.153 says 198.51.100.1 for sip.contoso.com A, not 198.51.100.2"]
        )
        #expect(
            found.lags(in: [reading(nil)])
                == ["192.0.2.153 says nothing for sip.contoso.com A, not 198.51.100.2"]
        )
    }

    @Test
    func `a set that was removed has to be gone`() throws {
        let found = try convergence([Self.change(Self.set(1), nil)])
        #expect(found.lags(in: [reading(nil)]).isEmpty)
        #expect(
            found.lags(in: [reading(Self.set(1))])
                == ["192.0.2.153 says 198.51.100.1 for sip.contoso.com A, not nothing"]
        )
    }

    @Test
    func `no answer is not agreement, nor is no question`() throws {
        for to in [Self.set(2), nil] {
            let found = try convergence([Self.change(Self.set(1), to)])
            #expect(
                found.lags(in: [reading(nil, failure: "it answered SERVFAIL")])
                    == [
                        "192.0.2.153 gives no answer for sip.contoso.com A (it answered SERVFAIL)"
                    ]
            )
            #expect(found.lags(in: []) == ["nobody was asked for sip.contoso.com A"])
        }
    }

    @Test
    func `what a later run changes again is left to that run`() throws {
        let xmpp = name("xmpp.contoso.com")
        let found = try convergence([
            Self.change(Self.set(1), Self.set(2)),
            Self.change(Self.set(1, xmpp, ttl: 60), Self.set(2, xmpp), xmpp),
        ])
        let later = Self.step(
            1,
            .changeRecords(zone: Self.zone, [Self.change(Self.set(2), Self.set(1))])
        )
        #expect(found.without([]) == found)
        let rest = found.without([later])
        #expect(rest?.changes.map(\.name) == [xmpp])
        #expect(rest?.allowance == .seconds(66))
        #expect(try convergence([Self.change(Self.set(1), Self.set(2))]).without([later]) == nil)
    }
}
