public import FailoverCore
public import FailoverEngine
import GRDB

extension Journal {
    /// Everything that stands, the oldest first.
    ///
    /// - Throws: `JournalFailure`; `corrupt` when a row cannot be understood.
    public func standing() async throws(JournalFailure) -> [StandingAlert] {
        try await standing(where: "TRUE", [])
    }

    /// What an alert is about, if that stands; nil when it does not, or there is no such alert.
    ///
    /// - Throws: `JournalFailure`; `corrupt` when a row cannot be understood.
    public func standing(
        about alert: Int64
    ) async throws(JournalFailure) -> StandingAlert? {
        try await standing(
            where: "standing.subject = (SELECT subject FROM alert WHERE id = ?)",
            [alert]
        ).first
    }

    /// Ends the reminders of a subject, if it stands and there are any.
    ///
    /// - Throws: `JournalFailure`; they go on then.
    public func calm(_ subject: String) async throws(JournalFailure) {
        try await transaction("end reminders") { database in
            try database.execute(
                sql: "UPDATE standing SET reminded_at = NULL WHERE subject = ?",
                arguments: [subject]
            )
        }
    }

    /// How many alerts wait, by hook; hooks for which none waits are left out.
    ///
    /// - Throws: `JournalFailure` when it cannot be read.
    public func depths(at time: Timestamp) async throws(JournalFailure) -> [String: OutboxDepth] {
        try await reading("count what waits in the outbox") { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT hook, COUNT(*) AS waiting, SUM(not_before > ?) AS held
                    FROM outbox WHERE state = 'pending' GROUP BY hook
                    """,
                arguments: [time.millisecondsSinceEpoch]
            )
            return Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    (row["hook"], OutboxDepth(waiting: row["waiting"], heldBack: row["held"]))
                }
            )
        }
    }

    private func standing(
        where condition: String,
        _ arguments: StatementArguments
    ) async throws(JournalFailure) -> [StandingAlert] {
        let rows = try await reading("read what stands") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT standing.subject, reminded_at, alert.id, alert.at, agent, payload
                    FROM standing JOIN alert ON alert.id = standing.alert
                    WHERE \(condition) ORDER BY alert.id
                    """,
                arguments: arguments
            ).map(StandingRow.init)
        }
        var all: [StandingAlert] = []
        for row in rows { all.append(try row.standing(file)) }
        return all
    }
}

/// Something that stands beside the alert with which it began, as stored.
private struct StandingRow: Sendable {
    let subject: String
    let remindedAt: Int64?
    let number: Int64
    let at: Int64
    let agent: String
    let payload: String

    init(_ row: Row) {
        subject = row["subject"]
        remindedAt = row["reminded_at"]
        number = row["id"]
        at = row["at"]
        agent = row["agent"]
        payload = row["payload"]
    }

    func standing(_ file: String) throws(JournalFailure) -> StandingAlert {
        let notice = try Payload.decode(
            Notice.self,
            from: payload,
            row: "Alert \(number)",
            file: file
        )
        return StandingAlert(
            alert: Alert(
                id: number,
                at: Timestamp(millisecondsSinceEpoch: at),
                agent: agent,
                notice: notice,
                course: AlertCourse(stage: .begins, subject: subject)
            ),
            remindedAt: remindedAt.map { Timestamp(millisecondsSinceEpoch: $0) }
        )
    }
}
