import FailoverCore
import Testing

/// Corners of the records that only a mutant showed to be without a test.
@Suite
struct MutantRecordsTests {
    private typealias Fixture = RunbookFixture

    private func changes(_ plan: Plan) -> [DNSChange] {
        plan.steps.compactMap(\.operation.recordChanges).flatMap(\.changes)
    }

    private func expectations(_ plan: Plan) -> [RecordExpectation] {
        plan.steps.flatMap { step -> [RecordExpectation] in
            if case .checkRecords(_, let sets) = step.operation { sets } else { [] }
        }
    }

    /// Fails over, lets the world change, and plans the way back.
    private func back(
        _ away: [Move],
        _ returning: [Move],
        before: (inout RunbookFixture) -> Void = { _ in },
        meanwhile: (inout RunbookFixture) -> Void = { _ in }
    ) throws -> Plan {
        var fixture = Fixture()
        before(&fixture)
        let planner = Planner(organisation: fixture.organisation)
        let plan = try #require(
            Fixture.plan(planner.failover(away, snapshot: fixture.snapshot))
        )
        let record = FailoverRecord(snapshot: fixture.snapshot, plan: plan)
        fixture.carryOut(plan)
        fixture.certifyHome()
        meanwhile(&fixture)
        let home = returning.map {
            Move(route: $0.route, kind: $0.kind, from: $0.to, to: $0.from)
        }
        let planning = planner.failback(home, snapshot: fixture.snapshot, record: record)
        return try #require(Fixture.plan(planning), "\(planning)")
    }

    // MARK: Away

    @Test
    func `a name without addresses in the internal view changes in the public one alone`() throws {
        var fixture = Fixture()
        fixture.addInternalView()
        fixture.put("sip.contoso.com", .a, view: "internal", ttl: 0, [])
        let plan = try #require(Fixture.plan(fixture.failover(.sip)))
        #expect(changes(plan).map(\.zone.view) == ["public"])
        #expect(!plan.warnings.contains { $0.contains("(internal view)") })
    }

    @Test(arguments: ["public", "internal"])
    func `the target's name in style srv must have addresses in the public view`(
        view: String
    ) throws {
        var fixture = Fixture(style: .srv)
        fixture.addInternalView()
        fixture.put("sip2.contoso.com", .a, view: view, ttl: 0, [])
        let planning = fixture.failover(.sip)
        let missing = Fixture.blockers(planning).filter {
            $0.sentence.contains("sip2.contoso.com")
        }
        #expect(missing.isEmpty == (view == "internal"), "\(planning)")
    }

    // MARK: Back

    @Test
    func `an XMPP record that the failover added is looked for on the way back`() throws {
        let plan = try back([Fixture.move(.xmpp)], [Fixture.move(.xmpp)]) { fixture in
            fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 0, [])
        }
        let expected = expectations(plan).first { $0.type == .srv }
        #expect(expected?.set?.services.map(\.target) == [name("xmpp.contoso.com")])
    }

    @Test
    func `a record that was put back by hand is looked for and not changed`() throws {
        let old = [11, 12].map { RecordData.address(address("203.0.113.\($0)")) }
        let plan = try back([Fixture.move(.sip)], [Fixture.move(.sip)]) { _ in
        } meanwhile: { fixture in
            fixture.put("sip.contoso.com", .a, ttl: 3_600, old)
        }
        #expect(changes(plan).isEmpty)
        let expected = expectations(plan).first { $0.name == name("sip.contoso.com") }
        #expect(expected?.set?.data == old)
    }

    @Test
    func `a record that somebody else changed stays, and needs a person's yes`() throws {
        let foreign = [RecordData.address(address("192.0.2.99"))]
        let plan = try back([Fixture.move(.sip)], [Fixture.move(.sip)]) { _ in
        } meanwhile: { fixture in
            fixture.put("sip.contoso.com", .a, ttl: 60, foreign)
        }
        #expect(changes(plan).isEmpty)
        #expect(plan.needsApproval)
        #expect(plan.warnings.contains { $0.contains("sip.contoso.com A was changed by someone") })
    }

    @Test
    func `of two routes' records the SRV record goes back with the route that is its own`() throws {
        let plan = try back(
            [Fixture.move(.sip), Fixture.move(.xmpp)],
            [Fixture.move(.sip)]
        ) { fixture in
            fixture.organisation.routes[0].dnsStyle = .srv
        }
        #expect(changes(plan).map(\.name) == [name("_sipfederationtls._tcp.contoso.com")])
        #expect(changes(plan).first?.to?.services.map(\.target) == [name("sip.contoso.com")])
    }

    @Test
    func `every name of a SIP record goes back with its route`() throws {
        let targets = [name("sip.contoso.com"), name("sip2.contoso.com")]
        let services = targets.map {
            RecordData.service(ServiceRecord(priority: 0, weight: 0, port: 5061, target: $0))
        }
        let plan = try back(
            [Fixture.move(.sip), Fixture.move(.xmpp)],
            [Fixture.move(.sip)]
        ) { fixture in
            fixture.put("_sipfederationtls._tcp.contoso.com", .srv, ttl: 300, services)
            let home = [RecordData.address(address("203.0.113.11"))]
            fixture.put("sip2.contoso.com", .a, ttl: 300, home)
        }
        #expect(Set(changes(plan).map(\.name)) == Set(targets))
    }

    // MARK: Names that are live

    private func services(_ port: UInt16, _ targets: String...) -> [RecordData] {
        targets.enumerated().map { index, target in
            .service(
                ServiceRecord(
                    priority: UInt16(index * 10),
                    weight: 0,
                    port: port,
                    target: name(target)
                )
            )
        }
    }

    @Test
    func `the preferred XMPP name is live alone, of SIP names every one is`() {
        var fixture = Fixture()
        fixture.put(
            "_xmpp-server._tcp.contoso.com",
            .srv,
            ttl: 600,
            services(5269, "xmpp.contoso.com", "sip.contoso.com")
        )
        #expect(Fixture.checks(fixture.failover(.xmpp)) == [])
        fixture = Fixture()
        fixture.put(
            "_sipfederationtls._tcp.contoso.com",
            .srv,
            ttl: 600,
            services(5061, "sip.contoso.com", "xmpp.contoso.com")
        )
        #expect(
            Fixture.blockers(fixture.failover(.sip)).map(\.sentence).contains {
                $0.hasPrefix("xmpp.contoso.com also leads to route xmpp")
            }
        )
    }

    // MARK: What is missing

    @Test
    func `a domain whose zone is not configured blocks`() {
        var fixture = Fixture()
        fixture.organisation.zones = []
        let blockers = Fixture.blockers(fixture.failover(.sip)).filter { $0.check == "dns" }
        #expect(
            blockers.map(\.sentence) == [
                "no authoritative server is known for _sipfederationtls._tcp.contoso.com"
            ]
        )
        #expect(blockers.map(\.clearedBy) == ["add its zone to dns.zones"])
    }

    @Test
    func `a record that cannot be read is not called missing, another one is`() {
        var fixture = Fixture(domains: ["contoso.com", "adatum.com"])
        fixture.change("_sipfederationtls._tcp.contoso.com", .srv) { _, reading in
            reading.set = nil
            reading.failure = "SERVFAIL"
        }
        fixture.put("_sipfederationtls._tcp.adatum.com", .srv, ttl: 0, [])
        let sentences = Fixture.blockers(fixture.failover(.sip)).filter { $0.check == "dns" }
            .map(\.sentence)
        #expect(sentences.count == 2)
        #expect(sentences.first?.contains("no usable answer for _sipfederationtls") == true)
        #expect(sentences.last == "_sipfederationtls._tcp.adatum.com SRV does not exist")
    }
}
