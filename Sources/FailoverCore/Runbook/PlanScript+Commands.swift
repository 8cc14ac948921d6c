/// The lines that carry a step out.
extension PlanScript {
    func commands(of step: Step) -> [String] {
        switch step.operation {
        case .setSiteRoute(let site, let kind, let from, let to):
            [
                check("\(kind.label) route of \(site)", siteRoute(site, kind), from.description),
                PowerShellCommand.setRoute(of: site, kind, to: to).description,
            ]
        case .setAssociation(let service, let from, let to):
            [
                check("Edge pool of \(service)", property("EdgeServer", service), from.description),
                PowerShellCommand.setAssociation(of: service, to: to).description,
            ]
        case .setNextHop(let pool, let from, let to):
            [
                check(
                    "next hop of \(pool)",
                    property("Registrar", .edgeServer(pool)),
                    from?.description ?? ""
                ),
                PowerShellCommand.setNextHop(of: pool, to: to).description,
            ]
        case .enableTopology: enabling
        case .awaitReplication(let servers, let leftOut): gate(servers, leftOut, step.timeout)
        case .stopServices(let server, let services): stopping(server, services)
        case .startServices(let server, let services):
            onEdge(server, change("Start-CsWindowsService", services, .startServices([])))
        case .runSetup(let server, let mustRun): setup(server, mustRun)
        case .fence(let server, _):
            PlanScript.comment(
                "If it cannot be reached now, do this when it returns, before it is connected again."
            )
                + onEdge(
                    server,
                    [
                        PowerShellCommand.stopServices([WindowsStartType.accessEdge]).description,
                        PowerShellCommand.setAccessEdge(.disabled).description,
                    ]
                )
        case .unfence(let server, let type):
            onEdge(server, [PowerShellCommand.setAccessEdge(type).description])
        case .changeRecords(let zone, let changes): records(zone, changes)
        case .person(let task): person(task, step.timeout)
        case .checkPath, .checkProtocol, .soak, .tryRights, .checkReplicationPath, .checkRecords,
            .checkSiteRoutes, .checkAssociations, .testPartner, .checkCloudPath, .checkResolution:
            checks(of: step.operation)
        }
    }

    /// `Assert-Value 'what' (expression) 'value'`.
    func check(_ what: String, _ expression: String, _ value: String) -> String {
        let what = PowerShellCommand.quoted(PlanScript.oneLine(what))
        return "Assert-Value \(what) \(expression) \(PowerShellCommand.quoted(value))"
    }

    func siteRoute(_ site: SiteName, _ kind: RouteKind) -> String {
        let property = kind == .xmpp ? "XmppFederationRoute" : "FederationRoute"
        return "(Get-CsSite -Identity \(PowerShellCommand.quoted(site.name))).\(property)"
    }

    func property(_ name: String, _ service: ServiceIdentity) -> String {
        "(Get-CsService -Identity \(PowerShellCommand.quoted(service.description))).\(name)"
    }

    // MARK: Topology

    private var enabling: [String] {
        PlanScript.comment("What the servers had before, to see the change arrive.") + [
            "$before = @{}",
            "foreach ($replica in Get-CsManagementStoreReplicationStatus) {",
            "    $before[\"$($replica.ReplicaFqdn)\".ToLower()] = $replica.LastUpdateCreation",
            "}",
            PowerShellCommand.enableTopology().description,
        ]
    }

    private func gate(_ servers: [FQDN], _ leftOut: [FQDN], _ limit: Duration) -> [String] {
        let note =
            leftOut.isEmpty
            ? []
            : PlanScript.comment(
                "Left out, because they are dead: \(leftOut.map(\.name).joined(separator: ", ")). They"
                    + " read the change when they return."
            )
        guard !servers.isEmpty else {
            return note + PlanScript.comment("No living server has to get the change.")
        }
        let force = servers.map { PowerShellCommand.replicate(to: $0).description }
        return note
            + PlanScript.comment("When one does not get it, once: \(force[0]).")
            + [
                "Wait-Replication -Servers \(list(servers)) -Seconds \(limit.wholeMilliseconds / 1_000)"
            ]
    }

    func list(_ names: [FQDN]) -> String {
        "@(" + names.map { PowerShellCommand.quoted($0.name) }.joined(separator: ", ") + ")"
    }

    // MARK: Edge servers

    func onEdge(_ server: FQDN, _ lines: [String]) -> [String] {
        let name = PowerShellCommand.quoted(server.name)
        let module = (edgeVersion(server) ?? version).moduleName
        return [
            "Invoke-Command -ComputerName \(name) -Credential $edgeCredential -UseSSL {",
            "    Import-Module \(module)",
        ] + lines.map { "    \($0)" } + ["}"]
    }

    private func edgeVersion(_ server: FQDN) -> ProductVersion? {
        organisation.edgePools.first { $0.servers.contains { $0.fqdn == server } }?.version
    }

    private func stopping(_ server: FQDN, _ services: ServiceSelection) -> [String] {
        PlanScript.comment(
            "This pool is healthy. If you stop anywhere after this, start its services again first."
        ) + onEdge(server, change("Stop-CsWindowsService", services, .stopServices([])))
    }

    /// All services by one command, or those that XMPP names, whose short names are the server's.
    private func change(
        _ cmdlet: String,
        _ services: ServiceSelection,
        _ all: PowerShellCommand
    ) -> [String] {
        let reading = "Get-CsWindowsService -ExcludeActivityLevel"
        guard services == .xmpp else { return [all.description, reading] }
        return [
            "foreach ($service in \(reading)) {",
            "    if ($service.DisplayName -like '*XMPP*') {",
            "        \(cmdlet) -Name $service.Name -Confirm:$false",
            "    }",
            "}",
            reading,
        ]
    }

    private func setup(_ server: FQDN, _ mustRun: Bool) -> [String] {
        let version = edgeVersion(server) ?? version
        let folder = version.deploymentFolder
        let note =
            mustRun
            ? []
            : PlanScript.comment("Needed only where this server does not listen on its port.")
        return note
            + PlanScript.comment(
                "Look at its log afterwards, and apply the cumulative update again if it installed"
                    + " anything."
            )
            + onEdge(
                server,
                [
                    "$setup = Get-Item -Path \"\(folder)\\Bootstrapper.exe\" | Select-Object -Last 1",
                    "& $setup.FullName",
                    "\"Bootstrapper ended with $LASTEXITCODE\"",
                ]
            )
    }

    // MARK: People

    private func person(_ task: PersonTask, _ patience: Duration) -> [String] {
        var lines = PlanScript.comment("A person's step: \(task.instruction).")
        lines += PlanScript.comment("Why no command does it: \(task.reason).")
        lines += PlanScript.comment("Afterwards see that \(task.check).")
        // As comments: they belong on another computer, or need a decision first.
        lines += task.commands.flatMap { ["#     \(PlanScript.oneLine($0))"] }
        return lines + ["Read-Host 'Press Enter when it is done' | Out-Null"]
    }
}
