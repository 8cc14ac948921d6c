import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenDeadStoreTests {
    @Test
    func `an agent that starts while the store is dead learns the holder from a replica`()
        async throws
    {
        let world = WardenBench.world([Contoso.sipRoute()])
        world.change { $0.storeMaster = nil }
        world.bring(Contoso.pool1, .off)
        try await WardenBench.live(in: world, journal: MemoryJournal()) { bench in
            #expect(await bench.pass(600) { $0.waiting != nil })
            #expect(bench.status()?.holder == Contoso.pool1)
            let operations = bench.waiting?.prepared.plan.steps.map(\.operation) ?? []
            let isStoreFirst: Bool =
                if case .person(.failOverStore)? = operations.first { true } else { false }
            #expect(isStoreFirst, "\(operations)")
        }
    }

    @Test
    func `a replica that contradicts what was known makes nothing foreign`() async throws {
        let world = WardenBench.world([Contoso.sipRoute()])
        try await WardenBench.live(in: world, journal: MemoryJournal()) { bench in
            await bench.pass(90)
            #expect(bench.status()?.holder == Contoso.pool1)
            world.change { model in
                model.storeMaster = nil
                for site in ["Redmond", "Dublin"] {
                    model.setRoute(.sip, of: site, to: OrganisationModel.printed(Contoso.pool2))
                }
            }
            #expect(await bench.pass(200) { $0.status()?.phase == .holderUnknown })
            #expect(!bench.has(.foreignHolder))
            world.change { $0.storeMaster = "fe21.contoso.net" }
            #expect(
                await bench.pass(200) { $0.has(.foreignHolder) },
                "the store itself is believed"
            )
        }
    }
}
