/// Where and how PowerShell is reached on one Windows computer.
public enum PowerShellEndpoint: Sendable, Hashable {
    /// Over WS-Management: what Windows servers have, and what constrained endpoints need.
    case wsman(WSManEndpoint)
    /// Over ssh.
    case ssh(SSHEndpoint)

    /// The address, for plans and messages.
    public var url: String {
        switch self {
        case .wsman(let endpoint): endpoint.url
        case .ssh(let endpoint): endpoint.url
        }
    }
}
