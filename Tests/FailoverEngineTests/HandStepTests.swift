import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// What the machine sees of the things that people do; `PersonStepTests` has how they are asked.
@Suite
struct HandStepTests {
    private static let change = RecordStepTests.change
    private static let byHand = FailoverCore.Operation.person(
        .changeRecords(zone: change.zone, [change])
    )
    private static let half = RecordStepTests.set(
        [Contoso.address(1, 1), Contoso.address(2, 1)],
        ttl: 300
    )
    /// Nothing at the name.
    private static let gone = RecordStepTests.set([], ttl: 300)
    private static let foreign = RecordStepTests.set([.of("192.0.2.99")], ttl: 300)

    private func manualBench() -> StepBench {
        var organisation = Contoso.organisation()
        organisation.zones[0].provider = .manual
        return StepBench(organisation)
    }

    private func put(_ set: RecordSet?, _ bench: StepBench) {
        bench.world.change { model in if let set { model.put(set) } }
    }

    private func askings(_ bench: StepBench) -> Int {
        bench.journal.newestRun.filter { if case .instructed = $0 { true } else { false } }.count
    }

    // MARK: Records

    @Test(arguments: [half, gone, foreign])
    func `before a person was asked anything but the old set is somebody else's`(
        present: RecordSet
    ) async throws {
        let bench = manualBench()
        let opening = try await bench.opening([Self.byHand])
        put(present, bench)
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.reason.contains("somebody else changed"), "\(end)")
        #expect(askings(bench) == 0)
    }

    @Test(arguments: [half, gone, foreign])
    func `once a person was asked their half of the change is theirs`(
        present: RecordSet
    ) async throws {
        let bench = manualBench()
        let stop = bench.stop
        bench.whenAsked { _, _ in stop.raise() }
        #expect(try await bench.run([Self.byHand]) == .parked)
        put(present, bench)
        let world = bench.world
        bench.whenAsked { _, desk in
            world.perform(.changeRecords(zone: Self.change.zone, [Self.change]))
            world.change { model in if let set = Self.change.to { model.put(set) } }
            _ = desk.leave(.done(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
        }
        let end = try await bench.restarted.takeUp(with: .recovered(reason: "a start"))
        if present == Self.foreign {
            #expect(end.reason.contains("somebody else changed"), "\(end)")
            #expect(askings(bench) == 1)
        } else {
            #expect(end.outcome == .done, "\(end)")
            #expect(askings(bench) == 2)
        }
    }

    @Test
    func `an undo asks for the rest of what is half put back`() async throws {
        let bench = manualBench()
        let world = bench.world
        bench.whenAsked { count, desk in
            let set = count == 1 ? Self.change.to : Self.change.from
            world.change { model in if let set { model.put(set) } }
            _ = desk.leave(.done(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
        }
        let failing = FailoverCore.Operation.checkSiteRoutes(
            kind: .sip,
            [SiteName("Redmond")],
            .edgeServer(Contoso.pool2)
        )
        guard case .stopped? = try await bench.run([Self.byHand, failing]).outcome else {
            Issue.record("the check cannot hold")
            return
        }
        put(Self.half, bench)
        let end = try await bench.takeUp(with: .aborting(by: StepBench.anna, reason: ""))
        guard case .aborted(let reason)? = end.outcome else {
            Issue.record("it can be taken back: \(end)")
            return
        }
        #expect(reason.contains("everything is as it was"))
        #expect(askings(bench) == 2)
    }

    // MARK: The federation checkbox

    @Test(arguments: [nil, 0, 5_062] as [UInt16?])
    func `a federation port that says neither yes nor no is shown as such`(
        port: UInt16?
    ) async throws {
        let bench = StepBench()
        bench.world.change { model in
            for index in model.edgeServices.indices
            where model.edgeServices[index].pool == Contoso.pool2 {
                model.edgeServices[index].federationPort = port
            }
        }
        let seen = try await bench.observe(
            .person(.moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2))
        )
        guard case .initial(let text) = seen else {
            Issue.record("it has not moved: \(seen)")
            return
        }
        #expect(text.contains("federation port of \(Contoso.pool1): 5061"))
        #expect(text.contains("what it means is not known") == (port == 5_062))
    }

    // MARK: The store

    @Test(arguments: [Fault.refused("no such store"), .hangs, .unreachable])
    func `a store that fails is still to be failed over, and a silent endpoint says nothing`(
        fault: Fault
    ) async throws {
        let bench = StepBench()
        let step = FailoverCore.Operation.person(.failOverStore(hasCmdlet: true, at: "fe21"))
        let opening = try await bench.opening([step])
        bench.world.order(fault, at: .command(.getSite), times: 100)
        let seen = await bench.executor.observe(opening.plan.steps[0], of: RunState(opening))
        switch seen {
        case .initial(let text):
            #expect(fault != .unreachable)
            #expect(text.contains("cannot be read"))
        default:
            #expect(fault == .unreachable)
            #expect(seen.detail.contains("cannot be reached"))
        }
    }

    // MARK: Setup

    @Test(arguments: [false, true])
    func `a listening member needs no person for Setup, unless it is to run anyway`(
        mustRun: Bool
    ) async throws {
        let server = Contoso.edge(2, 1)
        let seen = try await StepBench().observe(
            .person(
                .runSetup(
                    server: server,
                    pool: Contoso.pool2,
                    version: .sfb2015,
                    mustRun: mustRun
                )
            )
        )
        let text = "\(server) answers on 5061"
        #expect(seen == (mustRun ? .initial(text) : .intended(text)))
    }
}
