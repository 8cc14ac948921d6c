import FailoverCore
import Testing

/// Procedure A: the flag, setup, next hops, the store, the fence.
@Suite
struct PlannerFederationTests {
    private typealias Fixture = RunbookFixture

    private func plan(
        _ moves: [Move] = [Fixture.move(.sip)],
        _ change: (inout RunbookFixture) -> Void
    ) throws -> Plan {
        var fixture = Fixture()
        change(&fixture)
        let planning = Planner(organisation: fixture.organisation)
            .failover(moves, snapshot: fixture.snapshot)
        return try #require(Fixture.plan(planning), "\(planning)")
    }

    // MARK: The flag

    @Test
    func `strict single has a person move the checkbox before anything else`() throws {
        let plan = try plan { $0.keepFlagSingle() }
        #expect(
            plan.steps.first?.task == .moveFederationFlag(from: Fixture.pool1, to: Fixture.pool2)
        )
        #expect(plan.steps.first?.source.stepNumbers == Array(1...5))
        let others = try self.plan { _ in }
        #expect(others.steps.allSatisfy { $0.operation.operationClass != .person })
    }

    @Test(arguments: ProductVersion.allCases)
    func `the person's steps name the version's product and wizard`(version: ProductVersion) throws
    {
        let plan = try plan {
            $0.use(version)
            $0.keepFlagSingle()
        }
        let tasks = plan.steps.filter { $0.task != nil }
        #expect(tasks.count == 3)
        #expect(tasks[0].title.hasSuffix("of \(version.productName)"))
        for step in tasks.dropFirst() {
            #expect(step.title.contains("\(version.wizardName) Deployment Wizard"))
            #expect(step.task?.instruction.contains(version.deploymentFolder) == true)
        }
    }

    // MARK: Setup

    struct SetupCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var setup: ComponentSetup
        var by: SetupBy = .person
        var isStrict = false
        /// Whether edge22 listens.
        var isListening = true
        var isReachable = true
        /// `person`, `agent` or nothing, for edge21 and edge22, with ` must` where it must run.
        var expected: [String]
    }

    static let setups = [
        SetupCase(
            testDescription: "all listen",
            setup: .whenListenerMissing,
            expected: ["-", "-"]
        ),
        SetupCase(
            testDescription: "one does not listen",
            setup: .whenListenerMissing,
            isListening: false,
            expected: ["-", "person"]
        ),
        SetupCase(
            testDescription: "one does not listen, and the agent may",
            setup: .whenListenerMissing,
            by: .agent,
            isListening: false,
            expected: ["-", "agent"]
        ),
        SetupCase(
            testDescription: "strict single asks for all, listening or not",
            setup: .whenListenerMissing,
            isStrict: true,
            expected: ["person", "person"]
        ),
        SetupCase(
            testDescription: "always",
            setup: .always,
            expected: ["person must", "person must"]
        ),
        SetupCase(
            testDescription: "always, by the agent, which reaches one",
            setup: .always,
            by: .agent,
            isReachable: false,
            expected: ["agent must", "person must"]
        ),
        SetupCase(
            testDescription: "never",
            setup: .never,
            isListening: false,
            expected: ["-", "-"]
        ),
        SetupCase(
            testDescription: "never, strict single",
            setup: .never,
            isStrict: true,
            expected: ["-", "-"]
        ),
    ]

    @Test(arguments: setups)
    func `setup is planned where the option says`(setup: SetupCase) throws {
        let plan = try plan { fixture in
            if setup.isStrict { fixture.keepFlagSingle() }
            fixture.organisation.routes[0].setup = setup.setup
            fixture.organisation.routes[0].setupBy = setup.by
            if !setup.isReachable {
                fixture.snapshot.unreachableEdges = [Fixture.edge22: "no route to host"]
            }
            if !setup.isListening { fixture.silence(Fixture.edge22, .sip) }
        }
        let found = [Fixture.edge21, Fixture.edge22].map { server -> String in
            for step in plan.steps {
                switch step.operation {
                case .runSetup(server, let must): return must ? "agent must" : "agent"
                case .person(.runSetup(server, _, _, let must)):
                    return must ? "person must" : "person"
                default: continue
                }
            }
            return "-"
        }
        #expect(found == setup.expected)
    }

    @Test
    func `setup comes after the gate and before the target is checked`() throws {
        let steps = try plan { $0.keepFlagSingle() }.steps
        let index = steps.firstIndex(where: \.isGate)
        let gate = try #require(index)
        let setups = steps.indices.filter { steps[$0].source.stepNumbers == [6, 7] }
        #expect(setups == [gate + 1, gate + 2])
        guard case .checkProtocol(Fixture.pool2, nil, .sip) = steps[gate + 3].operation else {
            Issue.record("\(steps[gate + 3].title)")
            return
        }
    }

    @Test
    func `a member that answers nothing is not set up`() throws {
        let plan = try plan { fixture in
            fixture.organisation.routes[0].setup = .always
            for leg in [LegKind.sip, .xmpp, .access] { fixture.silence(Fixture.edge22, leg) }
        }
        #expect(plan.steps.compactMap(\.task).count == 1)
        #expect(plan.warnings.contains { $0.contains("edge22.contoso.net answers nothing: Setup") })
    }

    // MARK: Next hop

    @Test
    func `a silent next hop is replaced by a living Registrar, with a person's yes`() throws {
        let plan = try plan { fixture in
            fixture.snapshot.silentNextHops = [name("fepool2.contoso.net"): "refused"]
        }
        let hops = plan.steps.filter {
            $0.operation
                == .setNextHop(
                    pool: Fixture.pool2,
                    from: Fixture.service("Registrar", "fepool2"),
                    to: Fixture.service("Registrar", "fepool1")
                )
        }
        #expect(hops.count == 1)
        #expect(plan.needsApproval)
        #expect(plan.warnings.contains { $0.contains("fepool2.contoso.net, does not answer") })
        let enabling = plan.steps.first { $0.operation == .enableTopology }
        #expect((hops.first?.id.number ?? 0) < (enabling?.id.number ?? 0))
    }

    @Test
    func `a next hop that answers stays`() throws {
        let plan = try plan { fixture in
            fixture.snapshot.silentNextHops = [name("fepool1.contoso.net"): "refused"]
        }
        for step in plan.steps {
            if case .setNextHop = step.operation { Issue.record("\(step.title)") }
        }
        #expect(!plan.needsApproval)
    }

    // MARK: The store

    @Test
    func `a dead store is failed over by a person, and then looked at, before any write`() throws {
        let plan = try plan { $0.loseStore() }
        #expect(plan.needsApproval)
        #expect(
            plan.steps[0].task
                == .failOverStore(hasCmdlet: true, at: "a Front End of fepool2.contoso.net")
        )
        #expect(
            plan.steps[1].operation
                == .checkReplicationPath(servers: [Fixture.edge21, Fixture.edge22])
        )
        guard case .tryRights(let site, .sip, _) = plan.steps[2].operation else {
            Issue.record("\(plan.steps[2].title)")
            return
        }
        #expect(site == SiteName("Dublin"))
        #expect(plan.steps[3].operation.editsTopology)
    }

    @Test
    func `Lync 2010 has no cmdlet for the store`() throws {
        let plan = try plan {
            $0.use(.lync2010)
            $0.loseStore()
        }
        guard case .failOverStore(false, _)? = plan.steps[0].task else {
            Issue.record("\(plan.steps[0].title)")
            return
        }
        let text = plan.steps.flatMap(\.operation.commands).joined(separator: "\n")
        #expect(!text.contains("Invoke-CsManagementServerFailover"))
    }

    @Test
    func `without replicas to read every living server is waited for, the dead by name`() throws {
        let plan = try plan { $0.loseStore() }
        let gate = plan.steps.first(where: \.isGate)?.operation
        #expect(
            gate
                == .awaitReplication(
                    servers: ["edge21", "edge22", "fe21", "fe22"].map { name("\($0).contoso.net") },
                    leftOut: ["fe11", "fe12"].map { name("\($0).contoso.net") }
                )
        )
    }

    @Test
    func `a dead store in a media move is tried with a site's route`() throws {
        let plan = try plan([Fixture.mediaMove()]) { fixture in
            fixture.associate()
            fixture.watchMedia(home: .down)
            fixture.addMediaRoutes()
            fixture.snapshot.storeMaster = nil
        }
        let trials = plan.steps.filter {
            if case .tryRights(_, .sip, .edgeServer(Fixture.pool2)) = $0.operation {
                true
            } else {
                false
            }
        }
        #expect(trials.count == 1)
        #expect(trials.flatMap(\.operation.commands).allSatisfy { $0.hasSuffix("-WhatIf") })
    }

    // MARK: The gate

    /// Replicas of `fe1` or of all servers are stale; the store is held by that server.
    private func waitedFor(stale: String, master: String) throws -> [String] {
        let plan = try plan { fixture in
            fixture.snapshot.storeMaster = master
            for index in fixture.snapshot.replicas.indices
            where fixture.snapshot.replicas[index].server.host.hasPrefix(stale) {
                fixture.snapshot.replicas[index].isUpToDate = false
            }
        }
        guard case .awaitReplication(let servers, _)? = plan.steps.first(where: \.isGate)?.operation
        else { return [] }
        return servers.map(\.host)
    }

    @Test
    func `a pool none of whose replicas is up to date is not waited for, a single server is`()
        throws
    {
        let four = ["edge21", "edge22", "fe21", "fe22"]
        let all = ["edge21", "edge22", "fe11", "fe12", "fe21", "fe22"]
        #expect(try waitedFor(stale: "fe1", master: "fe21.contoso.net") == four)
        #expect(try waitedFor(stale: "fe11", master: "fe21.contoso.net") == all)
    }

    @Test
    func `a pool that holds the store is alive, and so is everything while all replicas lag`()
        throws
    {
        let all = ["edge21", "edge22", "fe11", "fe12", "fe21", "fe22"]
        #expect(try waitedFor(stale: "fe1", master: "fe11.contoso.net") == all)
        #expect(try waitedFor(stale: "", master: "fe21.contoso.net") == all)
    }

    // MARK: The fence

    @Test
    func `a fence closes the plan, one step per member, with the start type that was read`() throws
    {
        let plan = try plan([Fixture.move(.sip), Fixture.move(.xmpp)]) { fixture in
            fixture.organisation.routes[0].fence = .accessEdge
            fixture.snapshot.startTypes = [name("edge11.contoso.net"): .manual]
            fixture.snapshot.unreachableEdges = [name("edge12.contoso.net"): "no route to host"]
            fixture.snapshot.manageableEdges.removeAll { $0 == name("edge11.contoso.net") }
        }
        #expect(plan.warnings.contains { $0.contains("its fence stays pending") })
        #expect(
            plan.steps.suffix(2).map(\.operation) == [
                .fence(server: name("edge11.contoso.net"), startType: .manual),
                .fence(server: name("edge12.contoso.net"), startType: .automatic),
            ]
        )
    }

    @Test
    func `a member that is switched off already is not fenced again, and the plan says so`() throws
    {
        let plan = try plan([Fixture.move(.sip), Fixture.move(.xmpp)]) { fixture in
            fixture.organisation.routes[0].fence = .accessEdge
            fixture.snapshot.startTypes = [name("edge11.contoso.net"): .disabled]
        }
        #expect(
            plan.warnings.contains { $0.contains("edge11.contoso.net is switched off already") }
        )
        #expect(
            plan.steps.last?.operation
                == .fence(server: name("edge12.contoso.net"), startType: .automatic)
        )
        #expect(plan.steps.filter { $0.title.contains("edge11") } == [])
    }

    static let carriers: [(String, @Sendable (inout RunbookFixture) -> Void)] = [
        ("XMPP", { _ in }),
        (
            "media",
            { fixture in
                fixture.snapshot.sites[0].xmppRoute = nil
                fixture.snapshot.sites[1].xmppRoute = nil
                fixture.associate()
                fixture.watchMedia(home: .up)
            }
        ),
    ]

    @Test(arguments: [0, 1])
    func `a pool that still carries something is not fenced, and the plan says so`(
        index: Int
    ) throws {
        let (word, change) = Self.carriers[index]
        let plan = try plan { fixture in
            fixture.organisation.routes[0].fence = .accessEdge
            change(&fixture)
        }
        #expect(!plan.steps.contains { $0.operation.isFence })
        #expect(plan.warnings.contains { $0.contains("is not fenced") && $0.contains(word) })
    }

    @Test
    func `a pool that takes another route over in the same plan is not fenced`() throws {
        var xmpp = Fixture.move(.xmpp)
        swap(&xmpp.from, &xmpp.to)
        let plan = try plan([Fixture.move(.sip), xmpp]) { fixture in
            fixture.organisation.routes[0].fence = .accessEdge
            fixture.organisation.routes[1].home = Fixture.pool2
            fixture.organisation.routes[1].standby = [Fixture.pool1]
            for index in fixture.snapshot.sites.indices {
                fixture.snapshot.sites[index].xmppRoute = "EdgeServer:edgepool2.contoso.net"
            }
            fixture.verdict(Fixture.pool1, .xmpp, .up)
            fixture.certifyHome()
            let pool2 = ["198.51.100.21", "198.51.100.22"].map { RecordData.address(address($0)) }
            fixture.put("xmpp.contoso.com", .a, ttl: 60, pool2)
        }
        #expect(!plan.steps.contains { $0.operation.isFence })
        #expect(
            plan.warnings.contains { $0.contains("is not fenced: XMPP federation moves to it") }
        )
        #expect(plan.steps.filter { $0.operation == .enableTopology }.count == 1)
    }
}

extension Operation {
    /// Whether it switches an Access Edge off.
    var isFence: Bool {
        if case .fence = self { true } else { false }
    }
}

extension RunbookFixture {
    /// One leg of one member does not answer.
    mutating func silence(_ server: FQDN, _ leg: LegKind) {
        for index in snapshot.members.indices
        where snapshot.members[index].server == server && snapshot.members[index].kind == leg {
            snapshot.members[index].liveness = .dead
        }
        let pool = organisation.edgePools.first { $0.servers.contains { $0.fqdn == server } }
        if let pool {
            snapshot.verdicts[PoolLeg(pool: pool.fqdn, kind: leg)] =
                Verdict(.degraded, reason: "\(server) is down")
        }
    }
}
