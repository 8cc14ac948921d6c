import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenReadinessTests {
    /// It is Saturday 09:40 in UTC when a test begins.
    private func settings(_ window: String?) throws -> ReadinessSettings {
        ReadinessSettings(byDay: try window.map { try WeeklyWindow($0) })
    }

    private func leave(_ world: ScriptedOrganisation, _ isBehind: Bool) {
        world.change { model in
            model.machines[Contoso.edge(2, 1)]?.isCurrentAt =
                isBehind ? Instant(nanoseconds: .max) : nil
        }
    }

    private func count(_ bench: WardenBench, _ code: NoticeCode) -> Int {
        bench.codes.filter { $0 == code }.count
    }

    @Test
    func `a standby that is not ready is told at once when it always is day`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(60)
            leave(world, true)
            #expect(await bench.pass(1_200) { $0.has(.standbyNotReady) })
            leave(world, false)
            #expect(await bench.pass(1_200) { $0.has(.standbyReady) })
            #expect(count(bench, .standbyNotReady) == 1)
        }
    }

    @Test
    func `by night a notice waits, and goes out once when it is day`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        let readiness = try settings("Sat 10:40-11:40 UTC")
        try await WardenBench.live(in: world, readiness: readiness) { bench in
            await bench.pass(60)
            leave(world, true)
            await bench.pass(3_400)
            #expect(!bench.has(.standbyNotReady))
            #expect(bench.status()?.readiness.contains { !$0.canTakeOver } == true)
            #expect(await bench.pass(240) { $0.has(.standbyNotReady) })
            #expect(bench.sentence(.standbyNotReady).contains("edgepool2"))
            await bench.pass(600)
            #expect(count(bench, .standbyNotReady) == 1)
        }
    }

    @Test
    func `what heals by night is never told`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        let readiness = try settings("Sat 11:40-12:40 UTC")
        try await WardenBench.live(in: world, readiness: readiness) { bench in
            await bench.pass(60)
            leave(world, true)
            await bench.pass(1_800)
            #expect(bench.status()?.readiness.contains { !$0.canTakeOver } == true)
            leave(world, false)
            await bench.pass(7_200)
            #expect(!bench.has(.standbyNotReady))
            #expect(!bench.has(.standbyReady))
        }
    }

    @Test
    func `a start knows what was told before: it repeats nothing, and tells the end by day`()
        async throws
    {
        let world = WardenBench.world([Contoso.sipRoute()])
        let journal = MemoryJournal()
        let readiness = try settings("Sat 09:40-10:10, Sat 11:40-12:40 UTC")
        try await WardenBench.live(in: world, journal: journal, readiness: readiness) { bench in
            await bench.pass(60)
            leave(world, true)
            #expect(await bench.pass(1_200) { $0.has(.standbyNotReady) })
            await bench.pass(1_800)
            leave(world, false)
            await bench.pass(1_200)
            #expect(!bench.has(.standbyReady), "it is night")
        }
        try await WardenBench.live(in: world, journal: journal, readiness: readiness) { bench in
            await bench.pass(60)
            #expect(!bench.has(.standbyReady), "it is night")
            #expect(await bench.pass(7_200) { $0.has(.standbyReady) })
            await bench.pass(600)
            #expect(count(bench, .standbyReady) == 1)
            #expect(count(bench, .standbyNotReady) == 1)
        }
    }

    @Test
    func `what was found by night and holds is told by day, whoever found it`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        let journal = MemoryJournal()
        let readiness = try settings("Sat 11:40-12:40 UTC")
        try await WardenBench.live(in: world, journal: journal, readiness: readiness) { bench in
            await bench.pass(60)
            leave(world, true)
            await bench.pass(1_800)
            #expect(!bench.has(.standbyNotReady), "it is night")
        }
        for _ in 1...2 {
            try await WardenBench.live(in: world, journal: journal, readiness: readiness) { bench in
                #expect(await bench.pass(7_200) { $0.has(.standbyNotReady) })
                await bench.pass(600)
                #expect(count(bench, .standbyNotReady) == 1, "a restart does not tell it again")
            }
        }
    }
}
