import FailoverCore

/// The facts about the topology and the account that block, one by one.
extension PreflightTests {
    static let topology: [Case] = [
        Case(
            testDescription: "no topology to read",
            change: { $0.snapshot.topologyFailure = "fe21 has no local replica" },
            check: "store",
            sentence: "fe21 has no local replica",
            readFrom: "Get-CsSite, with and without -LocalStore, at https://fe21.contoso.net:5986",
            clearedBy: "bring back a Front End"
        ),
        Case(
            testDescription: "no right to write",
            change: { $0.snapshot.rightsFailures = ["Enable-CsTopology -WhatIf: access denied"] },
            check: "rights",
            sentence: "Enable-CsTopology -WhatIf: access denied",
            readFrom: "https://fe21.contoso.net:5986/wsman",
            clearedBy: "Grant-CsSetupPermission"
        ),
        Case(
            testDescription: "a container without the setup permission",
            change: { fixture in
                fixture.snapshot.setupPermissions = [
                    SetupPermissionReading(container: "OU=FE,DC=contoso,DC=net", isGranted: true),
                    SetupPermissionReading(
                        container: "OU=Tom's,DC=contoso,DC=net",
                        isGranted: false,
                        detail: "not delegated"
                    ),
                ]
            },
            check: "rights",
            sentence: "lacks the setup permission on OU=Tom's,DC=contoso,DC=net: not delegated",
            readFrom: "Test-CsSetupPermission at https://fe21.contoso.net:5986/wsman",
            clearedBy: "Grant-CsSetupPermission -ComputerOU 'OU=Tom''s,DC=contoso,DC=net'; or"
        ),
        Case(
            testDescription: "a cmdlet that the endpoint does not show",
            change: { $0.snapshot.missingCommands = [CommandNeed(.enableTopology, .whatIf)] },
            check: "rights",
            sentence: "the account cannot use Enable-CsTopology -WhatIf",
            readFrom: "Get-Command at https://fe21.contoso.net:5986/wsman",
            clearedBy: "show Enable-CsTopology"
        ),
        Case(
            testDescription: "a parameter that the endpoint does not show",
            change: { $0.snapshot.missingCommands = [CommandNeed(.setSite, .federationRoute)] },
            check: "rights",
            sentence: "the account cannot use Set-CsSite -FederationRoute",
            readFrom: "Get-Command",
            clearedBy: "show Set-CsSite"
        ),
        Case(
            testDescription: "a role's cmdlet that the endpoint does not show",
            kind: .media,
            change: {
                $0.snapshot.missingCommands = [CommandNeed(.setMediationServer, .edgeServer)]
            },
            check: "rights",
            sentence: "the account cannot use Set-CsMediationServer -EdgeServer",
            readFrom: "Get-Command",
            clearedBy: "show Set-CsMediationServer"
        ),
        Case(
            testDescription: "a dead next hop that the account cannot change",
            change: { fixture in
                fixture.snapshot.silentNextHops = [name("fepool2.contoso.net"): "refused"]
                fixture.snapshot.missingCommands = [.nextHop]
            },
            check: "rights",
            sentence: "the account cannot use Set-CsEdgeServer -Registrar",
            readFrom: "Get-Command",
            clearedBy: "show Set-CsEdgeServer"
        ),
        Case(
            testDescription: "no parameter for XMPP routes",
            kind: .xmpp,
            change: { $0.snapshot.missingCommands = [CommandNeed(.setSite, .xmppFederationRoute)] },
            check: "capability",
            sentence: "Set-CsSite -XmppFederationRoute does not exist",
            readFrom: "Get-Command at https://fe21.contoso.net:5986/wsman",
            clearedBy: "Lync 2013"
        ),
        Case(
            testDescription: "another pool holds the route",
            change: { $0.route("EdgeServer:edgepool2.contoso.net") },
            check: "holder",
            sentence: "edgepool2.contoso.net holds the SIP route",
            readFrom: "Get-CsSite",
            clearedBy: "one configured pool"
        ),
        Case(
            testDescription: "the sites disagree",
            change: { $0.snapshot.sites[0].sipRoute = "EdgeServer:edgepool2.contoso.net" },
            check: "holder",
            sentence: "the sites' SIP routes differ: Redmond → edgepool2.contoso.net, Dublin →",
            readFrom: "Get-CsSite",
            clearedBy: "one configured pool"
        ),
        Case(
            testDescription: "a pool that is not ours holds the route everywhere",
            change: { $0.route("EdgeServer:edgepool9.contoso.net") },
            check: "holder",
            sentence: "points to edgepool9.contoso.net, which is not configured",
            readFrom: "Get-CsSite",
            clearedBy: "one configured pool"
        ),
        Case(
            testDescription: "no site has a route",
            change: { $0.route(nil) },
            check: "holder",
            sentence: "no site has a SIP federation route",
            readFrom: "Get-CsSite",
            clearedBy: "one configured pool"
        ),
        Case(
            testDescription: "no service uses the pool for media",
            kind: .media,
            change: { $0.snapshot.associations = [] },
            check: "holder",
            sentence: "no service uses edgepool1.contoso.net for media",
            readFrom: "Get-CsService at",
            clearedBy: "home and standby"
        ),
        Case(
            testDescription: "the target has no Edge service in the topology",
            change: { $0.snapshot.edgeServices.removeLast() },
            check: "capability",
            sentence: "no Edge service on edgepool2.contoso.net",
            readFrom: "Get-CsService -EdgeServer",
            clearedBy: "pool's name"
        ),
        Case(
            testDescription: "the federation port is empty",
            change: { $0.snapshot.edgeServices[1].federationPort = nil },
            check: "capability",
            sentence: "AccessEdgeExternalSipPort is empty",
            readFrom: "Get-CsService -EdgeServer",
            clearedBy: "Topology Builder"
        ),
        Case(
            testDescription: "the federation port is 0",
            change: { $0.snapshot.edgeServices[1].federationPort = 0 },
            check: "capability",
            sentence: "AccessEdgeExternalSipPort is empty",
            readFrom: "Get-CsService -EdgeServer",
            clearedBy: "Topology Builder"
        ),
        Case(
            testDescription: "the XMPP port is empty",
            kind: .xmpp,
            change: { $0.snapshot.edgeServices[1].xmppPort = nil },
            check: "capability",
            sentence: "XmppListeningPort is empty",
            readFrom: "Get-CsService -EdgeServer",
            clearedBy: "Topology Builder"
        ),
        Case(
            testDescription: "the XMPP port is 0",
            kind: .xmpp,
            change: { $0.snapshot.edgeServices[1].xmppPort = 0 },
            check: "capability",
            sentence: "XmppListeningPort is empty",
            readFrom: "Get-CsService -EdgeServer",
            clearedBy: "Topology Builder"
        ),
    ]
}

extension RunbookFixture {
    /// Sets the SIP route of every site.
    fileprivate mutating func route(_ text: String?) {
        for index in snapshot.sites.indices { snapshot.sites[index].sipRoute = text }
    }
}
