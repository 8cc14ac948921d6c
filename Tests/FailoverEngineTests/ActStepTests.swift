import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// How acts are sent, and what their answers mean.
@Suite
struct ActStepTests {
    private static let server = Contoso.edge(2, 1)
    private static let route = FailoverCore.Operation.setSiteRoute(
        site: SiteName("Redmond"),
        kind: .sip,
        from: .edgeServer(Contoso.pool1),
        to: .edgeServer(Contoso.pool2)
    )

    /// Carries the route's change out while somebody else sets it just before the act.
    private func raced(by pool: FQDN) async throws -> (bench: StepBench, end: Runner.End) {
        let bench = StepBench()
        let opening = try await bench.opening([Self.route])
        bench.world.forgetActs()
        let world = bench.world
        bench.journal.whenWritten { event in
            guard case .acting = event else { return }
            world.change { $0.setRoute(.sip, of: "Redmond", to: OrganisationModel.printed(pool)) }
        }
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(!world.commands.contains { $0.contains("Set-CsSite") })
        return (bench, end)
    }

    @Test
    func `what somebody else changes just before the act is not overwritten`() async throws {
        let (bench, end) = try await raced(by: .of("edgepool9.contoso.net"))
        #expect(end.reason.contains("edgepool9.contoso.net"), "\(end)")
        #expect(bench.world.acts == [])
    }

    @Test
    func `what somebody else does just before the act is not done again`() async throws {
        let (bench, end) = try await raced(by: Contoso.pool2)
        #expect(end.outcome == .done, "\(end)")
        #expect(bench.world.acts == [])
    }

    @Test
    func `an act whose answer is lost is repeated, one that was never sent is not`() async throws {
        let bench = StepBench()
        let enable = Occasion.command(.enableTopology)
        bench.world.order(.answerLost, at: enable)
        #expect(try await bench.run([.enableTopology]).outcome == .done)
        #expect(bench.world.acts.map(\.key) == ["enable", "enable"])
        let unreachable = StepBench()
        unreachable.world.order(.unreachable, at: enable)
        let end = try await unreachable.run([.enableTopology])
        #expect(end.reason.contains("cannot be reached"), "\(end)")
        #expect(unreachable.world.acts == [])
    }

    // MARK: Records

    @Test
    func `an update that breaks off between two sets goes on with the second`() async throws {
        let bench = StepBench.withWindowsDNS
        let first = RecordStepTests.change
        let name = FQDN.of("xmpp.contoso.com")
        func set(_ pool: Int, _ ttl: UInt32) -> RecordSet {
            RecordSet(
                name: name,
                type: .a,
                ttl: ttl,
                data: [1, 2].map { .address(Contoso.address(pool, $0)) }
            )
        }
        let second = DNSChange(
            zone: first.zone,
            name: name,
            type: .a,
            from: set(1, 3_600),
            to: set(2, 300)
        )
        let opening = try await bench.opening([
            .changeRecords(zone: first.zone, [first, second])
        ])
        // The first set takes two additions.
        bench.world.order(.hangs, at: .command(.addRecord), skipping: 2)
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(try bench.state.attempts[StepID(1)] == 2)
        #expect(end.outcome == .done, "\(end)")
        bench.world.look { model in
            #expect(model.recordSets(RecordStepTests.name) == [first.to])
            #expect(model.recordSets(name) == [second.to])
        }
    }

    // MARK: Services

    @Test
    func `every service that a selection means is switched, and named afterwards`() async throws {
        let bench = StepBench()
        bench.world.change { model in
            guard var second = model.machines[Self.server]?.services.last else { return }
            second.name = "EDGEX18"
            model.machines[Self.server]?.services.append(second)
        }
        let opening = try await bench.opening([.stopServices(server: Self.server, .xmpp)])
        let result = await bench.executor.act(opening.plan.steps[0], of: RunState(opening))
        guard case .done(let text) = result else {
            Issue.record("both can be stopped: \(result)")
            return
        }
        #expect(text.contains("Stop-CsWindowsService -Name 'EDGEX17'"), "\(text)")
        #expect(text.contains("Stop-CsWindowsService -Name 'EDGEX18'"), "\(text)")
        let stopped = bench.world.look { model in
            model.machines[Self.server]?.services.filter { !$0.isStarted }.map(\.name)
        }
        #expect(stopped == ["EDGEX17", "EDGEX18"])
    }

    @Test(arguments: [ServiceSelection.xmpp, .all])
    func `a server without the services that are meant says which`(
        selection: ServiceSelection
    ) async throws {
        let bench = StepBench()
        bench.world.change { model in
            model.machines[Self.server]?.services.removeAll { service in
                selection == .all || service.displayName.contains("XMPP")
            }
        }
        let seen = try await bench.observe(.startServices(server: Self.server, selection))
        let what = selection == .xmpp ? "whose display name names XMPP" : "of the product"
        #expect(seen == .unreadable("\(Self.server) has no service \(what)"))
    }
}
