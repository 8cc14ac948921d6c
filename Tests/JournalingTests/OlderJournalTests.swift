import FailoverCore
import FailoverEngine
import Foundation
import GRDB
import Testing

@testable import Journaling

/// Files that earlier versions wrote: an upgrade keeps everything that is in them.
@Suite struct OlderJournalTests {
    /// Makes a state directory as a version left it.
    private func left(by version: String, in scratch: Scratch) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "Older/journal-\(version).sql")
        try #require(mkdir(scratch.state, 0o700) == 0)
        let database = try scratch.database()
        try database.writeWithoutTransaction { database in
            try database.execute(sql: String(contentsOf: script, encoding: .utf8))
        }
        try database.close()
    }

    @Test(arguments: ["0.1.0"])
    func `a run of an older version is read and goes on`(_ version: String) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try left(by: version, in: scratch)
        let resumed = RunEvent.resumed(by: Person(name: "ada", userID: 1_000), reason: "mended")
        let older: [RunEvent]
        do {
            let journal = try openJournal(scratch.state)
            #expect(try await journal.runs(limit: 5) == [RunID(1)])
            older = try await journal.events(of: RunID(1)).map(\.event)
            try await journal.append(resumed, to: RunID(1), at: noon)
        }
        #expect(older.count == 30)
        let run = try #require(try RunState(replaying: older))
        guard case .stopped? = run.outcome else {
            Issue.record("the run had stopped, and is \(String(describing: run.outcome))")
            return
        }
        let journal = try openJournal(scratch.state)
        #expect(try await journal.events(of: RunID(1)).map(\.event) == older + [resumed])
    }

    @Test(arguments: ["0.1.0"])
    func `what an older version knew of its routes and told people is kept`(
        _ version: String
    ) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try left(by: version, in: scratch)
        let journal = try openJournal(scratch.state)
        let (memory, _) = try #require(try await journal.loadMemory())
        #expect(memory.nextRequest == 2)
        #expect(memory.routes.map(\.route.name) == ["sip", "xmpp", "media"])
        let records = try await journal.records(limit: 100).map(\.record)
        #expect(records.count == 14)
        guard case .agentStopped? = records.last else {
            Issue.record("the last record is \(String(describing: records.last))")
            return
        }
    }

    @Test(arguments: ["0.1.0"])
    func `an alert that an older version could not deliver is delivered`(
        _ version: String
    ) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try left(by: version, in: scratch)
        let journal = try openJournal(scratch.state)
        let waiting = try await journal.pending(hook: "recorder", limit: 10)
        #expect(waiting.map(\.alert.id) == [3])
        let entry = try #require(waiting.first)
        #expect(entry.attempts == 0)
        let delivered = DeliveryResult(isDelivered: true, detail: "200")
        try await journal.record(delivered, entry: entry.id, isAbandoned: false, at: noon)
        #expect(try await journal.pending(hook: "recorder", limit: 10).isEmpty)
    }

    @Test func `the newest migration is the last of an older file too`() throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try left(by: "0.1.0", in: scratch)
        _ = try openJournal(scratch.state)
        let applied = try scratch.database().read { try Schema.migrator.appliedIdentifiers($0) }
        #expect(applied == Set(Schema.migrator.migrations))
    }

    @Test(arguments: ["0.1.0"])
    func `what an older version wrote is chained from the upgrade on`(
        _ version: String
    ) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try left(by: version, in: scratch)
        let journal = try openJournal(scratch.state)
        let verdict = try await journal.verifyChain(containing: nil)
        #expect(verdict.fault == nil && verdict.entries == 14 + 30)
        let times = try await journal.chained(before: nil, limit: 100).map(\.at)
        #expect(times == times.sorted())
        try await journal.append(.agentStopped, at: noon)
        let later = try await journal.verifyChain(containing: verdict.head)
        #expect(later.fault == nil && later.known == 44 && later.entries == 45)
    }
}
