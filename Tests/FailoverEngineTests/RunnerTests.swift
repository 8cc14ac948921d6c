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
        let kind: RouteKind = route == Contoso.sip ? .sip : .xmpp
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

    @Test(arguments: [Contoso.sip, Contoso.xmpp])
    func `a member that dies during the run is not put up with`(route: RouteName) async throws {
        let bench = RunBench()
        let opening = try await bench.opening(route)
        let world = bench.world
        bench.journal.whenWritten { event in
            guard case .verified(let id, _) = event, opening.plan.isGate(id) else { return }
            world.bring(server: Contoso.edge(2, 2), .off)
        }
        guard case .finished(.stopped(let reason)) = try await bench.run(opening) else {
            Issue.record("a dying target was taken for a good one")
            return
        }
        #expect(reason.contains("edge22.contoso.net"))
        #expect(!world.acts.contains { $0.key.hasPrefix("dns:") })
    }

    @Test
    func `half of an update is somebody else's doing`() async throws {
        var organisation = Contoso.organisation()
        let v6 = IPAddress.of("2001:db8::21")
        organisation.edgePools[1].servers[0].publicAddresses.append(v6)
        let bench = RunBench(organisation)
        let opening = try await bench.opening(Contoso.sip)
        bench.world.change { model in
            let set = RecordSet(
                name: .of("sip.contoso.com"),
                type: .aaaa,
                ttl: 300,
                data: [.address(v6)]
            )
            model.put(set)
        }
        guard case .finished(.stopped(let reason)) = try await bench.run(opening) else {
            Issue.record("a half-changed name was changed further")
            return
        }
        #expect(reason.contains("somebody else changed"))
        #expect(!bench.world.acts.contains { $0.key.hasPrefix("dns:") })
    }
}
