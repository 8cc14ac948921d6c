import FailoverCore
import FailoverEngine
import Foundation
import GRDB
import Testing

@testable import Journaling

@Suite struct JournalRecordTests {
    @Test func `the newest records come back, oldest of them first`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        let digest = PlanDigest(hex: "00ff")
        let person = Person(name: "ada", userID: 1_000)
        let until = Instant(nanoseconds: .max)
        try await journal.append(.agentStarted(name: "warden-1", version: "1.0"), at: noon)
        try await journal.append(.event(.approved(RequestID(1), digest, by: person)), at: noon)
        let pause = PolicyEvent.paused(nil, until: until, by: person, reason: "work")
        try await journal.append(.event(pause), at: noon)
        let notice = Notice(.failbackDue, .info, route: RouteName("sip"), sentence: "due")
        try await journal.append(.effect(.notify(notice)), at: noon)
        try await journal.append(.reloaded(accepted: false, detail: "line 3"), at: noon)

        let all = try await journal.records(limit: 10)
        #expect(all.map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(all.allSatisfy { $0.at == noon })
        guard case .event(let event) = all[2].record, case .effect(let effect) = all[3].record
        else {
            Issue.record("other records came back: \(all)")
            return
        }
        #expect(event == pause)
        #expect(effect == .notify(notice))
        #expect(try await journal.records(limit: 2).map(\.sequence) == [4, 5])
        #expect(try await journal.records(limit: 0).isEmpty)
    }

    @Test func `shadow records are found among others, the newest of them`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        #expect(try await journal.shadowRecords(limit: 10).isEmpty)
        for number in 1...3 {
            let record = ShadowRecord.ended(RouteName("sip"), reason: "\(number)")
            try await journal.append(.shadow(record), at: noon)
            let notice = Notice(.failbackDue, .info, sentence: "{\"shadow\":1}")
            try await journal.append(.effect(.notify(notice)), at: noon)
        }
        let found = try await journal.shadowRecords(limit: 2)
        #expect(found.map(\.sequence) == [3, 5])
        #expect(
            found.compactMap { entry -> ShadowRecord? in
                if case .shadow(let record) = entry.record { record } else { nil }
            } == [
                .ended(RouteName("sip"), reason: "2"), .ended(RouteName("sip"), reason: "3"),
            ]
        )
    }

    @Test func `a record that cannot be understood is named`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        do {
            let journal = try openJournal(scratch.state)
            for _ in 0..<3 { try await journal.append(.agentStopped, at: noon) }
        }
        try await scratch.damage("record", "UPDATE record SET payload = '[]' WHERE sequence = 3")
        let journal = try openJournal(scratch.state)
        let error = try await failure { () throws(JournalFailure) in
            _ = try await journal.records(limit: 1)
        }
        #expect(error.code == .corrupt)
        #expect(error.message.contains("Record 3"))
    }

    @Test func `the memory is the one that was saved last`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        do {
            let journal = try openJournal(scratch.state)
            #expect(try await journal.loadMemory() == nil)
            try await journal.saveMemory(.empty, at: Timestamp(millisecondsSinceEpoch: 1))
            try await journal.saveMemory(memory(), at: noon)
        }
        let journal = try openJournal(scratch.state)
        let loaded = try #require(try await journal.loadMemory())
        #expect(loaded.0 == (try memory()))
        #expect(loaded.savedAt == noon)
    }

    @Test func `a memory that cannot be understood is no empty memory`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        do {
            let journal = try openJournal(scratch.state)
            try await journal.saveMemory(memory(), at: noon)
        }
        try await scratch.database().write { database in
            try database.execute(sql: "UPDATE memory SET payload = '{}'")
        }
        let journal = try openJournal(scratch.state)
        let error = try await failure { () throws(JournalFailure) in
            _ = try await journal.loadMemory()
        }
        #expect(error.code == .corrupt)
        #expect(error.message.contains("policy's memory"))
    }

    /// A memory with durations that have a fraction and a negative part.
    private func memory() throws -> PolicyMemory {
        let text = """
            {"nextRequest": 7, "pauses": [], "routes": [
              {"route": "sip", "failoverAges": [\(try json(.milliseconds(-1_500))),
                \(try json(.seconds(86_400)))],
               "coolDown": \(try json(.nanoseconds(1))), "announced": []}]}
            """
        return try JSONDecoder().decode(PolicyMemory.self, from: Data(text.utf8))
    }

    private func json(_ duration: Duration) throws -> String {
        String(decoding: try JSONEncoder().encode(duration), as: UTF8.self)
    }
}

@Suite struct JournalOutboxTests {
    private let notice = Notice(.routeDown, .critical, sentence: "edgepool1 is down")

    private func numbers(_ journal: Journal, _ hook: String) async throws -> [Int64] {
        try await journal.pending(hook: hook, limit: 100).map(\.id)
    }

    @Test func `every hook gets the alert, with one number`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        try await journal.enqueue(notice, agent: "warden-1", at: noon, hooks: ["ops", "pager"])
        try await journal.enqueue(notice, agent: "warden-1", at: noon, hooks: ["ops"])
        let ops = try await journal.pending(hook: "ops", limit: 10)
        let alert = Alert(id: 1, at: noon, agent: "warden-1", notice: notice)
        let first = OutboxEntry(id: 1, hook: "ops", alert: alert, attempts: 0, queuedAt: noon)
        #expect(ops.first == first)
        #expect(ops.map(\.alert.id) == [1, 2])
        #expect(try await journal.pending(hook: "pager", limit: 10).map(\.alert.id) == [1])
        #expect(try await journal.pending(hook: "ops", limit: 1).count == 1)
        #expect(try await journal.pending(hook: "none", limit: 10).isEmpty)
    }

    @Test func `an entry waits until it is delivered or given up, also over a restart`()
        async throws
    {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let refused = DeliveryResult(isDelivered: false, detail: "HTTP 503")
        let taken = DeliveryResult(isDelivered: true, detail: "HTTP 200")
        do {
            let journal = try openJournal(scratch.state)
            for _ in 0..<3 {
                try await journal.enqueue(notice, agent: "warden-1", at: noon, hooks: ["ops"])
            }
            try await journal.record(refused, entry: 1, isAbandoned: false, at: noon)
            try await journal.record(refused, entry: 1, isAbandoned: false, at: noon)
            try await journal.record(taken, entry: 2, isAbandoned: false, at: noon)
            #expect(try await numbers(journal, "ops") == [1, 3])
        }
        let journal = try openJournal(scratch.state)
        let waiting = try await journal.pending(hook: "ops", limit: 10)
        #expect(waiting.map(\.id) == [1, 3])
        #expect(waiting.map(\.attempts) == [2, 0])
        try await journal.record(refused, entry: 1, isAbandoned: true, at: noon)
        try await journal.record(taken, entry: 3, isAbandoned: false, at: noon)
        #expect(try await numbers(journal, "ops").isEmpty)
    }

    @Test(arguments: [1, 99] as [Int64])
    func `an attempt for an entry that does not wait is refused`(_ entry: Int64) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        let taken = DeliveryResult(isDelivered: true, detail: "exit 0")
        try await journal.enqueue(notice, agent: "warden-1", at: noon, hooks: ["ops"])
        try await journal.record(taken, entry: 1, isAbandoned: false, at: noon)
        let error = try await failure { () throws(JournalFailure) in
            try await journal.record(taken, entry: entry, isAbandoned: false, at: noon)
        }
        #expect(error.message.contains("Outbox entry \(entry)"))
    }
}
