import FailoverCore
import Testing

/// What does not block: what is mended by the plan, what only warns, what needs a person's yes.
@Suite
struct PreflightWarningTests {
    private typealias Fixture = RunbookFixture

    private static func warnings(_ planning: Planning) -> [String] {
        Fixture.plan(planning)?.warnings ?? []
    }

    // MARK: rights

    @Test
    func `a setup permission that could not be tested is told of`() throws {
        var fixture = Fixture()
        let container = "OU=Servers,DC=contoso,DC=net"
        fixture.snapshot.setupPermissions = [
            SetupPermissionReading(container: container, isGranted: nil, detail: "no such object")
        ]
        let warnings = Self.warnings(fixture.failover(.sip))
        #expect(
            warnings.contains(
                "the setup permission on \(container) could not be tested: no such object"
            )
        )
        fixture.snapshot.setupPermissions[0].isGranted = true
        #expect(!Self.warnings(fixture.failover(.sip)).contains { $0.contains(container) })
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

    @Test
    func `a dead next hop is no matter for media`() {
        var fixture = Fixture()
        fixture.associate()
        fixture.addMediaRoutes()
        fixture.watchMedia(home: .down)
        for pool in ["fepool1", "fepool2", "dirpool"] {
            fixture.snapshot.silentNextHops[name("\(pool).contoso.net")] = "refused"
        }
        let planning = Planner(organisation: fixture.organisation)
            .failover([Fixture.mediaMove()], snapshot: fixture.snapshot)
        #expect(Fixture.checks(planning) == [])
        #expect(Fixture.plan(planning)?.needsApproval == false)
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
    func `a sign-in name is told once, with where it is named`() {
        var fixture = Fixture()
        let target = ServiceRecord(
            priority: 0,
            weight: 0,
            port: 443,
            target: name("sip.contoso.com")
        )
        fixture.put("_sip._tls.contoso.com", .srv, ttl: 600, [.service(target)])
        fixture.snapshot.edgeServices[1].clientPort = 5061
        let blockers = Fixture.blockers(fixture.failover(.sip))
        #expect(blockers.count == 1)
        #expect(blockers.first?.readFrom.hasPrefix("_sip._tls.contoso.com") == true)
        fixture.snapshot.edgeServices[0].clientPort = nil
        #expect(
            Fixture.checks(fixture.failover(.sip)) == [],
            "a port that is not known says nothing"
        )
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
