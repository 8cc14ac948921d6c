import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct TopologyStepTests {
    private static let service = ServiceIdentity(
        role: "ConferencingServer",
        pool: .of("fepool1.contoso.net")
    )
    private static let associate = FailoverCore.Operation.setAssociation(
        service: service,
        from: .edgeServer(Contoso.pool1),
        to: .edgeServer(Contoso.pool2)
    )
    private static let hop = ServiceIdentity(role: "Registrar", pool: .of("fepool1.contoso.net"))
    private static let otherHop = ServiceIdentity(
        role: "Registrar",
        pool: .of("fepool2.contoso.net")
    )

    @Test
    func `a service gets another Edge pool, once, and is read back`() async throws {
        let bench = StepBench()
        let check = FailoverCore.Operation.checkAssociations(
            [Self.service],
            .edgeServer(Contoso.pool2)
        )
        #expect(try await bench.run([Self.associate, check]).outcome == .done)
        #expect(bench.world.effectiveActs.count == 1)
        #expect(
            bench.world.look { model in
                model.topology.associations.first { $0.service == "\(Self.service)" }?.edgeServer
            } == "EdgeServer:edgepool2.contoso.net"
        )
    }

    @Test
    func `a service that uses a third pool is somebody else's, by name`() async throws {
        let bench = StepBench()
        let opening = try await bench.opening([Self.associate])
        bench.world.change { model in
            for index in model.topology.associations.indices
            where model.topology.associations[index].service == "\(Self.service)" {
                model.topology.associations[index].edgeServer = "EdgeServer:edgepool9.contoso.net"
            }
        }
        let end = await bench.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.reason.contains("edgepool9.contoso.net"))
        #expect(end.reason.contains("somebody else"))
        #expect(bench.world.acts == [])
    }

    @Test
    func `a check of associations names what is still elsewhere`() async throws {
        let bench = StepBench()
        let check = FailoverCore.Operation.checkAssociations(
            [Self.service],
            .edgeServer(Contoso.pool2)
        )
        let end = try await bench.run([check], timeout: .seconds(5))
        #expect(end.reason.contains("ConferencingServer:fepool1.contoso.net"))
        #expect(end.reason.contains("edgepool1"))
    }

    @Test
    func `the next hop of a pool is set, and somebody else's is left alone`() async throws {
        let bench = StepBench()
        let set = FailoverCore.Operation.setNextHop(
            pool: Contoso.pool1,
            from: Self.hop,
            to: Self.otherHop
        )
        #expect(try await bench.run([set]).outcome == .done)
        #expect(
            bench.world.look { $0.topology.nextHops[Contoso.pool1] }
                == "Registrar:fepool2.contoso.net"
        )
        let foreign = StepBench()
        let other = FailoverCore.Operation.setNextHop(
            pool: Contoso.pool1,
            from: Self.otherHop,
            to: ServiceIdentity(role: "Registrar", pool: .of("fepool3.contoso.net"))
        )
        let end = try await foreign.run([other])
        #expect(end.reason.contains("the next hop of edgepool1.contoso.net"))
        #expect(foreign.world.acts == [])
    }

    @Test
    func `rights are tried with WhatIf, and a refusal says which`() async throws {
        let bench = StepBench()
        let trial = FailoverCore.Operation.tryRights(
            site: SiteName("Redmond"),
            kind: .sip,
            to: .edgeServer(Contoso.pool2)
        )
        #expect(try await bench.run([trial]).outcome == .done)
        #expect(bench.world.acts == [])
        let refused = StepBench()
        let opening = try await refused.opening([trial], timeout: .seconds(3))
        refused.world.order(.refused("access denied"), at: .trial(.enableTopology), times: 100)
        let end = await refused.runner.run(StepBench.run, opening: opening) { _, _ in }
        #expect(end.reason.contains("Enable-CsTopology"))
        #expect(end.reason.contains("access denied"))
    }

    @Test
    func `media has no site route to try`() async throws {
        let bench = StepBench()
        let trial = FailoverCore.Operation.tryRights(
            site: SiteName("Redmond"),
            kind: .media,
            to: .edgeServer(Contoso.pool2)
        )
        #expect(try await bench.run([trial]).outcome == .done)
        #expect(!bench.world.commands.contains { $0.contains("Set-CsSite") })
    }

    @Test
    func `the way to the replicas is only judged from the store's own server`() async throws {
        let check = FailoverCore.Operation.checkReplicationPath(servers: [Contoso.edge(2, 1)])
        let elsewhere = StepBench()
        elsewhere.world.change { $0.closedPorts = [4_443] }
        let first = try await elsewhere.run([check], timeout: .seconds(3))
        #expect(first.outcome == .done, "another server's view proves nothing: \(first)")
        let there = StepBench()
        there.world.change { model in
            model.closedPorts = [4_443]
            model.storeMaster = "fepool2.contoso.net"
        }
        let second = try await there.run([check], timeout: .seconds(3))
        #expect(second.reason.contains("does not reach port 4443 of edge21.contoso.net"))
    }
}
