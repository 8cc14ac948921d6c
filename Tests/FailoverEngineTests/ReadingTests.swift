import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct TopologyReaderTests {
    /// Answers every command with the same result.
    private struct Canned: Management {
        var result: CommandResult
        var frontEndCount: Int { 1 }

        func isConfigured(_ endpoint: ManagementEndpoint) -> Bool { true }
        func address(of endpoint: ManagementEndpoint) -> String { "https://fe" }
        func closeSessions() async {}
        func run(
            _ command: PowerShellCommand,
            at endpoint: ManagementEndpoint,
            timeout: Duration
        ) async throws(ManagementFailure) -> CommandResult { result }
    }

    private func reader(_ objects: [[(String, ManagementValue)]]) -> TopologyReader {
        TopologyReader(
            management: Canned(result: CommandResult(output: objects.map(ManagementObject.init)))
        )
    }

    @Test
    func `sites lose their prefix, and branch sites are left out`() async throws {
        let sites = try await reader([
            [
                ("Identity", .string("Site:Redmond")), ("SiteType", .string("CentralSite")),
                ("FederationRoute", .string("EdgeServer:edgepool1.contoso.net")),
                ("XmppFederationRoute", .null),
            ],
            [("Identity", .string("Site:Oslo")), ("SiteType", .string("BranchSite"))],
        ]).sites(at: .frontEnd(0))
        #expect(sites.map(\.name.name) == ["Redmond"])
        #expect(sites.first?.edgePool(.sip) == Contoso.pool1)
        #expect(sites.first?.edgePool(.xmpp) == nil)
    }

    static let ports: [(ManagementValue, UInt16?)] = [
        (.integer(5_061), 5_061), (.string("5061"), 5_061), (.null, nil), (.string(""), nil),
        (.integer(0), 0), (.integer(70_000), nil), (.integer(-1), nil),
    ]

    @Test(arguments: ports)
    func `ports are read however they are written`(
        value: ManagementValue,
        port: UInt16?
    ) async throws {
        let services = try await reader([
            [
                ("Identity", .string("EdgeServer:edgepool1.contoso.net")),
                ("AccessEdgeExternalSipPort", value), ("XmppListeningPort", value),
                ("AccessEdgeClientPort", value),
            ]
        ]).services(at: .frontEnd(0))
        let service = try #require(services.edgeServices.first)
        #expect(service.pool == Contoso.pool1)
        #expect(service.federationPort == port)
        #expect(service.xmppPort == port)
        #expect(service.clientPort == port, "documents spell this one in two ways")
    }

    @Test
    func `an error record is a failure with its text and place`() async throws {
        let reader = TopologyReader(
            management: Canned(result: CommandResult(errors: ["store is not available"]))
        )
        do {
            _ = try await reader.sites(at: .frontEnd(0))
            Issue.record("an error record is no empty list of sites")
        } catch {
            #expect(error.message.contains("store is not available"))
            #expect(error.message.contains("https://fe"))
            #expect(!error.mayHaveActed)
        }
    }

    @Test
    func `a store without a master is told as such`() async throws {
        let none = try await reader([[("ActiveMasterFqdn", .null)]]).storeMaster(at: .frontEnd(0))
        #expect(none == nil)
        let some = try await reader([[("ActiveMasterFQDN", .string("fe21.contoso.net"))]])
            .storeMaster(at: .frontEnd(0))
        #expect(some == "fe21.contoso.net")
    }

    @Test
    func `the XMPP service is known by its display name alone`() async throws {
        let services = try await reader([
            [
                ("Name", .string("EDGEX17")), ("Status", .string("Running")),
                ("DisplayName", .string("Skype for Business XMPP Translating Gateway Proxy")),
            ],
            [
                ("Name", .string("RTCXMPP")), ("Status", .string("STOPPED")),
                ("DisplayName", .string("Something else")),
            ],
            [("Name", .string("RTCSRV")), ("Status", .string("StartPending"))],
        ]).windowsServices(on: Contoso.edge(2, 1))
        #expect(services.filter { $0.isMeant(by: .xmpp) }.map(\.name) == ["EDGEX17"])
        #expect(services.filter { $0.isMeant(by: .all) }.count == 3)
        #expect(services.filter(\.isRunning).map(\.name) == ["EDGEX17"])
        #expect(services.filter(\.isStopped).map(\.name) == ["RTCXMPP"])
    }
}

@Suite
struct SnapshotterTests {
    @Test
    func `endpoints outside the failed site are asked first`() async throws {
        let bench = RunBench()
        let opening = try await bench.opening(Contoso.sip)
        #expect(opening.snapshot.endpointIndex == 1)
        bench.world.change { $0.deadEndpoints = [1] }
        #expect(try await bench.opening(Contoso.sip).snapshot.endpointIndex == 0)
    }

    @Test
    func `without any endpoint every reason is told`() async throws {
        let bench = RunBench()
        bench.world.change { $0.deadEndpoints = [0, 1] }
        do {
            _ = try await bench.planMaker.prepare(RunBench.move(Contoso.sip), .failover)
            Issue.record("there was nothing to read")
        } catch {
            #expect(error.reasons.count == 2)
            #expect(error.reasons.allSatisfy { $0.contains("cannot be reached") })
        }
    }

    @Test
    func `rights are tried by trials that change nothing`() async throws {
        let bench = RunBench()
        bench.world.order(.refused("access denied"), at: .trial(.enableTopology))
        await bench.probeAll()
        do {
            _ = try await bench.planMaker.prepare(RunBench.move(Contoso.sip), .failover)
            Issue.record("a refused trial must block")
        } catch {
            #expect(error.reasons.contains { $0.contains("access denied") })
        }
        #expect(bench.world.acts.isEmpty)
        #expect(
            bench.world.commands.contains { $0.contains("Set-CsSite") && $0.contains("-WhatIf") }
        )
    }

    @Test
    func `a refused update of records is found before anything is changed`() async throws {
        let bench = RunBench()
        bench.world.order(.refused("REFUSED by policy"), at: .recordTrial)
        await bench.probeAll()
        do {
            _ = try await bench.planMaker.prepare(RunBench.move(Contoso.sip), .failover)
            Issue.record("a refused update must block")
        } catch {
            #expect(error.reasons.contains { $0.contains("REFUSED by policy") })
        }
        #expect(bench.world.acts.isEmpty)
    }

    @Test
    func `an Edge server without an endpoint is known as such`() async throws {
        let bench = RunBench()
        bench.world.change { $0.unmanageable = [Contoso.edge(2, 2)] }
        let opening = try await bench.opening(Contoso.sip)
        #expect(!opening.snapshot.manageableEdges.contains(Contoso.edge(2, 2)))
        #expect(opening.snapshot.manageableEdges.count == 3)
    }

    @Test
    func `the digest of a plan is the same however often it is made`() async throws {
        let bench = RunBench()
        let first = try await bench.opening(Contoso.sip)
        bench.clock.advance(by: .seconds(300))
        let second = try await bench.opening(Contoso.sip)
        #expect(first.digest == second.digest)
        #expect(first.digest.hex.count == 64)
        #expect(first.snapshot.takenAt != second.snapshot.takenAt)
        let other = try await bench.opening(Contoso.xmpp)
        #expect(other.digest != first.digest)
    }
}
