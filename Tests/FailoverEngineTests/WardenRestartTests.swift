import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenRestartTests {
    private let route = Contoso.sipRoute(mode: .auto)

    @Test(arguments: [1, 4, 8, 12, 16, 22, 28, 34, 40])
    func `a run that a crash interrupted goes on after the restart`(events: Int) async throws {
        let world = WardenBench.world([route])
        let journal = MemoryJournal()
        journal.fail(afterRunEvents: events, .other)
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            await bench.pass(400) { $0.journal.newestRun.count == events }
            await bench.pass(20)
            #expect(bench.journal.newestRun.count == events)
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(await bench.pass(1_200) { $0.runsDone == 1 })
            #expect(world.obstacles(.sip) == [])
            #expect(bench.routedTo == Contoso.pool2)
            let runs = try await bench.journal.runs(limit: 9)
            #expect(runs.count == 1, "the same run, not another")
            await bench.pass(90)
            #expect(bench.runsDone == 1)
        }
        for key in ["site:Redmond:sip:\(Contoso.pool2)", "site:Dublin:sip:\(Contoso.pool2)"] {
            #expect(world.acts.filter { $0.key == key }.count == 1)
        }
    }

    @Test
    func `a stop in mid-run parks it, and the next start finishes it`() async throws {
        let world = WardenBench.world([route])
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.world.acts.contains { $0.key == "enable" } })
        }
        guard case .parked? = journal.newestRun.last else {
            Issue.record("the run ended as \(String(describing: journal.newestRun.last))")
            return
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(await bench.pass(1_200) { $0.runsDone == 1 })
            #expect(world.obstacles(.sip) == [])
        }
    }

    @Test
    func `a question that was open at the restart is asked anew`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        let journal = MemoryJournal()
        let first = Shared<WaitingApproval?>(nil)
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.waiting != nil })
            first.set(bench.waiting)
        }
        let old = try #require(first.value)
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(bench.waiting == nil)
            guard case .refused = await bench.approve(old) else {
                Issue.record("a question of a former life was answered")
                return
            }
            #expect(await bench.pass(400) { $0.waiting != nil })
            let anew = try #require(bench.waiting)
            #expect(anew.request.id > old.request.id)
            #expect(await bench.approve(anew) == .accepted)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
        }
    }

    @Test
    func `after a restart the failback still knows what the failover wrote`() async throws {
        let world = WardenBench.world([
            Contoso.sipRoute(
                mode: .auto,
                failback: FailbackSettings(mode: .auto, stableFor: .seconds(120))
            )
        ])
        let before = world.look { $0.zones.map { Set($0.sets) } }
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
        }
        world.bring(Contoso.pool1, .well)
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(await bench.pass(1_200) { $0.runsDone == 2 })
            #expect(bench.routedTo == Contoso.pool1)
        }
        #expect(world.look { $0.zones.map { Set($0.sets) } } == before)
    }
}
