import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenJoiningTests {
    private let both = [Contoso.sip, Contoso.xmpp]

    /// How often the topology was really enabled.
    private func publications(_ world: ScriptedOrganisation) -> Int {
        world.acts.count { $0.key == "enable" && $0.changed }
    }

    @Test
    func `a dead pool's routes move in one run and come home in one, each enabled once`()
        async throws
    {
        let failback = FailbackSettings(mode: .auto, stableFor: .seconds(300))
        let world = WardenBench.world([
            Contoso.sipRoute(mode: .auto, failback: failback),
            Contoso.xmppRoute(mode: .auto, failback: failback),
        ])
        let before = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(1_200) { $0.runsDone == 1 })
            #expect(await bench.pass(60) { $0.warden.overview().running == nil })
            for route in both { #expect(bench.status(route)?.holder == Contoso.pool2) }
            #expect(publications(world) == 1)
            world.bring(Contoso.pool1, .well)
            #expect(await bench.pass(3_600) { $0.runsDone == 2 })
            #expect(await bench.pass(60) { $0.warden.overview().running == nil })
            for route in both { #expect(bench.status(route)?.holder == Contoso.pool1) }
            #expect(publications(world) == 2)
            #expect(bench.warden.overview().routes.allSatisfy { $0.request == nil })
        }
        let after = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        #expect(after.0 == before.0 && after.1 == before.1)
    }

    @Test
    func `a restart in mid-run carries both on`() async throws {
        let world = WardenBench.world([
            Contoso.sipRoute(mode: .auto), Contoso.xmppRoute(mode: .auto),
        ])
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(1_200) { !$0.world.acts.isEmpty })
            #expect(bench.runsDone == 0)
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            #expect(await bench.pass(1_200) { $0.runsDone == 1 })
            #expect(await bench.pass(60) { $0.warden.overview().running == nil })
            for route in both { #expect(bench.status(route)?.holder == Contoso.pool2) }
            #expect(publications(world) == 1)
        }
    }

    @Test(arguments: [[Contoso.sip, Contoso.xmpp], [Contoso.xmpp, Contoso.sip]])
    func `what went together comes home one by one, each by itself`(
        order: [RouteName]
    )
        async throws
    {
        let world = WardenBench.world([
            Contoso.sipRoute(mode: .auto), Contoso.xmppRoute(mode: .auto),
        ])
        let before = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        try await WardenBench.live(in: world) { bench in
            await bench.pass(40)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(1_200) { $0.runsDone == 1 })
            world.bring(Contoso.pool1, .well)
            await bench.pass(120)
            for (runs, route) in zip(2..., order) {
                let away = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
                let event = PolicyEvent.failbackOrdered(
                    route,
                    by: WardenBench.anna,
                    reason: "one by one",
                    overriding: Overrides([.soak, .coolDown], reason: "one by one")
                )
                #expect(await bench.order(event) == .accepted)
                await bench.approveNext()
                #expect(await bench.pass(900) { $0.runsDone == runs })
                #expect(await bench.pass(60) { $0.warden.overview().running == nil })
                #expect(bench.status(route)?.holder == Contoso.pool1)
                guard let other = order.last, other != route else { continue }
                #expect(bench.status(other)?.holder == Contoso.pool2)
                let kind: RouteKind = other == Contoso.sip ? .sip : .xmpp
                let now = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
                #expect(now.0.map { $0.routes[kind] } == away.0.map { $0.routes[kind] })
                let own = kind == .xmpp ? "xmpp.contoso.com" : "sip.contoso.com"
                func sets(_ zones: [Set<RecordSet>]) -> [Set<RecordSet>] {
                    zones.map { $0.filter { $0.name.name == own } }
                }
                #expect(sets(now.1) == sets(away.1), "the other route's records stay")
            }
        }
        let after = world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        #expect(after.0 == before.0 && after.1 == before.1)
    }
}
