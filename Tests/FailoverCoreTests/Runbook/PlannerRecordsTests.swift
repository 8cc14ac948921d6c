import FailoverCore
import Testing

/// What the planner makes of DNS: views, people's zones, missing records, ports.
@Suite
struct PlannerRecordsTests {
    private typealias Fixture = RunbookFixture

    private func planning(
        _ kinds: [RouteKind],
        _ change: (inout RunbookFixture) -> Void
    ) -> Planning {
        var fixture = Fixture(domains: ["contoso.com"])
        change(&fixture)
        return Planner(organisation: fixture.organisation)
            .failover(kinds.map { Fixture.move($0) }, snapshot: fixture.snapshot)
    }

    private func plan(
        _ kinds: RouteKind...,
        change: (inout RunbookFixture) -> Void
    ) throws -> Plan {
        let planning = planning(kinds, change)
        return try #require(Fixture.plan(planning), "\(planning)")
    }

    private func changes(_ plan: Plan) -> [DNSChange] {
        plan.steps.compactMap(\.operation.recordChanges).flatMap(\.changes)
    }

    // MARK: Views

    @Test
    func `both views change, each in its own update`() throws {
        let plan = try plan(.sip) { $0.addInternalView() }
        #expect(changes(plan).map(\.zone.view) == ["public", "internal"])
        #expect(Set(changes(plan).map(\.to?.dataText)).count == 1)
        let checked = plan.steps.compactMap { step -> String? in
            if case .checkRecords(let zone, _) = step.operation { zone.view } else { nil }
        }
        #expect(checked == ["public", "internal"])
    }

