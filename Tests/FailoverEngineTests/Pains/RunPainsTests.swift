import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// What users of other failover systems suffered, as stories of a whole agent that end well here.
///
/// The numbers are those of docs/decisions.md.
@Suite("Pains of peers: runs, hooks, restarts")
struct RunPainsTests {
    private let auto = Contoso.sipRoute(
        mode: .auto,
        failback: FailbackSettings(mode: .auto, stableFor: .seconds(120))
    )

    /// An agent whose SIP route has failed over.
    private func failedOver(
        _ world: ScriptedOrganisation,
        journal: MemoryJournal = MemoryJournal(),
        _ body: (WardenBench) async throws -> Void
    ) async throws {
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            try await body(bench)
        }
    }

    @Test(arguments: [2, 9, 20, 33])
    func `pain 4: a notice that was decided on outlives the agent that decided`(
        events: Int
    ) async throws {
        let world = WardenBench.world([auto])
        let journal = MemoryJournal()
        journal.fail(afterRunEvents: events, .other)
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            await bench.pass(420)
        }
        let next = journal.revived()
        try await WardenBench.live(in: world, journal: next) { bench in
            #expect(await bench.pass(1_200) { $0.runsDone == 1 })
        }
        for code in [NoticeCode.routeDown, .runStarted, .runFinished] {
            #expect(next.notices.filter { $0.code == code }.count == 1, "\(code)")
        }
        let first = try #require(try await next.pending(hook: "ops", limit: 1).first)
        #expect(first.attempts == 0, "what was not delivered is handed out, the oldest first")
    }

    @Test
    func `pain 5: a change that was only said to be made is a failed run, and no success`()
        async throws
    {
        let world = WardenBench.world([auto])
        world.order(.pretends, at: .recordUpdate, times: 99)
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(1_200) { $0.has(.stepFailed) })
            #expect(bench.runsDone == 0 && !bench.has(.runFinished))
            #expect(bench.status()?.coolDownUntil == nil, "no cool-down for what did not succeed")
            #expect(bench.status()?.phase == .stopped)
        }
    }

    @Test(arguments: [JournalFailure.Code.full, .readOnly])
    func `pain 8: an agent whose own store fails moves nothing, and what is healthy stays`(
        code: JournalFailure.Code
    ) async throws {
        let world = WardenBench.world([auto])
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            journal.fail(after: 0, code)
            await bench.pass(900)
            #expect(world.acts.isEmpty && world.obstacles(.sip) == [])
            world.bring(Contoso.pool1, .off)
            await bench.pass(900)
            #expect(world.acts.isEmpty, "nothing is done that cannot be written down before")
            journal.mend()
            #expect(await bench.pass(1_200) { $0.runsDone == 1 })
            #expect(world.obstacles(.sip) == [])
        }
    }

    @Test(arguments: [4, 16, 20, 33, 47, 60, 75, 90])
    func `pain 8: a store that fails for a while, whenever, costs time and nothing else`(
        writes: Int
    ) async throws {
        let world = WardenBench.world([auto])
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            journal.fail(after: writes, .full)
            world.bring(Contoso.pool1, .off)
            await bench.pass(600)
            journal.mend()
            await bench.pass(600)
            #expect(bench.runsDone == 1 && bench.status()?.phase == .watching)
            #expect(world.obstacles(.sip) == [])
            #expect(bench.codes.filter { $0 == .routeDown }.count == 1)
            #expect(bench.has(.runStarted))
            #expect(bench.codes.filter { $0 == .runFinished }.count == 1)
        }
    }

    @Test
    func `pain 10: outside state that turns wrong again is told, after a run and a restart too`()
        async throws
    {
        let world = WardenBench.world([Contoso.sipRoute(mode: .auto)])
        let old = world.look { $0.recordSets(.of("sip.contoso.com")) }
        let journal = MemoryJournal()
        try await failedOver(world, journal: journal) { bench in
            await bench.pass(90)
            // Somebody restores the zone from a backup.
            world.change { model in for set in old { model.put(set) } }
            #expect(await bench.pass(120) { $0.has(.dnsMismatch) })
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            await bench.pass(120)
            #expect(bench.warden.overview().dns.map(\.name) == [.of("sip.contoso.com")])
        }
    }

    @Test
    func `pain 12: a restart in the middle of an outage takes the standby only once it was seen`()
        async throws
    {
        let world = WardenBench.world([auto])
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            world.bring(Contoso.pool2, .off)
            await bench.pass(300)
            #expect(world.acts.isEmpty)
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            await bench.pass(900)
            #expect(world.acts.isEmpty, "nothing goes to a pool that is dead")
            world.bring(Contoso.pool2, .well)
            #expect(await bench.pass(900) { $0.runsDone == 1 })
            #expect(bench.routedTo == Contoso.pool2)
        }
    }

    @Test(arguments: [3, 11, 24, 36])
    func `pain 19: no run is left under way after a crash, and the lock is free`(
        events: Int
    ) async throws {
        let world = WardenBench.world([auto])
        let journal = MemoryJournal()
        journal.fail(afterRunEvents: events, .other)
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            await bench.pass(420)
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(await bench.pass(1_200) { $0.runsDone == 1 })
            #expect(bench.run == nil && bench.status()?.phase != .running)
            world.bring(Contoso.pool1, .well)
            #expect(await bench.pass(1_200) { $0.runsDone == 2 }, "the lock was free for it")
        }
    }

    @Test
    func `pain 20: the way back is a plan of the same steps, and needs no scripts of its own`()
        async throws
    {
        let world = WardenBench.world([auto])
        let before = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        let journal = MemoryJournal()
        var there: [String] = []
        try await failedOver(world, journal: journal) { _ in
            there = world.acts.filter(\.changed).map(\.key)
            world.forgetActs()
        }
        world.bring(Contoso.pool1, .well)
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(await bench.pass(1_200) { $0.runsDone == 2 })
        }
        let back = world.acts.filter(\.changed).map(\.key)
        func kinds(_ acts: [String]) -> [String] {
            acts.map { String($0.prefix { $0 != ":" }) }.sorted()
        }
        #expect(!there.isEmpty && kinds(there) == kinds(back))
        let after = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        #expect(after.0 == before.0 && after.1 == before.1)
    }
}
