import FailoverCore
import Testing

/// Procedure D: associations, alone and with SIP.
@Suite
struct PlannerMediaTests {
    private typealias Fixture = RunbookFixture

    private func fixture(home: VerdictClass? = .down, routes: Bool = true) -> RunbookFixture {
        var fixture = Fixture()
        fixture.associate()
        if let home { fixture.watchMedia(home: home) }
        if routes { fixture.addMediaRoutes() }
        return fixture
    }

    private func plan(_ fixture: RunbookFixture, _ moves: Move...) throws -> Plan {
        let planning = Planner(organisation: fixture.organisation)
            .failover(moves, snapshot: fixture.snapshot)
        return try #require(Fixture.plan(planning), "\(planning)")
    }

    private func moved(_ plan: Plan) -> [String] {
        plan.steps.compactMap { step in
            guard case .setAssociation(let service, _, let to) = step.operation else { return nil }
            return "\(service.role):\(service.pool.host) \(to.pool.host)"
        }
    }

    private static let redmond = [
        "ConferencingServer:fepool1 edgepool2", "Director:dirpool edgepool2",
        "MediationServer:fepool1 edgepool2", "Registrar:fepool1 edgepool2",
    ]

    @Test
    func `a media move takes every service of the pool that is left, and no other`() throws {
        let plan = try plan(fixture(), Fixture.mediaMove())
        #expect(moved(plan) == Self.redmond)
        let commands = plan.steps.flatMap(\.operation.commands)
        for cmdlet in [
            "Set-CsRegistrar", "Set-CsConferenceServer", "Set-CsMediationServer", "Set-CsDirector",
        ] {
            #expect(commands.filter { $0.hasPrefix(cmdlet) }.count == 1)
        }
        #expect(!commands.contains { $0.hasPrefix("Set-CsSite") })
    }

