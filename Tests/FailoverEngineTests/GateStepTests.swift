import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// The replication gate by itself; `ReplicationGateTests` has it in whole runs.
@Suite
struct GateStepTests {
    private static let frontEnd = FQDN.of("fe11.contoso.net")
    private static let route = FailoverCore.Operation.setSiteRoute(
        site: SiteName("Redmond"),
        kind: .sip,
        from: .edgeServer(Contoso.pool1),
        to: .edgeServer(Contoso.pool2)
    )
    /// Cannot hold: pool 1's route is elsewhere at best.
    private static let failing = FailoverCore.Operation.checkSiteRoutes(
        kind: .xmpp,
        [SiteName("Redmond")],
        .edgeServer(Contoso.pool2)
    )

    private static func gate(_ servers: [FQDN]) -> FailoverCore.Operation {
        .awaitReplication(servers: servers, leftOut: [])
    }

    private func isCurrent(_ bench: StepBench, _ server: FQDN) -> Bool {
        bench.world.look { $0.machines[server]?.topology == $0.published }
    }

    /// How long it took from the gate's beginning to its end.
    private func timeGates(_ bench: StepBench) -> Shared<[Duration]> {
        let began = Shared<Instant?>(nil)
        let durations = Shared<[Duration]>([])
        let (clock, journal) = (bench.clock, bench.journal)
        journal.whenWritten { event in
            if case .verifying = event { began.set(clock.now()) }
            guard case .verified(_, .holds(let text)) = event, text.contains("have the change"),
                let start = began.value
            else { return }
            durations.change { $0.append(clock.now() - start) }
        }
        return durations
    }

    @Test
    func `without a recorded state the first look is what the news is held against`() async throws {
        let bench = StepBench()
        let servers = [Self.frontEnd, Contoso.edge(1, 1)]
        var opening = try await bench.opening(
            [Self.route, .enableTopology, Self.gate(servers)],
            timeout: .seconds(600)
        )
        opening.snapshot.replicas = []
        // Every replica is called up to date all the time, as if nothing had been published.
        bench.world.change { $0.statusLag = .seconds(86_400) }
        bench.clock.advance(by: .seconds(60))
        let durations = timeGates(bench)
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.outcome == .done, "\(end)")
        for server in servers { #expect(isCurrent(bench, server)) }
        let duration = try #require(durations.value.first)
        #expect(duration >= .seconds(20), "edge11 takes that long")
        #expect(duration < .seconds(60), "it came in time")
    }

    @Test
    func `what may have been there at the first look already is believed after a while`()
        async throws
    {
        let bench = StepBench()
        bench.world.change { model in
            for server in model.machines.keys {
                model.machines[server]?.replicationDelay = .zero
            }
        }
        var opening = try await bench.opening(
            [Self.route, .enableTopology, Self.gate([Self.frontEnd])],
            timeout: .seconds(600)
        )
        opening.snapshot.replicas = []
        let durations = timeGates(bench)
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.outcome == .done, "\(end)")
        #expect(bench.world.acts.contains { $0.key == "force:\(Self.frontEnd)" })
        let duration = try #require(durations.value.first)
        #expect(duration >= .seconds(120), "a fifth of the time after forcing")
        #expect(duration < .seconds(200))
    }

    @Test
    func `where the state before is known an old 'up to date' is never believed`() async throws {
        let bench = StepBench()
        bench.world.change { model in
            model.machines[Self.frontEnd]?.replicationDelay = .seconds(86_400)
            model.statusLag = .seconds(86_400)
        }
        bench.clock.advance(by: .seconds(60))
        bench.world.order(.pretends, at: .command(.invokeReplication), times: 100)
        let end = try await bench.run(
            [Self.route, .enableTopology, Self.gate([Self.frontEnd])],
            timeout: .seconds(600)
        )
        #expect(end.reason.contains("still without the change: fe11.contoso.net"), "\(end)")
    }

    @Test
    func `a server is held against its own past, and others do not matter`() async throws {
        let bench = StepBench()
        bench.world.change { model in
            for server in model.machines.keys where server != Self.frontEnd {
                model.machines[server]?.replicationDelay = .seconds(86_400)
            }
        }
        bench.clock.advance(by: .seconds(60))
        var opening = try await bench.opening([
            Self.route, .enableTopology, Self.gate([Self.frontEnd]),
        ])
        for index in opening.snapshot.replicas.indices
        where opening.snapshot.replicas[index].server != Self.frontEnd {
            opening.snapshot.replicas[index].lastUpdate = .max
        }
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.outcome == .done, "\(end)")
        #expect(isCurrent(bench, Self.frontEnd))
    }

    @Test
    func `where the run edited nothing no news are waited for`() async throws {
        let bench = StepBench()
        let opening = try await bench.opening(
            [Self.route, .enableTopology, Self.gate([Self.frontEnd])]
        )
        bench.world.change { model in
            model.setRoute(.sip, of: "Redmond", to: OrganisationModel.printed(Contoso.pool2))
            model.publishEverywhere()
        }
        let durations = timeGates(bench)
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.outcome == .done, "\(end)")
        #expect(durations.value == [.zero])
    }

    @Test
    func `an undo of what was never published waits for no news`() async throws {
        let bench = StepBench()
        let durations = timeGates(bench)
        let end = try await bench.run([
            Self.route, Self.failing, .enableTopology, Self.gate([Self.frontEnd]),
        ])
        guard case .stopped? = end.outcome else {
            Issue.record("the check cannot hold: \(end)")
            return
        }
        let undone = try await bench.takeUp(with: .aborting(by: StepBench.anna, reason: "a test"))
        guard case .aborted? = undone.outcome else {
            Issue.record("it can be taken back: \(undone)")
            return
        }
        #expect(durations.value == [.zero])
    }

    @Test
    func `an undo of what was published waits for its own news`() async throws {
        let bench = StepBench()
        bench.clock.advance(by: .seconds(60))
        // Time enough that nothing is forced.
        let end = try await bench.run(
            [Self.route, .enableTopology, Self.gate([Self.frontEnd]), Self.failing],
            timeout: .seconds(600)
        )
        guard case .stopped? = end.outcome else {
            Issue.record("the check cannot hold: \(end)")
            return
        }
        bench.world.change { $0.statusLag = .seconds(86_400) }
        let durations = timeGates(bench)
        let undone = try await bench.takeUp(with: .aborting(by: StepBench.anna, reason: "a test"))
        guard case .aborted? = undone.outcome else {
            Issue.record("it can be taken back: \(undone)")
            return
        }
        #expect(isCurrent(bench, Self.frontEnd))
        #expect(durations.value == [.seconds(10)], "fe11 takes that long")
    }
}
