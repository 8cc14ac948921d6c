import Dispatch
public import FailoverCore
public import FailoverEngine
import GRDB

/// The agent's durable memory in one SQLite file: runs, records, the policy's memory, the outbox.
///
/// A write returns when it is on disk (write-ahead log, `synchronous` FULL), and is never given up
/// half-way: cancelling the caller does not stop it. One process uses the file; readers ask the
/// agent.
public final class Journal: Sendable {
    /// The name of the database in the state directory.
    public static let fileName = "journal.db"

    /// The database file.
    public let file: String
    private let directory: StateDirectory
    private let database: DatabaseQueue
    /// Keeps waiting for the disk off the threads that run tasks; as long as its callers are many.
    private let queue = DispatchQueue(label: "journal")

    /// Opens the journal, making folder and file where they are missing.
    ///
    /// - Parameters:
    ///   - directory: the state directory; made with mode 0700 if only its last part is missing.
    ///   - agent: the agent's name, shown to whoever tries to open the same directory.
    ///   - startedAt: the wall clock, shown likewise.
    /// - Throws: `JournalFailure` with code `locked` when another process holds the directory,
    ///   `readOnly`, `full`, `corrupt`, or `other` when a newer version wrote the file or SQLite
    ///   cannot be made durable.
    public convenience init(
        directory: String,
        agent: String,
        startedAt: Timestamp
    ) throws(JournalFailure) {
        try self.init(
            directory: directory,
            agent: agent,
            startedAt: startedAt,
            maximumPages: nil
        )
    }

    /// Opens the journal with a limit to its size in pages, for tests of a full disk.
    init(
        directory: String,
        agent: String,
        startedAt: Timestamp,
        maximumPages: Int?
    ) throws(JournalFailure) {
        self.directory = try StateDirectory(path: directory, agent: agent, startedAt: startedAt)
        file = try self.directory.prepareFile(Journal.fileName)
        do {
            database = try DatabaseQueue(path: file, configuration: Journal.configuration)
            try database.writeWithoutTransaction { database in
                try Journal.makeDurable(database)
                try Journal.check(database)
                if let maximumPages {
                    try database.execute(sql: "PRAGMA max_page_count = \(maximumPages)")
                }
            }
            guard try !database.read(Schema.migrator.hasBeenSuperseded) else {
                throw JournalFailure(
                    code: .other,
                    message: "The journal \(file) was written by a newer version; install that "
                        + "version again, or use another 'agent.state_directory'"
                )
            }
            try Schema.migrator.migrate(database)
        } catch {
            throw JournalFailure(wrapping: error, doing: "open the tables", file: file)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "journal"
        configuration.foreignKeysEnabled = true
        // Somebody's sqlite3 shell may read for a moment.
        configuration.busyMode = .timeout(2)
        return configuration
    }

    /// Sets the write-ahead log and FULL, which survives a power cut, and reads both back.
    static func makeDurable(_ database: Database) throws {
        try database.execute(sql: "PRAGMA journal_mode = WAL")
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try requireDurable(database)
    }

    /// Refuses a connection whose writes could be lost in a power cut.
    static func requireDurable(_ database: Database) throws {
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
        guard mode == "wal", level == 2 else {
            throw JournalFailure(
                code: .other,
                message: "SQLite does not keep the journal durable (journal_mode "
                    + "\(mode ?? "unknown"), synchronous \(level.map(String.init) ?? "unknown"); "
                    + "needed: wal, 2); is the state directory on a network file system?"
            )
        }
    }

    /// Refuses a damaged file before anything is decided from it.
    private static func check(_ database: Database) throws {
        let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
        guard verdict == "ok" else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: verdict)
        }
    }

    /// Closes the file; only for the end of the agent, after its last write.
    ///
    /// - Throws: `JournalFailure` when SQLite cannot finish.
    public func close() async throws(JournalFailure) {
        try await run("close the file") { try $0.close() }
    }

    /// Carries out one transaction, all of it or nothing.
    func transaction<Value: Sendable>(
        _ action: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalFailure) -> Value {
        try await run(action) { try $0.write(body) }
    }

    /// Reads.
    func reading<Value: Sendable>(
        _ action: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalFailure) -> Value {
        try await run(action) { try $0.read(body) }
    }

    private func run<Value: Sendable>(
        _ action: String,
        _ body: @escaping @Sendable (DatabaseQueue) throws -> Value
    ) async throws(JournalFailure) -> Value {
        let result = await withCheckedContinuation { continuation in
            queue.async { [database, file] in
                let result = Result { try body(database) }.mapError { error in
                    JournalFailure(wrapping: error, doing: action, file: file)
                }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }
}
