import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// What the wall clock and maintenances have a say in, through the whole agent.
@Suite
struct WardenWindowTests {
    /// It is Saturday 09:40 in UTC when a test begins.
    private func world(_ window: String) throws -> ScriptedOrganisation {
        let failback = FailbackSettings(
            mode: .auto,
            stableFor: .seconds(120),
            window: try WeeklyWindow(window)
        )
        return WardenBench.world([Contoso.sipRoute(mode: .auto, failback: failback)])
    }

    /// Pool 1 dies, the route moves, pool 1 comes back.
    private func goAway(_ bench: WardenBench) async {
        await bench.pass(40)
        bench.world.bring(Contoso.pool1, .off)
        #expect(await bench.pass(400) { $0.runsDone == 1 })
        bench.world.bring(Contoso.pool1, .well)
    }

    @Test
    func `a failback waits for its window on the wall clock, and begins in it`() async throws {
        let world = try world("Sat 10:40-11:40 UTC")
        try await WardenBench.live(in: world) { bench in
            await goAway(bench)
            await bench.pass(2_400)
            #expect(bench.runsDone == 1)
            #expect(bench.status()?.phase == .awaitingWindow)
            #expect(bench.status()?.reason.contains("Sat 10:40-11:40 UTC") == true)
            #expect(await bench.pass(2_400) { $0.runsDone == 2 })
            #expect(bench.routedTo == Contoso.pool1)
        }
    }

    @Test
    func `a rescue waits for no window`() async throws {
        let world = try world("Sun 02:00-05:00 UTC")
        try await WardenBench.live(in: world) { bench in
            await goAway(bench)
            await bench.pass(900)
            #expect(bench.routedTo == Contoso.pool2)
            world.bring(Contoso.pool2, .off)
            // The last run is too recent only for a minute in this bench.
            #expect(await bench.pass(900) { $0.runsDone == 2 })
            #expect(bench.routedTo == Contoso.pool1)
        }
    }

    @Test
    func `a server in maintenance is left out: its pool is as the others are`() async throws {
        let world = WardenBench.world([Contoso.sipRoute(mode: .auto)])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(60)
            let reply = await bench.say {
                await $0.maintain(
                    .server(Contoso.edge(1, 1)),
                    for: .seconds(3_600),
                    by: WardenBench.anna,
                    reason: "patches"
                )
            }
            #expect(reply == .accepted)
            world.bring(server: Contoso.edge(1, 1), .off)
            await bench.pass(300)
            #expect(!bench.has(.poolDegraded))
            #expect(verdict(bench) == .up)
            #expect(bench.warden.overview().pauses.count == 1)
            // The other member dies too: then nobody serves, and it is a rescue.
            world.bring(server: Contoso.edge(1, 2), .off)
            #expect(await bench.pass(900) { $0.runsDone == 1 })
            #expect(bench.routedTo == Contoso.pool2)
        }
    }

    @Test
    func `when the maintenance ends by itself the server counts again`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(60)
            _ = await bench.say {
                await $0.maintain(
                    .server(Contoso.edge(1, 1)),
                    for: .seconds(600),
                    by: WardenBench.anna,
                    reason: "patches"
                )
            }
            world.bring(server: Contoso.edge(1, 1), .off)
            await bench.pass(500)
            #expect(verdict(bench) == .up)
            #expect(await bench.pass(300) { $0.has(.poolDegraded) })
            #expect(verdict(bench) == .degraded)
            #expect(bench.warden.overview().pauses.isEmpty)
        }
    }

    private func verdict(_ bench: WardenBench) -> VerdictClass? {
        bench.warden.overview().verdicts[PoolLeg(pool: Contoso.pool1, kind: .sip)]?.verdict
    }
}
