import FailoverCore

/// Which values a role capability lets through.
enum KitRule: Equatable {
    /// A switch: there is nothing to choose.
    case isSwitch
    /// One of these: `ValidateSet`.
    case oneOf([String])
    /// Like this, whatever the case: `ValidatePattern`, which PowerShell anchors at both ends.
    case like(String)

    private static let label = "[A-Za-z0-9_-]{1,63}"
    private static let host = "\(label)(\\.\(label)){0,126}"
    private static let number = "[0-9]{1,5}"
    /// The Access Edge, or the XMPP service: its short name is read from the server and not known
    /// before, so what is known to be something else is kept out.
    private static let service =
        "(?!(REPLICA|RTCCLSAGT|RTCDATAPROXY|RTCMRAUTH|RTCMEDIARELAY)$)[A-Za-z0-9_]{1,64}"

    private static func identity(_ roles: String...) -> KitRule {
        let role = roles.count == 1 ? roles[0] : "(\(roles.joined(separator: "|")))"
        return .like("\(role):\(host)")
    }

    /// The rule of a command's parameter; nil when nobody wrote one.
    ///
    /// - Parameters:
    ///   - command: the command.
    ///   - parameter: its parameter.
    ///   - values: what was sent; it is the rule where the agent's choice is closed.
    /// - Returns: the rule.
    static func rule(
        _ command: String,
        _ parameter: String,
        _ values: Set<ParameterValue>
    ) -> KitRule? {
        let isSwitch = values.allSatisfy { if case .bool = $0 { true } else { false } }
        if isSwitch { return .isSwitch }
        return special(command, parameter, Set(values.flatMap(\.texts))) ?? general(parameter)
    }

    /// Rules of one command's parameter.
    private static func special(
        _ command: String,
        _ parameter: String,
        _ seen: Set<String>
    ) -> KitRule? {
        let edge = "EdgeServer"
        switch (command, parameter) {
        case ("Get-Command", _): return .oneOf(seen.sorted())
        // PowerShell holds the rule against the identity, which may have its prefix by then.
        case ("Set-CsSite", "Identity"): return .like("(Site:)?[^*?\\x00-\\x1F]{1,256}")
        case ("Set-CsEdgeServer", "Identity"): return identity(edge)
        case (_, "Identity"):
            let role = AssociatedRole.allCases.first { $0.cmdlet.rawValue == command }
            return role.map { identity($0.rawValue) }
        case ("Get-Service", "Name"), ("Set-Service", "Name"): return .oneOf(seen.sorted())
        case ("Set-Service", "StartupType"):
            return .oneOf(WindowsStartType.allCases.map(\.rawValue))
        case ("Start-CsWindowsService", "Name"), ("Stop-CsWindowsService", "Name"):
            return .like(service)
        // The ports are fixed in the runbooks.
        case ("Test-NetConnection", "Port"):
            return .oneOf(seen.compactMap { Int($0) }.sorted().map { "\($0)" })
        case ("Resolve-DnsName", "Name"): return .like(host)
        case ("Resolve-DnsName", "Type"): return .oneOf(seen.sorted())
        case ("Get-DnsServerResourceRecord", "Name"), ("Add-DnsServerResourceRecord", "Name"),
            ("Remove-DnsServerResourceRecord", "Name"):
            return .like("@|\(host)\\.?")
        case (_, "RRType"): return .oneOf(seen.sorted())
        default: return nil
        }
    }

    /// Rules of parameters that mean the same wherever they are.
    private static func general(_ parameter: String) -> KitRule? {
        switch parameter {
        case "FederationRoute", "XmppFederationRoute", "EdgeServer": identity("EdgeServer")
        // A next hop may be a Director.
        case "Registrar": identity("Registrar", "Director")
        case "ReplicaFqdn", "TargetFqdn", "Domain", "ComputerName", "ZoneName": .like(host)
        case "ComputerOU": .like("(CN|OU|DC)=[^*?\\x00-\\x1F]{1,1024}")
        case "IPv4Address": .like("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
        case "IPv6Address": .like("[0-9A-Fa-f:.]{2,45}")
        case "DomainName": .like("\(host)\\.?")
        case "Priority", "Weight", "Port": .like(number)
        case "TimeToLive": .like("([0-9]{1,5}\\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}")
        // Addresses; or priority, weight, port and target of a service.
        case "RecordData": .like("[0-9A-Za-z_.:-]{1,255}")
        default: nil
        }
    }

    /// Whether a value passes, as PowerShell would judge.
    func admits(_ value: ParameterValue) -> Bool {
        switch (self, value) {
        case (.isSwitch, .bool): return true
        case (.isSwitch, _), (_, .bool): return false
        case (.oneOf(let choices), _):
            let known = Set(choices.map { $0.lowercased() })
            return value.texts.allSatisfy { known.contains($0.lowercased()) }
        case (.like(let pattern), _):
            guard let regex = try? Regex("(\(pattern))").ignoresCase() else { return false }
            return value.texts.allSatisfy { $0.wholeMatch(of: regex) != nil }
        }
    }
}
