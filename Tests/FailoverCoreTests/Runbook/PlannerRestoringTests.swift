import FailoverCore
import Testing

/// Procedure C: what goes back, what stays, and what runs before.
@Suite
struct PlannerRestoringTests {
    private typealias Fixture = RunbookFixture

    /// Fails over, lets the world change, and plans the way back.
    private func back(
        _ moves: [Move] = [Fixture.move(.sip)],
        away change: (inout RunbookFixture) -> Void = { _ in },
        meanwhile: (inout RunbookFixture) -> Void = { _ in },
        returning: [Move]? = nil,
        hasRecord: Bool = true
    ) throws -> Plan {
        var fixture = Fixture()
        change(&fixture)
        let planner = Planner(organisation: fixture.organisation)
        let away = planner.failover(moves, snapshot: fixture.snapshot)
        let plan = try #require(Fixture.plan(away), "\(away)")
        let record = FailoverRecord(snapshot: fixture.snapshot, plan: plan)
        fixture.carryOut(plan)
        fixture.certifyHome()
        meanwhile(&fixture)
        let home = (returning ?? moves).map {
            Move(route: $0.route, kind: $0.kind, from: $0.to, to: $0.from)
        }
        let planning = Planner(organisation: fixture.organisation)
            .failback(home, snapshot: fixture.snapshot, record: hasRecord ? record : nil)
        return try #require(Fixture.plan(planning), "\(planning)")
    }

    private static let both = [Fixture.move(.sip), Fixture.move(.xmpp)]

    private func fence(_ fixture: inout RunbookFixture) {
        fixture.organisation.routes[0].fence = .accessEdge
        fixture.organisation.routes[0].failback.unfencedSoak = .seconds(120)
        fixture.snapshot.startTypes = [name("edge11.contoso.net"): .manual]
        fixture.watchMedia(home: .up)
    }

    // MARK: Unfencing

