import FailoverCore
import Testing

@Suite("FailoverPolicy: maintenance")
struct MaintenanceTests {
    private func maintenance(
        _ coverage: Coverage,
        _ bench: PolicyBench,
        _ seconds: Double = 3_600
    ) -> PolicyEvent {
        let until = bench.now + .seconds(seconds)
        return .maintenanceAdded(coverage, until: until, by: PolicyBench.anna, reason: "patches")
    }

    @Test(arguments: [RouteMode.auto, .approve])
    func `while the holder is in maintenance nothing is done or asked, and what would be is said`(
        mode: RouteMode
    ) {
        var bench = PolicyBench.ready([.sip(mode)])
        bench.send(maintenance(.pool(PolicyBench.home), bench))
        #expect(
            bench.sentence(.pauseChanged)
                == "edgepool1 is in maintenance by anna: patches, for 1h: nothing is done about it, "
                + "and nothing moves to it by itself"
        )
        bench.verdict(PolicyBench.home, .down)
        #expect(PolicyBench.notices(bench.latest).map(\.severity) == [.info])
        bench.wait(600)
        #expect(bench.plans.isEmpty && bench.status().phase == .inMaintenance)
        let would = mode == .auto ? "would begin" : "would be asked for"
        let words =
            "edgepool1 is in maintenance by anna for another 50m: patches; edgepool1 has been down "
            + "for 10m; without that, the move to edgepool2 \(would)"
        #expect(bench.status().reason == words)
        #expect(bench.count(.wouldAct) == 1)
        bench.wait(3_000)
        #expect(bench.sentence(.pauseChanged) == "the maintenance of edgepool1 is over")
        #expect(bench.plans.count == 1)
    }

    @Test func `a maintenance that begins withdraws what was asked`() {
        var bench = PolicyBench.ready()
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        bench.plan()
        bench.send(maintenance(.pool(PolicyBench.home), bench))
        #expect(bench.withdrawn == [RequestID(1)])
        #expect(bench.sentence(.approvalWithdrawn)?.contains("in maintenance by anna") == true)
    }

    @Test func `a pool in maintenance is no target, and the next one is taken`() {
        let pools = [PolicyBench.standby, PolicyBench.third]
        var bench = PolicyBench.ready([.sip(.auto, standby: pools)])
        bench.send(maintenance(.pool(PolicyBench.standby), bench))
        bench.verdict(PolicyBench.home, .down)
        bench.wait(120)
        #expect(bench.plans.last?.move.to == PolicyBench.third)
        // And when that one goes into maintenance as well, nothing is left.
        bench.send(maintenance(.pool(PolicyBench.third), bench))
        #expect(bench.withdrawn == [RequestID(1)])
        #expect(bench.status().phase == .blocked)
        #expect(
            bench.status().reason.hasSuffix(
                "no pool can take over: edgepool2 is up and in maintenance by anna: patches, "
                    + "edgepool3 is up and in maintenance by anna: patches"
            )
        )
        #expect(bench.count(.cannotAct) == 1)
    }

    @Test func `home in maintenance gets nothing back by itself`() {
        var bench = PolicyBench.ready([.sip(.auto, failback: .auto)])
        bench.failOver()
        bench.send(maintenance(.pool(PolicyBench.home), bench, 20_000))
        bench.verdict(PolicyBench.home, .up)
        bench.wait(10_000)
        #expect(bench.plans.count == 1 && bench.status().phase == .inMaintenance)
        #expect(bench.status().reason.hasSuffix("so that it is not moved back"))
        bench.send(.maintenanceEnded(.pool(PolicyBench.home), by: PolicyBench.anna))
        #expect(bench.sentence(.pauseChanged) == "anna ended the maintenance of edgepool1")
        #expect(bench.plans.count == 2)
    }

    @Test func `maintenance of everything or a route is a pause with an end`() {
        for coverage in [Coverage.everything, .route(PolicyBench.sip)] {
            var bench = PolicyBench.ready([.sip(.auto)])
            bench.send(maintenance(coverage, bench))
            bench.verdict(PolicyBench.home, .down)
            bench.wait(3_599)
            #expect(bench.plans.isEmpty && bench.status().phase == .paused)
            #expect(bench.status().reason.hasPrefix("in maintenance by anna for another"))
            bench.wait(1)
            #expect(bench.plans.count == 1)
        }
    }

    @Test func `it holds over a restart, and is listed`() {
        var bench = PolicyBench.ready([.sip(.auto)])
        let coverages: [Coverage] = [
            .everything, .route(PolicyBench.sip), .pool(PolicyBench.home),
            .server(FQDN("edge11.contoso.net") ?? PolicyBench.home),
        ]
        for coverage in coverages { bench.send(maintenance(coverage, bench)) }
        bench.wait(600)
        let memory = bench.policy.memory(at: bench.now).aged(by: .seconds(60))
        let again = PolicyBench([.sip(.auto)], memory: memory)
        let listed = again.policy.pauseStatuses(at: again.now)
        #expect(listed.map(\.coverage) == coverages)
        #expect(listed.allSatisfy { $0.isMaintenance && $0.reason == "patches" })
        #expect(listed.allSatisfy { $0.until == again.now + .seconds(2_940) })
        #expect(again.policy.serversInMaintenance(at: again.now).map(\.host) == ["edge11"])
        #expect(again.policy.serversInMaintenance(at: again.now + .seconds(2_940)).isEmpty)
    }

    @Test func `what is not in maintenance cannot be ended, nor what is not there begun`() {
        let bench = PolicyBench.ready()
        let end = PolicyEvent.maintenanceEnded(.pool(PolicyBench.home), by: PolicyBench.anna)
        #expect(bench.policy.refusal(of: end, at: bench.now)?.code == .notPaused)
        let unknown = maintenance(.route(RouteName("sib")), bench)
        #expect(bench.policy.refusal(of: unknown, at: bench.now)?.code == .unknownRoute)
    }
}
