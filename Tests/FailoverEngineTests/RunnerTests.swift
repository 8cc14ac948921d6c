import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct RunnerTests {
    @Test(
        arguments: [DNSStyle.address, .srv],
        [[Contoso.domain], [Contoso.domain, Contoso.secondDomain]]
    )
    func `a SIP failover moves both directions of federation`(
        style: DNSStyle,
        domains: [FQDN]
    ) async throws {
        let bench = RunBench(
            Contoso.organisation(routes: [Contoso.sipRoute(style: style)], domains: domains)
        )
        #expect(!bench.world.obstacles(.sip).isEmpty)
        #expect(try await bench.run(Contoso.sip) == .finished(.done))
        #expect(bench.world.obstacles(.sip) == [])
    }

    @Test
    func `an XMPP failover moves both directions of federation`() async throws {
        let bench = RunBench()
        #expect(!bench.world.obstacles(.xmpp).isEmpty)
        #expect(try await bench.run(Contoso.xmpp) == .finished(.done))
        #expect(bench.world.obstacles(.xmpp) == [])
        #expect(!bench.world.obstacles(.sip).isEmpty)
    }

    @Test(arguments: [Contoso.sip, Contoso.xmpp])
    func `a failback puts everything back as it was`(route: RouteName) async throws {
        let bench = RunBench()
        let kind: FederationKind = route == Contoso.sip ? .sip : .xmpp
        let before = bench.world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        #expect(try await bench.run(route) == .finished(.done))
        bench.world.bring(Contoso.pool1, .well)
        #expect(try await bench.run(route, .failback) == .finished(.done))
        #expect(bench.world.obstacles(kind) == [])
        let after = bench.world.look { ($0.sites, $0.zones.map { Set($0.sets) }) }
        #expect(after.0 == before.0)
        #expect(after.1 == before.1)
    }

    @Test
    func `a dead member of the target does not stop an XMPP failover`() async throws {
        let bench = RunBench()
        bench.world.bring(server: Contoso.edge(2, 2), .off)
        bench.world.change { $0.machines[Contoso.edge(2, 1)]?.needsXMPPRestart = true }
        #expect(try await bench.run(Contoso.xmpp) == .finished(.done))
        #expect(bench.world.obstacles(.xmpp) == [])
        #expect(bench.world.acts.contains { $0.key == "start:\(Contoso.edge(2, 1)):xmpp" })
        #expect(!bench.world.acts.contains { $0.key.contains(Contoso.edge(2, 2).name) })
    }

    @Test
    func `when a whole site is lost federation goes on from the other`() async throws {
        let bench = RunBench()
        bench.world.loseSite("Redmond")
        let opening = try await bench.opening(Contoso.sip)
        #expect(opening.snapshot.deadSites == [SiteName("Redmond")])
        #expect(opening.snapshot.endpointIndex == 1)
        #expect(try await bench.run(opening) == .finished(.done))
        #expect(bench.world.obstacles(.sip) == [])
    }
}
