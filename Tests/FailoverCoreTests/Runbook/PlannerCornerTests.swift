import FailoverCore
import Testing

/// Small rules of the planner that are easily lost.
@Suite
struct PlannerCornerTests {
    private typealias Fixture = RunbookFixture

    private func plan(
        _ kinds: RouteKind...,
        change: (inout RunbookFixture) -> Void
    ) throws -> Plan {
        var fixture = Fixture()
        change(&fixture)
        let planning = Planner(organisation: fixture.organisation)
            .failover(kinds.map { Fixture.move($0) }, snapshot: fixture.snapshot)
        return try #require(Fixture.plan(planning), "\(planning)")
    }

    // MARK: Who takes the store over

    private func successor(_ change: (inout RunbookFixture) -> Void) throws -> String? {
        let plan = try plan(.sip) { fixture in
            fixture.snapshot.storeMaster = nil
            change(&fixture)
        }
        guard case .failOverStore(_, let place)? = plan.steps.first?.task else { return nil }
        return place
    }

    @Test
    func `the store goes to the target's site, to a pool that lives and is no Director`() throws {
        #expect(try successor { _ in } == "a Front End of fepool2.contoso.net")
        #expect(
            try successor { $0.snapshot.silentNextHops[name("fepool2.contoso.net")] = "refused" }
                == "a Front End of fepool1.contoso.net"
        )
        let onlyDirector = try successor { fixture in
            fixture.associate()
            fixture.snapshot.silentNextHops = [
                name("fepool1.contoso.net"): "refused", name("fepool2.contoso.net"): "refused",
            ]
        }
        #expect(onlyDirector == "a Front End of the surviving pool")
        #expect(
            try successor { $0.snapshot.deadSites = [SiteName("Dublin")] }
                == "a Front End of fepool1.contoso.net"
        )
    }

    @Test
    func `a store that fails to be read counts as dead even while it names a master`() throws {
        let plan = try plan(.sip) { $0.snapshot.storeFailure = "it timed out" }
        #expect(plan.steps.first?.title.hasPrefix("Fail the Central Management store") == true)
        #expect(plan.warnings.contains { $0.contains("it timed out") })
    }

    @Test
    func `a living store asks nobody`() throws {
        let plan = try plan(.sip) { _ in }
        #expect(!plan.needsApproval)
        for step in plan.steps {
            switch step.operation {
            case .checkReplicationPath, .tryRights, .person: Issue.record("\(step.title)")
            default: continue
            }
        }
    }

    // MARK: Routes

    @Test
    func `routes are read back where they were changed and where they were right already`() throws {
        let plan = try plan(.sip) { fixture in
            fixture.snapshot.sites += [
                SiteSnapshot(
                    name: SiteName("Oslo"),
                    sipRoute: "Director:dirpool.contoso.net",
                    xmppRoute: nil
                ),
                SiteSnapshot(name: SiteName("Paris"), sipRoute: nil, xmppRoute: nil),
            ]
        }
        let read = plan.steps.compactMap { step -> [String]? in
            guard case .checkSiteRoutes(.sip, let sites, _) = step.operation else { return nil }
            return sites.map(\.name)
        }
        #expect(read == [["Dublin", "Redmond"]])
        let set = plan.steps.flatMap(\.operation.commands).filter { $0.hasPrefix("Set-CsSite") }
        #expect(set.count == 2)
        #expect(!set.contains { $0.contains("Oslo") || $0.contains("Paris") })
    }

    @Test
    func `strict single enables and waits as any other`() throws {
        let plan = try plan(.sip) { $0.keepFlagSingle() }
        #expect(plan.steps.filter { $0.operation == .enableTopology }.count == 1)
        #expect(plan.steps.filter(\.isGate).count == 1)
        let publication = plan.steps.first { $0.operation == .enableTopology }
        #expect(publication?.source.steps == "", "the document's own publication was the person's")
    }

    @Test
    func `a member whose host answers is waited for though nothing of it serves`() throws {
        func gate(_ change: (inout RunbookFixture) -> Void) throws -> [String] {
            let plan = try plan(.sip) { fixture in
                for leg in [LegKind.sip, .xmpp, .access] { fixture.silence(Fixture.edge22, leg) }
                change(&fixture)
            }
            guard
                case .awaitReplication(let servers, _)? = plan.steps.first(where: \.isGate)?
                    .operation
            else { return [] }
            return servers.map(\.host)
        }
        #expect(try !gate { _ in }.contains("edge22"))
        #expect(
            try gate { $0.snapshot.startTypes[Fixture.edge22] = .automatic }.contains("edge22")
        )
        let stale = try gate { fixture in
            fixture.snapshot.startTypes[Fixture.edge22] = .automatic
            for index in fixture.snapshot.replicas.indices
            where fixture.snapshot.replicas[index].server == Fixture.edge22 {
                fixture.snapshot.replicas[index].isUpToDate = false
            }
        }
        #expect(!stale.contains("edge22"))
    }

    // MARK: XMPP services

    @Test
    func `xmpp_only restarts one member after the other, documented stops all first`() throws {
        func order(_ services: EdgeServices) throws -> [String] {
            try plan(.xmpp) { fixture in
                fixture.organisation.routes[1].edgeServices = services
                if services != .untouched { fixture.verdict(Fixture.pool2, .xmpp, .down) }
            }.steps.compactMap { step in
                switch step.operation {
                case .stopServices(let server, _): "stop \(server.host)"
                case .startServices(let server, _): "start \(server.host)"
                case .checkProtocol(_, let server?, .xmpp): "check \(server.host)"
                default: nil
                }
            }
        }
        #expect(
            try order(.xmppOnly) == [
                "stop edge21", "start edge21", "check edge21", "stop edge22", "start edge22",
                "check edge22",
            ]
        )
        #expect(
            try order(.documented) == [
                "stop edge21", "stop edge22", "start edge21", "start edge22", "check edge21",
                "check edge22",
            ]
        )
        #expect(try order(.untouched).isEmpty)
    }

    @Test
    func `every stop is of the target, and has a start`() throws {
        for services in [EdgeServices.xmppOnly, .documented] {
            let plan = try plan(.sip, .xmpp) { fixture in
                fixture.organisation.routes[1].edgeServices = services
            }
            var stopped: Set<FQDN> = []
            for step in plan.steps {
                if case .stopServices(let server, _) = step.operation { stopped.insert(server) }
                if case .startServices(let server, _) = step.operation { stopped.remove(server) }
            }
            #expect(stopped.isEmpty)
        }
    }

    @Test
    func `a restart of everything shows that SIP is back where the target carries it`() throws {
        func checks(_ kinds: [RouteKind]) throws -> Int {
            var fixture = Fixture(services: .documented)
            fixture.snapshot.startTypes = [:]
            let planning = Planner(organisation: fixture.organisation)
                .failover(kinds.map { Fixture.move($0) }, snapshot: fixture.snapshot)
            return try #require(Fixture.plan(planning)).steps
                .filter { $0.title == "Check that edgepool2 answers SIP again" }.count
        }
        #expect(try checks([.xmpp]) == 0)
        #expect(try checks([.sip, .xmpp]) == 1)
    }

    // MARK: DNS

    @Test
    func `an internal name that leads to the target already is expected to stay`() throws {
        let plan = try plan(.sip) { fixture in
            fixture.addInternalView()
            let there = ["198.51.100.21", "198.51.100.22"].map { RecordData.address(address($0)) }
            fixture.put("sip.contoso.com", .a, view: "internal", ttl: 60, there)
        }
        #expect(plan.steps.compactMap(\.operation.recordChanges).map(\.zone.view) == ["public"])
        let expected = plan.steps.flatMap { step -> [RecordExpectation] in
            guard case .checkRecords(let zone, let sets) = step.operation,
                zone.view == "internal"
            else { return [] }
            return sets
        }
        #expect(expected.contains { $0.name == name("sip.contoso.com") && $0.set?.ttl == 60 })
        #expect(plan.warnings.isEmpty)
    }

    @Test
    func `a name outside all zones blocks, and so does one without addresses`() throws {
        func sentences(_ target: String) -> [String] {
            var fixture = Fixture()
            let service = ServiceRecord(priority: 0, weight: 0, port: 5269, target: name(target))
            fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 60, [.service(service)])
            return Fixture.blockers(fixture.failover(.xmpp)).filter { $0.check == "dns" }
                .map(\.sentence)
        }
        #expect(
            sentences("xmpp.example.net")
                == ["xmpp.example.net lies in no zone that the agent may change"]
        )
        #expect(
            sentences("nowhere.contoso.com")
                == ["nowhere.contoso.com has no addresses, so nothing can be moved"]
        )
    }

    @Test
    func `servers of the internal view that disagree block as well, and are named`() throws {
        var fixture = Fixture()
        fixture.addInternalView()
        let other = DNSServer(address: address("10.0.0.54"))
        let readings = fixture.snapshot.records.filter {
            $0.zone.view == "internal" && $0.name == name("sip.contoso.com") && $0.type == .a
        }
        for var reading in readings {
            reading.server = other
            reading.set?.ttl = 1
            fixture.snapshot.records.append(reading)
        }
        let blockers = Fixture.blockers(fixture.failover(.sip))
        #expect(blockers.map(\.check) == ["dns"])
        #expect(blockers.first?.sentence.contains("10.0.0.54") == true)
        #expect(blockers.first?.sentence.contains("192.0.2.53") == false)
    }

    @Test
    func `style none changes nothing and says so`() throws {
        let plan = try plan(.sip) { $0.organisation.routes[0].dnsStyle = .none }
        #expect(!plan.steps.contains { $0.operation.recordChanges != nil })
        #expect(plan.warnings.contains { $0.contains("style none") })
    }

    @Test
    func `style srv for XMPP moves the name's addresses`() throws {
        let plan = try plan(.xmpp) { $0.organisation.routes[1].dnsStyle = .srv }
        let changes = plan.steps.compactMap(\.operation.recordChanges).flatMap(\.changes)
        #expect(changes.map(\.type) == [.a])
    }
}
