import FailoverCore

/// Windows DNS as its cmdlets show it, on the same zones as the name servers serve.
extension OrganisationModel {
    mutating func records(_ command: PowerShellCommand) -> CommandResult {
        guard case .string(let zoneText)? = command[.zoneName], let zone = FQDN(zoneText),
            let first = zones.firstIndex(where: { $0.zone == zone }),
            case .string(let label)? = command[.name],
            let name = label == "@" ? zone : zone.prefixed(by: label)
        else { return CommandResult(errors: ["the zone or name was not found"]) }
        let type = command.recordType
        guard let type else { return CommandResult(errors: ["no record type"]) }
        let live = zones[first].sets.first { $0.name == name && $0.type == type }
        if command.cmdlet == .getRecords {
            guard let live else {
                return CommandResult(errors: [
                    "Failed to get \(label) record in \(zone) zone"
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
            ("TimeToLive", .string(OrganisationModel.timeSpan(ttl))),
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

    /// `1.00:00:00` is a day.
    static func timeSpan(_ seconds: UInt32) -> String {
        func two(_ number: UInt32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock =
            "\(two(seconds / 3_600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return seconds < 86_400 ? clock : "\(seconds / 86_400).\(clock)"
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
        guard let data = text(.recordData) else { return nil }
        return IPAddress(data).map(RecordData.address)
    }

    fileprivate var ttl: UInt32? {
        guard let text = text(.timeToLive) else { return nil }
        let days = text.split(separator: ".")
        let parts = (days.last ?? "").split(separator: ":").compactMap { UInt32($0) }
        guard parts.count == 3 else { return nil }
        let day = days.count == 2 ? UInt32(days[0]) ?? 0 : 0
        return day * 86_400 + parts[0] * 3_600 + parts[1] * 60 + parts[2]
    }
}
