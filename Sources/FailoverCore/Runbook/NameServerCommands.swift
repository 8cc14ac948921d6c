/// The cmdlets of the Windows DNS server's module, for zones with the provider `powershell`.
///
/// Names are relative to the zone there; `@` is the zone itself.
extension PowerShellCommand {
    /// The records of a type in a zone, of one name or of all.
    public static func readRecords(
        _ name: FQDN?,
        _ type: RecordType,
        in zone: FQDN
    ) -> PowerShellCommand {
        var bindings = [Binding(.zoneName, .string(zone.name))]
        if let name { bindings.append(Binding(.name, .string(name.relative(to: zone)))) }
        bindings.append(Binding(.recordType, .string(type.rawValue)))
        return PowerShellCommand(.getRecords, bindings)
    }

    /// Adds one record; nil for a type that runs never change.
    ///
    /// - Parameters:
    ///   - data: the record's data.
    ///   - name: its name.
    ///   - zone: the zone that holds the name.
    ///   - ttl: its time to live in seconds.
    ///   - whatIf: to show only that it could.
    /// - Returns: the command.
    public static func addRecord(
        _ data: RecordData,
        at name: FQDN,
        in zone: FQDN,
        ttl: UInt32,
        whatIf: Bool = false
    ) -> PowerShellCommand? {
        var bindings = [
            Binding(.zoneName, .string(zone.name)),
            Binding(.name, .string(name.relative(to: zone))),
        ]
        switch data {
        case .address(.v4):
            bindings.append(Binding(.a, .bool(true)))
            bindings.append(Binding(.ipv4Address, .string(data.description)))
        case .address(.v6):
            bindings.append(Binding(.aaaa, .bool(true)))
            bindings.append(Binding(.ipv6Address, .string(data.description)))
        case .service(let service):
            bindings += [
                Binding(.srv, .bool(true)),
                Binding(.domainName, .string("\(service.target).")),
                Binding(.priority, .integer(Int(service.priority))),
                Binding(.weight, .integer(Int(service.weight))),
                Binding(.port, .integer(Int(service.port))),
            ]
        case .host, .serial: return nil
        }
        bindings.append(Binding(.timeToLive, .string(TimeSpan.text(seconds: ttl))))
        if whatIf { bindings.append(Binding(.whatIf, .bool(true))) }
        return PowerShellCommand(.addRecord, bindings)
    }

    /// Removes one record; nil for a type that runs never change.
    public static func removeRecord(
        _ data: RecordData,
        at name: FQDN,
        in zone: FQDN
    ) -> PowerShellCommand? {
        let type: RecordType
        let value: ParameterValue
        switch data {
        case .address(.v4): (type, value) = (.a, .string(data.description))
        case .address(.v6): (type, value) = (.aaaa, .string(data.description))
        case .service(let service):
            type = .srv
            value = .strings([
                "\(service.priority)", "\(service.weight)", "\(service.port)",
                "\(service.target).",
            ])
        case .host, .serial: return nil
        }
        return PowerShellCommand(
            .removeRecord,
            [
                Binding(.zoneName, .string(zone.name)),
                Binding(.name, .string(name.relative(to: zone))),
                Binding(.recordType, .string(type.rawValue)),
                Binding(.recordData, value),
                // Without it the cmdlet asks.
                Binding(.force, .bool(true)),
            ]
        )
    }
}

extension FQDN {
    /// The name as it stands in a zone's file: `@` for the zone, else without the zone's labels.
    func relative(to zone: FQDN) -> String {
        if self == zone { return "@" }
        guard isWithin(zone) else { return name + "." }
        return String(name.dropLast(zone.name.count + 1))
    }
}

/// A span of time as .NET writes it: `00:05:00`, `1.00:00:00`.
public enum TimeSpan {
    /// Whole seconds as a span.
    public static func text(seconds: UInt32) -> String {
        func two(_ number: UInt32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock =
            "\(two(seconds / 3_600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return seconds < 86_400 ? clock : "\(seconds / 86_400).\(clock)"
    }

    /// A span's whole seconds; nil when it is none, or negative.
    public static func seconds(_ text: String) -> UInt32? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.first != "-", parts.count == 3, let minutes = UInt32(parts[1]), minutes < 60,
            let whole = parts[2].split(separator: ".").first, let seconds = UInt32(whole),
            seconds < 60
        else { return nil }
        let first = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(first.count), let hours = UInt32(first[first.count - 1]),
            let days = first.count == 2 ? UInt32(first[0]) : 0, hours < 24, days < 24_855
        else { return nil }
        return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    }
}