    @Test
    func `an internal name that leads to a Front End is left alone and named`() throws {
        let plan = try plan(.sip) { fixture in
            fixture.addInternalView()
            let inside = RecordData.address(address("10.0.0.5"))
            fixture.put("sip.contoso.com", .a, view: "internal", ttl: 60, [inside])
        }
        #expect(changes(plan).map(\.zone.view) == ["public"])
        #expect(
            plan.warnings.contains {
                $0.hasPrefix("sip.contoso.com in contoso.com (internal view) has 10.0.0.5")
            }
        )
    }

    @Test
    func `an internal view may lack the SRV record and still have the name`() throws {
        let plan = try plan(.sip) { fixture in
            fixture.addInternalView()
            fixture.put("_sipfederationtls._tcp.contoso.com", .srv, view: "internal", ttl: 0, [])
        }
        #expect(changes(plan).map(\.zone.view) == ["public", "internal"])
    }

    @Test
    func `the public view must have the record`() throws {
        let planning = planning([.sip]) { fixture in
            fixture.addInternalView()
            fixture.put("_sipfederationtls._tcp.contoso.com", .srv, view: "public", ttl: 0, [])
        }
        #expect(Fixture.blockers(planning).map(\.check) == ["dns"])
        #expect(Fixture.blockers(planning).first?.sentence.contains("does not exist") == true)
    }

    @Test
    func `views are not held against each other`() throws {
        let plan = try plan(.sip) { fixture in
            fixture.addInternalView()
            let data = ["203.0.113.11"].map { RecordData.address(address($0)) }
            fixture.put("sip.contoso.com", .a, view: "internal", ttl: 30, data)
        }
        #expect(changes(plan).map(\.to?.ttl) == [300, 30])
    }

    @Test
    func `style srv changes the record in both views`() throws {
        let plan = try plan(.sip) { fixture in
            fixture.organisation.routes[0].dnsStyle = .srv
            fixture.addInternalView()
        }
        #expect(changes(plan).map(\.type) == [.srv, .srv])
        #expect(
            Set(changes(plan).compactMap { $0.to?.services.first?.target.name }) == [
                "sip2.contoso.com"
            ]
        )
    }

    // MARK: People's zones

    @Test
    func `a manual zone is a person's step, after those of the agent, and is checked`() throws {
        let plan = try plan(.sip, .xmpp) { $0.addInternalView(provider: .manual) }
        let kinds = plan.steps.compactMap { step -> String? in
            switch step.operation {
            case .changeRecords: "agent"
            case .person(.changeRecords): "person"
            default: nil
            }
        }
        #expect(kinds == ["agent", "agent", "person", "person"])
        let checked = plan.steps.filter {
            if case .checkRecords(let zone, _) = $0.operation {
                zone.view == "internal"
            } else {
                false
            }
        }
        #expect(checked.count == 2)
    }

    @Test(arguments: [ZoneProvider.rfc2136, .exec, .powershell])
    func `other providers are the agent's`(provider: ZoneProvider) throws {
        let plan = try plan(.sip) { $0.organisation.zones[0].provider = provider }
        #expect(plan.steps.allSatisfy { $0.task == nil })
        #expect(changes(plan).count == 1)
    }

    // MARK: Sets

    @Test
    func `an address family that the target lacks is removed, and its absence checked`() throws {
        let plan = try plan(.sip) { fixture in
            let old = RecordData.address(address("2001:db8::11"))
            fixture.put("sip.contoso.com", .aaaa, ttl: 60, [old])
        }
        let removed = changes(plan).first { $0.type == .aaaa }
        #expect(removed?.from != nil)
        #expect(removed?.to == nil)
        let absent = RecordExpectation(name: name("sip.contoso.com"), type: .aaaa, set: nil)
        #expect(
            plan.steps.contains {
                if case .checkRecords(_, let sets) = $0.operation {
                    sets.contains(absent)
                } else {
                    false
                }
            }
        )
    }

    @Test
    func `two routes that share a name change it once, and expect the same of it`() throws {
        let plan = try plan(.sip, .xmpp) { fixture in
            let service = ServiceRecord(
                priority: 10,
                weight: 0,
                port: 5269,
                target: name("sip.contoso.com")
            )
            fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 600, [.service(service)])
            fixture.organisation.routes[1].ttlWhileFailedOver = 30
        }
        #expect(changes(plan).map(\.name) == [name("sip.contoso.com")])
        let expected = plan.steps.flatMap { step -> [RecordExpectation] in
            guard case .checkRecords(_, let sets) = step.operation else { return [] }
            return sets.filter { $0.name == name("sip.contoso.com") }
        }
        #expect(expected.map { $0.set?.ttl } == [300, 300])
    }

    @Test
    func `a target with another port gets it into the SRV record`() throws {
        let plan = try plan(.sip) { $0.organisation.edgePools[1].ports[.sip] = 5062 }
        let service = changes(plan).first { $0.type == .srv }
        #expect(service?.to?.services.map(\.port) == [5062])
        #expect(service?.to?.services.map(\.target) == [name("sip.contoso.com")])
    }

    // MARK: XMPP records

    @Test
    func `a missing XMPP record is added and leads to the domain's own name`() throws {
        let plan = try plan(.xmpp) { fixture in
            fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 0, [])
        }
        let added = changes(plan).first { $0.type == .srv }
        #expect(added?.from == nil)
        #expect(added?.to?.services.map(\.description) == ["0 0 5269 xmpp.contoso.com"])
        #expect(changes(plan).contains { $0.name == name("xmpp.contoso.com") })
        #expect(plan.warnings.contains { $0.contains("does not exist: it is added") })
    }

    @Test
    func `another domain's name serves where the domain has none`() throws {
        var fixture = Fixture(domains: ["contoso.com", "adatum.com"])
        fixture.organisation.xmppDomains.append(name("adatum.com"))
        let plan = try #require(Fixture.plan(fixture.failover(.xmpp)))
        let added = changes(plan).first { $0.type == .srv }
        #expect(added?.name == name("_xmpp-server._tcp.adatum.com"))
        #expect(added?.to?.services.map(\.target) == [name("xmpp.contoso.com")])
        #expect(changes(plan).filter { $0.name == name("xmpp.contoso.com") }.count == 1)
    }

    @Test
    func `with no name known a missing XMPP record blocks`() throws {
        let planning = planning([.xmpp]) { fixture in
            fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 0, [])
            fixture.put("xmpp.contoso.com", .a, ttl: 0, [])
        }
        #expect(Fixture.blockers(planning).map(\.check) == ["dns"])
    }

    @Test
    func `a SIP record is never added`() throws {
        let planning = planning([.sip]) { fixture in
            fixture.put("_sipfederationtls._tcp.contoso.com", .srv, ttl: 0, [])
        }
        #expect(Fixture.blockers(planning).contains { $0.sentence.contains("does not exist") })
    }

    // MARK: Clients

    @Test
    func `where the clients' names move sign-in on the target is checked`() throws {
        let moves = try plan(.sip) { _ in }
        let stays = try plan(.sip) { $0.organisation.routes[0].dnsStyle = .srv }
        let check = Operation.checkProtocol(pool: Fixture.pool2, server: nil, .access)
        #expect(moves.steps.contains { $0.operation == check })
        #expect(moves.impact.contains { $0.contains("clients outside sign in through edgepool2") })
        #expect(!stays.steps.contains { $0.operation == check })
    }
}
