/// Who changes the zones, as given by a person, in the configuration's own words.
public enum ProviderText: Sendable {
    /// A person.
    case manual
    /// Signed dynamic updates; `server` takes them, nil: the first that was found.
    case rfc2136(server: String?, keyName: String, algorithm: String, secret: String)
    /// The Windows DNS cmdlets, on a host that is reached as a Front End is.
    case powershell(FrontEndText)
    /// A program: an absolute path, then arguments.
    case exec(command: [String])

    /// The keys of `provider`, a line each.
    var lines: [String] {
        switch self {
        case .manual: ["kind: manual   # rfc2136 | powershell | exec | manual"]
        case .rfc2136(_, let keyName, let algorithm, let secret):
            [
                "kind: rfc2136", "key_name: \(quoted(keyName))", "algorithm: \(quoted(algorithm))",
                "secret: \(quoted(secret))",
            ]
        case .powershell(let host):
            ["kind: powershell", "endpoint:"] + host.lines.map { "  \($0)" }
        case .exec(let command): ["kind: exec", "command: \(quotedList(command))"]
        }
    }
}
