public import FailoverCore

/// Why the journal could not be written or read.
public struct JournalFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The disk is full.
        case full
        /// The file or its folder cannot be written.
        case readOnly
        /// Another process holds the state directory.
        case locked
        /// A row cannot be understood.
        case corrupt
        /// Anything else that the database says.
        case other
    }

    /// The cause.
    public var code: Code
    /// One sentence: what, where, what to do.
    public var message: String

    /// Makes a failure.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    public var description: String { message }
}

/// An event of a run with its number and time.
public struct JournaledRunEvent: Sendable, Codable {
    /// The run.
    public var run: RunID
    /// Counted from 1 within the run.
    public var sequence: Int
    /// Wall clock at writing.
    public var at: Timestamp
    /// What happened.
    public var event: RunEvent

    /// Makes an entry.
    public init(run: RunID, sequence: Int, at: Timestamp, event: RunEvent) {
        self.run = run
        self.sequence = sequence
        self.at = at
        self.event = event
    }
}

/// Something besides a run that is kept for good: decisions, orders, approvals, notices.
public struct JournaledRecord: Sendable, Codable {
    /// Counted over the whole journal.
    public var sequence: Int
    /// Wall clock at writing.
    public var at: Timestamp
    /// What happened.
    public var record: AgentRecord

    /// Makes an entry.
    public init(sequence: Int, at: Timestamp, record: AgentRecord) {
        self.sequence = sequence
        self.at = at
        self.record = record
    }
}

/// What the agent keeps besides runs.
public enum AgentRecord: Sendable, Codable {
    /// The agent started, with that version and name.
    case agentStarted(name: String, version: String)
    /// The agent stopped in good order.
    case agentStopped
    /// Something that the policy took in, other than ticks and repeated verdicts.
    case event(PolicyEvent)
    /// Something that the policy ordered.
    case effect(PolicyEffect)
    /// What a person said with an answer.
    case remark(RequestID, by: Person, text: String)
    /// A fence that a run had left pending was put up, or was given up for what somebody else did.
    case fenceSettled(RunID, StepID, isFenced: Bool, detail: String)
    /// People were told that resolvers have what a run wrote, or have not in time.
    case convergenceSettled(RunID, isConverged: Bool, detail: String)
    /// What mode `auto` would do on a route in mode `observe`, or what people did there.
    case shadow(ShadowRecord)
    /// A person cares for what an alert is about, so that nobody is reminded of it.
    case alertAcknowledged(Int64, by: Person, reason: String)
    /// A person had a test message sent by an alert hook; `detail` is what came of it.
    case alertTested(hook: String, by: Person, isDelivered: Bool, detail: String)
    /// A person's order was not taken, for what they may not do or for what stood against it.
    case orderRefused(by: Person, order: String, reason: String)
    /// The configuration was read anew, or was refused.
    case reloaded(accepted: Bool, detail: String)
}

/// The durable journal: every method returns only when the write is on disk (synchronous FULL).
public protocol JournalStore: Sendable {
    /// Adds an event to a run.
    ///
    /// - Throws: ``JournalFailure``; the caller stops before acting.
    func append(_ event: RunEvent, to run: RunID, at: Timestamp) async throws(JournalFailure)

    /// All events of a run in order; empty when there is no such run.
    func events(of run: RunID) async throws(JournalFailure) -> [JournaledRunEvent]

    /// The newest runs, newest first.
    func runs(limit: Int) async throws(JournalFailure) -> [RunID]

    /// Adds a record.
    func append(_ record: AgentRecord, at: Timestamp) async throws(JournalFailure)

    /// The newest records, oldest of them first.
    func records(limit: Int) async throws(JournalFailure) -> [JournaledRecord]

    /// The newest records of the kind ``AgentRecord/shadow(_:)``, oldest of them first.
    func shadowRecords(limit: Int) async throws(JournalFailure) -> [JournaledRecord]

    /// Replaces the policy's memory, as encoded by the engine.
    func saveMemory(_ memory: PolicyMemory, at: Timestamp) async throws(JournalFailure)

    /// The policy's memory and when it was saved; nil when there is none yet.
    func loadMemory() async throws(JournalFailure) -> (PolicyMemory, savedAt: Timestamp)?
}
