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

    /// A PowerShell remoting endpoint over WSMan.
    public struct Endpoint: Sendable, Hashable {
        /// Always `https`; port 5986 and path `/wsman` when both were left out.
        public var url: ServiceURL
        /// Where to connect instead of asking DNS for the URL's host; the certificate is still
        /// judged by that name.
        ///
        /// An Edge server's internal address, when it is written and the URL names the server.
        public var address: IPAddress?
        /// How the agent proves who it is.
        public var authentication: Authentication
        /// User and password; nil for `negotiate`, which takes the agent's own Kerberos ticket, and
        /// for `certificate`.
        public var credentials: Credentials?
        /// For whom a Kerberos ticket is asked; default `HTTP`.
        public var serviceName: ServiceName
        /// The certificate by which the agent logs on; with `certificate` alone.
        public var clientCertificate: ClientCertificate?
        /// PEM file of the authorities trusted for this endpoint; nil: the system's.
        public var caFile: String?
        /// The session configuration; default `Microsoft.PowerShell`.
        public var configurationName: String
        /// How long to wait.
        public var timeouts: Timeouts
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
        /// For connecting, TLS included; default 10 s.
        public var connect: Duration
    }
}
