import FailoverCore
import Testing

@Suite
struct PlannerTests {
    private typealias Fixture = RunbookFixture

    @Test
    func `SIP failover by address`() throws {
        try expectTranscript("sip-address", Fixture().failover(.sip).transcript)
    }

    @Test
    func `SIP failover by SRV in two domains`() throws {
        let fixture = Fixture(style: .srv, domains: ["contoso.com", "adatum.com"])
        try expectTranscript("sip-srv-two-domains", fixture.failover(.sip).transcript)
    }

    @Test
    func `SIP failover by address in two domains`() throws {
        let fixture = Fixture(domains: ["contoso.com", "adatum.com"])
        try expectTranscript("sip-address-two-domains", fixture.failover(.sip).transcript)
    }

    @Test
    func `SIP failover with DNS left alone`() throws {
        try expectTranscript("sip-without-dns", Fixture(style: .none).failover(.sip).transcript)
    }

    @Test
    func `XMPP failover to a pool that answers already`() throws {
        try expectTranscript("xmpp-untouched", Fixture().failover(.xmpp).transcript)
    }

    @Test
    func `XMPP failover to a pool whose XMPP service is silent`() throws {
        var fixture = Fixture()
        fixture.verdict(Fixture.pool2, .xmpp, .down)
        try expectTranscript("xmpp-only", fixture.failover(.xmpp).transcript)
    }

    @Test
    func `XMPP failover as documented`() throws {
        let fixture = Fixture(services: .documented)
        try expectTranscript("xmpp-documented", fixture.failover(.xmpp).transcript)
    }

    @Test
    func `both protocols in one plan enable the topology once`() throws {
        let planning = Fixture().failover(.xmpp, .sip)
        try expectTranscript("sip-and-xmpp", planning.transcript)
        let plan = try #require(Fixture.plan(planning))
        #expect(plan.steps.filter { $0.operation == .enableTopology }.count == 1)
    }

    @Test(arguments: [RouteKind.sip, .xmpp])
    func `failback with a record puts back what the failover wrote`(kind: RouteKind) throws {
        var fixture = Fixture()
        let record = try failedOver(&fixture, kind)
        let planning = fixture.failback(kind, record: record)
        try expectTranscript("\(kind.rawValue)-failback", planning.transcript)
        #expect(Fixture.plan(planning)?.needsApproval == false)
    }

    @Test
    func `failback by SRV restores the old target and TTL`() throws {
        var fixture = Fixture(style: .srv, domains: ["contoso.com", "adatum.com"])
        let record = try failedOver(&fixture, .sip)
        let planning = fixture.failback(.sip, record: record)
        try expectTranscript("sip-srv-failback", planning.transcript)
    }

    @Test
    func `failback leaves alone what somebody else changed meanwhile`() throws {
        var fixture = Fixture(domains: ["contoso.com", "adatum.com"])
        let record = try failedOver(&fixture, .sip)
        // A new site that points at the standby, a moved name, a name that is back already.
        fixture.snapshot.sites.append(
            SiteSnapshot(
                name: SiteName("Oslo"),
                sipRoute: "EdgeServer:edgepool2.contoso.net",
                xmppRoute: nil
            )
        )
        fixture.put("sip.contoso.com", .a, ttl: 60, [.address(address("192.0.2.99"))])
        let home = ["203.0.113.11", "203.0.113.12"].map { RecordData.address(address($0)) }
        fixture.put("sip.adatum.com", .a, ttl: 3_600, home)
        let planning = fixture.failback(.sip, record: record)
        try expectTranscript("sip-failback-foreign-changes", planning.transcript)
        #expect(Fixture.plan(planning)?.needsApproval == true)
    }

    @Test
    func `failback without a record comes from the configuration and asks`() throws {
        var fixture = Fixture()
        _ = try failedOver(&fixture, .sip)
        let planning = fixture.failback(.sip, record: nil)
        try expectTranscript("sip-failback-without-record", planning.transcript)
        #expect(Fixture.plan(planning)?.needsApproval == true)
    }

    @Test
    func `dead members are left out by name`() throws {
        var fixture = Fixture()
        let dead = name("edge22.contoso.net")
        for index in fixture.snapshot.members.indices
        where fixture.snapshot.members[index].server == dead {
            fixture.snapshot.members[index].liveness = .dead
            fixture.snapshot.members[index].certificate = nil
        }
        for kind in [LegKind.sip, .xmpp, .access] {
            fixture.snapshot.verdicts[PoolLeg(pool: Fixture.pool2, kind: kind)] =
                Verdict(.degraded, reason: "edge22 is down")
        }
        try expectTranscript("xmpp-with-dead-member", fixture.failover(.xmpp).transcript)
    }

    @Test
    func `when a whole site is lost its Front Ends are not waited for`() throws {
        var fixture = Fixture()
        fixture.snapshot.deadSites = [SiteName("Redmond")]
        let plan = try #require(Fixture.plan(fixture.failover(.sip)))
        let gates = plan.steps.compactMap { step -> ([String], [String])? in
            guard case .awaitReplication(let servers, let leftOut) = step.operation else {
                return nil
            }
            return (servers.map(\.host), leftOut.map(\.host))
        }
        #expect(gates.first?.0 == ["edge21", "edge22", "fe21", "fe22"])
        #expect(gates.first?.1 == ["fe11", "fe12"])
        #expect(plan.warnings.filter { $0.contains("site Redmond cannot be managed") }.count == 1)
        let routes = plan.steps.flatMap(\.operation.commands).filter { $0.hasPrefix("Set-CsSite") }
        #expect(routes.count == 2, "the lost site's route is set too: it may come back")
    }

