/// How all Edge servers are reached, as given by a person, in the configuration's own words.
///
/// The words are taken as they are; ``DraftChoices/problems`` judges them.
public enum EdgeText: Sendable, Hashable {
    /// WinRM, by `basic` or `ntlm` and the local account of every server; `password` is the name of its
    /// secret, `caFile` a PEM file of the authorities, nil: the system's.
    case winRM(authentication: String, user: String, password: String, caFile: String?)
    /// OpenSSH on Windows, by a private key; the servers' host keys are in the known hosts.
    case ssh(user: String, keyFile: String, knownHostsFile: String)

    /// The keys of `management.edges`, a line each.
    var lines: [String] {
        switch self {
        case .winRM(let authentication, let user, let password, let caFile):
            [
                "authentication: \(quoted(authentication))", "user: \(quoted(user))",
                "password: \(quoted(password))",
            ] + (caFile.map { ["ca_file: \(quoted($0))"] } ?? [])
        case .ssh(let user, let keyFile, let knownHostsFile):
            [
                "transport: ssh", "user: \(quoted(user))", "key_file: \(quoted(keyFile))",
                "known_hosts_file: \(quoted(knownHostsFile))",
            ]
        }
    }
}
