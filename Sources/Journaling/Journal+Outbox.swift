public import FailoverCore
public import FailoverEngine
import GRDB

extension Journal: OutboxStore {
    /// Queues a notice for every named hook in one transaction, giving it a number.
    ///
    /// - Throws: `JournalFailure`; it is queued for none then.
    public func enqueue(
        _ notice: Notice,
        agent: String,
        at time: Timestamp,
        hooks: [String]
    ) async throws(JournalFailure) {
        let payload = try Payload.encode(notice, for: "A notice")
        try await transaction("queue an alert") { database in
            try database.execute(
                sql: "INSERT INTO alert (at, agent, payload) VALUES (?, ?, ?)",
                arguments: [time.millisecondsSinceEpoch, agent, payload]
            )
            let alert = database.lastInsertedRowID
            for hook in hooks {
                try database.execute(
                    sql: "INSERT INTO outbox (alert, hook) VALUES (?, ?)",
                    arguments: [alert, hook]
                )
            }
        }
    }

    /// The oldest entries of a hook that are neither delivered nor given up.
    ///
    /// - Throws: `JournalFailure`; `corrupt` when a row cannot be understood.
    public func pending(hook: String, limit: Int) async throws(JournalFailure) -> [OutboxEntry] {
        let rows = try await reading("read the outbox") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT outbox.id AS entry, alert.id AS alert, at, agent, payload, attempts
                    FROM outbox JOIN alert ON alert.id = outbox.alert
                    WHERE hook = ? AND state = 'pending' ORDER BY outbox.id LIMIT ?
                    """,
                arguments: [hook, max(0, limit)]
            ).map(OutboxRow.init)
        }
        var entries: [OutboxEntry] = []
        for row in rows {
            let notice = try Payload.decode(
                Notice.self,
                from: row.payload,
                row: "Alert \(row.alert)",
                file: file
            )
            let time = Timestamp(millisecondsSinceEpoch: row.at)
            let alert = Alert(id: row.alert, at: time, agent: row.agent, notice: notice)
            let entry = OutboxEntry(
                id: row.entry,
                hook: hook,
                alert: alert,
                attempts: row.attempts,
                queuedAt: time
            )
            entries.append(entry)
        }
        return entries
    }

    /// Records an attempt; a delivered or abandoned entry is not handed out again.
    ///
    /// - Throws: `JournalFailure`; `other` when the entry does not wait any more.
    public func record(
        _ result: DeliveryResult,
        entry: Int64,
        isAbandoned: Bool,
        at time: Timestamp
    ) async throws(JournalFailure) {
        let state = result.isDelivered ? "delivered" : isAbandoned ? "abandoned" : "pending"
        try await transaction("write how alert entry \(entry) went") { database in
            try database.execute(
                sql: """
                    UPDATE outbox SET attempts = attempts + 1, state = ?
                    WHERE id = ? AND state = 'pending'
                    """,
                arguments: [state, entry]
            )
            guard database.changesCount == 1 else {
                throw JournalFailure(
                    code: .other,
                    message: "Outbox entry \(entry) is not waiting for delivery"
                )
            }
            try database.execute(
                sql: "INSERT INTO delivery (entry, at, is_delivered, detail) VALUES (?, ?, ?, ?)",
                arguments: [
                    entry, time.millisecondsSinceEpoch, result.isDelivered, result.detail,
                ]
            )
        }
    }
}

/// A waiting entry beside its alert, as stored.
private struct OutboxRow: Sendable {
    let entry: Int64
    let alert: Int64
    let at: Int64
    let agent: String
    let payload: String
    let attempts: Int

    init(_ row: Row) {
        entry = row["entry"]
        alert = row["alert"]
        at = row["at"]
        agent = row["agent"]
        payload = row["payload"]
        attempts = row["attempts"]
    }
}
