/// Why there is no answer to a request.
public struct HTTPFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, for decisions.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The URL is malformed, not http(s), or carries a user name.
        case badURL
        /// A header, user name, path or address has a character that cannot be sent.
        case badRequest
        /// Credentials were to be sent over plain http.
        case credentialsNeedTLS
        /// The host name has no address, or the name servers did not say.
        case couldNotResolve
        /// Refused or unreachable.
        case couldNotConnect
        /// No connection, TLS included, within the connect time-out.
        case connectTimeout
        /// Connected, but no whole answer within the total time-out.
        case timeout
        /// The server's chain does not lead to a trusted authority.
        case tlsUntrusted
        /// The server's certificate (or one of its chain) has expired or is not yet valid.
        case tlsExpired
        /// The server's certificate is for another name.
        case tlsNameMismatch
        /// The file with trusted authorities cannot be read or holds none.
        case tlsTrustFileUnusable
        /// Our certificate or key cannot be read, or they do not match.
        case tlsClientCertificateUnusable
        /// TLS failed in another way; the message has the reason, such as the alert's name.
        case tls
        /// The request could not be sent to its end.
        case sendFailed
        /// The connection broke before the whole answer had arrived.
        case connectionLost
        /// The answer is not HTTP.
        case badResponse
        /// The answer is longer than allowed.
        case tooLarge
        /// A redirection to anything but https, or more of them than allowed.
        case redirectRefused
        /// No ticket, or the authentication exchange itself broke (a plain 401 is an answer, not a
        /// failure).
        case authenticationFailed
        /// The task was cancelled.
        case cancelled
        /// Too many requests at once, or a second one on a session.
        case busy
        /// The client was shut down, or the session closed.
        case shutDown
        /// libcurl could not do its part (memory, threads); the message has its words.
        case library
    }

    /// What went wrong, for decisions.
    public let code: Code
    /// What went wrong, where, and what to look at, for people.
    ///
    /// Without secrets.
    public let message: String
    /// Whether any byte of the request may have reached the server: when false, sending again is
    /// safe.
    public let requestMayHaveBeenReceived: Bool

    /// A failure; public so that doubles can make one.
    public init(code: Code, message: String, requestMayHaveBeenReceived: Bool = false) {
        self.code = code
        self.message = message
        self.requestMayHaveBeenReceived = requestMayHaveBeenReceived
    }

    /// The message.
    public var description: String { message }
}
