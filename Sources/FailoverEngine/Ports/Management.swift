public import FailoverCore

/// Where a command is to run.
public enum ManagementEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// A Front End, by its place in the configured order (0 is the first).
    case frontEnd(Int)
    /// An Edge server.
    case edge(FQDN)
    /// The Windows DNS server that holds a zone with the provider `powershell`.
    case nameServer(ZoneKey)

    /// For sentences; the adapter's messages carry the URL.
    public var description: String {
        switch self {
        case .frontEnd(let index): "management endpoint \(index + 1)"
        case .edge(let server): "Edge server \(server)"
        case .nameServer(let zone): "the name server of zone \(zone)"
        }
    }
}

/// Why a command gave no result.
public struct ManagementFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// No endpoint is configured for this place.
        case notConfigured
        /// The endpoint cannot be reached, or TLS with it fails.
        case unreachable
        /// It refused who we are.
        case accessDenied
        /// It answered with a fault, or with something that cannot be understood.
        case protocolFault
        /// No answer in time.
        case timeout
        /// The connection was lost after the command was sent.
        case answerLost
        /// The task was cancelled.
        case cancelled
    }

    /// The cause.
    public var code: Code
    /// One sentence: what, where, what to do.
    public var message: String
    /// Whether the command may have been carried out all the same.
    public var mayHaveActed: Bool

    /// Makes a failure.
    public init(code: Code, message: String, mayHaveActed: Bool) {
        self.code = code
        self.message = message
        self.mayHaveActed = mayHaveActed
    }

    /// The sentence.
    public var description: String { message }
}

/// Runs commands on Windows; implemented by PowerShell remoting.
public protocol Management: Sendable {
    /// How many Front End endpoints are configured, in order of preference.
    var frontEndCount: Int { get }

    /// Whether an Edge server has an endpoint.
    func isConfigured(_ endpoint: ManagementEndpoint) -> Bool

    /// The URL or address of an endpoint, for plans and messages.
    func address(of endpoint: ManagementEndpoint) -> String

    /// Runs one command. Never repeats it by itself once it may have reached the server.
    ///
    /// - Returns: output, error records and warnings; error records are a result, not a failure.
    /// - Throws: ``ManagementFailure`` when no result came within `timeout`.
    func run(
        _ command: PowerShellCommand,
        at endpoint: ManagementEndpoint,
        timeout: Duration
    ) async throws(ManagementFailure) -> CommandResult

    /// Ends every open session, deleting the shells on the servers; new commands open new ones.
    func closeSessions() async
}
