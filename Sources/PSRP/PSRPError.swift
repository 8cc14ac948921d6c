/// Why bytes could not be understood, or why a request was refused before a byte was made.
public struct PSRPError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure; closed, so that a `switch` stays exhaustive.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The bytes are not the XML that is allowed here.
        case malformedXML
        /// The XML is not a CLIXML value.
        case malformedCLIXML
        /// Base64 text has a wrong character or a wrong length.
        case malformedBase64
        /// A fragment's header or its place in the row is wrong.
        case malformedFragment
        /// A message's header or body is not what its type demands.
        case malformedMessage
        /// A size, depth or count is above the limit that protects this process.
        case limitExceeded
        /// A message is understood, but has no place in the present state.
        case unexpectedMessage
        /// The server speaks a protocol version that this client does not.
        case unsupportedVersion
        /// A call has no place in the present state.
        case illegalState
        /// A command carries a script block, which is never sent.
        case scriptRefused
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong and where, for a person.
    public let message: String

    /// Makes an error of a kind, with a text for a person.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the text.
    public var description: String { "\(code.rawValue): \(message)" }
}
