public import FailoverCore
public import FailoverEngine
import GRDB

extension Journal: OutboxStore {
    /// Queues a notice in one transaction, giving it a number.
    ///
    /// - Throws: `JournalFailure`; it is queued for no hook then.
    @discardableResult
    public func enqueue(
        _ draft: AlertDraft,
        room: Int,
        hooks: @escaping @Sendable ([Notice]) -> [AlertDestination]
    ) async throws(JournalFailure) -> AlertReceipt {
        precondition(room > 0, "a hook needs room for an alert, not \(room)")
        let payload = try Payload.encode(draft.notice, for: "A notice")
        return try await transaction("queue an alert") { [file] database in
            let desk = OutboxDesk(database: database, file: file)
            let isIdle =
                if let reminded = draft.reminds {
                    try !desk.isReminded(of: reminded, at: draft.at)
                } else {
                    try desk.isRepetition(draft, payload)
                }
            if isIdle { return AlertReceipt(alert: nil) }
            let ended = try desk.ended(by: draft)
            let hooks = hooks(ended.map(\.notice))
            let changesNothing = draft.stage == nil || draft.reminds != nil
            if hooks.isEmpty, changesNothing { return AlertReceipt(alert: nil) }
            let alert = try desk.write(draft, payload, ended.map(\.notice))
            if draft.reminds == nil { try desk.settle(draft, alert, ended.map(\.subject)) }
            var overflowed: [String] = []
            for place in hooks {
                if try desk.makeRoom(room, for: place.hook, at: draft.at) {
                    overflowed.append(place.hook)
                }
                if place.notBefore == nil {
                    try desk.release(place.hook, [draft.subject] + ended.map(\.subject))
                }
                try database.execute(
                    sql: "INSERT INTO outbox (alert, hook, not_before) VALUES (?, ?, ?)",
                    arguments: [alert, place.hook, place.notBefore?.millisecondsSinceEpoch ?? 0]
                )
            }
            return AlertReceipt(alert: alert, overflowed: overflowed)
        }
    }

