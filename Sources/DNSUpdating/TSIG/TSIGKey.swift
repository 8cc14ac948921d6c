public import FailoverCore
import FoundationEssentials

/// A shared key for signed DNS messages (RFC 8945).
public struct TSIGKey: Sendable, Hashable {
    /// The hash that a key is used with.
    ///
    /// Only these two: the older ones are deprecated, and the rest is not offered everywhere.
    public enum Algorithm: String, Sendable, Hashable, CaseIterable {
        /// The default of every current server.
        case hmacSHA256 = "hmac-sha256"
        /// As strong, with a longer code.
        case hmacSHA512 = "hmac-sha512"
    }

    /// Why a key cannot be used.
    public struct InvalidKey: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong and what to do; never holds the secret.
        public var message: String

        /// The message.
        public var description: String { message }
    }

    /// The key's name, the same on both sides.
    public let name: FQDN
    /// The hash it is used with.
    public let algorithm: Algorithm
    /// The secret in base64, checked.
    private let secret: Secret

    /// Takes a key as `tsig-keygen` prints it.
    ///
    /// - Parameters:
    ///   - name: the key's name, such as `edgewarden`.
    ///   - algorithm: the hash.
    ///   - secret: the secret in base64; white space at its ends is dropped.
    /// - Throws: ``InvalidKey`` when the secret is empty or is not base64.
    public init(name: FQDN, algorithm: Algorithm, secret: Secret) throws(InvalidKey) {
        self.name = name
        self.algorithm = algorithm
        self.secret = secret.withValue { text in Secret(trimmed(text)) }
        guard !bytes.isEmpty else {
            throw InvalidKey(
                message: "The secret of TSIG key '\(name)' is empty or not base64; copy the text "
                    + "between the quotes of the key's 'secret' line as tsig-keygen printed it"
            )
        }
    }

    /// The secret's bytes; empty only while the key is being checked.
    var bytes: [UInt8] {
        secret.withValue { text in Data(base64Encoded: text).map(Array.init) ?? [] }
    }
}

private func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
}
