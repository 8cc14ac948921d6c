import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct WardenMediaTests {
    private static let media = RouteName("media")
    private let route = FederationRoute(
        name: media,
        kind: .media,
        home: Contoso.pool1,
        standby: [Contoso.pool2],
        mode: .approve,
        federationFlag: .preStaged,
        confirmFor: .seconds(60)
    )

    /// Both pools serve media, each for the Front Ends of its own site.
    private func world() -> ScriptedOrganisation {
        var organisation = Contoso.organisation(routes: [Contoso.sipRoute(mode: .observe), route])
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
    func `a dead pool's media goes to the standby, although both are in use`() async throws {
        let world = world()
        try await WardenBench.live(in: world) { bench in
            #expect(await bench.pass(120) { $0.status(Self.media)?.holder == Contoso.pool1 })
            world.bring(Contoso.pool1, .off)
            await bench.approveNext()
            #expect(await bench.pass(900) { $0.runsDone == 1 })
            await bench.pass(120)
            #expect(bench.status(Self.media)?.holder == Contoso.pool2)
            #expect(!bench.has(.foreignHolder))
            let users = world.look { model in
                model.topology.associations.filter {
                    $0.edgeServer == OrganisationModel.printed(Contoso.pool1)
                }
            }
            #expect(users.isEmpty)
        }
    }
}
