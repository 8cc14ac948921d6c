import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// No step of any plan is there for nothing: without it federation fails, or the run finds out.
@Suite
struct DeletedStepTests {
    @Test(arguments: Scenario.allCases)
    func `without any one of its acts a plan does not come to a good end`(
        scenario: Scenario
    ) async throws {
        let steps = try await scenario.prepare().opening.plan.steps
        for step in steps where step.operation.operationClass != .reading {
            var (bench, opening) = try await scenario.prepare()
            opening.plan.steps.removeAll { $0.id == step.id }
            let end = try await bench.run(opening)
            let shortcomings = scenario.shortcomings(bench.world)
            #expect(
                end != .finished(.done) || !shortcomings.isEmpty,
                "\(scenario) does as well without step \(step.id) \(step.title)"
            )
        }
    }

    /// What a check is for: a trouble that nothing else of the plan notices in time.
    struct Trouble: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var scenario: Scenario
        /// The check; the first of the plan that fits.
        var check: @Sendable (Operation) -> Bool
        /// Which of those that fit: the first, or the last.
        var isLast = false
        /// Brings the trouble about, after any event of the run.
        var happen: @Sendable (RunEvent, Plan, ScriptedOrganisation, ScriptedProber) -> Void
        /// Whether the harm that the check is to prevent is done.
        var isHarmDone: @Sendable (OrganisationModel, [ActRecord]) -> Bool
    }

    static let troubles: [Trouble] = [
        Trouble(
            testDescription: "replication that does not happen",
            scenario: .sipByAddress,
            check: { if case .awaitReplication = $0 { true } else { false } },
            happen: { event, _, world, _ in
                guard case .opened = event else { return }
                world.change { model in
                    for server in model.machines.keys {
                        model.machines[server]?.replicationDelay = .seconds(86_400)
                    }
                }
                world.order(.refused("no"), at: .command(.invokeReplication), times: 100)
            },
            isHarmDone: { _, acts in acts.contains { $0.key.hasPrefix("dns:") } }
        ),
        Trouble(
            testDescription: "a target that dies before DNS leads there",
            scenario: .sipByAddress,
            check: { if case .checkProtocol = $0 { true } else { false } },
            happen: { event, plan, world, _ in
                if case .verified(let id, _) = event, plan.isGate(id) {
                    world.bring(Contoso.pool2, .crashed)
                }
            },
            isHarmDone: { _, acts in acts.contains { $0.key.hasPrefix("dns:") } }
        ),
        Trouble(
            testDescription: "a secondary that does not get the zone",
            scenario: .sipByAddress,
            check: { if case .checkRecords = $0 { true } else { false } },
            happen: { event, _, world, _ in
                if case .opened = event { world.change { $0.transferDelay = .seconds(86_400) } }
            },
            isHarmDone: { model, _ in
                model.zones.contains { copy in
                    copy.sets.contains { $0.addresses.contains(Contoso.address(1, 1)) }
                }
            }
        ),
        Trouble(
            testDescription: "a route that somebody sets back",
            scenario: .sipByAddress,
            check: { if case .checkSiteRoutes = $0 { true } else { false } },
            happen: { event, plan, world, _ in
                if case .verified(let id, _) = event, plan.isGate(id) {
                    world.change {
                        $0.setRoute(
                            .sip,
                            of: "Redmond",
                            to: OrganisationModel.printed(Contoso.pool1)
                        )
                    }
                }
            },
            isHarmDone: { model, _ in
                model.route(.sip, of: "Redmond") == OrganisationModel.printed(Contoso.pool1)
            }
        ),
        Trouble(
            testDescription: "a target that dies after DNS was changed",
            scenario: .xmppUntouched,
            check: { if case .checkProtocol = $0 { true } else { false } },
            isLast: true,
            happen: { event, plan, world, _ in
                if case .verified(let id, _) = event,
                    case .changeRecords? = plan.step(id)?.operation
                {
                    world.bring(Contoso.pool2, .hanging)
                }
            },
            isHarmDone: { model, _ in
                model.machines[Contoso.edge(2, 1)]?.condition == .hanging
            }
        ),
        Trouble(
            testDescription: "a partner that is not reached any more",
            scenario: .sipByAddress,
            check: { if case .testPartner = $0 { true } else { false } },
            happen: { event, _, world, _ in
                if case .opened = event { world.change { $0.answeringPartners = [] } }
            },
            isHarmDone: { model, _ in model.answeringPartners.isEmpty }
        ),
        Trouble(
            testDescription: "an Edge server that does not reach Microsoft 365",
            scenario: .sipHybrid,
            check: { $0 == .checkCloudPath(server: Contoso.edge(2, 2)) },
            happen: { event, _, world, _ in
                guard case .opened = event else { return }
                world.change { $0.edgesWithoutCloud = [Contoso.edge(2, 2)] }
            },
            isHarmDone: { model, _ in !model.edgesWithoutCloud.isEmpty }
        ),
        Trouble(
            testDescription: "a hosts file that leads an Edge server to the old pool",
            scenario: .sipHybrid,
            check: {
                if case .checkResolution(Contoso.edge(2, 1), _) = $0 { true } else { false }
            },
            happen: { event, _, world, _ in
                guard case .opened = event else { return }
                world.change { model in
                    model.hostsFiles[Contoso.edge(2, 1)] = [
                        .of("sip.contoso.com"): .of("192.0.2.7")
                    ]
                }
            },
            isHarmDone: { model, _ in !model.hostsFiles.isEmpty }
        ),
        Trouble(
            testDescription: "a way that a firewall closes",
            scenario: .xmppOnly,
            check: { if case .checkPath = $0 { true } else { false } },
            happen: { event, _, _, prober in
                guard case .opened = event else { return }
                prober.answer(Contoso.address(2, 1), with: Array(repeating: .silent, count: 20))
            },
            isHarmDone: { _, acts in acts.contains { $0.key.hasPrefix("stop:") } }
        ),
        Trouble(
            testDescription: "a first member that does not come back from its restart",
            scenario: .xmppOnly,
            check: { if case .checkProtocol(_, _?, _) = $0 { true } else { false } },
            happen: { event, plan, world, _ in
                if case .verified(let id, _) = event,
                    case .startServices? = plan.step(id)?.operation
                {
                    world.change { $0.machines[Contoso.edge(2, 1)]?.needsXMPPRestart = true }
                }
            },
            isHarmDone: { _, acts in
                acts.contains { $0.key == "stop:\(Contoso.edge(2, 2)):xmpp" }
            }
        ),
    ]

    @Test(arguments: troubles)
    func `every check finds a trouble in time that nothing else finds`(
        trouble: Trouble
    ) async throws {
        let with = try await run(trouble, withoutCheck: false)
        guard case .finished(.stopped(let reason)) = with.end else {
            Issue.record("with the check the run ended as \(with.end)")
            return
        }
        #expect(reason.contains(with.check.title))
        let without = try await run(trouble, withoutCheck: true)
        #expect(without.isHarmDone)
        switch trouble.isHarmVisibleAtTheEnd(without.end) {
        case true: break
        case false: #expect(!with.isHarmDone, "the check came too late")
        }
    }

    private func run(
        _ trouble: Trouble,
        withoutCheck: Bool
    ) async throws -> (end: Runner.End, check: Step, isHarmDone: Bool) {
        var (bench, opening) = try await trouble.scenario.prepare()
        let fitting = opening.plan.steps.filter { trouble.check($0.operation) }
        let check = try #require(trouble.isLast ? fitting.last : fitting.first)
        if withoutCheck { opening.plan.steps.removeAll { $0.id == check.id } }
        let (world, prober) = (bench.world, bench.prober)
        let plan = opening.plan
        bench.journal.whenWritten { trouble.happen($0, plan, world, prober) }
        let end = try await bench.run(opening)
        return (end, check, world.look { trouble.isHarmDone($0, $0.acts) })
    }
}

extension DeletedStepTests.Trouble {
    /// Without the check the run says *done* although the harm is there.
    func isHarmVisibleAtTheEnd(_ end: Runner.End) -> Bool { end == .finished(.done) }
}

extension Plan {
    func isGate(_ id: StepID) -> Bool {
        if case .awaitReplication? = step(id)?.operation { true } else { false }
    }
}
