import FailoverCore
import FailoverEngine
import Foundation
import GRDB
import Glibc
import Testing

@testable import Journaling

@Suite struct JournalFaultTests {
    /// An event of about 8 kB.
    private let bulky = RunEvent.parked(reason: String(repeating: "x", count: 8_000))

    /// Writes until the journal is full and gives the number of events that were taken.
    private func fill(_ journal: Journal) async throws -> (count: Int, error: JournalFailure) {
        for count in 0..<1_000 {
            do throws(JournalFailure) {
                try await journal.append(bulky, to: RunID(1), at: noon)
            } catch {
                return (count, error)
            }
        }
        throw CancellationError()
    }

    @Test func `a full database takes nothing and keeps what it has`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state, maximumPages: 60)
        let (count, error) = try await fill(journal)
        #expect(error.code == .full)
        #expect(error.message.contains("write an event of run 1"))
        #expect(error.message.contains("free some space"))
        #expect(count > 5)
        #expect(try await journal.events(of: RunID(1)).count == count)
    }

    @Test(.enabled(if: SmallDisk.isPossible, "only root can mount a file system"))
    func `a full disk stops writes until there is room again`() async throws {
        let disk = try SmallDisk()
        defer { disk.remove() }
        let ballast = disk.path + "/ballast"
        try Data(count: 400_000).write(to: URL(fileURLWithPath: ballast))
        let journal = try openJournal(disk.path + "/state")
        let (count, error) = try await fill(journal)
        #expect(error.code == .full)
        #expect(try await journal.events(of: RunID(1)).count == count)
        try FileManager.default.removeItem(atPath: ballast)
        try await journal.append(bulky, to: RunID(1), at: noon)
        #expect(try await journal.events(of: RunID(1)).count == count + 1)
    }

    @Test func `a writer from outside is named as the obstacle`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        let other = try scratch.database()
        try await other.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
        }
        let error = try await failure { () throws(JournalFailure) in
            try await journal.append(.agentStopped, at: noon)
        }
        #expect(error.code == .locked)
        #expect(error.message.contains("sqlite3 shell"))
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try await journal.append(.agentStopped, at: noon)
        #expect(try await journal.records(limit: 10).count == 1)
    }

    @Test func `a closed journal takes nothing`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        try await journal.close()
        let error = try await failure { () throws(JournalFailure) in
            try await journal.append(.agentStopped, at: noon)
        }
        #expect(error.code == .other)
    }

    @Test(arguments: [1, 7, 40])
    func `kill -9 in the middle loses nothing that was acknowledged`(_ kills: Int) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let state = scratch.state
        let acknowledged = scratch.path + "/acknowledged"
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [state = state as String, acknowledged = acknowledged as String, kills = kills as Int]
            in
            let journal = try openJournal(state)
            let file = open(acknowledged, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            Thread.detachNewThread {
                // Looks from another thread, so that the end comes anywhere within a write.
                var status = stat()
                while fstat(file, &status) == 0, status.st_size < kills { usleep(50) }
                kill(getpid(), SIGKILL)
            }
            while true {
                try await journal.append(.parked(reason: "again"), to: RunID(1), at: noon)
                write(file, "+", 1)
            }
        }
        let count = try Data(contentsOf: URL(fileURLWithPath: acknowledged)).count
        #expect(count >= kills)
        let journal = try openJournal(state)
        let events = try await journal.events(of: RunID(1))
        #expect(events.count == count || events.count == count + 1)
        try await journal.append(.recovered(reason: "killed"), to: RunID(1), at: noon)
        #expect(try await journal.events(of: RunID(1)).count == events.count + 1)
    }

    @Test func `another process is kept out while one holds the directory`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let state = scratch.state
        let journal = try openJournal(state)
        await #expect(processExitsWith: .exitCode(3)) { [state = state as String] in
            do throws(JournalFailure) {
                _ = try openJournal(state)
            } catch {
                exit(error.code == .locked && !error.message.contains("\(getpid()),") ? 3 : 4)
            }
        }
        try await journal.append(.agentStopped, at: noon)
        #expect(try await journal.records(limit: 1).count == 1)
    }
}
