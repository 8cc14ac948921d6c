public import FailoverCore
public import FailoverEngine
import GRDB

extension Journal {
    /// Adds a record and returns when it is on disk.
    ///
    /// - Throws: `JournalFailure`; nothing is written then.
    public func append(_ record: AgentRecord, at time: Timestamp) async throws(JournalFailure) {
        let payload = try Payload.encode(record, for: "A record")
        try await transaction("write a record") { database in
            try database.execute(
                sql: "INSERT INTO record (at, payload) VALUES (?, ?)",
                arguments: [time.millisecondsSinceEpoch, payload]
            )
            let number = Int(database.lastInsertedRowID)
            try Chain.add(.record(number), at: time.millisecondsSinceEpoch, payload, database)
        }
    }

    /// The newest records, oldest of them first.
    ///
    /// - Throws: `JournalFailure`; `corrupt` when a row cannot be understood.
    public func records(limit: Int) async throws(JournalFailure) -> [JournaledRecord] {
        try await records(like: "%", limit: limit)
    }

    /// The newest records of the kind `shadow`, oldest of them first.
    ///
    /// - Throws: `JournalFailure`; `corrupt` when a row cannot be understood.
    public func shadowRecords(limit: Int) async throws(JournalFailure) -> [JournaledRecord] {
        // A record's payload is an object with its kind as the only key.
        try await records(like: "{\"shadow\":%", limit: limit)
    }

    private func records(
        like pattern: String,
        limit: Int
    ) async throws(JournalFailure) -> [JournaledRecord] {
        let rows = try await reading("read the records") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT sequence, at, payload FROM record WHERE payload LIKE ?
                    ORDER BY sequence DESC LIMIT ?
                    """,
                arguments: [pattern, max(0, limit)]
            ).map { StoredRow(number: $0["sequence"], at: $0["at"], payload: $0["payload"]) }
        }
        var records: [JournaledRecord] = []
        for row in rows.reversed() {
            let record = try Payload.decode(
                AgentRecord.self,
                from: row.payload,
                row: "Record \(row.number)",
                file: file
            )
            records.append(JournaledRecord(sequence: row.number, at: row.time, record: record))
        }
        return records
    }

    /// Replaces the policy's memory.
    ///
    /// - Throws: `JournalFailure`; the former memory stays then.
    public func saveMemory(
        _ memory: PolicyMemory,
        at time: Timestamp
    ) async throws(JournalFailure) {
        let payload = try Payload.encode(memory, for: "The policy's memory")
        try await transaction("write the policy's memory") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO memory (id, at, payload) VALUES (1, ?, ?)",
                arguments: [time.millisecondsSinceEpoch, payload]
            )
        }
    }

    /// The policy's memory and when it was saved; nil when there is none yet.
    ///
    /// - Throws: `JournalFailure`; `corrupt` when it cannot be understood.
    public func loadMemory() async throws(JournalFailure) -> (PolicyMemory, savedAt: Timestamp)? {
        let row = try await reading("read the policy's memory") { database in
            try Row.fetchOne(database, sql: "SELECT id, at, payload FROM memory")
                .map { StoredRow(number: $0["id"], at: $0["at"], payload: $0["payload"]) }
        }
        guard let row else { return nil }
        let memory = try Payload.decode(
            PolicyMemory.self,
            from: row.payload,
            row: "The policy's memory",
            file: file
        )
        return (memory, savedAt: row.time)
    }
}
