public import FailoverCore

extension AgentConfiguration {
    /// How cmdlets reach Windows: section `management`.
    public struct Management: Sendable, Hashable {
        /// Front Ends that take topology cmdlets, in the order in which they are tried.
        public var frontEnds: [FrontEnd]
        /// Each Edge server's own endpoint; all servers, or none when `edges` is left out.
        public var edges: [FQDN: Endpoint]
    }

    /// A Front End that takes topology cmdlets.
    public struct FrontEnd: Sendable, Hashable {
        /// The site it stands in; one in a failed site is tried last.
        public var site: SiteName
        /// How it is reached.
        public var endpoint: Endpoint
    }

    /// A PowerShell remoting endpoint.
    public struct Endpoint: Sendable, Hashable {
        /// Over WSMan `https`, with port 5986 and path `/wsman` when both were left out; over ssh
        /// `ssh`, with port 22 when it was left out.
        public var url: ServiceURL
        /// Where to connect instead of asking DNS for the URL's host; the certificate, or host key,
        /// is still judged by that name.
        ///
        /// An Edge server's internal address, when it is written and the URL names the server.
        public var address: IPAddress?
        /// How the agent logs on over ssh; nil over WSMan, for which all that follows is.
        public var sshLogon: SSHLogon?
        /// How the agent proves who it is; nil over ssh.
        public var authentication: Authentication?
        /// User and password; nil for `negotiate`, which takes the agent's own Kerberos ticket, for
        /// `certificate`, and over ssh.
        public var credentials: Credentials?
        /// For whom a Kerberos ticket is asked; default `HTTP`.
        public var serviceName: ServiceName
        /// The certificate by which the agent logs on; with `certificate` alone.
        public var clientCertificate: CertificateFiles?
        /// PEM file of the authorities trusted for this endpoint; nil: the system's.
        public var caFile: String?
        /// The session configuration; default `Microsoft.PowerShell`.
        public var configurationName: String
        /// How long to wait; over ssh too.
        public var timeouts: Timeouts
    }

    /// What carries PowerShell remoting.
    public enum Transport: String, Sendable, Hashable, CaseIterable {
        /// WS-Management over https: WinRM.
        case wsman
        /// The system's `ssh`, to an OpenSSH server on Windows.
        case ssh
    }

    /// An account, and the files that ssh needs.
    public struct SSHLogon: Sendable, Hashable {
        /// `DOMAIN\user`, `user@domain` or a local user.
        public var user: String
        /// The private key, without a passphrase.
        public var keyFile: String
        /// The servers' host keys.
        public var knownHostsFile: String
    }

    /// HTTP authentication of an endpoint.
    public enum Authentication: String, Sendable, Hashable, CaseIterable {
        /// User and password, protected by TLS alone.
        case basic
        /// NTLM, for local accounts of workgroup servers.
        case ntlm
        /// Kerberos, with the ticket cache or keytab of the agent's process.
        case negotiate
        /// A client certificate, for local accounts that Windows maps it to.
        case certificate
    }

    /// The first part of a server's principal in Kerberos: `HTTP/fe11.contoso.net`.
    public enum ServiceName: String, Sendable, Hashable, CaseIterable {
        /// What most domains have for WinRM.
        case http = "HTTP"
        /// The computer itself, where `HTTP` belongs to another account.
        case host
        /// WinRM's own name.
        case wsman = "WSMAN"
    }

    /// A user and the name of the password.
    public struct Credentials: Sendable, Hashable {
        /// `DOMAIN\user`, `user@domain` or a local user.
        public var user: String
        /// The name of the secret.
        public var password: SecretName
    }

    /// How long an endpoint may take.
    public struct Timeouts: Sendable, Hashable {
        /// For connecting, TLS included; default 10 s; over ssh whole seconds, 1 at least.
        public var connect: Duration
    }
}
