public import FailoverCore

/// Something that the journal keeps for good, with its place in the chain.
public struct ChainedEntry: Sendable {
    /// What it is.
    public enum Content: Sendable {
        /// A record besides runs.
        case record(AgentRecord)
        /// An event of a run.
        case event(RunID, RunEvent)
    }

    /// Its place, counted from 1 without a gap.
    public var number: Int
    /// Wall clock at writing.
    public var at: Timestamp
    /// What it is.
    public var content: Content

    /// Makes an entry.
    public init(number: Int, at: Timestamp, content: Content) {
        self.number = number
        self.at = at
        self.content = content
    }
}

/// What came of looking through the chain.
public struct ChainVerdict: Sendable, Hashable {
    /// How many entries fit, from the first on.
    public var entries: Int
    /// Wall clock of the first and the last of them; nil without any.
    public var span: ClosedRange<Timestamp>?
    /// The hash of the last of them: whoever keeps it elsewhere can tell later that nothing before it
    /// was changed.
    public var head: String
    /// What does not fit, in a sentence; nil when everything does.
    public var fault: String?
    /// The place of the hash that was looked for; nil when it is no entry's, or none was.
    public var known: Int?

    /// Makes a verdict.
    public init(
        entries: Int,
        span: ClosedRange<Timestamp>?,
        head: String,
        fault: String?,
        known: Int?
    ) {
        self.entries = entries
        self.span = span
        self.head = head
        self.fault = fault
        self.known = known
    }
}

/// The journal as an audit log: every entry bears the hash of itself and of the one before it.
public protocol AuditStore: Sendable {
    /// The newest entries before one, or of all; oldest of them first.
    func chained(
        before number: Int?,
        limit: Int
    ) async throws(JournalFailure) -> [ChainedEntry]

    /// Computes the whole chain anew from what the journal holds.
    ///
    /// Of the parameters: `known` is a hash that somebody kept elsewhere; nil for none.
    func verifyChain(containing known: String?) async throws(JournalFailure) -> ChainVerdict
}
