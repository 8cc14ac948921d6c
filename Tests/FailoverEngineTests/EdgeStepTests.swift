import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct EdgeStepTests {
    private static let server = Contoso.edge(1, 1)
    private static let fence = FailoverCore.Operation.fence(server: server, startType: .automatic)

    private func accessEdge(_ bench: StepBench) -> OrganisationModel.Service? {
        bench.world.look { model in
            model.machines[Self.server]?.services.first { $0.name == "RTCSRV" }
        }
    }

    @Test
    func `a fenced Access Edge is stopped and stays so`() async throws {
        let bench = StepBench()
        #expect(try await bench.run([Self.fence]).outcome == .done)
        #expect(accessEdge(bench)?.isStarted == false)
        #expect(accessEdge(bench)?.startType == .disabled)
    }

    @Test
    func `a fence that was put up before is found done`() async throws {
        let bench = StepBench()
        let opening = try await bench.opening([Self.fence])
        _ = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        bench.world.forgetActs()
        let state = RunState(opening)
        guard case .intended = await bench.executor.observe(opening.plan.steps[0], of: state) else {
            Issue.record("a fence that stands is nothing to do")
            return
        }
        #expect(bench.world.acts == [])
    }

    @Test
    func `a start type that somebody chose is left alone`() async throws {
        let bench = StepBench()
        let opening = try await bench.opening([Self.fence])
        bench.world.change { model in
            for index in model.machines[Self.server]?.services.indices ?? 0..<0 {
                model.machines[Self.server]?.services[index].startType = .manual
            }
        }
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.reason.contains("start type Manual"))
        #expect(bench.world.acts == [])
    }

    @Test
    func `an undone fence leaves the service started and of its old type`() async throws {
        let bench = StepBench()
        let failing = FailoverCore.Operation.checkSiteRoutes(
            kind: .sip,
            [SiteName("Redmond")],
            .edgeServer(Contoso.pool2)
        )
        let end = try await bench.run([Self.fence, failing], timeout: .seconds(3))
        guard case .stopped? = end.outcome else {
            Issue.record("the check cannot hold: \(end)")
            return
        }
        let undone = try await bench.takeUp(with: .aborting(by: StepBench.anna, reason: "a test"))
        guard case .aborted? = undone.outcome else {
            Issue.record("it can be taken back: \(undone)")
            return
        }
        #expect(accessEdge(bench)?.isStarted == true)
        #expect(accessEdge(bench)?.startType == .automatic)
    }

    @Test
    func `Setup runs once, and its member listens afterwards`() async throws {
        let bench = StepBench()
        let server = Contoso.edge(2, 1)
        bench.world.change { $0.machines[server]?.needsSetup = true }
        let end = try await bench.run([.runSetup(server: server, mustRun: false)])
        #expect(end.outcome == .done)
        #expect(bench.world.effectiveActs == ["setup:\(server)": 1])
    }

    @Test
    func `a member that listens needs no Setup, unless it is to run anyway`() async throws {
        let server = Contoso.edge(2, 1)
        let bench = StepBench()
        #expect(try await bench.run([.runSetup(server: server, mustRun: false)]).outcome == .done)
        #expect(bench.world.acts == [])
        let always = StepBench()
        #expect(try await always.run([.runSetup(server: server, mustRun: true)]).outcome == .done)
        #expect(always.world.acts.map(\.key) == ["setup:\(server)"])
    }

    @Test
    func `a Setup whose answer is lost is left to a person, and never repeated`() async throws {
        let bench = StepBench()
        let server = Contoso.edge(2, 1)
        bench.world.order(.answerLost, at: .edgeCommand(.invokeSetup, server))
        let end = try await bench.run([.runSetup(server: server, mustRun: true)])
        #expect(end.reason.contains("it is not repeated"))
        #expect(bench.world.acts.count == 1)
    }

    @Test
    func `an older product after Setup asks for the cumulative update`() async throws {
        let bench = StepBench()
        let server = Contoso.edge(2, 1)
        bench.world.change { $0.machines[server]?.versionAfterSetup = "6.0.9318.99" }
        let end = try await bench.run([.runSetup(server: server, mustRun: true)])
        #expect(end.reason.contains("re-apply the cumulative update"))
        #expect(end.reason.contains("6.0.9318.99"))
    }

    @Test
    func `a soak begins anew after a break`() async throws {
        let bench = StepBench()
        for member in [1, 2] {
            bench.prober.answer(
                Contoso.address(1, member),
                with: Array(repeating: .answered, count: 10) + [.refused]
            )
        }
        let soak = FailoverCore.Operation.soak(pool: Contoso.pool1, .sip, .seconds(300))
        let before = bench.clock.now()
        #expect(try await bench.run([soak], timeout: .seconds(900)).outcome == .done)
        #expect(bench.clock.now() - before >= .seconds(350))
    }

    @Test
    func `a soak that cannot succeed in time says what broke it`() async throws {
        let bench = StepBench()
        bench.world.bring(Contoso.pool1, .crashed)
        let soak = FailoverCore.Operation.soak(pool: Contoso.pool1, .sip, .seconds(300))
        let end = try await bench.run([soak], timeout: .seconds(600))
        #expect(end.reason.contains("did not answer for 5m"))
        #expect(end.reason.contains("refused"))
    }

    @Test
    func `every leg is probed by its own protocol`() async throws {
        let bench = StepBench()
        bench.world.change { model in
            for member in [1, 2] {
                model.machines[Contoso.edge(2, member)]?.needsSetup = true
            }
        }
        let access = FailoverCore.Operation.checkProtocol(
            pool: Contoso.pool2,
            server: nil,
            .access
        )
        #expect(try await bench.run([access], timeout: .seconds(3)).outcome == .done)
        let other = StepBench()
        other.world.change { model in
            for member in [1, 2] {
                model.machines[Contoso.edge(2, member)]?.needsSetup = true
            }
        }
        let sip = FailoverCore.Operation.checkProtocol(pool: Contoso.pool2, server: nil, .sip)
        let end = try await other.run([sip], timeout: .seconds(3))
        #expect(end.reason.contains("port 5061: refused"))
    }
}
