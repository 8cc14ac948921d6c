public import Curl

/// One Windows computer's WinRM listener, and how to be let in.
public struct WSManEndpoint: Sendable, Hashable {
    /// The address, such as `https://fe11.contoso.lan:5986/wsman`, or `OcsPowershell` of a Front
    /// End's web services, `https://pool1.contoso.lan/OcsPowershell`; only https carries credentials.
    ///
    /// A server may send us elsewhere when a session is opened: to https alone, with Basic only to
    /// the same host.
    public var url: String
    /// The session configuration on the server; `Microsoft.PowerShell` by default.
    ///
    /// A constrained endpoint's name goes here.
    public var configurationName: String
    /// Whose certificates are trusted, and ours when one is used.
    public var tls: TLSOptions
    /// Who we are.
    public var authentication: HTTPAuthentication
    /// Longest wait for a connection, TLS included; 10 s by default.
    public var connectTimeout: Duration
    /// How long the server holds a question for output before it says "nothing yet"; 0.5 s to
    /// 60 s, 20 s by default.
    public var pollTimeout: Duration
    /// An address to connect to instead of the URL's host, and not of another one to which we are
    /// sent; name checks still use the URL's host.
    public var connectAddress: String?

    /// Makes an endpoint; trust and credentials are required choices.
    public init(
        url: String,
        configurationName: String = "Microsoft.PowerShell",
        tls: TLSOptions,
        authentication: HTTPAuthentication,
        connectTimeout: Duration = .seconds(10),
        pollTimeout: Duration = .seconds(20),
        connectAddress: String? = nil
    ) {
        precondition(
            (.milliseconds(500) ... .seconds(60)).contains(pollTimeout),
            "pollTimeout is \(pollTimeout)"
        )
        self.url = url
        self.configurationName = configurationName
        self.tls = tls
        self.authentication = authentication
        self.connectTimeout = connectTimeout
        self.pollTimeout = pollTimeout
        self.connectAddress = connectAddress
    }

    /// Whether we are let in by a client certificate alone, which Windows maps to a local account.
    ///
    /// So it is when there is one, and `authentication` is `.none`.
    public var usesCertificate: Bool {
        authentication == .none && tls.clientCertificate != nil
    }
}
