import FailoverCore
import Testing

/// Which cmdlets and parameters are asked for where.
@Suite
struct CommandNeedTests {
    private typealias Fixture = RunbookFixture

    private func words(_ needs: [CommandNeed]) -> [String] { needs.map(\.description) }

    @Test
    func `Front Ends must offer what reads and what moves the configured routes`() {
        var organisation = Fixture().organisation
        let both = words(CommandNeed.ofFrontEnds(organisation))
        #expect(
            both == [
                "Get-CsSite -LocalStore", "Get-CsService -LocalStore", "Get-CsPool -LocalStore",
                "Enable-CsTopology -WhatIf", "Invoke-CsManagementStoreReplication -ReplicaFqdn",
                "Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus",
                "Set-CsSite -FederationRoute", "Set-CsSite -XmppFederationRoute",
                "Test-CsFederatedPartner -TargetFqdn",
            ]
        )
        organisation.routes.removeAll { $0.kind == .xmpp }
        #expect(
            words(CommandNeed.ofFrontEnds(organisation))
                == both.filter { $0 != "Set-CsSite -XmppFederationRoute" }
        )
    }

    @Test
    func `Edge servers must offer the services, and start types where a route fences`() {
        var organisation = Fixture().organisation
        let services = [
            "Get-CsWindowsService -ExcludeActivityLevel", "Start-CsWindowsService -Name",
            "Stop-CsWindowsService -Name",
        ]
        #expect(words(CommandNeed.ofEdges(organisation)) == services)
        organisation.routes[0].fence = .accessEdge
        #expect(
            words(CommandNeed.ofEdges(organisation))
                == services + ["Get-Service -Name", "Set-Service -StartupType"]
        )
    }
}
