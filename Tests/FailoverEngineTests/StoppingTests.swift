import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// What an agent that is told to stop does with the step at which it is; `ParkingTests` has it in
/// whole runs.
@Suite
struct StoppingTests {
    private static let server = Contoso.edge(2, 1)
    private static let route = FailoverCore.Operation.setSiteRoute(
        site: SiteName("Redmond"),
        kind: .sip,
        from: .edgeServer(Contoso.pool1),
        to: .edgeServer(Contoso.pool2)
    )
    private static let flag = FailoverCore.Operation.person(
        .moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2)
    )
    /// Cannot hold.
    private static let failing = FailoverCore.Operation.checkSiteRoutes(
        kind: .sip,
        [SiteName("Redmond")],
        .edgeServer(Contoso.pool2)
    )

    /// Pool 1 carries federation alone, as in `strict_single`.
    private func strictBench() -> StepBench {
        let bench = StepBench()
        bench.world.change { model in
            for index in model.edgeServices.indices
            where model.edgeServices[index].pool == Contoso.pool2 {
                model.edgeServices[index].federationPort = nil
            }
        }
        return bench
    }

    @Test
    func `a place that cannot be read while the agent stops fails no step`() async throws {
        let bench = StepBench()
        let opening = try await bench.opening([Self.route])
        let (world, stop) = (bench.world, bench.stop)
        let place = opening.snapshot.endpointIndex
        bench.journal.whenWritten { event in
            guard case .observing = event else { return }
            world.order(.unreachable, at: .frontEnd(place), times: 100)
            stop.raise()
        }
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end == .parked)
        #expect(try bench.state.phases[StepID(1)] == .observing, "\(bench.journal.newestRun.last)")
        bench.journal.whenWritten(nil)
        world.withdrawFaults()
        let again = try await bench.restarted.takeUp(with: .recovered(reason: "a start"))
        #expect(again.outcome == .done)
    }

    @Test
    func `what was read before the agent stopped is kept`() async throws {
        let bench = StepBench()
        let opening = try await bench.opening([Self.route])
        let stop = bench.stop
        bench.journal.whenWritten { event in
            if case .observing = event { stop.raise() }
        }
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end == .parked)
        guard case .ready? = try bench.state.phases[StepID(1)] else {
            Issue.record("its present value was read: \(try bench.state.phases)")
            return
        }
    }

    @Test
    func `what does not hold yet while the agent stops fails no step`() async throws {
        let bench = StepBench()
        let stop = bench.stop
        bench.journal.whenWritten { event in
            if case .verifying = event { stop.raise() }
        }
        #expect(try await bench.run([Self.failing]) == .parked)
        guard case .verifying? = try bench.state.phases[StepID(1)] else {
            Issue.record("it is to be looked at again: \(try bench.state.phases)")
            return
        }
    }

    @Test
    func `what held before the agent stopped is kept`() async throws {
        let bench = StepBench()
        let stop = bench.stop
        bench.journal.whenWritten { event in
            if case .verifying = event { stop.raise() }
        }
        let check = FailoverCore.Operation.checkSiteRoutes(
            kind: .sip,
            [SiteName("Redmond")],
            .edgeServer(Contoso.pool1)
        )
        #expect(try await bench.run([check]) == .parked)
        #expect(try bench.state.phases[StepID(1)]?.isSettled == true)
    }

    @Test
    func `a word that was left before the agent stops is not lost`() async throws {
        let bench = strictBench()
        let stop = bench.stop
        bench.whenAsked { _, desk in
            _ = desk.leave(.done(by: StepBench.anna, reason: "early"), for: StepBench.run, nil)
            stop.raise()
        }
        #expect(try await bench.run([Self.flag]) == .parked)
        let said = RunEvent.personDone(StepID(1), by: StepBench.anna, reason: "early")
        #expect(bench.journal.newestRun.contains(said))
    }

    @Test
    func `a word that cannot follow is dropped when the agent stops`() async throws {
        let bench = strictBench()
        let (world, stop) = (bench.world, bench.stop)
        bench.whenAsked { count, desk in
            guard count == 1 else {
                _ = desk.leave(.abort(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
                stop.raise()
                return
            }
            world.change { $0.moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2) }
            _ = desk.leave(.done(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
        }
        guard case .stopped? = try await bench.run([Self.flag, Self.failing]).outcome else {
            Issue.record("the check cannot hold")
            return
        }
        #expect(try await bench.takeUp(with: .aborting(by: StepBench.anna, reason: "")) == .parked)
        let orders = bench.journal.newestRun.filter {
            if case .aborting = $0 { true } else { false }
        }
        #expect(orders.count == 1, "an undo cannot be undone")
    }

    @Test
    func `a person who was refused an abort may still say that it is done`() async throws {
        let bench = strictBench()
        let (world, desk) = (bench.world, bench.desk)
        bench.whenAsked { count, desk in
            guard count == 2 else {
                if count == 1 {
                    world.change { $0.moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2) }
                }
                _ = desk.leave(.done(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
                return
            }
            _ = desk.leave(.abort(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
        }
        // While it is waited for them the person does it after all.
        let clock = AttendedClock(bench.clock) {
            guard desk.waitingStep(of: StepBench.run) != nil else { return }
            world.change { $0.moveFederationFlag(from: Contoso.pool2, to: Contoso.pool1) }
            _ = desk.leave(.done(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
        }
        let opening = try await bench.opening([Self.flag, Self.failing], timeout: .seconds(60))
        let runner = Runner(
            executor: StepExecutor(
                organisation: world.organisation,
                management: world,
                records: bench.records,
                updater: world,
                probers: bench.setup,
                clock: clock,
                stop: bench.stop
            ),
            journal: bench.journal,
            wallClock: FixedWallClock(following: bench.clock),
            stop: bench.stop,
            desk: desk
        )
        _ = await runner.run(StepBench.run, opening: opening) { _, _ in }
        let end = await runner.takeUp(
            StepBench.run,
            try bench.state,
            with: .aborting(by: StepBench.anna, reason: "a test")
        ) { _, _ in }
        guard case .aborted? = end.outcome else {
            Issue.record("it was done in the end: \(end)")
            return
        }
    }

    @Test
    func `a run whose task is cancelled while it waits for a person is parked`() async throws {
        let bench = strictBench()
        bench.whenAsked { _, _ in withUnsafeCurrentTask { $0?.cancel() } }
        let opening = try await bench.opening([Self.flag])
        let end = await withTaskGroup(of: Runner.End.self) { group in
            group.addTask {
                await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
            }
            return await group.next()
        }
        #expect(end == .parked)
        #expect(try bench.state.isParked)
    }

    // MARK: Services that were stopped

    private func starts(_ bench: StepBench) -> Int {
        bench.world.commands.filter { $0.contains("Start-CsWindowsService") }.count
    }

    private func stoppedServices(_ bench: StepBench) -> [String] {
        bench.world.look { model in
            model.machines[Self.server]?.services.filter { !$0.isStarted }.map(\.name) ?? []
        }
    }

    @Test
    func `services are started again and waited for, also while the agent stops`() async throws {
        let bench = StepBench()
        let stop = bench.stop
        bench.journal.whenWritten { event in
            if case .acted = event { stop.raise() }
        }
        let before = bench.clock.now()
        let end = try await bench.run([.stopServices(server: Self.server, .xmpp)])
        #expect(end == .parked)
        #expect(stoppedServices(bench) == [])
        #expect(starts(bench) == 1, "one start is enough where nothing goes wrong")
        #expect(bench.clock.now() - before >= .seconds(3), "starting takes that long")
    }

    @Test
    func `a start that fails at first is tried again before the run is called stuck`()
        async throws
    {
        let bench = StepBench()
        let start = Occasion.edgeCommand(.startWindowsService, Self.server)
        bench.world.order(.refused("not yet"), at: start, times: 2)
        let end = try await bench.run([
            .stopServices(server: Self.server, .xmpp), Self.failing,
        ])
        guard case .stopped? = end.outcome else {
            Issue.record("the services run again: \(end)")
            return
        }
        #expect(stoppedServices(bench) == [])
        #expect(starts(bench) == 3)
    }

    @Test
    func `a start that never succeeds is given up, and the run is stuck`() async throws {
        let bench = StepBench()
        let start = Occasion.edgeCommand(.startWindowsService, Self.server)
        bench.world.order(.refused("never"), at: start, times: 10_000)
        let end = try await bench.run(
            [.stopServices(server: Self.server, .xmpp), Self.failing],
            timeout: .seconds(60)
        )
        guard case .stuck(let reason)? = end.outcome else {
            Issue.record("a service stands still: \(end)")
            return
        }
        #expect(reason.contains("never"))
        #expect(starts(bench) >= 30, "for as long as the step had")
        #expect(starts(bench) <= 60)
    }
}

/// A clock that lets somebody do something whenever it is waited on.
private struct AttendedClock: MonotonicClock {
    private let clock: VirtualClock
    private let attend: @Sendable () -> Void

    init(_ clock: VirtualClock, attend: @escaping @Sendable () -> Void) {
        self.clock = clock
        self.attend = attend
    }

    func now() -> Instant { clock.now() }

    func sleep(until instant: Instant) async throws {
        attend()
        try await clock.sleep(until: instant)
    }
}
