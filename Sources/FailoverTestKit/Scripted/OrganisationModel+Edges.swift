import FailoverCore

/// What an Edge server sees of the world: names as its resolver has them, and the way to the cloud.
extension OrganisationModel {
    /// The server to which hybrid organisations send what is meant for the cloud.
    static let cloud = "sipfed.online.lync.com"

    /// Windows prints one object per record; names come back without the final dot.
    func resolve(_ command: PowerShellCommand, on edge: FQDN?) -> CommandResult {
        guard case .string(let text)? = command[.name], let name = FQDN(text),
            case .string(let typeText)? = command[.type]
        else { return CommandResult(errors: ["Resolve-DnsName: wrong parameters"]) }
        let types = typeText.split(separator: "_").compactMap { RecordType(rawValue: "\($0)") }
        if types.contains(.a), let address = edge.flatMap({ hostsFiles[$0]?[name] }) {
            return CommandResult(output: [object(.address(address), name, .a, 86_400)])
        }
        let copies = zones.filter { name.isWithin($0.zone) }
        let copy = copies.first { $0.server == edgeResolver } ?? copies.first
        guard let copy, copy.sets.contains(where: { $0.name == name }) else {
            return CommandResult(errors: [
                "\(name) : DNS name does not exist"
                    + " [DNS_ERROR_RCODE_NAME_ERROR,Microsoft.DnsClient.Commands.ResolveDnsName]"
            ])
        }
        let sets = copy.sets.filter { $0.name == name && types.contains($0.type) }
        guard !sets.isEmpty else {
            // Windows prints the authority section where the name has no such record.
            return CommandResult(output: [
                ManagementObject([
                    ("Name", .string(copy.zone.name)), ("Type", .string("SOA")),
                    ("TTL", .integer(300)), ("Section", .string("Authority")),
                ])
            ])
        }
        return CommandResult(
            output: sets.flatMap { set in set.data.map { object($0, name, set.type, set.ttl) } }
        )
    }

    private func object(
        _ record: RecordData,
        _ name: FQDN,
        _ type: RecordType,
        _ ttl: UInt32
    ) -> ManagementObject {
        var properties: [(String, ManagementValue)] = [
            ("Name", .string(name.name)), ("Type", .string(type.rawValue)),
            ("TTL", .integer(Int64(ttl))), ("Section", .string("Answer")),
        ]
        switch record {
        case .address(let address): properties.append(("IPAddress", .string("\(address)")))
        case .service(let service):
            properties += [
                ("NameTarget", .string(service.target.name)),
                ("Priority", .integer(Int64(service.priority))),
                ("Weight", .integer(Int64(service.weight))),
                ("Port", .integer(Int64(service.port))),
            ]
        case .host(let host): properties.append(("NameHost", .string(host.name)))
        case .serial: break
        }
        return ManagementObject(properties)
    }

    /// The cmdlet prints a boolean, as its description says.
    func testSetupPermission(_ command: PowerShellCommand) -> CommandResult {
        guard case .string(let container)? = command[.computerOU] else {
            return CommandResult(errors: ["Test-CsSetupPermission: wrong parameters"])
        }
        return CommandResult(output: [
            ManagementObject([("Value", .bool(!containersWithoutPermission.contains(container)))])
        ])
    }
}
