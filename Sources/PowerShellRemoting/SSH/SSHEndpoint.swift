/// One Windows computer's ssh server, and how to be let in.
///
/// PowerShell is started there as `powershell.exe -s`, whole and unconstrained, with all rights of
/// the account: no session configuration (JEA) can be named this way. A logon with a key has no
/// credentials for other computers, so that cmdlets which ask the Central Management store fail on
/// a Front End; on an Edge server nothing of it is needed.
public struct SSHEndpoint: Sendable, Hashable {
    /// The server's name or address.
    public var host: String
    /// Its port; 22 by default.
    public var port: UInt16
    /// An address to connect to instead of the host's; the host key is still looked up by `host`.
    public var address: String?
    /// The account, such as `warden` or `CONTOSO\warden`.
    public var user: String
    /// The private key's file; without a passphrase, since nobody is there to type it.
    public var keyFile: String
    /// The file with the servers' host keys, as `ssh-keyscan` writes it; no other is looked at.
    public var knownHostsFile: String
    /// Longest wait for a connection; 10 s by default, whole seconds.
    public var connectTimeout: Duration
    /// The program that speaks SSH; `/usr/bin/ssh` by default.
    public var program: String

    /// Makes an endpoint; the files have no spaces, quotes, `%` or `$` in their names.
    public init(
        host: String,
        port: UInt16 = 22,
        address: String? = nil,
        user: String,
        keyFile: String,
        knownHostsFile: String,
        connectTimeout: Duration = .seconds(10),
        program: String = "/usr/bin/ssh"
    ) {
        self.host = host
        self.port = port
        self.address = address
        self.user = user
        self.keyFile = keyFile
        self.knownHostsFile = knownHostsFile
        self.connectTimeout = connectTimeout
        self.program = program
    }

    /// The endpoint as a URL, for plans and messages.
    public var url: String {
        "ssh://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// What is started here: nothing of the user's own settings, agents or other keys is used, and
    /// nothing is ever asked.
    ///
    /// The command is given as such, not as the subsystem `powershell`: Windows PowerShell 5.1,
    /// which has the cmdlets, is not supported as one, and every server would need it set up.
    var command: [String] {
        var options = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=\(knownHostsFile)",
            "GlobalKnownHostsFile=none", "UpdateHostKeys=no", "IdentitiesOnly=yes",
            "IdentityAgent=none", "PreferredAuthentications=publickey", "LogLevel=ERROR",
            "ConnectTimeout=\(max(1, connectTimeout.components.seconds))",
            // Lines that died are noticed after a minute.
            "ServerAliveInterval=20", "ServerAliveCountMax=3",
        ]
        if let address {
            // As ssh would look it up without the address.
            let name = port == 22 ? host : "[\(host)]:\(port)"
            options += ["HostName=\(address)", "HostKeyAlias=\(name)"]
        }
        return [program, "-F", "none", "-T", "-a", "-x"]
            + options.flatMap { ["-o", $0] }
            + ["-i", keyFile, "-p", "\(port)", "-l", user, "--", host]
            + ["powershell.exe", "-s", "-NoLogo", "-NoProfile"]
    }
}