    @Test
    func `only sites on the failed pool are set, by their bare names`() throws {
        var fixture = Fixture()
        fixture.snapshot.sites.append(
            SiteSnapshot(name: SiteName("Site:Oslo"), sipRoute: nil, xmppRoute: nil)
        )
        let plan = try #require(Fixture.plan(fixture.failover(.sip)))
        let lines = plan.steps.flatMap(\.operation.commands).filter { $0.hasPrefix("Set-CsSite") }
        let route = "-FederationRoute 'EdgeServer:edgepool2.contoso.net' -Confirm:$false"
        #expect(
            lines == [
                "Set-CsSite -Identity 'Dublin' \(route)", "Set-CsSite -Identity 'Redmond' \(route)",
            ]
        )
    }

    @Test
    func `the parameter of the document that does not exist is never used`() throws {
        var fixture = Fixture(services: .documented)
        let record = try failedOver(&fixture, .xmpp)
        for planning in [
            Fixture(services: .documented).failover(.xmpp), Fixture().failover(.sip, .xmpp),
            fixture.failback(.xmpp, record: record), fixture.failback(.xmpp, record: nil),
        ] {
            let plan = try #require(Fixture.plan(planning))
            let commands = plan.steps.flatMap(\.operation.commands)
            #expect(commands.contains { $0.contains("-XmppFederationRoute 'EdgeServer:") })
            #expect(!commands.contains { $0.contains("XmppExternalFederationRoute") })
        }
        #expect(!CmdletParameter.allCases.map(\.rawValue).contains("XmppExternalFederationRoute"))
    }

    @Test(arguments: [RouteKind.sip, .xmpp])
    func `the order is routes, enabling, gate, services, DNS, verification`(
        kind: RouteKind
    ) throws {
        var fixture = Fixture()
        if kind == .xmpp { fixture.verdict(Fixture.pool2, .xmpp, .down) }
        let plan = try #require(Fixture.plan(fixture.failover(kind)))
        let ranks = plan.steps.map { step -> Int in
            switch step.operation {
            case .setSiteRoute: 0
            case .enableTopology: 1
            case .awaitReplication: 2
            case .checkPath, .stopServices, .startServices: 3
            case .checkProtocol: -1
            case .changeRecords: 4
            case .checkRecords: 5
            case .checkSiteRoutes: 6
            case .testPartner: 7
            default: -1
            }
        }.filter { $0 >= 0 }.reduce(into: [Int]()) { if $0.last != $1 { $0.append($1) } }
        let wanted = kind == .sip ? [0, 1, 2, 4, 5, 6, 7] : [0, 1, 2, 3, 4, 5, 6]
        #expect(ranks.filter { $0 != 3 || kind == .xmpp } == wanted)
    }

    @Test
    func `the TTL is lowered only where it is higher`() throws {
        let plan = try #require(Fixture.plan(Fixture().failover(.xmpp)))
        let ttls = plan.steps.compactMap { step -> UInt32? in
            guard case .changeRecords(_, let changes) = step.operation else { return nil }
            return changes.first?.to?.ttl
        }
        #expect(ttls == [120], "the XMPP name has 120 s, less than the 300 s of a failover")
    }

    @Test
    func `a hardware load balancer's addresses are published instead of the members'`() throws {
        var fixture = Fixture()
        fixture.organisation.edgePools[1].loadBalancing = .hardware(
            access: [address("198.51.100.2"), address("2001:db8::2")]
        )
        let plan = try #require(Fixture.plan(fixture.failover(.sip)))
        try expectTranscript("sip-load-balancer", plan.transcript)
    }

    @Test
    func `pre-provisioned XMPP records of other priorities are kept`() throws {
        var fixture = Fixture()
        let services = [(UInt16(10), "xmpp.contoso.com"), (20, "xmpp2.contoso.com")].map {
            RecordData.service(
                ServiceRecord(priority: $0, weight: 0, port: 5269, target: name($1))
            )
        }
        fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 600, services)
        let plan = try #require(Fixture.plan(fixture.failover(.xmpp)))
        let changed = plan.steps.flatMap { step -> [FQDN] in
            guard case .changeRecords(_, let changes) = step.operation else { return [] }
            return changes.map(\.name)
        }
        #expect(changed == [name("xmpp.contoso.com")])
    }

    @Test
    func `a certificate without clientAuth is a warning`() throws {
        var fixture = Fixture()
        fixture.certificates(of: Fixture.pool2) { $0.problems = [.noClientUsage] }
        let plan = try #require(Fixture.plan(fixture.failover(.sip)))
        #expect(plan.warnings.filter { $0.contains("clientAuth") }.count == 2)
    }

    private func failedOver(
        _ fixture: inout RunbookFixture,
        _ kind: RouteKind
    ) throws -> FailoverRecord {
        let before = fixture.snapshot
        let plan = try #require(Fixture.plan(fixture.failover(kind)))
        fixture.carryOut(plan)
        fixture.certifyHome()
        return FailoverRecord(snapshot: before, plan: plan)
    }
}

extension RunbookFixture {
    /// Home is back and shows its certificate.
    mutating func certifyHome() {
        let facts = snapshot.members.lazy.compactMap(\.certificate).first
        for index in snapshot.members.indices where snapshot.members[index].certificate == nil {
            snapshot.members[index].certificate = facts
        }
    }
}
