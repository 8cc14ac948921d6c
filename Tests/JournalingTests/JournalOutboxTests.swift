import FailoverCore
import FailoverEngine
import Foundation
import GRDB
import Glibc
import Testing

@testable import Journaling

@Suite struct JournalOutboxTests {
    private let notice = Notice(.routeDown, .critical, sentence: "edgepool1 is down")

    private func numbers(_ journal: Journal, _ hook: String) async throws -> [Int64] {
        try await journal.pending(hook: hook, limit: 100).map(\.id)
    }

    @Test func `every hook gets the alert, with one number`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        try await journal.enqueue(notice, hooks: ["ops", "pager"])
        try await journal.enqueue(notice, hooks: ["ops"])
        let ops = try await journal.pending(hook: "ops", limit: 10)
        let alert = Alert(
            id: 1,
            at: noon,
            agent: "warden-1",
            notice: notice,
            course: AlertCourse(subject: "pool")
        )
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
                try await journal.enqueue(notice, hooks: ["ops"])
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
    func `an attempt for an entry that does not wait any more counts for nothing`(
        _ entry: Int64
    ) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        let taken = DeliveryResult(isDelivered: true, detail: "exit 0")
        try await journal.enqueue(notice, hooks: ["ops"])
        #expect(try await journal.record(taken, entry: 1, isAbandoned: false, at: noon))
        #expect(try await !journal.record(taken, entry: entry, isAbandoned: false, at: noon))
        #expect(try await deliveries(scratch) == ["exit 0"])
    }

    @Test func `failures that say the same are kept once and all counted`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        try await journal.enqueue(notice, hooks: ["ops"])
        for words in ["refused", "refused", "refused", "HTTP 503", "refused"] {
            let result = DeliveryResult(isDelivered: false, detail: words)
            try await journal.record(result, entry: 1, isAbandoned: false, at: noon)
        }
        let over = DeliveryResult(isDelivered: false, detail: "refused")
        try await journal.record(over, entry: 1, isAbandoned: true, at: noon)
        #expect(try await deliveries(scratch) == ["refused", "HTTP 503", "refused", "refused"])
    }

    @Test func `when no more may wait, what is not critical gives way, the oldest first`()
        async throws
    {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        let info = Notice(.runStarted, .info, sentence: "it began")
        for each in [notice, info, info] {
            #expect(try await journal.enqueue(each, hooks: ["ops"], room: 3).overflowed.isEmpty)
        }
        var left: [[Int64]] = []
        for each in [info, notice, notice, notice] {
            let receipt = try await journal.enqueue(each, hooks: ["ops", "pager"], room: 3)
            #expect(receipt.overflowed.first == "ops")
            left.append(try await numbers(journal, "ops"))
        }
        // 4, 6, 8 and 10 are the entries of ops; the critical 1 goes when there are only such.
        #expect(left == [[1, 3, 4], [1, 4, 6], [1, 6, 8], [6, 8, 10]])
        let words = try await deliveries(scratch)
        // Four of ops, and one of pager at the end.
        #expect(words.count == 5)
        #expect(words.allSatisfy { $0.hasPrefix("given up for a newer one: 3 alerts wait") })
        // Less room than there was.
        _ = try await journal.enqueue(info, hooks: ["ops"], room: 1)
        #expect(try await numbers(journal, "ops").count == 1)
    }

    @Test func `the same words about the same thing are no news for a while`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        func say(_ notice: Notice, _ seconds: Int64, about: String = "pool") async throws -> Bool {
            let milliseconds = noon.millisecondsSinceEpoch + seconds * 1_000
            let receipt = try await journal.enqueue(
                notice,
                at: Timestamp(millisecondsSinceEpoch: milliseconds),
                hooks: ["ops"],
                subject: about,
                repeatedWithin: .seconds(300)
            )
            return receipt.alert != nil
        }
        let up = Notice(.routeUp, .info, sentence: "edgepool1 is up")
        #expect(try await say(notice, 0))
        #expect(try await !say(notice, 299))
        #expect(try await say(notice, 100, about: "another pool"))
        #expect(try await say(up, 200))
        // Down again: the last that was said is something else.
        #expect(try await say(notice, 201))
        #expect(try await say(notice, 501))
        // The clock was set back.
        #expect(try await say(notice, 300))
    }

    @Test func `what begins stands until it ends, also over a restart`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let worse = Notice(.poolImpaired, .critical, sentence: "edgepool1 is impaired")
        let stuck = Notice(.cannotAct, .critical, sentence: "nowhere to go")
        let up = Notice(.routeUp, .info, sentence: "edgepool1 is up")
        do {
            let journal = try openJournal(scratch.state)
            try await journal.enqueue(notice, hooks: ["ops"], stage: .begins)
            try await journal.enqueue(worse, hooks: ["ops"], stage: .begins)
            try await journal.enqueue(stuck, hooks: ["ops"], subject: "plan", stage: .begins)
        }
        let journal = try openJournal(scratch.state)
        for _ in 0..<2 {
            try await journal.enqueue(up, hooks: ["ops"], stage: .ends, alsoEnds: ["plan"])
        }
        let courses = try await journal.pending(hook: "ops", limit: 9).map(\.alert.course)
        #expect(courses.map(\.ended) == [[], [notice], [], [worse, stuck], []])
        #expect(courses.map(\.stage) == [.begins, .begins, .begins, .ends, .ends])
    }

    @Test func `what nobody wants is kept only if it lasts`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        #expect(try await journal.enqueue(notice, hooks: []).alert == nil)
        #expect(try await journal.enqueue(notice, hooks: [], stage: .begins).alert == 1)
    }

    @Test func `alerts that an older version queued are delivered by this one`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try #require(mkdir(scratch.state, 0o700) == 0)
        let file = scratch.state + "/" + Journal.fileName
        let older = try DatabaseQueue(path: file)
        try Schema.migrator.migrate(older, upTo: "1 runs, records, memory, outbox")
        try await older.write { database in
            let old = """
                {"code":"route_down","severity":"critical","route":"sip","sentence":"it is down"}
                """
            try database.execute(
                sql: "INSERT INTO alert (at, agent, payload) VALUES (?, 'warden-1', ?)",
                arguments: [noon.millisecondsSinceEpoch, old]
            )
            try database.execute(sql: "INSERT INTO outbox (alert, hook) VALUES (1, 'ops')")
        }
        try older.close()
        try #require(chmod(file, 0o600) == 0)
        let journal = try openJournal(scratch.state)
        let entry = try #require(try await journal.pending(hook: "ops", limit: 9).first)
        #expect(entry.alert.notice.route == RouteName("sip"))
        #expect(entry.alert.course == AlertCourse())
        let receipt = try await journal.enqueue(notice, hooks: ["ops"], stage: .begins)
        #expect(receipt.alert == 2)
    }

    /// What was written of deliveries, in order.
    private func deliveries(_ scratch: Scratch) async throws -> [String] {
        try await scratch.database().read { database in
            try String.fetchAll(database, sql: "SELECT detail FROM delivery ORDER BY id")
        }
    }
}
