import FailoverCore
import FailoverEngine

/// What `GET v1/audit` answers.
public struct AuditBody: Codable, Sendable {
    /// Who did what.
    public struct Line: Codable, Sendable {
        /// Its place in the chain.
        public var entry: Int
        /// RFC 3339.
        public var at: String
        /// Who did it; nil for the agent itself.
        public var by: String?
        /// Their Unix user id; nil for the agent, and where only a name is known.
        public var uid: UInt32?
        /// What they did, to follow the name.
        public var what: String

        init(_ line: AuditLine) {
            entry = line.number
            at = line.at.description
            by = line.person?.name
            uid = line.person?.userID
            what = line.words
        }
    }

    /// Oldest first.
    public var lines: [Line]
}

/// What `GET v1/audit/chain` answers.
public struct ChainBody: Codable, Sendable {
    /// How many entries fit, from the first on.
    public var entries: Int
    /// RFC 3339 of the first of them.
    public var from: String?
    /// RFC 3339 of the last of them.
    public var to: String?
    /// The hash of the last of them.
    public var head: String
    /// What does not fit; nil when everything does.
    public var fault: String?
    /// The place of the hash that was asked about; nil when it is no entry's, or none was.
    public var known: Int?

    init(_ verdict: ChainVerdict) {
        entries = verdict.entries
        from = verdict.span?.lowerBound.description
        to = verdict.span?.upperBound.description
        head = verdict.head
        fault = verdict.fault
        known = verdict.known
    }
}
