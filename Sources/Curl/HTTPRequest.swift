public import FailoverCore

/// A request method.
public enum HTTPMethod: String, Sendable, Hashable, CaseIterable {
    /// Read.
    case get = "GET"
    /// Read the header alone.
    case head = "HEAD"
    /// Submit; not idempotent.
    case post = "POST"
    /// Replace.
    case put = "PUT"
    /// Change in part; not idempotent.
    case patch = "PATCH"
    /// Remove.
    case delete = "DELETE"

    /// Whether sending it twice does no more than sending it once (RFC 9110 section 9.2.2).
    public var isIdempotent: Bool { self != .post && self != .patch }
}

/// How we prove who we are.
///
/// Anything but `none` is only sent over https.
public enum HTTPAuthentication: Sendable, Hashable {
    /// Not at all (or by client certificate).
    case none
    /// Name and password as they are (RFC 7617). The name must not contain a colon.
    case basic(user: String, password: Secret)
    /// NTLMv2: `user`, `DOMAIN\user` or `user@domain`; inside the scheme Negotiate where the server
    /// has it, which WinRM insists on, else by the scheme NTLM.
    ///
    /// It authenticates a connection, so use an `HTTPSession`.
    case ntlm(user: String, password: Secret)
    /// Kerberos by SPNEGO with the process's ticket cache or keytab; the principal is
    /// `SERVICE/host`.
    case negotiate(serviceName: String)
}

/// Whether libcurl may send a request again when a kept connection dies before the first byte of
/// the answer.
public enum HTTPResending: Sendable, Hashable {
    /// Only methods that may be repeated without harm.
    case idempotentMethods
    /// Never: the caller hears of the loss and decides.
    case never
}

/// One request and everything that bounds it.
public struct HTTPRequest: Sendable, Hashable {
    /// The method.
    ///
    /// Default: GET.
    public var method: HTTPMethod
    /// An absolute `http` or `https` URL without user name or password in it.
    public var url: String
    /// The header fields, besides those that HTTP itself needs.
    public var headers: HTTPHeaders
    /// The body; sent for POST, PUT and PATCH even when empty, for others only when not.
    public var body: [UInt8]
    /// How the connection is secured; not used for `http`.
    public var tls: TLSOptions
    /// How we prove who we are.
    ///
    /// Default: not.
    public var authentication: HTTPAuthentication
    /// Longest wait for name, connection and TLS together; at least 1 ms.
    ///
    /// Default: 10 s.
    public var connectTimeout: Duration
    /// Longest time for the whole request, connecting included; at least 1 ms.
    ///
    /// Default: 60 s.
    public var totalTimeout: Duration
    /// Largest accepted body of the answer in bytes.
    ///
    /// Default: 1 MiB.
    public var responseBytesMax: Int
    /// How many redirections are followed, all to `https` alone.
    ///
    /// Default: 0, the 3xx is the answer.
    public var redirectsMax: Int
    /// Whether a new connection is opened even when one is kept.
    ///
    /// Default: false.
    ///
    /// In a session the new one takes the place of those kept.
    public var freshConnection: Bool
    /// What may be sent again without asking.
    ///
    /// Default: idempotent methods, so never a POST.
    public var resending: HTTPResending
    /// An address to connect to instead of the URL's host; name checks still use the URL's host.
    public var connectAddress: String?
    /// The path of a Unix socket to connect to instead of the network; the URL's host is a mere
    /// name.
    public var unixSocket: String?

    /// What goes into the header `Authorization`; set by a session that authenticates.
    var authorization: String?

    /// A request with the defaults given at each property.
    public init(
        _ method: HTTPMethod = .get,
        url: String,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        tls: TLSOptions,
        authentication: HTTPAuthentication = .none,
        connectTimeout: Duration = .seconds(10),
        totalTimeout: Duration = .seconds(60),
        responseBytesMax: Int = 1 << 20,
        redirectsMax: Int = 0,
        freshConnection: Bool = false,
        resending: HTTPResending = .idempotentMethods,
        connectAddress: String? = nil,
        unixSocket: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.tls = tls
        self.authentication = authentication
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.responseBytesMax = responseBytesMax
        self.redirectsMax = redirectsMax
        self.freshConnection = freshConnection
        self.resending = resending
        self.connectAddress = connectAddress
        self.unixSocket = unixSocket
    }

    /// Whether libcurl may send this one again after a kept connection died without an answer.
    var mayBeResent: Bool {
        switch resending {
        case .never: false
        case .idempotentMethods: method.isIdempotent
        }
    }
}

// The URL's path may be a secret (chat webhooks), the body and header too, so that only the method
// prints.
extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Method and origin, without path, header or body.
    public var description: String {
        "\(method.rawValue) \((try? Origin(url: url))?.description ?? "(unreadable URL)")"
    }

    /// Method and origin, without path, header or body.
    public var debugDescription: String { description }

    /// Method and origin, without path, header or body.
    public var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}
