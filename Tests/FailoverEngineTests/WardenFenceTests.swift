import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenFenceTests {
    private let anna = WardenBench.anna
    private let members = [Contoso.edge(1, 1), Contoso.edge(1, 2)]

    private var route: FederationRoute {
        var route = Contoso.sipRoute(mode: .auto)
        route.fence = .accessEdge
        return route
    }

    private func startTypes(_ world: ScriptedOrganisation) -> [WindowsStartType?] {
        world.look { model in
            members.map { server in
                model.machines[server]?.services.first {
                    $0.name == WindowsStartType.accessEdge
                }?.startType
            }
        }
    }

    /// The home pool is off, so that its fence has to wait.
    private func failedOver(_ bench: WardenBench) async {
        await bench.pass(40)
        bench.world.bring(Contoso.pool1, .off)
        #expect(await bench.pass(900) { $0.runsDone == 1 })
        #expect(await bench.pass(30) { $0.warden.overview().running == nil })
        #expect(bench.has(.fencePending))
        #expect(bench.warden.overview().pendingFences == members)
    }

    @Test(arguments: [false, true])
    func `members of the failed pool are fenced when they return`(isRestarted: Bool) async throws {
        let world = WardenBench.world([route])
        let journal = MemoryJournal()
        func isFenced(_ bench: WardenBench) async {
            world.bring(Contoso.pool1, .well)
            #expect(await bench.pass(400) { $0.warden.overview().pendingFences.isEmpty })
            #expect(startTypes(world) == [.disabled, .disabled])
            #expect(bench.sentence(.fencePending).contains("is fenced now"))
            let settled = bench.journal.allRecords.filter {
                if case .fenceSettled(_, _, isFenced: true, _) = $0 { true } else { false }
            }
            #expect(settled.count == 2)
        }
        try await WardenBench.live(in: world, journal: journal) { bench in
            await failedOver(bench)
            if !isRestarted { await isFenced(bench) }
        }
        guard isRestarted else { return }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            await bench.pass(10)
            #expect(bench.warden.overview().pendingFences == members)
            await isFenced(bench)
        }
    }

    @Test
    func `what was fenced and then freed by a person is not fenced again`() async throws {
        let world = WardenBench.world([route])
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await failedOver(bench)
            world.bring(Contoso.pool1, .well)
            #expect(await bench.pass(400) { $0.warden.overview().pendingFences.isEmpty })
        }
        for server in members {
            world.perform(.unfence(server: server, pool: Contoso.pool1, startType: .automatic))
        }
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            await bench.pass(400)
            #expect(startTypes(world) == [.automatic, .automatic])
        }
    }

    @Test
    func `after the route went back nobody is fenced`() async throws {
        let world = WardenBench.world([route])
        let journal = MemoryJournal()
        try await WardenBench.live(in: world, journal: journal) { bench in
            await failedOver(bench)
            // Fences would go up at the next reading of the holders: the order comes first.
            world.order(.unreachable, at: .edgeCommand(.getService, members[0]), times: 2)
            world.bring(Contoso.pool1, .well)
            for site in ["Redmond", "Dublin"] {
                world.change {
                    $0.setRoute(.sip, of: site, to: OrganisationModel.printed(Contoso.pool1))
                }
            }
            #expect(await bench.pass(200) { $0.has(.foreignHolder) })
        }
        let fenced = startTypes(world).filter { $0 == .disabled }.count
        try await WardenBench.live(in: world, journal: journal.revived()) { bench in
            await bench.pass(600)
            #expect(startTypes(world).filter { $0 == .disabled }.count == fenced)
        }
    }
}
