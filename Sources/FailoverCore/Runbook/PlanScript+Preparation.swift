/// What stands before the first step: modules, credentials, and the functions that steps use.
extension PlanScript {
    var preparation: [String] {
        var lines = ["", PlanScript.rule("Preparation"), "$ErrorActionPreference = 'Stop'"]
        lines.append("Import-Module \(version.moduleName)")
        if usesWindowsDNS { lines.append("Import-Module DnsServer") }
        if usesEdgeServers {
            lines += PlanScript.comment(
                "Edge servers belong to no domain: a local administrator's name there, such as"
                    + " EDGE21\\Administrator, and WSMan over TLS."
            )
            lines.append(
                "$edgeCredential = Get-Credential -Message 'Administrator of the Edge servers'"
            )
        }
        if usesUpdates {
            lines += PlanScript.comment(
                "The file with the TSIG key; without nsupdate on this computer, give the same lines to"
                    + " nsupdate on another."
            )
            lines.append("$key = 'C:\\edgewarden\\nsupdate.key'")
        }
        return lines + functions.flatMap { [""] + $0 }
    }

    private var operations: [Operation] { plan.steps.map(\.operation) }

    private var usesEdgeServers: Bool {
        operations.contains {
            switch $0 {
            case .stopServices, .startServices, .runSetup, .fence, .unfence, .checkCloudPath,
                .checkResolution:
                true
            default: false
            }
        }
    }

    private func changesRecords(_ provider: ZoneProvider) -> Bool {
        operations.contains { operation in
            guard case .changeRecords(let zone, _) = operation else { return false }
            return (organisation.zone(zone)?.provider ?? .rfc2136) == provider
        }
    }

    private var usesUpdates: Bool { changesRecords(.rfc2136) }

    private var usesWindowsDNS: Bool { changesRecords(.powershell) }

    private var functions: [[String]] {
        var functions: [[String]] = []
        let compares = operations.contains {
            switch $0 {
            case .setSiteRoute, .setAssociation, .setNextHop, .checkSiteRoutes, .checkAssociations:
                true
            default: false
            }
        }
        if compares { functions.append(PlanScript.assertValue) }
        let reads = operations.contains {
            switch $0 {
            case .changeRecords, .checkRecords: true
            default: false
            }
        }
        if reads { functions.append(PlanScript.assertRecords) }
        let knocks = operations.contains {
            switch $0 {
            case .checkProtocol, .soak, .checkReplicationPath: true
            default: false
            }
        }
        if knocks { functions.append(PlanScript.assertPort) }
        if operations.contains(where: { if case .awaitReplication = $0 { true } else { false } }) {
            functions.append(PlanScript.waitReplication)
        }
        return functions
    }

    private static let assertValue = [
        "# Stops where a value is not what the plan says.",
        "function Assert-Value([string] $What, $Found, [string] $Wanted) {",
        "    if (\"$Found\" -ne $Wanted) {",
        "        throw \"$What is '$Found', not '$Wanted': stop here and make a new plan\"",
        "    }",
        "    \"$What is $Wanted\"",
        "}",
    ]

    private static let assertPort = [
        "# Stops where a port does not answer.",
        "function Assert-Port([string] $Address, [int] $Port) {",
        "    $test = Test-NetConnection -ComputerName $Address -Port $Port",
        "    if (-not $test.TcpTestSucceeded) { throw \"$Address does not answer on $Port\" }",
        "    \"$Address answers on $Port\"",
        "}",
    ]

    private static let assertRecords = [
        "# Stops where an authoritative server has other records than the plan says.",
        "function Assert-Records([string] $Server, [string] $Name, [string] $Type, [string[]] $Wanted) {",
        "    $answer = @(Resolve-DnsName -Name $Name -Type $Type -Server $Server -DnsOnly"
            + " -ErrorAction SilentlyContinue)",
        "    $found = @(foreach ($record in $answer) {",
        "        if ($record.Section -ne 'Answer' -or \"$($record.Type)\" -ne $Type) { continue }",
        "        if ($Type -eq 'SRV') {",
        "            \"$($record.Priority) $($record.Weight) $($record.Port) $($record.NameTarget)\"",
        "        } else { $record.IPAddress }",
        "    })",
        "    $left = ($found | Sort-Object) -join ', '",
        "    $right = ($Wanted | Sort-Object) -join ', '",
        "    if ($left -ne $right) { throw \"$Name $Type at $Server is '$left', not '$right'\" }",
        "    \"$Name $Type at $Server is '$right'\"",
        "}",
    ]

    private static let waitReplication = [
        "# Waits until servers have the change that was enabled after $before was read.",
        "$before = @{}",
        "function Wait-Replication([string[]] $Servers, [int] $Seconds) {",
        "    $deadline = (Get-Date).AddSeconds($Seconds)",
        "    while ($true) {",
        "        $replicas = @(Get-CsManagementStoreReplicationStatus)",
        "        $behind = @(foreach ($server in $Servers) {",
        "            $replica = $replicas | Where-Object { $_.ReplicaFqdn -eq $server }",
        "            $isNew = $replica -and $replica.UpToDate -and (-not $before[$server] -or",
        "                $replica.LastUpdateCreation -gt $before[$server])",
        "            if (-not $isNew) { $server }",
        "        })",
        "        if ($behind.Count -eq 0) { return 'all servers have the change' }",
        "        if ((Get-Date) -gt $deadline) { throw \"these still lack it: $($behind -join ', ')\" }",
        "        \"waiting for $($behind -join ', ')\"",
        "        Start-Sleep -Seconds 10",
        "    }",
        "}",
    ]
}
