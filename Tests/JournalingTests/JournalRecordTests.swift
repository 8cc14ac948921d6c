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
