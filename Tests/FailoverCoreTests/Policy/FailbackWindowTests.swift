import FailoverCore
import Testing

@Suite("FailoverPolicy: the failback's window")
struct FailbackWindowTests {
    private func away(_ failback: RouteMode = .auto) throws -> PolicyBench {
        var route = FederationRoute.sip(.auto, failback: failback)
        route.failback.window = try WeeklyWindow("Sat 02:00-05:00 Europe/Berlin")
        var bench = PolicyBench.ready([route])
        bench.failOver()
        bench.wait(3_600)
        bench.verdict(PolicyBench.home, .up)
        return bench
    }

    private func windows(_ standing: WindowStanding) -> PolicyEvent {
        .windows([PolicyBench.sip: standing])
    }

    @Test(arguments: [RouteMode.auto, .approve])
    func `a failback waits for its window, in words`(mode: RouteMode) throws {
        var bench = try away(mode)
        bench.send(windows(.closed(until: bench.now + .seconds(7_200))))
        bench.wait(1_800)
        #expect(bench.status().phase == .awaitingWindow)
        #expect(
            bench.status().reason
                == "edgepool1 has been up for 30m; the failback waits for its window "
                + "(Sat 02:00-05:00 Europe/Berlin), for another 1h30m"
        )
        #expect(bench.status().until == bench.now + .seconds(5_400))
        bench.wait(5_399)
        #expect(bench.plans.count == 1)
        bench.send(windows(.open(until: bench.now + .seconds(10_800))))
        #expect(bench.plans.last?.direction == .failback)
    }

    @Test func `a window that nobody spoke of, or that should have opened, is closed`() throws {
        var bench = try away()
        bench.wait(1_800)
        #expect(bench.status().phase == .awaitingWindow)
        #expect(bench.status().reason.hasSuffix("and whether that is open is not known"))
        bench.send(windows(.closed(until: bench.now + .seconds(60))))
        bench.wait(3_600)
        #expect(bench.status().reason.hasSuffix("and whether that is open is not known"))
        #expect(bench.plans.count == 1)
    }

    @Test func `a window that closes withdraws what was asked, and asks anew when it opens`() throws
    {
        var bench = try away(.approve)
        bench.send(windows(.open(until: bench.now + .seconds(2_400))))
        bench.wait(1_800)
        bench.plan()
        #expect(bench.questions.count == 1)
        bench.wait(600)
        #expect(bench.withdrawn.count == 1)
        #expect(
            bench.sentence(.approvalWithdrawn)?
                .contains("the window for the failback is not open any more") == true
        )
        bench.send(windows(.open(until: nil)))
        bench.plan()
        #expect(bench.questions.count == 2)
    }

    @Test func `an approval does not outlive the window`() throws {
        var bench = try away(.approve)
        bench.send(windows(.open(until: bench.now + .seconds(2_400))))
        bench.wait(1_800)
        bench.plan()
        // The holder is not known for a moment, so that the run cannot begin at once.
        bench.send(.holder(PolicyBench.sip, .unknown("no Front End answers")))
        bench.approve()
        bench.wait(601)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        #expect(bench.starts.count == 1)
        #expect(bench.withdrawn.count == 1)
    }

    @Test func `an order that was approved out of sight is asked anew for the window`() throws {
        var bench = try away(.approve)
        bench.send(windows(.open(until: bench.now + .seconds(1_900))))
        bench.wait(1_800)
        bench.send(.denied(RequestID(2), by: PolicyBench.anna, reason: ""))
        bench.send(.failbackOrdered(PolicyBench.sip, by: PolicyBench.anna, reason: "now"))
        bench.plan()
        bench.send(.holder(PolicyBench.sip, .unknown("no Front End answers")))
        bench.approve()
        #expect(bench.status().phase == .approved)
        bench.wait(120)
        bench.send(.holder(PolicyBench.sip, .pool(PolicyBench.standby)))
        #expect(bench.starts.count == 1)
        #expect(
            bench.sentence(.approvalWithdrawn)?.contains(
                "the window of the failback (Sat 02:00-05:00 Europe/Berlin) is not open, after "
                    + "anna approved it"
            ) == true
        )
        bench.plan()
        #expect(bench.sentence(.approvalWanted)?.contains("--override window") == true)
    }

    @Test func `a dead holder is left for home, whatever the window says`() throws {
        var bench = try away()
        bench.send(windows(.closed(until: bench.now + .seconds(500_000))))
        bench.verdict(PolicyBench.standby, .down)
        bench.wait(120)
        bench.plan()
        #expect(bench.starts.last?.request.move.to == PolicyBench.home)
        #expect(bench.starts.last?.request.trigger.isRescue == true)
        #expect(bench.starts.last?.authority == .automatic)
    }

    @Test func `routes whose windows open together go home in one plan`() throws {
        var routes = [FederationRoute.sip(.auto, failback: .auto), .xmpp(.auto)]
        for index in routes.indices {
            routes[index].failback = FailbackSettings(
                mode: .auto,
                window: try WeeklyWindow("Sat 02:00-05:00 UTC")
            )
        }
        var bench = PolicyBench.ready(routes)
        for route in routes { bench.verdict(PolicyBench.home, .down, route.kind) }
        bench.wait(140)
        bench.plan()
        bench.finish()
        for route in routes { bench.verdict(PolicyBench.home, .up, route.kind) }
        bench.wait(3_600)
        #expect(bench.plans.count == 1)
        bench.send(
            .windows([PolicyBench.sip: .open(until: nil), PolicyBench.xmpp: .open(until: nil)])
        )
        #expect(bench.plans.last?.companions.map(\.route) == [PolicyBench.xmpp])
    }
}
