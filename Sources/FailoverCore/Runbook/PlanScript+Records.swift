/// DNS changes and checks as an administrator would do them.
extension PlanScript {
    func records(_ key: ZoneKey, _ changes: [DNSChange]) -> [String] {
        guard let zone = organisation.zone(key) else {
            return PlanScript.comment("Zone \(key) is not in the configuration. Change in it:")
                + noted(changes)
        }
        return switch zone.provider {
        case .rfc2136: update(zone, changes)
        case .powershell: windows(zone, changes)
        case .exec:
            PlanScript.comment("The agent has a program for zone \(key). By hand, change in it:")
                + noted(changes)
        case .manual: PlanScript.comment("Change in zone \(key):") + noted(changes)
        }
    }

    private func noted(_ changes: [DNSChange]) -> [String] {
        changes.flatMap { change in change.lines.map { "#     \($0)" } }
    }

    /// One update with its prerequisites: it does all or nothing.
    private func update(_ zone: DNSZone, _ changes: [DNSChange]) -> [String] {
        guard let server = zone.authoritative.first else {
            return PlanScript.comment("Zone \(zone.key) has no server. Change in it:")
                + noted(changes)
        }
        let port = server.port == 53 ? "" : " \(server.port)"
        return ["@'", "server \(server.address)\(port)", "zone \(zone.name)."]
            + changes.flatMap(\.lines)
            + [
                "send",
                "'@ | nsupdate -k $key",
                "if ($LASTEXITCODE -ne 0) { throw 'nsupdate was refused: nothing was changed' }",
            ]
    }

    /// The Windows cmdlets, each change guarded by a look; new records before old ones go.
    private func windows(_ zone: DNSZone, _ changes: [DNSChange]) -> [String] {
        let server = zone.authoritative.first.map { "'\($0.address)'" } ?? "'localhost'"
        var lines = ["$PSDefaultParameterValues = @{ '*-DnsServer*:ComputerName' = \(server) }"]
        for change in changes {
            lines += expectation(
                RecordExpectation(name: change.name, type: change.type, set: change.from),
                at: zone.authoritative.prefix(1)
            )
            let old = change.from?.data ?? []
            let new = change.to?.data ?? []
            let ttl = change.to?.ttl ?? 0
            let keepsTTL = change.from?.ttl == change.to?.ttl
            let stays = keepsTTL ? old.filter(new.contains) : []
            // A record that stays with another TTL cannot stand there twice.
            let first = keepsTTL ? [] : old.filter(new.contains)
            func remove(_ data: RecordData) -> String? {
                PowerShellCommand.removeRecord(data, at: change.name, in: zone.name)?.description
            }
            lines += first.compactMap(remove)
            let added = new.filter { !stays.contains($0) }.compactMap {
                PowerShellCommand.addRecord($0, at: change.name, in: zone.name, ttl: ttl)
            }
            lines += added.flatMap(splatted)
            lines += old.filter { !new.contains($0) }.compactMap(remove)
        }
        return lines
    }

    /// Many parameters, one a line: easier to read, and to compare with what is wanted.
    private func splatted(_ command: PowerShellCommand) -> [String] {
        let lines = command.bindings.map { binding in
            let value =
                switch binding.value {
                case .string(let text): PowerShellCommand.quoted(text)
                case .bool(let isOn): isOn ? "$true" : "$false"
                case .integer(let number): "\(number)"
                case .strings(let texts):
                    texts.map(PowerShellCommand.quoted).joined(separator: ", ")
                }
            return "    \(binding.parameter.rawValue) = \(value)"
        }
        return ["$record = @{"] + lines + ["}", "\(command.cmdlet.rawValue) @record"]
    }

    /// What every authoritative server of the zone has to say.
    func expectation(_ expected: RecordExpectation, in key: ZoneKey) -> [String] {
        expectation(expected, at: (organisation.zone(key)?.authoritative ?? [])[...])
    }

    private func expectation(
        _ expected: RecordExpectation,
        at servers: some Sequence<DNSServer>
    ) -> [String] {
        let wanted = (expected.set?.data ?? []).map { PowerShellCommand.quoted($0.description) }
        return servers.map { server in
            let name = PowerShellCommand.quoted(expected.name.name)
            guard server.port == 53 else {
                return "#     dig @\(server.address) -p \(server.port) \(expected.name)"
                    + " \(expected.type.rawValue)"
            }
            return "Assert-Records '\(server.address)' \(name) '\(expected.type.rawValue)'"
                + " @(\(wanted.joined(separator: ", ")))"
        }
    }
}
