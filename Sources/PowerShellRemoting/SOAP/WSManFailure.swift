import Curl
import PSRP

/// Why a request has no good answer.
struct WSManFailure: Error, Sendable {
    enum Kind: Sendable, Hashable {
        /// No connection, or none that is secure.
        case unreachable
        /// The connection broke, or the answer is not whole.
        case lost
        /// No answer in time.
        case timeout
        /// The task was cancelled.
        case cancelled
        /// Name, password, ticket or rights.
        case accessDenied
        /// An answer that is no WS-Management.
        case notUnderstood
        /// An HTTP redirection, with where it leads when it says so.
        case redirected(to: String?)
        /// A fault.
        case fault(WSManFault)
    }

    let kind: Kind
    let message: String
    /// Whether the server may have taken and carried out the request.
    let mayHaveBeenCarriedOut: Bool

    init(_ kind: Kind, _ message: String, mayHaveBeenCarriedOut: Bool) {
        self.kind = kind
        self.message = message
        self.mayHaveBeenCarriedOut = mayHaveBeenCarriedOut
    }

    init(_ failure: HTTPFailure) {
        switch failure.code {
        case .timeout: kind = .timeout
        case .cancelled: kind = .cancelled
        case .authenticationFailed: kind = .accessDenied
        case .sendFailed, .connectionLost, .badResponse, .tooLarge: kind = .lost
        case .badURL, .badRequest, .credentialsNeedTLS, .couldNotResolve, .couldNotConnect,
            .connectTimeout, .tlsUntrusted, .tlsExpired, .tlsNameMismatch, .tlsTrustFileUnusable,
            .tlsClientCertificateUnusable, .tls, .redirectRefused, .busy, .shutDown, .library:
            kind = .unreachable
        }
        message = failure.message
        mayHaveBeenCarriedOut = failure.requestMayHaveBeenReceived
    }

    /// What was received breaks the protocol, after the request was carried out.
    init(_ error: PSRPError) {
        self.init(
            .notUnderstood,
            "the server's answer cannot be understood: \(error.message)",
            mayHaveBeenCarriedOut: true
        )
    }

    var fault: WSManFault? {
        guard case .fault(let fault) = kind else { return nil }
        return fault
    }
}
