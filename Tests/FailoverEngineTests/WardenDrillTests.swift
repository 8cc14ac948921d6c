import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenDrillTests {
    private let anna = WardenBench.anna

    @Test
    func `a drill goes there and back, and its time is kept over a restart`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        let before = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        let journal = MemoryJournal()
        var kept: Timestamp?
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(60)
            #expect(bench.warden.overview().lastDrill.isEmpty)
            for (runs, event): (Int, PolicyEvent) in [
                (
                    1,
                    .failoverOrdered(
                        Contoso.sip,
                        to: nil,
                        by: anna,
                        reason: "autumn",
                        isDrill: true
                    )
                ),
                (2, .failbackOrdered(Contoso.sip, by: anna, reason: "autumn", isDrill: true)),
            ] {
                #expect(bench.warden.overview().lastDrill.isEmpty, "half a drill is none")
                #expect(await bench.order(event) == .accepted)
                await bench.approveNext()
                #expect(await bench.pass(900) { $0.runsDone == runs })
                #expect(await bench.pass(60) { $0.warden.overview().running == nil })
            }
            #expect(await bench.pass(30) { $0.warden.overview().lastDrill[Contoso.sip] != nil })
            kept = bench.warden.overview().lastDrill[Contoso.sip]
            #expect(bench.status()?.coolDownUntil == nil)
        }
        let after = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        #expect(after.0 == before.0 && after.1 == before.1)
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            await bench.pass(10)
            #expect(bench.warden.overview().lastDrill[Contoso.sip] == kept)
            #expect(kept != nil)
        }
    }

    @Test
    func `a route is away for the drill of who moved it there, until it is moved again`()
        async throws
    {
        let world = WardenBench.world([Contoso.sipRoute()])
        let journal = MemoryJournal()
        let carl = Person(name: "carl", userID: 1_002)
        func away(_ bench: WardenBench) async -> [Bool] {
            [
                await bench.warden.isAway(Contoso.sip, forDrillOf: anna),
                await bench.warden.isAway(Contoso.sip, forDrillOf: carl),
            ]
        }
        func move(_ bench: WardenBench, _ event: PolicyEvent, _ runs: Int) async {
            #expect(await bench.order(event) == .accepted)
            await bench.approveNext()
            #expect(await bench.pass(900) { $0.runsDone == runs })
            #expect(await bench.pass(60) { $0.warden.overview().running == nil })
        }
        func there(isDrill: Bool) -> PolicyEvent {
            .failoverOrdered(Contoso.sip, to: nil, by: anna, reason: "", isDrill: isDrill)
        }
        let back = PolicyEvent.failbackOrdered(Contoso.sip, by: anna, reason: "", isDrill: true)
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(60)
            #expect(bench.warden.isAtHome(Contoso.sip))
            #expect(await away(bench) == [false, false])
            await move(bench, there(isDrill: true), 1)
            #expect(!bench.warden.isAtHome(Contoso.sip))
            #expect(await away(bench) == [true, false])
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            await bench.pass(60)
            #expect(await away(bench) == [true, false], "a restart forgets no drill")
            await move(bench, back, 2)
            #expect(bench.warden.isAtHome(Contoso.sip))
            #expect(await away(bench) == [false, false])
            await move(bench, there(isDrill: false), 3)
            #expect(await away(bench) == [false, false], "that was in earnest")
        }
    }

    @Test(arguments: [RouteMode.observe, .approve, .auto])
    func `a rehearsal changes nothing, asks nobody and is remembered`(
        mode: RouteMode
    )
        async throws
    {
        let world = WardenBench.world([Contoso.sipRoute(mode: mode)])
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(60)
            let reply = await bench.say {
                await $0.rehearse(.failover, Contoso.sip, to: nil, by: anna, reason: "before")
            }
            #expect(reply == .accepted)
            #expect(
                await bench.pass(900) {
                    $0.warden.overview().lastRehearsal[Contoso.sip] != nil
                }
            )
            #expect(world.acts.filter(\.changed).isEmpty, "\(world.acts)")
            #expect(!bench.has(.approvalWanted) && bench.has(.runFinished))
            guard case .opened(let opening)? = journal.newestRun.first else {
                Issue.record("a rehearsal has a journal of its own")
                return
            }
            #expect(opening.isRehearsal && opening.authority == .rehearsal(by: anna))
            #expect(journal.newestRun.last == .finished(.rehearsed))
            #expect(bench.status()?.holder == Contoso.pool1)
            #expect(bench.status()?.phase == .watching)
            #expect(bench.warden.overview().lastDrill.isEmpty)
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            await bench.pass(10)
            #expect(bench.warden.overview().lastRehearsal[Contoso.sip] != nil)
            let plan = try await bench.plan(.failover, [Contoso.sip])
            #expect(plan.snapshot.lastPublication == nil, "a rehearsal enables nothing")
        }
    }

    @Test
    func `a real run's publication is known to later plans`() async throws {
        let world = WardenBench.world([Contoso.sipRoute(mode: .auto)])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            world.bring(Contoso.pool1, .well)
            await bench.pass(60)
            let plan = try await bench.plan(.failback, [Contoso.sip])
            #expect(plan.snapshot.lastPublication != nil)
        }
    }

    @Test
    func `several routes are planned as one, enabled once`() async throws {
        let world = WardenBench.world([Contoso.sipRoute(), Contoso.xmppRoute()])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(60)
            let both = try await bench.plan(
                .failover,
                [Contoso.sip, Contoso.xmpp],
                to: Contoso.pool2
            )
            #expect(both.plan.moves.map(\.route) == [Contoso.sip, Contoso.xmpp])
            let publications = both.plan.steps.filter { $0.operation == .enableTopology }
            #expect(publications.count == 1)
            await #expect(throws: PlanRefusal.self) {
                try await bench.plan(.failover, [Contoso.sip, RouteName("nowhere")], to: nil)
            }
        }
    }

    @Test
    func `routes that went by different runs go back in one plan`() async throws {
        let world = WardenBench.world([Contoso.sipRoute(), Contoso.xmppRoute()])
        try await WardenBench.live(in: world) { bench in
            await bench.pass(60)
            for (runs, route) in [(1, Contoso.xmpp), (2, Contoso.sip)] {
                let order = PolicyEvent.failoverOrdered(route, to: nil, by: anna, reason: "")
                #expect(await bench.order(order) == .accepted)
                await bench.approveNext()
                #expect(await bench.pass(900) { $0.runsDone == runs })
                #expect(await bench.pass(60) { $0.warden.overview().running == nil })
            }
            let both = try await bench.plan(.failback, [Contoso.sip, Contoso.xmpp], to: nil)
            #expect(both.plan.moves.count == 2)
            let routes = both.plan.steps.filter {
                if case .setSiteRoute = $0.operation { true } else { false }
            }
            #expect(routes.count == 4, "two sites, two routes")
            #expect(!both.plan.warnings.contains { $0.contains("no failover of ours") })
        }
    }
}
