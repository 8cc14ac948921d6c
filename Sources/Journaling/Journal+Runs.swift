public import FailoverCore
public import FailoverEngine
import GRDB

extension Journal: JournalStore {
    /// Adds an event to a run and returns when it is on disk.
    ///
    /// - Throws: `JournalFailure`; nothing is written then, and the caller stops before acting.
    public func append(
        _ event: RunEvent,
        to run: RunID,
        at time: Timestamp
    ) async throws(JournalFailure) {
        let action = "write an event of run \(run)"
        let payload = try Payload.encode(event, for: "An event of run \(run)")
        try await transaction(action) { database in
            let before = try Int.fetchOne(
                database,
                sql: "SELECT MAX(sequence) FROM run_event WHERE run = ?",
                arguments: [run.number]
            )
            let sequence = (before ?? 0) + 1
            let at = time.millisecondsSinceEpoch
            try database.execute(
                sql: "INSERT INTO run_event (run, sequence, at, payload) VALUES (?, ?, ?, ?)",
                arguments: [run.number, sequence, at, payload]
            )
            let source = Source.event(run: run.number, sequence: sequence)
            try Chain.add(source, at: at, payload, database)
        }
    }

    /// All events of a run in order; empty when there is no such run.
    ///
    /// - Throws: `JournalFailure`; `corrupt` when a row is missing or cannot be understood.
    public func events(of run: RunID) async throws(JournalFailure) -> [JournaledRunEvent] {
        let rows = try await reading("read run \(run)") { database in
            try Row.fetchAll(
                database,
                sql: "SELECT sequence, at, payload FROM run_event WHERE run = ? ORDER BY sequence",
                arguments: [run.number]
            ).map { StoredRow(number: $0["sequence"], at: $0["at"], payload: $0["payload"]) }
        }
        var events: [JournaledRunEvent] = []
        for (index, row) in rows.enumerated() {
            let name = "Event \(row.number) of run \(run)"
            guard row.number == index + 1 else {
                throw .corrupt(name, file: file, "event \(index + 1) is missing before it")
            }
            let event = try Payload.decode(RunEvent.self, from: row.payload, row: name, file: file)
            let entry = JournaledRunEvent(
                run: run,
                sequence: row.number,
                at: row.time,
                event: event
            )
            events.append(entry)
        }
        return events
    }

    /// The newest runs that have an event, newest first.
    ///
    /// - Throws: `JournalFailure` when the file cannot be read.
    public func runs(limit: Int) async throws(JournalFailure) -> [RunID] {
        try await reading("list the runs") { database in
            try Int.fetchAll(
                database,
                sql: "SELECT DISTINCT run FROM run_event ORDER BY run DESC LIMIT ?",
                arguments: [max(0, limit)]
            ).map { RunID($0) }
        }
    }
}

/// A row that holds a number, a time and a payload.
struct StoredRow: Sendable {
    let number: Int
    let at: Int64
    let payload: String

    var time: Timestamp { Timestamp(millisecondsSinceEpoch: at) }
}
