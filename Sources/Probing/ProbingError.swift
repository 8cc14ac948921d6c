/// A fault in what a prober was set up with; a probe itself never throws.
public struct ProbingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of fault it is.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The file of certificate authorities is missing, unreadable or holds no certificate.
        case trustUnreadable
        /// The client certificate's file is missing, unreadable or holds no certificate.
        case identityCertificateUnreadable
        /// The client key's file is missing, unreadable, encrypted or holds no key.
        case identityKeyUnreadable
        /// The client key is not the key of the client certificate, or TLS refuses the pair.
        case identityRefused
    }

    /// What kind of fault it is.
    public var code: Code
    /// What, where, and what to do, for a person.
    public var message: String
    /// The error below, as text; empty when there is none.
    public var underlying: String
    /// The source file that raised it.
    public var file: String
    /// The line that raised it.
    public var line: Int

    /// Makes an error that remembers where it was raised.
    public init(
        _ code: Code,
        _ message: String,
        underlying: String = "",
        file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.underlying = underlying
        self.file = file
        self.line = line
    }

    /// The message, with the error below in brackets.
    public var description: String {
        underlying.isEmpty ? message : "\(message) (\(underlying))"
    }
}
