public import FailoverCore
public import FailoverEngine
import Synchronization

/// A journal in memory that fails on order.
///
/// What was appended stays when the journal is "killed", as it would on disk; ``revived()`` is what the
/// next process finds.
public final class MemoryJournal: JournalStore {
    struct State: Sendable {
        var runs: [RunID: [JournaledRunEvent]] = [:]
        var records: [JournaledRecord] = []
        var nextRecord = 1
        var memory: (PolicyMemory, savedAt: Timestamp)?
        var outbox: [OutboxEntry] = []
        var settled: Set<Int64> = []
        var nextEntry: Int64 = 1
        /// Writes that still go well; nil for all.
        var writesLeft: Int?
        /// Events of runs that still go well; nil for all.
        var eventsLeft: Int?
        var failure = JournalFailure(code: .other, message: "")
    }

    let state: Mutex<State>
    private let onEvent = Mutex<(@Sendable (RunEvent) -> Void)?>(nil)

    /// Makes an empty journal.
    public init() { state = Mutex(State()) }

    private init(_ state: State) { self.state = Mutex(state) }

    /// What a process that starts after this one died finds: the same content, and no faults.
    public func revived() -> MemoryJournal {
        var state = state.withLock(\.self)
        state.writesLeft = nil
        state.eventsLeft = nil
        return MemoryJournal(state)
    }

    // MARK: Faults on order

    /// Lets that many more writes of any kind go well, and fails all after them.
    public func fail(after writes: Int, _ code: JournalFailure.Code) {
        state.withLock { state in
            state.writesLeft = writes
            state.failure = JournalFailure(code: code, message: "the journal is \(code.rawValue)")
        }
    }

    /// Lets that many more events of runs go well, and fails every write after them.
    public func fail(afterRunEvents events: Int, _ code: JournalFailure.Code) {
        state.withLock { state in
            state.eventsLeft = events
            state.failure = JournalFailure(code: code, message: "the journal is \(code.rawValue)")
        }
    }

    /// Kills the process here, as far as anyone can tell: nothing is written any more.
    public func killHere() { fail(after: 0, .other) }

    /// Lets writes go well again.
    public func mend() {
        state.withLock { state in
            state.writesLeft = nil
            state.eventsLeft = nil
        }
    }

    /// Calls this after every event of a run that was written; the way to change the world in between.
    public func whenWritten(_ body: (@Sendable (RunEvent) -> Void)?) {
        onEvent.withLock { $0 = body }
    }

    private func write<Result>(
        isRunEvent: Bool = false,
        _ body: (inout State) -> sending Result
    ) throws(JournalFailure) -> Result {
        let result = state.withLock { state -> Swift.Result<Result, JournalFailure> in
            if state.writesLeft == 0 || state.eventsLeft == 0 { return .failure(state.failure) }
            state.writesLeft = state.writesLeft.map { $0 - 1 }
            if isRunEvent { state.eventsLeft = state.eventsLeft.map { $0 - 1 } }
            return .success(body(&state))
        }
        return try result.get()
    }

    // MARK: JournalStore

    /// Adds an event, or fails as ordered.
    public func append(
        _ event: RunEvent,
        to run: RunID,
        at: Timestamp
    ) async throws(JournalFailure) {
        try write(isRunEvent: true) { state in
            let sequence = state.runs[run, default: []].count + 1
            state.runs[run, default: []].append(
                JournaledRunEvent(run: run, sequence: sequence, at: at, event: event)
            )
        }
        onEvent.withLock(\.self)?(event)
    }

    /// All events of a run.
    public func events(of run: RunID) async throws(JournalFailure) -> [JournaledRunEvent] {
        state.withLock { $0.runs[run] ?? [] }
    }

    /// The newest runs, newest first.
    public func runs(limit: Int) async throws(JournalFailure) -> [RunID] {
        state.withLock { Array($0.runs.keys.sorted(by: >).prefix(limit)) }
    }

    /// Adds a record, or fails as ordered.
    public func append(_ record: AgentRecord, at: Timestamp) async throws(JournalFailure) {
        try write { state in
            state.records.append(
                JournaledRecord(sequence: state.nextRecord, at: at, record: record)
            )
            state.nextRecord += 1
        }
    }

    /// The newest records, oldest of them first.
    public func records(limit: Int) async throws(JournalFailure) -> [JournaledRecord] {
        state.withLock { Array($0.records.suffix(limit)) }
    }

    /// The newest shadow records, oldest of them first.
    public func shadowRecords(limit: Int) async throws(JournalFailure) -> [JournaledRecord] {
        state.withLock { state in
            let shadows = state.records.filter {
                if case .shadow = $0.record { true } else { false }
            }
            return Array(shadows.suffix(limit))
        }
    }

