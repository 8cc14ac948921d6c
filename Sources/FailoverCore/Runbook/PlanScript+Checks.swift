/// The lines that look whether something holds.
extension PlanScript {
    func checks(of operation: Operation) -> [String] {
        switch operation {
        case .checkPath(let pool, let kind): path(pool, kind)
        case .checkProtocol(let pool, let server, let leg): probes(pool, server, leg)
        case .soak(let pool, let leg, let time): soak(pool, leg, time)
        case .tryRights(let site, let kind, let to):
            [
                PowerShellCommand.setRoute(of: site, kind, to: to, whatIf: true).description,
                PowerShellCommand.enableTopology(whatIf: true).description,
            ]
        case .checkReplicationPath(let servers):
            PlanScript.comment("On the server that holds the Central Management store now:")
                + servers.map { demand("\($0)", Operation.replicationPort) }
        case .checkRecords(let zone, let sets): sets.flatMap { expectation($0, in: zone) }
        case .checkSiteRoutes(let kind, let sites, let service):
            sites.map {
                check("\(kind.label) route of \($0)", siteRoute($0, kind), service.description)
            }
        case .checkAssociations(let services, let edge):
            services.map {
                check("Edge pool of \($0)", property("EdgeServer", $0), edge.description)
            } + ["\(property("DependentServiceList", edge))"]
        case .testPartner(let domain, let pool, let isRequired):
            PlanScript.comment(
                isRequired
                    ? "It counts when \(domain) answered before the move, too."
                    : "Only to know: \(domain) is not required."
            ) + [PowerShellCommand.testPartner(domain, through: pool).description]
        case .checkCloudPath(let server): cloudPath(server)
        case .checkResolution(let server, let wanted): resolution(server, wanted)
        default: preconditionFailure("\(operation) changes something")
        }
    }

    private func cloudPath(_ server: FQDN) -> [String] {
        onEdge(
            server,
            [
                "$test = \(PowerShellCommand.testCloudPath)",
                "if (-not $test.TcpTestSucceeded) {",
                "    throw \"\(server) does not reach $($test.ComputerName)\"",
                "}",
            ]
        )
    }

    /// The preferred record alone counts; its target may have several addresses.
    private func resolution(_ server: FQDN, _ wanted: ResolutionExpectation) -> [String] {
        func list(_ texts: [String]) -> String {
            "@(" + texts.map(PowerShellCommand.quoted).joined(separator: ", ") + ")"
        }
        return PlanScript.comment(
            "Where it still has the old records: Clear-DnsClientCache there, and on the DNS server that"
                + " it asks."
        )
            + onEdge(
                server,
                [
                    "$wanted = \(list(wanted.addresses.map(\.description)))",
                    "foreach ($name in \(list(wanted.names.map(\.name)))) {",
                    "    $record = Resolve-DnsName -Name $name -Type SRV |",
                    "        Where-Object { \"$($_.Type)\" -eq 'SRV' } |",
                    "        Sort-Object -Property { $_.Priority * 65536 - $_.Weight } |",
                    "        Select-Object -First 1",
                    "    $found = @((Resolve-DnsName -Name $record.NameTarget -Type A_AAAA).IPAddress)",
                    "    \"$name leads to $($record.NameTarget):$($record.Port) ($found)\"",
                    "    $strange = @($found | Where-Object { $_ -and $wanted -notcontains $_ })",
                    "    if (-not $found -or $strange -or $record.Port -ne \(wanted.port)) {",
                    "        throw \"$name does not lead to \(wanted.pool)\"",
                    "    }",
                    "}",
                ]
            )
    }

    /// The external addresses of the members (or of one), by server.
    private func addresses(
        _ pool: FQDN,
        _ server: FQDN?,
        _ leg: LegKind
    ) -> [(server: FQDN, address: IPAddress)] {
        let members = organisation.edgePool(pool)?.servers ?? []
        return members.filter { server == nil || $0.fqdn == server }.flatMap { member in
            (leg == .media ? member.mediaAddresses : member.publicAddresses).map {
                (member.fqdn, $0)
            }
        }
    }

    private func port(_ pool: FQDN, _ leg: LegKind) -> UInt16 {
        organisation.edgePool(pool)?.port(for: leg) ?? leg.standardPort
    }

    private func knock(_ address: IPAddress, _ port: UInt16) -> String {
        "Test-NetConnection -ComputerName '\(address)' -Port \(port)"
    }

    private func demand(_ address: String, _ port: UInt16) -> String {
        "Assert-Port '\(address)' \(port)"
    }

    private func path(_ pool: FQDN, _ kind: RouteKind) -> [String] {
        PlanScript.comment(
            "From outside your network. A connection or a quick refusal will do: only silence says that"
                + " a firewall is in the way."
        ) + addresses(pool, nil, kind.leg).map { knock($0.address, port(pool, kind.leg)) }
    }

    private func probes(_ pool: FQDN, _ server: FQDN?, _ leg: LegKind) -> [String] {
        let members = addresses(pool, server, leg)
        guard !members.isEmpty else {
            return PlanScript.comment("The configuration has no address to knock at for \(pool).")
        }
        let port = port(pool, leg)
        let word =
            switch leg {
            case .sip: "sip"
            case .xmpp: "xmpp"
            case .media: "media"
            case .access: "tls"
            }
        let notes =
            PlanScript.comment(
                "From outside your network; an open port is not yet an answer. Better:"
            )
            + members.map { _, address in
                let host = if case .v6 = address { "[\(address)]" } else { "\(address)" }
                return "#     edgewarden probe \(word) \(host):\(port)"
            }
        return notes + members.map { demand("\($0.address)", port) }
    }

    private func soak(_ pool: FQDN, _ leg: LegKind, _ time: Duration) -> [String] {
        let members = addresses(pool, nil, leg)
        let list = members.map { "'\($0.address)'" }.joined(separator: ", ")
        return PlanScript.comment("It has to answer for \(time.inWords) without a break.") + [
            "$until = (Get-Date).AddSeconds(\(time.wholeMilliseconds / 1_000))",
            "while ((Get-Date) -lt $until) {",
            "    foreach ($address in @(\(list))) {",
            "        Assert-Port $address \(port(pool, leg))",
            "    }",
            "    Start-Sleep -Seconds 10",
            "}",
        ]
    }
}
