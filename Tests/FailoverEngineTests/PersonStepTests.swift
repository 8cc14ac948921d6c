import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct PersonStepTests {
    private static let flag = FailoverCore.Operation.person(
        .moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2)
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
    func `a person is asked, and their work is looked at`() async throws {
        let bench = strictBench()
        let world = bench.world
        bench.whenAsked { _, desk in
            world.change { $0.moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2) }
            _ = desk.leave(.done(by: StepBench.anna, reason: "published"), for: StepBench.run, nil)
        }
        #expect(try await bench.run([Self.flag]).outcome == .done)
        let events = bench.journal.newestRun
        #expect(events.contains(.instructed(StepID(1))))
        let said = RunEvent.personDone(StepID(1), by: StepBench.anna, reason: "published")
        #expect(events.contains(said))
    }

    @Test
    func `a word that is not true is not taken, and the person may go on`() async throws {
        let bench = strictBench()
        let world = bench.world
        let desk = bench.desk
        bench.whenAsked { _, desk in
            _ = desk.leave(.done(by: StepBench.anna, reason: ""), for: StepBench.run, StepID(1))
        }
        let opening = try await bench.opening([Self.flag], timeout: .seconds(600))
        let end = await bench.runner.run(StepBench.run, opening: opening) { event, _ in
            guard case .verified(_, .doesNot) = event else { return }
            world.change { $0.moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2) }
            _ = desk.leave(.done(by: StepBench.anna, reason: "now"), for: StepBench.run, StepID(1))
        }
        #expect(end.outcome == .done, "\(end)")
        let events = bench.journal.newestRun
        let words = events.filter { if case .personDone = $0 { true } else { false } }
        #expect(words.count == 2)
        #expect(events.filter { $0 == .instructed(StepID(1)) }.count == 1)
    }

    @Test
    func `what nobody does in time stops the run with what was last seen`() async throws {
        let bench = strictBench()
        let before = bench.clock.now()
        let end = try await bench.run([Self.flag], timeout: .seconds(600))
        #expect(bench.journal.newestRun.contains(.personTimedOut(StepID(1))))
        #expect(end.reason.contains("federation port of edgepool2.contoso.net: empty"))
        #expect(bench.clock.now() - before >= .seconds(600))
    }

    @Test
    func `a person may take the responsibility instead`() async throws {
        let bench = strictBench()
        bench.whenAsked { _, desk in
            _ = desk.leave(.force(by: StepBench.anna, reason: "I know"), for: StepBench.run, nil)
        }
        #expect(try await bench.run([Self.flag]).outcome == .done)
        #expect(try bench.state.forcedSteps == [StepID(1)])
    }

    @Test
    func `a person may have it all undone while the run waits`() async throws {
        let bench = strictBench()
        bench.whenAsked { _, desk in
            _ = desk.leave(.abort(by: StepBench.anna, reason: "wait"), for: StepBench.run, nil)
        }
        let route = FailoverCore.Operation.setSiteRoute(
            site: SiteName("Redmond"),
            kind: .sip,
            from: .edgeServer(Contoso.pool1),
            to: .edgeServer(Contoso.pool2)
        )
        let end = try await bench.run([route, Self.flag])
        guard case .aborted? = end.outcome else {
            Issue.record("it was to be undone: \(end)")
            return
        }
        let restored = bench.world.look { model in
            model.sites.first { $0.name == "Redmond" }?.routes[.sip]
        }
        #expect(restored == "EdgeServer:edgepool1.contoso.net")
    }

    @Test
    func `an undo that waits for a person cannot be undone itself`() async throws {
        let bench = strictBench()
        let world = bench.world
        bench.whenAsked { count, desk in
            guard count == 1 else {
                _ = desk.leave(.abort(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
                return
            }
            world.change { $0.moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2) }
            _ = desk.leave(.done(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
        }
        let back = FailoverCore.Operation.person(
            .moveFederationFlag(from: Contoso.pool2, to: Contoso.pool1)
        )
        let end = try await bench.run([Self.flag, back])
        guard case .stuck(let reason)? = end.outcome else {
            Issue.record("nobody moved it back: \(end)")
            return
        }
        #expect(reason.contains("nobody did"))
        let orders = bench.journal.newestRun.filter {
            if case .aborting = $0 { true } else { false }
        }
        #expect(orders.count == 1)
    }

    @Test
    func `a run that waits is parked, and asks again when it goes on`() async throws {
        let bench = strictBench()
        let stop = bench.stop
        bench.whenAsked { _, _ in stop.raise() }
        #expect(try await bench.run([Self.flag]) == .parked)
        #expect(bench.desk.waitingStep(of: StepBench.run) == nil)
        let world = bench.world
        bench.whenAsked { _, desk in
            world.change { $0.moveFederationFlag(from: Contoso.pool1, to: Contoso.pool2) }
            _ = desk.leave(.done(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
        }
        let end = try await bench.restarted.takeUp(with: .recovered(reason: "a start"))
        #expect(end.outcome == .done)
        let askings = bench.journal.newestRun.filter { $0 == .instructed(StepID(1)) }
        #expect(askings.count == 2)
    }

    @Test
    func `an order that cannot follow is refused, and nothing is written`() async throws {
        let bench = StepBench()
        #expect(try await bench.run([.enableTopology]).outcome == .done)
        let before = bench.journal.newestRun
        let end = try await bench.takeUp(
            with: .forced(StepID(1), by: StepBench.anna, reason: "why not")
        )
        guard case .refused = end else {
            Issue.record("a run that is over takes no orders: \(end)")
            return
        }
        #expect(bench.journal.newestRun == before)
    }

    @Test
    func `a store that was failed over is found by its active master`() async throws {
        let bench = StepBench()
        let world = bench.world
        let opening = try await bench.opening([.person(.failOverStore(hasCmdlet: true, at: "fe21"))]
        )
        world.change { $0.storeMaster = nil }
        bench.whenAsked { _, desk in
            world.change { $0.storeMaster = "fe21.contoso.net" }
            _ = desk.leave(.done(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
        }
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.outcome == .done)
        let text = "\(bench.journal.newestRun)"
        #expect(text.contains("fe21.contoso.net holds the Central Management store"))
    }

    @Test
    func `a zone changed by hand is looked at on every server, and old data is no alarm`()
        async throws
    {
        var organisation = Contoso.organisation()
        organisation.zones[0].provider = .manual
        let bench = StepBench(organisation)
        let change = RecordStepTests.change
        let world = bench.world
        bench.whenAsked { _, desk in
            world.perform(.changeRecords(zone: change.zone, [change]))
            _ = desk.leave(.done(by: StepBench.anna, reason: ""), for: StepBench.run, nil)
        }
        let end = try await bench.run([.person(.changeRecords(zone: change.zone, [change]))])
        #expect(end.outcome == .done, "\(end)")
    }
}