    /// Replaces the memory, or fails as ordered.
    public func saveMemory(_ memory: PolicyMemory, at: Timestamp) async throws(JournalFailure) {
        try write { $0.memory = (memory, at) }
    }

    /// The memory.
    public func loadMemory() async throws(JournalFailure) -> (PolicyMemory, savedAt: Timestamp)? {
        state.withLock(\.memory)
    }

    // MARK: For tests

    /// The events of a run.
    public func content(of run: RunID) -> [RunEvent] {
        state.withLock { $0.runs[run]?.map(\.event) ?? [] }
    }

    /// The events of the newest run.
    public var newestRun: [RunEvent] {
        state.withLock { state in
            state.runs.keys.max().flatMap { state.runs[$0]?.map(\.event) } ?? []
        }
    }

    /// All records.
    public var allRecords: [AgentRecord] { state.withLock { $0.records.map(\.record) } }

    /// A journal that holds the beginning of a run and nothing else.
    public static func holding(_ events: some Sequence<RunEvent>, of run: RunID) -> MemoryJournal {
        var state = State()
        state.runs[run] = events.enumerated().map { index, event in
            JournaledRunEvent(
                run: run,
                sequence: index + 1,
                at: Timestamp(millisecondsSinceEpoch: 0),
                event: event
            )
        }
        return MemoryJournal(state)
    }
}

extension MemoryJournal: OutboxStore {
    /// Queues a notice for each hook, or fails as ordered; it keeps nothing of what stands.
    @discardableResult
    public func enqueue(
        _ draft: AlertDraft,
        room: Int,
        hooks: @escaping @Sendable ([Notice]) -> [AlertDestination]
    ) async throws(JournalFailure) -> AlertReceipt {
        try write { state in
            let number = state.nextEntry
            for hook in hooks([]).map(\.hook) {
                let alert = Alert(
                    id: number,
                    at: draft.at,
                    agent: draft.agent,
                    notice: draft.notice,
                    course: AlertCourse(stage: draft.stage)
                )
                state.outbox.append(
                    OutboxEntry(
                        id: state.nextEntry,
                        hook: hook,
                        alert: alert,
                        attempts: 0,
                        queuedAt: draft.at
                    )
                )
                state.nextEntry += 1
            }
            return AlertReceipt(alert: number)
        }
    }

    /// Queues a notice for hooks.
    public func enqueue(
        _ notice: Notice,
        agent: String,
        at: Timestamp,
        hooks: [String]
    ) async throws(JournalFailure) {
        let draft = AlertDraft(notice, agent: agent, at: at, subject: notice.code.rawValue)
        try await enqueue(draft, room: .max) { _ in hooks.map { AlertDestination(hook: $0) } }
    }

    /// The oldest entries of a hook that are not settled.
    public func pending(
        hook: String,
        at: Timestamp = Timestamp(millisecondsSinceEpoch: .max),
        limit: Int
    ) async throws(JournalFailure) -> [OutboxEntry] {
        state.withLock { state in
            Array(
                state.outbox.filter { $0.hook == hook && !state.settled.contains($0.id) }
                    .prefix(limit)
            )
        }
    }

    /// Records an attempt, or fails as ordered.
    @discardableResult
    public func record(
        _ result: DeliveryResult,
        entry: Int64,
        isAbandoned: Bool,
        at: Timestamp
    ) async throws(JournalFailure) -> Bool {
        try write { state in
            guard !state.settled.contains(entry) else { return false }
            for index in state.outbox.indices where state.outbox[index].id == entry {
                state.outbox[index].attempts += 1
            }
            if result.isDelivered || isAbandoned { state.settled.insert(entry) }
            return true
        }
    }

    /// Nothing: it keeps nothing of what stands.
    public func standing() async throws(JournalFailure) -> [StandingAlert] { [] }

    /// Nil: it keeps nothing of what stands.
    public func standing(
        about alert: Int64
    ) async throws(JournalFailure) -> StandingAlert? { nil }

    /// Nothing: it keeps nothing of what stands.
    public func calm(_ subject: String) async throws(JournalFailure) {}

    /// What is not settled, by hook.
    public func depths(at: Timestamp) async throws(JournalFailure) -> [String: OutboxDepth] {
        state.withLock { state in
            Dictionary(grouping: state.outbox.filter { !state.settled.contains($0.id) }, by: \.hook)
                .mapValues { OutboxDepth(waiting: $0.count) }
        }
    }

    /// Every notice that was queued, in order.
    public var notices: [Notice] { state.withLock { $0.outbox.map(\.alert.notice) } }
}