    /// The oldest entries of a hook that are due, and neither delivered nor given up.
    ///
    /// - Throws: `JournalFailure`; `corrupt` when a row cannot be understood.
    public func pending(
        hook: String,
        at time: Timestamp,
        limit: Int
    ) async throws(JournalFailure) -> [OutboxEntry] {
        let rows = try await reading("read the outbox") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT outbox.id AS entry, alert.id AS alert, at, agent, payload, course,
                        attempts, not_before
                    FROM outbox JOIN alert ON alert.id = outbox.alert
                    WHERE hook = ? AND state = 'pending' AND not_before <= ?
                    ORDER BY outbox.id LIMIT ?
                    """,
                arguments: [hook, time.millisecondsSinceEpoch, max(0, limit)]
            ).map(OutboxRow.init)
        }
        var entries: [OutboxEntry] = []
        for row in rows {
            let alert = try row.alert(file)
            entries.append(
                OutboxEntry(
                    id: row.entry,
                    hook: hook,
                    alert: alert,
                    attempts: row.attempts,
                    // Its age counts from when it may be delivered.
                    queuedAt: max(alert.at, Timestamp(millisecondsSinceEpoch: row.notBefore))
                )
            )
        }
        return entries
    }

    /// Records an attempt; a delivered or abandoned entry is not handed out again.
    ///
    /// Of failures that say the same one after the other, only the first is kept; all are counted.
    ///
    /// - Throws: `JournalFailure` when it could not be written.
    @discardableResult
    public func record(
        _ result: DeliveryResult,
        entry: Int64,
        isAbandoned: Bool,
        at time: Timestamp
    ) async throws(JournalFailure) -> Bool {
        let state = result.isDelivered ? "delivered" : isAbandoned ? "abandoned" : "pending"
        return try await transaction("write how alert entry \(entry) went") { database in
            try database.execute(
                sql: """
                    UPDATE outbox SET attempts = attempts + 1, state = ?
                    WHERE id = ? AND state = 'pending'
                    """,
                arguments: [state, entry]
            )
            guard database.changesCount == 1 else { return false }
            let last = try String.fetchOne(
                database,
                sql: "SELECT detail FROM delivery WHERE entry = ? ORDER BY id DESC LIMIT 1",
                arguments: [entry]
            )
            if state != "pending" || last != result.detail {
                try database.write(result, of: entry, at: time)
            }
            return true
        }
    }
}

extension Database {
    fileprivate func write(_ result: DeliveryResult, of entry: Int64, at time: Timestamp) throws {
        try execute(
            sql: "INSERT INTO delivery (entry, at, is_delivered, detail) VALUES (?, ?, ?, ?)",
            arguments: [entry, time.millisecondsSinceEpoch, result.isDelivered, result.detail]
        )
    }
}

/// What an alert is queued with, inside one transaction.
private struct OutboxDesk {
    let database: Database
    let file: String

    /// Whether the last thing that was said about the subject was the same, and not long ago.
    func isRepetition(_ draft: AlertDraft, _ payload: String) throws -> Bool {
        guard draft.repeatedWithin > .zero else { return false }
        let last = try Row.fetchOne(
            database,
            sql: "SELECT at, payload FROM alert WHERE subject = ? ORDER BY id DESC LIMIT 1",
            arguments: [draft.subject]
        )
        guard let last, last["payload"] == payload else { return false }
        let age = draft.at - Timestamp(millisecondsSinceEpoch: last["at"])
        // One from the future was written before the clock was set back.
        return age >= .zero && age < draft.repeatedWithin
    }

    /// What stands and no longer does once the draft is written.
    func ended(by draft: AlertDraft) throws -> [(subject: String, notice: Notice)] {
        guard draft.reminds == nil else { return [] }
        let isOver = draft.stage == .begins || draft.stage == .ends
        let subjects = (isOver ? [draft.subject] : []) + draft.alsoEnds
        var ended: [(Int64, String, Notice)] = []
        for subject in subjects {
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT alert.id AS id, payload FROM standing JOIN alert ON alert.id = alert
                    WHERE standing.subject = ?
                    """,
                arguments: [subject]
            )
            guard let row else { continue }
            let notice = try Payload.decode(
                Notice.self,
                from: row["payload"],
                row: "Alert \(row["id"] as Int64)",
                file: file
            )
            ended.append((row["id"], subject, notice))
        }
        return ended.sorted { $0.0 < $1.0 }.map { ($0.1, $0.2) }
    }

    func write(_ draft: AlertDraft, _ payload: String, _ ended: [Notice]) throws -> Int64 {
        let course = AlertCourse(
            stage: draft.stage,
            ended: ended,
            subject: draft.subject,
            isReminder: draft.reminds == nil ? nil : true
        )
        try database.execute(
            sql: "INSERT INTO alert (at, agent, payload, subject, course) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                draft.at.millisecondsSinceEpoch, draft.agent, payload, draft.subject,
                try Payload.encode(course, for: "An alert's course"),
            ]
        )
        return database.lastInsertedRowID
    }

    /// Keeps what stands now.
    func settle(_ draft: AlertDraft, _ alert: Int64, _ ended: [String]) throws {
        if draft.stage == .acknowledged {
            try database.execute(
                sql: "UPDATE standing SET reminded_at = NULL WHERE subject = ?",
                arguments: [draft.subject]
            )
        }
        for subject in ended {
            try database.execute(
                sql: "DELETE FROM standing WHERE subject = ?",
                arguments: [subject]
            )
        }
        guard draft.stage == .begins else { return }
        try database.execute(
            sql: "INSERT INTO standing (subject, alert, reminded_at) VALUES (?, ?, ?)",
            arguments: [
                draft.subject, alert, draft.isReminded ? draft.at.millisecondsSinceEpoch : nil,
            ]
        )
    }

    /// Notes that people are reminded of an alert; false when that stands no more, or somebody cares
    /// for it.
    func isReminded(of alert: Int64, at time: Timestamp) throws -> Bool {
        try database.execute(
            sql: """
                UPDATE standing SET reminded_at = ? WHERE alert = ? AND reminded_at IS NOT NULL
                """,
            arguments: [time.millisecondsSinceEpoch, alert]
        )
        return database.changesCount == 1
    }

    /// Lets what waits for a hook about these things go at once: news about a thing never come
    /// before what was said of it earlier.
    func release(_ hook: String, _ subjects: [String]) throws {
        for subject in subjects {
            try database.execute(
                sql: """
                    UPDATE outbox SET not_before = 0
                    WHERE hook = ? AND state = 'pending' AND not_before > 0
                        AND alert IN (SELECT id FROM alert WHERE subject = ?)
                    """,
                arguments: [hook, subject]
            )
        }
    }

    /// Gives up older alerts when no more may wait; tells whether it had to.
    func makeRoom(_ room: Int, for hook: String, at time: Timestamp) throws -> Bool {
        let waiting = try Int.fetchOne(
            database,
            sql: "SELECT COUNT(*) FROM outbox WHERE hook = ? AND state = 'pending'",
            arguments: [hook]
        )
        guard let waiting, waiting >= room else { return false }
        let victims = try Int64.fetchAll(
            database,
            sql: """
                SELECT outbox.id FROM outbox JOIN alert ON alert.id = outbox.alert
                WHERE hook = ? AND state = 'pending'
                ORDER BY json_extract(payload, '$.severity') = 'critical', outbox.id LIMIT ?
                """,
            arguments: [hook, waiting - room + 1]
        )
        let result = DeliveryResult(
            isDelivered: false,
            detail: "given up for a newer one: \(room) alerts wait for the hook, and no more may"
        )
        for victim in victims {
            try database.execute(
                sql: "UPDATE outbox SET state = 'abandoned' WHERE id = ?",
                arguments: [victim]
            )
            try database.write(result, of: victim, at: time)
        }
        return true
    }
}

/// A waiting entry beside its alert, as stored.
private struct OutboxRow: Sendable {
    let entry: Int64
    let number: Int64
    let at: Int64
    let agent: String
    let payload: String
    let course: String
    let attempts: Int
    let notBefore: Int64

    init(_ row: Row) {
        entry = row["entry"]
        notBefore = row["not_before"]
        number = row["alert"]
        at = row["at"]
        agent = row["agent"]
        payload = row["payload"]
        course = row["course"]
        attempts = row["attempts"]
    }

    func alert(_ file: String) throws(JournalFailure) -> Alert {
        let name = "Alert \(number)"
        return Alert(
            id: number,
            at: Timestamp(millisecondsSinceEpoch: at),
            agent: agent,
            notice: try Payload.decode(Notice.self, from: payload, row: name, file: file),
            course: try Payload.decode(AlertCourse.self, from: course, row: name, file: file)
        )
    }
}
