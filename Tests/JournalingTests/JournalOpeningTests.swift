import FailoverCore
import FailoverEngine
import Foundation
import GRDB
import Glibc
import Testing

@testable import Journaling

@Suite struct JournalOpeningTests {
    private func mode(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return status.st_mode & 0o7777
    }

    @Test func `the writer is synchronous FULL with a write-ahead log`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        // Also after a write, which is when GRDB would have lowered it.
        try await journal.append(.agentStopped, at: noon)
        let level = try await journal.transaction("read the level") { database in
            try Int.fetchOne(database, sql: "PRAGMA synchronous")
        }
        let mode = try await journal.reading("read the mode") { database in
            try String.fetchOne(database, sql: "PRAGMA journal_mode")
        }
        #expect(level == 2)
        #expect(mode == "wal")
    }

    @Test(arguments: [
        ("WAL", "NORMAL"), ("WAL", "OFF"), ("DELETE", "FULL"), ("MEMORY", "FULL"),
    ])
    func `a connection that could lose writes is refused`(_ mode: String, _ level: String) throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let queue = try DatabaseQueue(path: scratch.path + "/test.db")
        let error = #expect(throws: JournalFailure.self) {
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA journal_mode = \(mode)")
                try database.execute(sql: "PRAGMA synchronous = \(level)")
                try Journal.requireDurable(database)
            }
        }
        #expect(error?.message.contains("needed: wal, 2") == true)
    }

    @Test func `folder and files are for the agent's user alone`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let before = umask(0)
        defer { umask(before) }
        let journal = try openJournal(scratch.state)
        try await journal.append(.agentStopped, at: noon)
        #expect(try mode(scratch.state) == 0o700)
        for name in ["journal.db", "journal.db-wal", "journal.db-shm", "agent.lock"] {
            #expect(try mode(scratch.state + "/" + name) == 0o600, "\(name)")
        }
    }

    @Test func `a second agent is told who holds the directory`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let first = try openJournal(scratch.state)
        let error = try await failure { () throws(JournalFailure) in
            _ = try openJournal(scratch.state)
        }
        #expect(error.code == .locked)
        let holder = "agent warden-1, process \(getpid()), started 2026-11-21T12:00:00Z"
        #expect(error.message.contains(holder))
        try await first.append(.agentStopped, at: noon)
        #expect(try await first.records(limit: 5).count == 1)
    }

    @Test func `a lock file that was left behind keeps nobody out`() throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try #require(mkdir(scratch.state, 0o750) == 0)
        let lock = scratch.state + "/agent.lock"
        try "agent old, process 1, started never\n".write(
            toFile: lock,
            atomically: false,
            encoding: .utf8
        )
        _ = try openJournal(scratch.state)
        let note = try String(contentsOfFile: lock, encoding: .utf8)
        #expect(note.hasPrefix("agent warden-1, process \(getpid()),"))
        _ = try openJournal(scratch.state)
    }

    @Test(arguments: [0o777, 0o1777, 0o770] as [mode_t])
    func `a directory that others may write to is refused`(_ mode: mode_t) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try #require(mkdir(scratch.state, 0o700) == 0 && chmod(scratch.state, mode) == 0)
        let error = try await failure { () throws(JournalFailure) in
            _ = try openJournal(scratch.state)
        }
        #expect(error.code == .readOnly)
        #expect(error.message.contains("chmod 0750 \(scratch.state)"))
    }

    @Test func `a directory whose parent is missing is refused`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let error = try await failure { () throws(JournalFailure) in
            _ = try openJournal(scratch.path + "/no/state")
        }
        #expect(error.code == .readOnly)
        #expect(error.message.contains("/no/state"))
    }

    @Test(arguments: ["agent.lock", "journal.db"])
    func `a link in place of a file is refused`(_ name: String) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let target = scratch.path + "/elsewhere"
        try #require(mkdir(scratch.state, 0o700) == 0)
        try #require(symlink(target, scratch.state + "/" + name) == 0)
        let error = try await failure { () throws(JournalFailure) in
            _ = try openJournal(scratch.state)
        }
        #expect(error.code == .readOnly)
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test func `a file that is no database is refused and kept`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try #require(mkdir(scratch.state, 0o700) == 0)
        let file = scratch.state + "/journal.db"
        let text = String(repeating: "this is no database\n", count: 300)
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        let error = try await failure { () throws(JournalFailure) in
            _ = try openJournal(scratch.state)
        }
        #expect(error.code == .corrupt)
        #expect(error.message.contains("Keep the file"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }

    @Test func `a file with damaged pages is refused`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        do {
            let journal = try openJournal(scratch.state)
            for _ in 0..<50 { try await journal.append(.agentStopped, at: noon) }
            try await journal.close()
        }
        let handle = try #require(FileHandle(forUpdatingAtPath: scratch.state + "/journal.db"))
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: 4_096)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4_096))
        try handle.close()
        let error = try await failure { () throws(JournalFailure) in
            _ = try openJournal(scratch.state)
        }
        #expect(error.code == .corrupt)
    }

    @Test func `a file of a newer version is refused`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        do { _ = try openJournal(scratch.state) }
        try await scratch.database().write { database in
            try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 the future')")
        }
        let error = try await failure { () throws(JournalFailure) in
            _ = try openJournal(scratch.state)
        }
        #expect(error.code == .other)
        #expect(error.message.contains("newer version"))
    }

    @Test(.enabled(if: SmallDisk.isPossible, "only root can mount a file system"))
    func `a read-only file system is refused`() async throws {
        let disk = try SmallDisk()
        defer { disk.remove() }
        do { _ = try openJournal(disk.path + "/state") }
        try disk.makeReadOnly()
        let error = try await failure { () throws(JournalFailure) in
            _ = try openJournal(disk.path + "/state")
        }
        #expect(error.code == .readOnly)
        #expect(error.message.contains("Read-only file system"))
    }

    @Test(.disabled(if: SmallDisk.isPossible, "root may write anywhere"))
    func `a directory that cannot be written is refused`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try #require(mkdir(scratch.state, 0o500) == 0)
        let error = try await failure { () throws(JournalFailure) in
            _ = try openJournal(scratch.state)
        }
        #expect(error.code == .readOnly)
    }
}