    @Test
    func `a fenced pool is watched, unfenced, started, and watched again before the routes`() throws
    {
        let plan = try back(Self.both, away: fence)
        let edge11 = name("edge11.contoso.net")
        let edge12 = name("edge12.contoso.net")
        #expect(
            plan.steps.prefix(6).map(\.operation) == [
                .soak(pool: Fixture.pool1, .media, .seconds(120)),
                .unfence(server: edge11, startType: .manual),
                .unfence(server: edge12, startType: .automatic),
                .startServices(server: edge11, .all), .startServices(server: edge12, .all),
                .soak(pool: Fixture.pool1, .sip, .seconds(120)),
            ]
        )
        #expect(plan.steps[6].operation.editsTopology)
        #expect(!plan.needsApproval)
    }

    @Test
    func `what answers of a fenced pool decides what is watched first`() throws {
        let plan = try back(Self.both, away: fence) { $0.verdict(Fixture.pool1, .access, .up) }
        #expect(plan.steps.first?.operation == .soak(pool: Fixture.pool1, .access, .seconds(120)))
        let silent = try back(Self.both, away: fence) { fixture in
            for leg in [LegKind.access, .media, .xmpp] {
                fixture.snapshot.verdicts[PoolLeg(pool: Fixture.pool1, kind: leg)] = nil
            }
        }
        guard case .unfence? = silent.steps.first?.operation else {
            Issue.record("\(String(describing: silent.steps.first?.title))")
            return
        }
        #expect(silent.warnings.contains { $0.contains("it is watched only after that") })
    }

    @Test
    func `a fenced member that cannot be managed is unfenced by a person`() throws {
        let edge12 = name("edge12.contoso.net")
        let plan = try back(Self.both, away: fence) { fixture in
            fixture.snapshot.startTypes[edge12] = nil
            fixture.snapshot.unreachableEdges = [edge12: "no route to host"]
        }
        #expect(
            plan.steps.compactMap(\.task) == [
                .unfence(server: edge12, pool: Fixture.pool1, startType: .automatic)
            ]
        )
        let started = plan.steps.filter { $0.source.stepNumbers == [1] }.compactMap {
            step -> FQDN? in
            if case .startServices(let server, _) = step.operation { server } else { nil }
        }
        #expect(started == [name("edge11.contoso.net")])
    }

    @Test
    func `XMPP alone goes back to a fenced pool without unfencing it`() throws {
        let plan = try back(Self.both, away: fence, returning: [Fixture.move(.xmpp)])
        #expect(plan.warnings.contains { $0.contains("stays switched off") })
        for step in plan.steps {
            switch step.operation {
            case .unfence, .soak, .startServices(_, .all): Issue.record("\(step.title)")
            default: continue
            }
        }
        #expect(started(plan) == ["edge11 xmpp", "edge12 xmpp"])
    }

    @Test
    func `media alone goes back to a fenced pool without starting anything there`() throws {
        let media = Fixture.mediaMove()
        let plan = try back(
            Self.both + [media],
            away: { fixture in
                fence(&fixture)
                fixture.associate()
                fixture.addMediaRoutes()
            },
            returning: [media]
        )
        #expect(started(plan) == [])
    }

    /// Members whose services the agent starts, with the services.
    private func started(_ plan: Plan) -> [String] {
        plan.steps.compactMap { step in
            guard case .startServices(let server, let services) = step.operation else { return nil }
            return "\(server.host) \(services)"
        }
    }

    @Test
    func `strict single watches the pool once it has the checkbox again`() throws {
        let plan = try back(Self.both) { fixture in
            fence(&fixture)
            fixture.keepFlagSingle()
        }
        let steps = plan.steps
        let flag = steps.firstIndex {
            $0.task == .moveFederationFlag(from: Fixture.pool2, to: Fixture.pool1)
        }
        let soak = steps.lastIndex {
            $0.operation == .soak(pool: Fixture.pool1, .sip, .seconds(120))
        }
        let setups = steps.indices.filter {
            if case .runSetup? = steps[$0].task { true } else { false }
        }
        let place = try #require(flag)
        let end = try #require(soak)
        #expect(setups.count == 2)
        #expect(setups.allSatisfy { place < $0 && $0 < end })
    }

    // MARK: Services of the restored pool

    @Test
    func `a dead store is failed over before services are started`() throws {
        let plan = try back { _ in
        } meanwhile: { fixture in
            fixture.snapshot.storeMaster = nil
        }
        guard case .failOverStore? = plan.steps.first?.task else {
            Issue.record("\(String(describing: plan.steps.first?.title))")
            return
        }
        #expect(started(plan) == ["edge11 all", "edge12 all"])
    }

    @Test
    func `members that cannot be managed are started by people`() throws {
        let edge12 = name("edge12.contoso.net")
        let plan = try back { $0.snapshot.manageableEdges.removeAll { $0 == edge12 } }
        #expect(
            plan.steps.compactMap(\.task) == [
                .startServices(server: edge12, pool: Fixture.pool1, .all, .sip)
            ]
        )
        let strict = try back {
            $0.keepFlagSingle()
            $0.snapshot.manageableEdges.removeAll { $0 == edge12 }
        }
        #expect(
            strict.steps.compactMap(\.task).first
                == .startServices(server: edge12, pool: Fixture.pool1, .all, .access),
            "before the checkbox is back only sign-in can answer"
        )
    }

    @Test
    func `a dead and unmanageable member is left out while others serve`() throws {
        let edge12 = name("edge12.contoso.net")
        let plan = try back { fixture in
            fixture.snapshot.manageableEdges.removeAll { $0 == edge12 }
        } meanwhile: { fixture in
            fixture.snapshot.startTypes[edge12] = nil
            for leg in [LegKind.sip, .xmpp, .access] { fixture.silence(edge12, leg) }
        }
        #expect(plan.steps.compactMap(\.task).isEmpty)
        #expect(plan.warnings.contains { $0.hasPrefix("edge12.contoso.net answers nothing") })
    }

    // MARK: The three-way comparison

    @Test
    func `a route that someone else moved is left alone and named`() throws {
        let plan = try back { _ in
        } meanwhile: { fixture in
            fixture.snapshot.sites[0].sipRoute = "Director:dirpool.contoso.net"
        }
        let sites = plan.steps.compactMap { step -> SiteName? in
            if case .setSiteRoute(let site, _, _, _) = step.operation { site } else { nil }
        }
        #expect(sites == [SiteName("Dublin")])
        #expect(plan.warnings.contains { $0.contains("the SIP route of site Redmond was changed") })
    }

    @Test
    func `a record of two routes gives back only the names of the one that returns`() throws {
        let plan = try back(Self.both, returning: [Fixture.move(.xmpp)])
        let names = plan.steps.compactMap(\.operation.recordChanges).flatMap(\.changes).map(\.name)
        #expect(names == [name("xmpp.contoso.com")])
    }

    @Test
    func `names that both routes share go back once`() throws {
        let plan = try back(Self.both) { fixture in
            let service = ServiceRecord(
                priority: 10,
                weight: 0,
                port: 5269,
                target: name("sip.contoso.com")
            )
            fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 600, [.service(service)])
            fixture.organisation.routes[1].ttlWhileFailedOver = 30
        }
        let changes = plan.steps.compactMap(\.operation.recordChanges).flatMap(\.changes)
        #expect(changes.map(\.name) == [name("sip.contoso.com")])
        #expect(changes.first?.to?.ttl == 3_600)
    }

    @Test
    func `addresses that the configuration no longer knows need a person's yes`() throws {
        let plan = try back { _ in
        } meanwhile: { fixture in
            for (index, text) in ["203.0.113.77", "203.0.113.78"].enumerated() {
                fixture.organisation.edgePools[0].servers[index].publicAddresses = [address(text)]
            }
        }
        #expect(plan.needsApproval)
        #expect(plan.warnings.contains { $0.contains("not what the configuration says") })
    }

    @Test
    func `a record that the failover removed comes back with its TTL`() throws {
        let old = [RecordData.address(address("2001:db8::11"))]
        let plan = try back { fixture in
            fixture.put("sip.contoso.com", .aaaa, ttl: 7_200, old)
        }
        let changes = plan.steps.compactMap(\.operation.recordChanges).flatMap(\.changes)
        let restored = changes.first { $0.type == .aaaa }
        #expect(restored?.from == nil)
        #expect(
            restored?.to
                == RecordSet(name: name("sip.contoso.com"), type: .aaaa, ttl: 7_200, data: old)
        )
    }

    @Test
    func `an XMPP record that the failover added stays`() throws {
        let plan = try back([Fixture.move(.xmpp)]) { fixture in
            fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 0, [])
        }
        let changes = plan.steps.compactMap(\.operation.recordChanges).flatMap(\.changes)
        #expect(changes.map(\.type) == [.a])
    }

    @Test
    func `a next hop that was changed stays, and is named`() throws {
        let plan = try back { fixture in
            fixture.snapshot.silentNextHops = [name("fepool2.contoso.net"): "refused"]
        } meanwhile: { fixture in
            fixture.snapshot.silentNextHops = [:]
        }
        for step in plan.steps {
            if case .setNextHop = step.operation { Issue.record("\(step.title)") }
        }
        #expect(
            plan.warnings.contains { $0.hasPrefix("the next hop of edgepool2.contoso.net stays") }
        )
    }

    // MARK: The Front End pool

    @Test(arguments: ProductVersion.allCases)
    func `the lost site's Front End pool goes back by a person, where a cmdlet does it`(
        version: ProductVersion
    ) throws {
        let plan = try back { fixture in
            fixture.use(version)
            fixture.snapshot.deadSites = [SiteName("Redmond")]
        } meanwhile: { fixture in
            fixture.snapshot.deadSites = []
        }
        let pool = name("fepool1.contoso.net")
        let task = PersonTask.failBackFrontEndPool(pool)
        #expect((plan.steps.last?.task == task) == (version != .lync2010))
        #expect(
            plan.warnings.contains { $0.hasSuffix("has no cmdlet that fails a pool back") }
                == (version == .lync2010)
        )
        let commands = plan.steps.flatMap(\.operation.commands)
        #expect(
            commands.contains { $0.contains("Invoke-CsPoolFailBack") } == (version != .lync2010)
        )
    }

    @Test
    func `a Front End pool that lived is not failed back`() throws {
        let plan = try back()
        #expect(!plan.steps.contains { $0.source.stepNumbers == [5] })
    }

    @Test
    func `replicas that were all stale show a lost pool as well`() throws {
        let plan = try back { fixture in
            for index in fixture.snapshot.replicas.indices
            where fixture.snapshot.replicas[index].server.host.hasPrefix("fe1") {
                fixture.snapshot.replicas[index].isUpToDate = false
            }
        }
        #expect(plan.steps.last?.task == .failBackFrontEndPool(name("fepool1.contoso.net")))
    }
}
