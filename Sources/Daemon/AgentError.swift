/// Why the agent cannot start or take a new configuration.
public struct AgentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The configuration is wrong.
        case configuration
        /// A secret cannot be had.
        case secret
        /// A certificate file or another part cannot be set up.
        case setup
        /// The journal cannot be opened.
        case journal
        /// The socket cannot be served.
        case socket
    }

    /// The cause.
    public var code: Code
    /// What, where, what to do; several lines for a configuration.
    public var message: String

    /// Makes an error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
