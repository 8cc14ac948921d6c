import FailoverCore

/// Windows DNS as its cmdlets show it, on the same zones as the name servers serve.
extension OrganisationModel {
    mutating func records(_ command: PowerShellCommand) -> CommandResult {
        guard case .string(let zoneText)? = command[.zoneName], let zone = FQDN(zoneText),
            let first = zones.firstIndex(where: { $0.zone == zone }),
            let type = command.recordType
        else { return CommandResult(errors: ["the zone was not found: WIN32 9601"]) }
        guard case .string(let label)? = command[.name],
            let name = label == "@" ? zone : zone.prefixed(by: label)
        else {
            return CommandResult(
                output: zones[first].sets.filter { $0.type == type }.flatMap { set in
                    set.data.map { object($0, "\(set.name).", set.ttl) }
                }
            )
        }
        let live = zones[first].sets.first { $0.name == name && $0.type == type }
        if command.cmdlet == .getRecords {
            guard let live else {
                return CommandResult(errors: [
                    "Failed to get \(label) record in \(zone) zone: WIN32 9714"
                        + " [WIN32 9714,Get-DnsServerResourceRecord]"
                ])
            }
            return CommandResult(output: live.data.map { object($0, label, live.ttl) })
        }
        if command.isTrial { return CommandResult() }
        guard let record = command.record else {
            return CommandResult(errors: ["the record's data cannot be understood"])
        }
        var data = live?.data ?? []
        if command.cmdlet == .addRecord {
            guard !data.contains(record) else {
                return CommandResult(errors: ["Failed to create resource record: it exists"])
            }
            data.append(record)
        } else {
            guard data.contains(record) else {
                return CommandResult(errors: ["Failed to remove: the record was not found"])
            }
            data.removeAll { $0 == record }
        }
        acts.append(ActRecord(key: "\(command.cmdlet.rawValue):\(name):\(record)", changed: true))
        put(RecordSet(name: name, type: type, ttl: command.ttl ?? live?.ttl ?? 0, data: data))
        return CommandResult()
    }

    private func object(_ record: RecordData, _ label: String, _ ttl: UInt32) -> ManagementObject {
        var properties: [(String, ManagementValue)] = [
            ("HostName", .string(label)),
            ("TimeToLive", .string(TimeSpan.text(seconds: ttl))),
        ]
        switch record {
        case .address(let address):
            let isV6 = address.description.contains(":")
            properties.append((isV6 ? "IPv6Address" : "IPv4Address", .string("\(address)")))
        case .service(let service):
            properties += [
                ("DomainName", .string("\(service.target).")),
                ("Priority", .integer(Int64(service.priority))),
                ("Weight", .integer(Int64(service.weight))),
                ("Port", .integer(Int64(service.port))),
            ]
        case .host, .serial: break
        }
        return ManagementObject(properties)
    }
}

extension PowerShellCommand {
    fileprivate func text(_ parameter: CmdletParameter) -> String? {
        if case .string(let text)? = self[parameter] { text } else { nil }
    }

    fileprivate var recordType: RecordType? {
        if let text = text(.recordType) { return RecordType(rawValue: text.uppercased()) }
        if self[.a] != nil { return .a }
        if self[.aaaa] != nil { return .aaaa }
        return self[.srv] != nil ? .srv : nil
    }

    /// The record that is added or removed.
    fileprivate var record: RecordData? {
        if let address = text(.ipv4Address) ?? text(.ipv6Address) {
            return IPAddress(address).map(RecordData.address)
        }
        if let target = text(.domainName).flatMap(FQDN.init(_:)),
            case .integer(let priority)? = self[.priority],
            case .integer(let weight)? = self[.weight], case .integer(let port)? = self[.port]
        {
            return .service(
                ServiceRecord(
                    priority: UInt16(priority),
                    weight: UInt16(weight),
                    port: UInt16(port),
                    target: target
                )
            )
        }
        if case .strings(let parts)? = self[.recordData], parts.count == 4,
            let priority = UInt16(parts[0]), let weight = UInt16(parts[1]),
            let port = UInt16(parts[2]), let target = FQDN(parts[3])
        {
            return .service(
                ServiceRecord(priority: priority, weight: weight, port: port, target: target)
            )
        }
        guard let data = text(.recordData) else { return nil }
        return IPAddress(data).map(RecordData.address)
    }

    fileprivate var ttl: UInt32? { text(.timeToLive).flatMap(TimeSpan.seconds) }
}
