import FailoverCore
import Testing

/// Every fact that blocks: what it says, where it was read, what clears it.
@Suite
struct PreflightTests {
    private typealias Fixture = RunbookFixture

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind = RouteKind.sip
        var style = DNSStyle.address
        /// What is wrong.
        var change: @Sendable (inout RunbookFixture) -> Void
        var check: String
        var sentence: String
        var readFrom: String
        var clearedBy: String
    }

    /// The sample organisation, with what a move of that kind needs.
    private static func fixture(_ kind: RouteKind, style: DNSStyle = .address) -> Fixture {
        var fixture = Fixture(style: style)
        guard kind == .media else { return fixture }
        fixture.associate()
        fixture.addMediaRoutes()
        fixture.watchMedia(home: .down)
        return fixture
    }

    private static func failover(_ kind: RouteKind, in fixture: Fixture) -> Planning {
        guard kind == .media else { return fixture.failover(kind) }
        return Planner(organisation: fixture.organisation)
            .failover([Fixture.mediaMove()], snapshot: fixture.snapshot)
    }

    private static func warnings(_ planning: Planning) -> [String] {
        Fixture.plan(planning)?.warnings ?? []
    }

    // MARK: what blocks

    @Test(arguments: RouteKind.allCases)
    func `in good order nothing blocks and nobody is asked`(kind: RouteKind) {
        for style in [DNSStyle.address, .srv, .none] {
            let planning = Self.failover(kind, in: Self.fixture(kind, style: style))
            #expect(Fixture.blockers(planning) == [])
            #expect(Fixture.plan(planning)?.needsApproval == false)
        }
    }

    @Test(arguments: topology + probes + certificates + records)
    func `it blocks, and says what, where it was read and what clears it`(fault: Case) throws {
        var fixture = Self.fixture(fault.kind, style: fault.style)
        fault.change(&fixture)
        let blockers = Fixture.blockers(Self.failover(fault.kind, in: fixture))
        let found = try #require(
            blockers.first { $0.check == fault.check && $0.sentence.contains(fault.sentence) },
            "\(blockers)"
        )
        #expect(found.readFrom.contains(fault.readFrom))
        #expect(found.clearedBy.contains(fault.clearedBy))
        #expect(blockers.allSatisfy { $0.check == fault.check }, "nothing else: \(blockers)")
        #expect(Set(blockers).count == blockers.count, "each once")
        #expect("\(found)".contains("To clear it: "))
    }

    @Test(arguments: [ProductVersion.lync2010, .sfb2019, .sfbse])
    func `a product without XMPP is refused`(version: ProductVersion) {
        var fixture = Fixture()
        fixture.organisation.edgePools[1].version = version
        let blockers = Fixture.blockers(fixture.failover(.xmpp))
        #expect(blockers.map(\.check) == ["capability"])
        #expect(blockers.first?.sentence.contains(version.productName) == true)
        #expect(Fixture.checks(fixture.failover(.sip)) == [])
    }

    @Test
    func `a pool that is not configured is refused`() {
        var fixture = Fixture()
        fixture.organisation.edgePools.removeLast()
        #expect(Fixture.checks(fixture.failover(.sip)).contains("configuration"))
    }

    @Test
    func `all that blocks is said at once`() {
        var fixture = Fixture()
        fixture.snapshot.rightsFailures = ["Enable-CsTopology -WhatIf: access denied"]
        fixture.verdict(Fixture.pool2, .sip, .down)
        fixture.put("sip.contoso.com", .a, ttl: 0, [])
        #expect(Set(Fixture.checks(fixture.failover(.sip))) == ["rights", "target", "dns"])
    }

    @Test
    func `where no topology could be read nothing is said that would follow from it`() {
        var fixture = Fixture()
        fixture.snapshot.topologyFailure = "nobody answers"
        fixture.snapshot.sites = []
        fixture.snapshot.edgeServices = []
        fixture.snapshot.rightsFailures = ["Set-CsSite -WhatIf: nobody answers"]
        let checks = Fixture.checks(fixture.failover(.sip)).filter { $0 != "dns" }
        #expect(checks == ["store"])
    }

    // MARK: the store

    @Test
    func `a dead store does not block: a person fails it over inside the run`() {
        var fixture = Fixture()
        fixture.loseStore()
        fixture.snapshot.rightsFailures = ["Set-CsSite -WhatIf: the store does not answer"]
        let plan = Fixture.plan(fixture.failover(.sip))
        #expect(
            plan?.steps.contains { $0.operation.operationClass == .person } == true,
            "\(Fixture.blockers(fixture.failover(.sip)))"
        )
    }

    @Test
    func `a dead store says nothing of replicas, so they do not block`() {
        var fixture = Fixture()
        fixture.keepFlagSingle()
        fixture.loseStore()
        #expect(!Fixture.checks(fixture.failover(.sip)).contains("replica"))
    }

    // MARK: the target, by stage

    @Test
    func `a checkbox that the plan moves is not demanded before`() {
        var fixture = Fixture()
        fixture.keepFlagSingle()
        #expect(Fixture.checks(fixture.failover(.sip)) == [], "the client port answers")
        fixture.verdict(Fixture.pool2, .access, .down)
        fixture.verdict(Fixture.pool2, .sip, .degraded)
        #expect(Fixture.checks(fixture.failover(.sip)) == [], "the federation port answers already")
    }

    @Test
    func `a dead member's replica is nobody's concern`() {
        var fixture = Fixture()
        fixture.keepFlagSingle()
        fixture.verdict(Fixture.pool2, .access, .degraded)
        for index in fixture.snapshot.members.indices
        where fixture.snapshot.members[index].server == Fixture.edge22 {
            fixture.snapshot.members[index].liveness = .dead
        }
        fixture.replica(of: Fixture.edge22) { $0?.isUpToDate = false }
        #expect(!Fixture.checks(fixture.failover(.sip)).contains("replica"))
    }

    @Test(arguments: [EdgeServices?.none, .xmppOnly, .documented])
    func `silent XMPP does not block when the plan itself starts it`(services: EdgeServices?) {
        var fixture = Fixture(services: services)
        fixture.verdict(Fixture.pool2, .xmpp, .down)
        #expect(Fixture.checks(fixture.failover(.xmpp)) == [])
        fixture.snapshot.manageableEdges = []
        #expect(Fixture.checks(fixture.failover(.xmpp)) == [], "a person starts it")
    }

    /// A failover that fenced pool 1, carried out; pool 1 lives behind its fence.
    private func fenced() throws -> (Fixture, FailoverRecord) {
        var fixture = Fixture()
        fixture.organisation.routes[0].fence = .accessEdge
        for server in fixture.organisation.edgePools[0].servers {
            fixture.snapshot.startTypes[server.fqdn] = .automatic
        }
        // XMPP is on the other pool already: the fenced pool carries nothing else.
        for index in fixture.snapshot.sites.indices {
            fixture.snapshot.sites[index].xmppRoute = nil
        }
        let plan = try #require(Fixture.plan(fixture.failover(.sip)))
        let record = FailoverRecord(snapshot: fixture.snapshot, plan: plan)
        fixture.carryOut(plan)
        fixture.verdict(Fixture.pool1, .sip, .down)
        fixture.verdict(Fixture.pool1, .access, .down)
        return (fixture, record)
    }

    @Test
    func `a fenced pool need not answer before it is unfenced, but its host must`() throws {
        var (fixture, record) = try fenced()
        #expect(Fixture.checks(fixture.failback(.sip, record: record)) == [])
        fixture.snapshot.startTypes = [:]
        fixture.snapshot.manageableEdges = []
        #expect(Fixture.checks(fixture.failback(.sip, record: record)) == ["target"])
        fixture.watchMedia(home: .up)
        #expect(Fixture.checks(fixture.failback(.sip, record: record)) == [], "its media answers")
        #expect(
            Fixture.checks(fixture.failback(.sip, record: nil)) == ["target"],
            "without a record nobody knows of the fence"
        )
    }

    @Test
    func `a fenced pool must hear of changes before it is unfenced`() throws {
        var (fixture, record) = try fenced()
        for index in fixture.snapshot.members.indices {
            fixture.snapshot.members[index].liveness = .alive
        }
        fixture.replica(of: name("edge11.contoso.net")) { $0?.isUpToDate = false }
        #expect(Fixture.checks(fixture.failback(.sip, record: record)) == ["replica"])
    }

    @Test
    func `a pool that somebody disabled is no target of a failover`() {
        var fixture = Fixture()
        fixture.verdict(Fixture.pool2, .sip, .down)
        fixture.snapshot.startTypes[Fixture.edge21] = .disabled
        #expect(Fixture.checks(fixture.failover(.sip)) == ["target"])
    }

    // MARK: the next hop

    @Test
    func `a dead next hop gives way to a living one, and a person is asked`() throws {
        var fixture = Fixture()
        fixture.snapshot.silentNextHops = [name("fepool2.contoso.net"): "refused"]
        let plan = try #require(Fixture.plan(fixture.failover(.sip)))
        #expect(plan.needsApproval)
        #expect(
            plan.warnings.contains {
                $0.contains("the next hop of edgepool2.contoso.net, fepool2.contoso.net, does not")
                    && $0.contains("Registrar:fepool1.contoso.net is to take its place")
            }
        )
        #expect(plan.steps.contains { if case .setNextHop = $0.operation { true } else { false } })
    }

    @Test
    func `who takes over is of the own site if it can be, and no Director while there is a pool`() {
        var fixture = Fixture()
        let own = fixture.snapshot.edgeServices[1].nextHop
        #expect(fixture.snapshot.replacementNextHop(of: Fixture.pool2) == nil, "it answers")
        fixture.snapshot.silentNextHops = [name("fepool2.contoso.net"): "refused"]
        func add(_ pool: String, _ site: String, _ roles: [String]) {
            fixture.snapshot.pools.append(
                PoolSnapshot(
                    fqdn: name(pool),
                    site: SiteName(site),
                    computers: [name("x.\(pool)")],
                    roles: roles
                )
            )
        }
        func chosen() -> String? {
            fixture.snapshot.replacementNextHop(of: Fixture.pool2)?.pool.name
        }
        #expect(chosen() == "fepool1.contoso.net")
        add("adirector.contoso.net", "Redmond", ["Registrar", "Director"])
        #expect(chosen() == "fepool1.contoso.net", "a pool before a Director")
        add("director.contoso.net", "Dublin", ["Registrar", "Director"])
        #expect(chosen() == "director.contoso.net", "the own site first")
        add("fepool3.contoso.net", "Dublin", ["UserServer", "Registrar"])
        #expect(chosen() == "fepool3.contoso.net")
        fixture.snapshot.replicas.append(
            ReplicaSnapshot(server: name("x.fepool3.contoso.net"), isUpToDate: false, lastUpdate: 1)
        )
        #expect(chosen() == "director.contoso.net", "what is down takes nothing over")
        fixture.snapshot.edgeServices[1].nextHop = nil
        #expect(chosen() == nil, "nothing is known of the present one")
        #expect(own != nil)
    }

    // MARK: rights

    @Test
    func `who never published needs a person's yes first, unless that is waived`() throws {
        var fixture = Fixture()
        fixture.snapshot.lastPublication = nil
        let plan = try #require(Fixture.plan(fixture.failover(.sip)))
        #expect(plan.needsApproval)
        #expect(plan.warnings.contains { $0.contains("waits for a drill") })
        fixture.organisation.trustsUntriedRights = true
        let trusted = try #require(Fixture.plan(fixture.failover(.sip)))
        #expect(!trusted.needsApproval)
        #expect(!trusted.warnings.contains { $0.contains("waits for a drill") })
    }

    @Test
    func `what other moves need may be missing`() {
        var fixture = Fixture()
        fixture.snapshot.missingCommands = [
            CommandNeed(.setSite, .xmppFederationRoute), CommandNeed(.setDirector, .edgeServer),
            .nextHop,
        ]
        #expect(Fixture.checks(fixture.failover(.sip)) == [])
    }

    // MARK: certificates

    @Test
    func `a missing client usage does not block, and is said`() {
        var fixture = Fixture()
        fixture.certificates(of: Fixture.pool2) { $0.problems = [.noClientUsage] }
        let warnings = Self.warnings(fixture.failover(.sip))
        #expect(warnings.contains { $0.contains("edge21") && $0.contains("clientAuth") })
    }

    @Test
    func `the name that a probe asked for is not what counts`() {
        var fixture = Fixture()
        fixture.certificates(of: Fixture.pool2) { $0.problems = [.nameMismatch] }
        #expect(Fixture.checks(fixture.failover(.sip)) == [])
    }

    @Test
    func `a certificate that ends within thirty days is named with its day`() {
        var fixture = Fixture()
        let day: Int64 = 86_400_000
        let now = fixture.snapshot.takenAt.millisecondsSinceEpoch
        for (days, isNamed) in [(1, true), (29, true), (30, false), (31, false)] {
            fixture.certificates(of: Fixture.pool2) {
                $0.notAfter = Timestamp(millisecondsSinceEpoch: now + Int64(days) * day)
            }
            let end = Timestamp(millisecondsSinceEpoch: now + Int64(days) * day)
            let warnings = Self.warnings(fixture.failover(.sip))
            #expect(
                warnings.contains {
                    $0.contains("edge22.contoso.net expires on \(end.description.prefix(10))")
                } == isNamed,
                "\(days) days"
            )
        }
    }

    @Test
    func `that nobody showed a certificate is said`() {
        var fixture = Fixture()
        for index in fixture.snapshot.members.indices {
            fixture.snapshot.members[index].certificate = nil
        }
        let warnings = Self.warnings(fixture.failover(.sip))
        #expect(warnings.contains { $0.contains("no member of edgepool2.contoso.net showed") })
    }

    @Test
    func `an XMPP certificate may carry the XMPP name or the domain, also by wildcard`() {
        for names in [["contoso.com"], ["xmpp.contoso.com"], ["*.contoso.com"]] {
            var fixture = Fixture()
            fixture.certificates(of: Fixture.pool2) { $0.subjectAlternativeNames = names }
            #expect(Fixture.checks(fixture.failover(.xmpp)) == [])
        }
    }

    // MARK: routes of others

    @Test(arguments: ["EdgeServer:edgepool9.contoso.net", "Director:dirpool.contoso.net"])
    func `a route that names something not ours is left alone, and that is said`(route: String) {
        var fixture = Fixture()
        fixture.snapshot.sites.append(
            SiteSnapshot(name: SiteName("Oslo"), sipRoute: route, xmppRoute: nil)
        )
        let planning = fixture.failover(.sip)
        #expect(
            Self.warnings(planning).contains { $0.contains("site Oslo is \(route)") },
            "\(planning)"
        )
        let sites = Fixture.plan(planning)?.steps.compactMap { step -> String? in
            guard case .setSiteRoute(let site, _, _, _) = step.operation else { return nil }
            return site.name
        }
        #expect(sites == ["Dublin", "Redmond"])
    }

    // MARK: names and records

    @Test
    func `shared names do not block when both routes move together, or one is there already`() {
        var fixture = Fixture()
        let target = ServiceRecord(
            priority: 10,
            weight: 0,
            port: 5269,
            target: name("sip.contoso.com")
        )
        fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 600, [.service(target)])
        let planning = fixture.failover(.sip, .xmpp)
        #expect(Fixture.checks(planning) == [])
        let changes = Fixture.plan(planning)?.steps.filter {
            if case .changeRecords = $0.operation { true } else { false }
        }
        #expect(changes?.count == 1, "the shared name is changed once")
        for index in fixture.snapshot.sites.indices {
            fixture.snapshot.sites[index].xmppRoute = "EdgeServer:edgepool2.contoso.net"
        }
        #expect(Fixture.checks(fixture.failover(.sip)) == [])
    }

    @Test
    func `with DNS left alone DNS does not block`() {
        var fixture = Fixture(style: .none)
        fixture.snapshot.updateRefusals = [ZoneKey(name: name("contoso.com")): "REFUSED"]
        #expect(Fixture.checks(fixture.failover(.sip)) == [])
    }

    @Test
    func `refused updates of a zone that a person changes, or that stays, do not block`() {
        var fixture = Fixture()
        fixture.snapshot.updateRefusals = [ZoneKey(name: name("contoso.com")): "REFUSED"]
        fixture.organisation.zones[0].provider = .manual
        #expect(Fixture.checks(fixture.failover(.sip)) == [])
        var other = Fixture()
        other.organisation.zones.append(
            DNSZone(name: name("adatum.com"), authoritative: [Fixture.primary])
        )
        other.snapshot.updateRefusals = [ZoneKey(name: name("adatum.com")): "REFUSED"]
        #expect(Fixture.checks(other.failover(.sip)) == [])
    }

    @Test
    func `an SRV target in a subdomain is worth a warning`() {
        var fixture = Fixture()
        let target = ServiceRecord(
            priority: 0,
            weight: 0,
            port: 5061,
            target: name("sip.edge.contoso.com")
        )
        fixture.put("_sipfederationtls._tcp.contoso.com", .srv, ttl: 600, [.service(target)])
        for index in fixture.snapshot.records.indices
        where fixture.snapshot.records[index].name == name("sip.contoso.com") {
            var reading = fixture.snapshot.records[index]
            reading.name = name("sip.edge.contoso.com")
            reading.set?.name = reading.name
            fixture.snapshot.records.append(reading)
        }
        fixture.certificates(of: Fixture.pool2) {
            $0.subjectAlternativeNames.append("sip.edge.contoso.com")
        }
        let planning = fixture.failover(.sip)
        #expect(
            Self.warnings(planning).contains { $0.contains("subdomain of contoso.com") },
            "\(Fixture.blockers(planning))"
        )
    }

    // MARK: fences

    @Test
    func `a pool that still carries something is not fenced, and the plan says what`() throws {
        var fixture = Fixture()
        fixture.organisation.routes[0].fence = .accessEdge
        fixture.associate()
        func fences(_ planning: Planning) -> Int? {
            Fixture.plan(planning)?.steps.count { step in
                if case .fence = step.operation { true } else { false }
            }
        }
        let alone = fixture.failover(.sip)
        #expect(fences(alone) == 0)
        let refusal = try #require(Self.warnings(alone).first { $0.contains("is not fenced") })
        #expect(refusal.contains("the XMPP route of Dublin, Redmond"))
        let both = Self.warnings(fixture.failover(.sip, .xmpp))
            .first { $0.contains("is not fenced") }
        #expect(both?.contains("XMPP") != true)

        fixture.snapshot.associations = []
        #expect(fences(fixture.failover(.sip, .xmpp)) == 2)
    }

    @Test
    func `services of a pool that is down carry nothing`() {
        var fixture = Fixture()
        fixture.organisation.routes[0].fence = .accessEdge
        fixture.associate()
        fixture.snapshot.deadSites = [SiteName("Redmond")]
        #expect(
            !Self.warnings(fixture.failover(.sip, .xmpp)).contains { $0.contains("is not fenced") }
        )
    }
}
