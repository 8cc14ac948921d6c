import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenStartingTests {
    @Test
    func `an XMPP standby whose services the plan restarts is offered, even in auto with a yes`()
        async throws
    {
        let world = WardenBench.world([
            Contoso.sipRoute(mode: .observe), Contoso.xmppRoute(mode: .auto),
        ])
        world.change { model in
            for member in [1, 2] {
                model.machines[Contoso.edge(2, member)]?.needsXMPPRestart = true
            }
        }
        try await WardenBench.live(in: world) { bench in
            await bench.pass(60)
            #expect(!bench.has(.standbyDown), "it is down because the plan starts it")
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(400) { $0.waiting != nil })
            #expect(bench.sentence(.approvalWanted).contains("does not serve yet"))
            #expect(!bench.has(.cannotAct) && world.acts.isEmpty)
            await bench.approveNext()
            #expect(await bench.pass(900) { $0.runsDone == 1 })
            #expect(world.obstacles(.xmpp) == [])
            #expect(bench.status(Contoso.xmpp)?.holder == Contoso.pool2)
        }
    }

    /// A SIP route that fences the pool it leaves, in an organisation whose media is watched.
    private func fencingWorld() -> ScriptedOrganisation {
        var route = Contoso.sipRoute(
            mode: .auto,
            failback: FailbackSettings(
                mode: .auto,
                stableFor: .seconds(120),
                unfencedSoak: .seconds(30)
            )
        )
        route.fence = .accessEdge
        var organisation = Contoso.organisation(routes: [route])
        organisation.trustsUntriedRights = true
        for pool in organisation.edgePools.indices {
            for server in organisation.edgePools[pool].servers.indices {
                let address = IPAddress.of("203.0.113.\(100 + 10 * pool + server)")
                organisation.edgePools[pool].servers[server].mediaAddresses = [address]
            }
        }
        return ScriptedOrganisation(organisation, clock: VirtualClock())
    }

    @Test
    func `a fenced pool that returns is fenced, soaks by its media and goes home with a yes`()
        async throws
    {
        let world = fencingWorld()
        try await WardenBench.live(in: world) { bench in
            await bench.pass(60)
            world.bring(Contoso.pool1, .off)
            #expect(await bench.pass(900) { $0.runsDone == 1 })
            world.bring(Contoso.pool1, .well)
            #expect(await bench.pass(300) { $0.warden.overview().pendingFences.isEmpty })
            #expect(
                await bench.pass(300) {
                    $0.status()?.reason.contains("edgepool1's media has been up") == true
                }
            )
            #expect(bench.status()?.phase == .soaking)
            await bench.approveNext(900)
            #expect(await bench.pass(1_200) { $0.runsDone == 2 })
            #expect(bench.routedTo == Contoso.pool1)
            #expect(world.obstacles(.sip) == [])
        }
    }
}
