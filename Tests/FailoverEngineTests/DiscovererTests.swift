import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct DiscovererTests {
    /// The scripted organisation, with an account per endpoint.
    private struct Known: Management, EndpointInspecting {
        let world: ScriptedOrganisation
        var frontEndCount: Int { world.frontEndCount }

        func isConfigured(_ endpoint: ManagementEndpoint) -> Bool { world.isConfigured(endpoint) }
        func address(of endpoint: ManagementEndpoint) -> String { world.address(of: endpoint) }
        func closeSessions() async {}

        func inspect(
            _ endpoint: ManagementEndpoint,
            timeout: Duration
        ) async throws(ManagementFailure) -> EndpointReport {
            let account: String? =
                switch endpoint {
                case .frontEnd(let index): "CONTOSO\\warden\(index)"
                case .edge, .nameServer: nil
                }
            return EndpointReport(
                product: nil,
                account: account,
                configurationName: "Edgewarden",
                powerShell: nil,
                remotingProtocol: nil
            )
        }

        func run(
            _ command: PowerShellCommand,
            at endpoint: ManagementEndpoint,
            timeout: Duration
        ) async throws(ManagementFailure) -> CommandResult {
            try await world.run(command, at: endpoint, timeout: timeout)
        }
    }

    private let world = ScriptedOrganisation(
        Contoso.organisation(routes: [Contoso.sipRoute(), Contoso.xmppRoute()]),
        clock: VirtualClock()
    )

    private func discoverer(_ resolver: DNSServer?) -> Discoverer {
        Discoverer(management: Known(world: world), querying: world, resolver: resolver)
    }

    @Test func `what it reads is what the configuration says`() async throws {
        let estate = try await discoverer(nil).survey()
        #expect(estate.drift(from: world.organisation).isEmpty)
        #expect(estate.sites.map(\.name) == world.organisation.sites.sorted())
        #expect(estate.holder(of: .sip) == Contoso.pool1)
        #expect(estate.edgePools.map(\.version).allSatisfy { $0 == .sfb2015 })
        #expect(estate.frontEndPools.first?.edgePools == [Contoso.pool1])
        #expect(estate.staleReplicas.isEmpty)
        #expect(world.acts.isEmpty)
    }

    @Test func `addresses come from the resolver`() async throws {
        let server = try #require(world.organisation.zones.first?.authoritative.first)
        let estate = try await discoverer(server).survey()
        let written = world.organisation.edgePools.map(\.publishedAddresses)
        #expect(estate.edgePools.prefix(1).map(\.addresses) == Array(written.prefix(1)))
    }

    @Test func `a store that is dead is said, not guessed`() async throws {
        world.change { $0.storeMaster = nil }
        await #expect(throws: ManagementFailure.self) { try await discoverer(nil).survey() }
    }

    @Test func `every endpoint is asked, in the order of the configuration`() async throws {
        world.change {
            $0.missingParameters = [.federationRoute]
            $0.deadEndpoints = [1]
        }
        let sites = world.organisation.frontEndPools.map(\.site)
        let findings = await EndpointSurvey(
            organisation: world.organisation,
            management: Known(world: world),
            sitesOfEndpoints: sites
        ).run()
        let servers = world.organisation.edgePools.flatMap(\.servers).count
        #expect(findings.count == sites.count + servers)
        #expect(findings[0].report?.account == "CONTOSO\\warden0")
        #expect(findings[0].missing == [CommandNeed(.setSite, .federationRoute)])
        #expect(findings[1].failure != nil && !findings[1].isWell)
        let edges = findings.dropFirst(sites.count)
        #expect(edges.allSatisfy { $0.isWell })
    }
}