    @Test
    func `a service of another site that uses the pool moves too`() throws {
        var fixture = fixture()
        fixture.snapshot.associations.append(
            AssociationSnapshot(
                service: Fixture.service("MediationServer", "medpool"),
                site: SiteName("Dublin"),
                edgeServer: .edgeServer(Fixture.pool1)
            )
        )
        #expect(
            try moved(plan(fixture, Fixture.mediaMove())).contains(
                "MediationServer:medpool edgepool2"
            )
        )
    }

    @Test
    func `the gate waits for the pools whose services moved, and for the target`() throws {
        let gate = try plan(fixture(), Fixture.mediaMove()).steps.first(where: \.isGate)?.operation
        guard case .awaitReplication(let servers, [])? = gate else {
            Issue.record("\(String(describing: gate))")
            return
        }
        #expect(servers.map(\.host) == ["dir1", "edge21", "edge22", "fe11", "fe12"])
    }

    @Test
    func `associations are read back, and the target's media is probed`() throws {
        let steps = try plan(fixture(), Fixture.mediaMove()).steps
        #expect(
            steps.contains {
                if case .checkAssociations(let services, .edgeServer(Fixture.pool2)) = $0.operation
                {
                    services.count == 4
                } else {
                    false
                }
            }
        )
        #expect(steps.last?.operation == .checkProtocol(pool: Fixture.pool2, server: nil, .media))
        #expect(!steps.contains { $0.operation.recordChanges != nil })
    }

    @Test(arguments: [true, false])
    func `a Front End pool that is down is skipped and named`(bySite: Bool) throws {
        var fixture = fixture()
        if bySite {
            fixture.snapshot.deadSites = [SiteName("Redmond")]
            fixture.snapshot.associations.append(
                AssociationSnapshot(
                    service: Fixture.service("MediationServer", "fepool2"),
                    site: SiteName("Dublin"),
                    edgeServer: .edgeServer(Fixture.pool1)
                )
            )
        } else {
            for index in fixture.snapshot.replicas.indices
            where fixture.snapshot.replicas[index].server.host.hasPrefix("fe1") {
                fixture.snapshot.replicas[index].isUpToDate = false
            }
        }
        let plan = try plan(fixture, Fixture.mediaMove())
        #expect(
            moved(plan)
                == (bySite ? ["MediationServer:fepool2 edgepool2"] : ["Director:dirpool edgepool2"])
        )
        #expect(
            plan.warnings.contains {
                $0.hasPrefix("fepool1.contoso.net is down: its Registrar keeps edgepool1")
            }
        )
    }

    // MARK: With SIP

    @Test
    func `a SIP failover takes media along when media is down too`() throws {
        let plan = try plan(fixture(routes: false), Fixture.move(.sip))
        #expect(moved(plan) == Self.redmond)
        #expect(plan.verdicts[PoolLeg(pool: Fixture.pool1, kind: .media)] == .down)
        #expect(plan.impact.contains { $0.contains("Web Conferencing of fepool1.contoso.net") })
    }

    @Test
    func `where media is not watched all members must be dead`() throws {
        #expect(
            try moved(plan(fixture(home: nil, routes: false), Fixture.move(.sip))) == Self.redmond
        )
        var alive = fixture(home: nil, routes: false)
        alive.verdict(Fixture.pool1, .xmpp, .up)
        let plan = try plan(alive, Fixture.move(.sip))
        #expect(moved(plan).isEmpty)
        #expect(plan.warnings.contains { $0.contains("A route of kind media would move them") })
    }

    @Test(arguments: [VerdictClass.up, .degraded, .unknown])
    func `a SIP failover leaves media that is not known to be down, and offers it`(
        verdict: VerdictClass
    ) throws {
        let plan = try plan(fixture(home: verdict, routes: false), Fixture.move(.sip))
        #expect(moved(plan).isEmpty)
        #expect(plan.warnings.contains { $0.contains("A route of kind media would move them") })
    }

    @Test
    func `a SIP failover leaves media to the route that has it`() throws {
        let plan = try plan(fixture(), Fixture.move(.sip))
        #expect(moved(plan).isEmpty)
        #expect(plan.warnings.contains { $0.contains("route media-redmond moves them") })
    }

    @Test
    func `SIP and media in one plan enable once and read associations back once`() throws {
        let plan = try plan(fixture(), Fixture.move(.sip), Fixture.mediaMove())
        #expect(moved(plan) == Self.redmond)
        #expect(plan.steps.filter { $0.operation == .enableTopology }.count == 1)
        let readings = plan.steps.filter {
            if case .checkAssociations = $0.operation { true } else { false }
        }
        #expect(readings.count == 1)
    }

    // MARK: Back

    private func back(
        _ fixture: RunbookFixture,
        _ record: FailoverRecord?,
        _ move: Move
    ) throws -> Plan {
        let planning = Planner(organisation: fixture.organisation)
            .failback([move], snapshot: fixture.snapshot, record: record)
        return try #require(Fixture.plan(planning), "\(planning)")
    }

    @Test
    func `pools that are each other's standby get back what was theirs`() throws {
        var fixture = fixture()
        let before = fixture.snapshot
        let away = try plan(fixture, Fixture.mediaMove())
        fixture.carryOut(away)
        let record = FailoverRecord(snapshot: before, plan: away)
        let plan = try back(fixture, record, Fixture.mediaMove(back: true))
        #expect(moved(plan) == Self.redmond.map { $0.replacing("edgepool2", with: "edgepool1") })
        #expect(!plan.needsApproval)
    }

    @Test
    func `a changed association stays, and a new one on the standby is named and asks`() throws {
        var fixture = fixture()
        let before = fixture.snapshot
        let away = try plan(fixture, Fixture.mediaMove())
        fixture.carryOut(away)
        let other = ServiceIdentity.edgeServer(name("edgepool9.contoso.net"))
        for index in fixture.snapshot.associations.indices
        where fixture.snapshot.associations[index].service.role == "Director" {
            fixture.snapshot.associations[index].edgeServer = other
        }
        fixture.snapshot.associations.append(
            AssociationSnapshot(
                service: Fixture.service("MediationServer", "medpool"),
                site: SiteName("Dublin"),
                edgeServer: .edgeServer(Fixture.pool2)
            )
        )
        let record = FailoverRecord(snapshot: before, plan: away)
        let plan = try back(fixture, record, Fixture.mediaMove(back: true))
        #expect(moved(plan).count == 3)
        #expect(plan.needsApproval)
        #expect(plan.warnings.contains { $0.contains("Director:dirpool.contoso.net was changed") })
        #expect(plan.warnings.contains { $0.contains("MediationServer:medpool.contoso.net uses") })
    }

    @Test
    func `without a record the services of the home site go back`() throws {
        var fixture = fixture()
        fixture.carryOut(try plan(fixture, Fixture.mediaMove()))
        let plan = try back(fixture, nil, Fixture.mediaMove(back: true))
        #expect(moved(plan) == Self.redmond.map { $0.replacing("edgepool2", with: "edgepool1") })
        #expect(plan.needsApproval)
        #expect(plan.warnings.contains { $0.contains("fepool2.contoso.net of other sites use") })
    }

    @Test
    func `SIP goes back without its media while home's media is down`() throws {
        var fixture = fixture(routes: false)
        let before = fixture.snapshot
        let away = try plan(fixture, Fixture.move(.sip))
        fixture.carryOut(away)
        fixture.certifyHome()
        fixture.verdict(Fixture.pool1, .media, .down)
        let record = FailoverRecord(snapshot: before, plan: away)
        let plan = try back(fixture, record, Fixture.move(.sip, back: true))
        #expect(moved(plan).isEmpty)
        #expect(plan.needsApproval)
    }

    // MARK: What is left alone

    @Test
    func `a service that no cmdlet changes stays, and is named`() throws {
        var fixture = fixture()
        fixture.snapshot.associations.append(
            AssociationSnapshot(
                service: Fixture.service("UserServer", "fepool1"),
                site: SiteName("Redmond"),
                edgeServer: .edgeServer(Fixture.pool1)
            )
        )
        let plan = try plan(fixture, Fixture.mediaMove())
        #expect(moved(plan) == Self.redmond)
        #expect(
            plan.warnings.contains {
                $0.hasPrefix("UserServer:fepool1.contoso.net uses edgepool1.contoso.net, and no")
            }
        )
    }

    @Test
    func `media that goes along to a pool where nobody watches it is not probed, which is said`()
        throws
    {
        func plan(_ home: VerdictClass?) throws -> (probes: Int, isSaid: Bool) {
            let plan = try self.plan(fixture(home: home, routes: false), Fixture.move(.sip))
            let probe = FailoverCore.Operation.checkProtocol(
                pool: Fixture.pool2,
                server: nil,
                .media
            )
            return (
                plan.steps.filter { $0.operation == probe }.count,
                plan.warnings.contains { $0.hasPrefix("media of edgepool2.contoso.net is not pro") }
            )
        }
        #expect(try plan(nil) == (0, true))
        #expect(try plan(.down) == (1, false))
    }

    @Test
    func `a service that is gone is named on the way back`() throws {
        var fixture = fixture()
        let before = fixture.snapshot
        let away = try plan(fixture, Fixture.mediaMove())
        fixture.carryOut(away)
        fixture.snapshot.associations.removeAll { $0.service.role == "Director" }
        let record = FailoverRecord(snapshot: before, plan: away)
        let plan = try back(fixture, record, Fixture.mediaMove(back: true))
        #expect(moved(plan).count == 3)
        #expect(plan.warnings.contains { $0.hasPrefix("Director:dirpool.contoso.net is gone") })
    }

    @Test
    func `a SIP failover that took no media along has none to ask about on the way back`() throws {
        var fixture = fixture()
        let before = fixture.snapshot
        let away = try plan(fixture, Fixture.move(.sip))
        fixture.carryOut(away)
        fixture.certifyHome()
        fixture.snapshot.associations.append(
            AssociationSnapshot(
                service: Fixture.service("MediationServer", "medpool"),
                site: SiteName("Dublin"),
                edgeServer: .edgeServer(Fixture.pool2)
            )
        )
        let record = FailoverRecord(snapshot: before, plan: away)
        let plan = try back(fixture, record, Fixture.move(.sip, back: true))
        #expect(moved(plan).isEmpty)
        #expect(!plan.needsApproval)
        #expect(!plan.warnings.contains { $0.contains("medpool") })
    }

    @Test(arguments: [false, true])
    func `without a record SIP takes the home site's media back, unless a route does`(
        hasRoutes: Bool
    ) throws {
        var fixture = fixture(routes: hasRoutes)
        var moves = [Fixture.move(.sip)]
        if hasRoutes { moves.append(Fixture.mediaMove()) }
        let away = Planner(organisation: fixture.organisation)
            .failover(moves, snapshot: fixture.snapshot)
        fixture.carryOut(try #require(Fixture.plan(away), "\(away)"))
        fixture.certifyHome()
        let plan = try back(fixture, nil, Fixture.move(.sip, back: true))
        let home = Self.redmond.map { $0.replacing("edgepool2", with: "edgepool1") }
        #expect(moved(plan) == (hasRoutes ? [] : home))
    }
}
