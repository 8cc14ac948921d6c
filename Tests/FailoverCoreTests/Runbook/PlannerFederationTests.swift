import FailoverCore
import Testing

/// Procedure A: the flag, Setup, next hops.
@Suite
struct PlannerFederationTests {
    private typealias Fixture = RunbookFixture

    // MARK: The flag

    @Test
    func `strict single has a person move the checkbox before anything else`() throws {
        let plan = try Fixture.planned { $0.keepFlagSingle() }
        #expect(
            plan.steps.first?.task == .moveFederationFlag(from: Fixture.pool1, to: Fixture.pool2)
        )
        #expect(plan.steps.first?.source.stepNumbers == Array(1...5))
        let others = try Fixture.planned { _ in }
        #expect(others.steps.allSatisfy { $0.operation.operationClass != .person })
    }

    @Test(arguments: ProductVersion.allCases)
    func `the person's steps name the version's product and wizard`(version: ProductVersion) throws
    {
        let plan = try Fixture.planned {
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
        let plan = try Fixture.planned { fixture in
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
        let steps = try Fixture.planned { $0.keepFlagSingle() }.steps
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
        let plan = try Fixture.planned { fixture in
            fixture.organisation.routes[0].setup = .always
            for leg in [LegKind.sip, .xmpp, .access] { fixture.silence(Fixture.edge22, leg) }
        }
        #expect(plan.steps.compactMap(\.task).count == 1)
        #expect(plan.warnings.contains { $0.contains("edge22.contoso.net answers nothing: Setup") })
    }

    @Test
    func `a pool that has just fallen silent is not set up, and goes to no person`() throws {
        let plan = try Fixture.planned { fixture in
            let verdicts = fixture.snapshot.verdicts
            for server in [Fixture.edge21, Fixture.edge22] {
                for leg in [LegKind.sip, .xmpp, .access] { fixture.silence(server, leg) }
            }
            // The verdict stands until several probes have failed.
            fixture.snapshot.verdicts = verdicts
        }
        #expect(plan.steps.compactMap(\.task).isEmpty)
        #expect(plan.warnings.filter { $0.contains("answers nothing: Setup") }.count == 2)
    }

    // MARK: Next hop

    @Test
    func `a silent next hop is replaced by a living Registrar, with a person's yes`() throws {
        let plan = try Fixture.planned { fixture in
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
        let plan = try Fixture.planned { fixture in
            fixture.snapshot.silentNextHops = [name("fepool1.contoso.net"): "refused"]
        }
        for step in plan.steps {
            if case .setNextHop = step.operation { Issue.record("\(step.title)") }
        }
        #expect(!plan.needsApproval)
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
