import Crypto
public import FailoverCore

/// A person's token; only its hash is kept.
public struct AccessToken: Sendable {
    /// How many characters it has at least: too many to be guessed.
    public static let lengthMin = 32

    /// The person.
    public let owner: String
    private let digest: SHA256Digest

    /// Takes a token; nil when it is shorter than ``lengthMin``.
    public init?(owner: String, secret: Secret) {
        let digest = secret.withValue { text in
            text.count >= AccessToken.lengthMin ? SHA256.hash(data: Array(text.utf8)) : nil
        }
        guard let digest else { return nil }
        self.owner = owner
        self.digest = digest
    }

    /// Whether the header `Authorization` has it (RFC 6750, section 2.1).
    func isIn(_ authorization: String) -> Bool {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        // Hashes are compared, in constant time: how long it takes tells nothing of the token.
        return SHA256.hash(data: Array(parts[1].utf8)) == digest
    }
}

/// How it is known who asks.
enum Identification: Sendable {
    /// The kernel knows the other end of a Unix socket.
    case socket
    /// A token does.
    case tokens([AccessToken])

    /// Why nobody is known by it.
    var refusal: String {
        switch self {
        case .socket: "the kernel does not tell who you are"
        case .tokens: "a token is needed that is in 'api.tokens'"
        }
    }

    func caller(_ authorization: String?, _ context: AgentRequestContext) async -> Caller? {
        switch self {
        case .socket: return await context.peer()
        case .tokens(let tokens):
            guard let authorization else { return nil }
            return tokens.first { $0.isIn(authorization) }.map {
                UnixAccounts.caller(named: $0.owner)
            }
        }
    }
}
