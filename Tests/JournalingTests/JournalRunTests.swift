import FailoverCore
import FailoverEngine
import GRDB
import Testing

@testable import Journaling

@Suite struct JournalRunTests {
    @Test func `what was written comes back in order, per run`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        let events = try SampleRun.events()
        for (index, event) in events.enumerated() {
            let time = Timestamp(millisecondsSinceEpoch: 1_000 + Int64(index))
            try await journal.append(event, to: RunID(1), at: time)
            try await journal.append(.parked(reason: "\(index)"), to: RunID(2), at: noon)
        }
        let read = try await journal.events(of: RunID(1))
        #expect(read.map(\.event) == events)
        #expect(read.map(\.sequence) == Array(1...events.count))
        #expect(read.map(\.at.millisecondsSinceEpoch).first == 1_000)
        #expect(read.allSatisfy { $0.run == RunID(1) })
        #expect(try await journal.events(of: RunID(2)).count == events.count)
        #expect(try await journal.events(of: RunID(3)).isEmpty)
    }

    @Test func `every prefix of a run replays to the state that was lived`() async throws {
        let events = try SampleRun.events()
        let opening = try #require(events.first)
        guard case .opened(let value) = opening else { throw CancellationError() }
        var lived = RunState(value)
        let scratch = try Scratch()
        defer { scratch.remove() }
        for count in 1...events.count {
            do {
                let journal = try openJournal(scratch.state)
                try await journal.append(events[count - 1], to: RunID(1), at: noon)
                try await journal.close()
            }
            if count > 1 { try lived.apply(events[count - 1]) }
            // Opened anew, as after a crash.
            let journal = try openJournal(scratch.state)
            let read = try await journal.events(of: RunID(1)).map(\.event)
            #expect(read == Array(events.prefix(count)))
            #expect(try RunState(replaying: read) == lived, "after \(count) events")
            try await journal.close()
        }
        #expect(lived.outcome == .done)
    }

    @Test func `the newest runs come first`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        for number in [3, 1, 2, 12, 3] {
            try await journal.append(.parked(reason: ""), to: RunID(number), at: noon)
        }
        #expect(try await journal.runs(limit: 10) == [12, 3, 2, 1].map { RunID($0) })
        #expect(try await journal.runs(limit: 2) == [12, 3].map { RunID($0) })
        #expect(try await journal.runs(limit: 0).isEmpty)
        #expect(try await journal.runs(limit: -1).isEmpty)
    }

    @Test(arguments: ["run_event", "record", "alert", "delivery"], ["UPDATE", "DELETE"])
    func `nobody changes or removes a row`(_ table: String, _ verb: String) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        try await journal.append(.parked(reason: ""), to: RunID(1), at: noon)
        try await journal.append(.agentStopped, at: noon)
        let notice = Notice(.routeDown, .critical, sentence: "down")
        try await journal.enqueue(notice, hooks: ["ops"])
        let failed = DeliveryResult(isDelivered: false, detail: "503")
        try await journal.record(failed, entry: 1, isAbandoned: false, at: noon)
        let statement = verb == "UPDATE" ? "UPDATE \(table) SET at = 0" : "DELETE FROM \(table)"
        let error = try await failure { () throws(JournalFailure) in
            try await journal.transaction("tamper") { try $0.execute(sql: statement) }
        }
        #expect(error.message.contains("\(table) is append-only"))
    }

    @Test(arguments: ["{", "", "{\"acting\":{\"_0\":\"x\"}}", "{\"unheardOf\":{}}"])
    func `a row that cannot be understood is named`(_ payload: String) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        do {
            let journal = try openJournal(scratch.state)
            for _ in 0..<3 {
                try await journal.append(.parked(reason: ""), to: RunID(5), at: noon)
            }
            try await journal.append(.parked(reason: ""), to: RunID(6), at: noon)
        }
        let statement = "UPDATE run_event SET payload = '\(payload)' WHERE run = 5 AND sequence = 2"
        try await scratch.damage("run_event", statement)
        let journal = try openJournal(scratch.state)
        let error = try await failure { () throws(JournalFailure) in
            _ = try await journal.events(of: RunID(5))
        }
        #expect(error.code == .corrupt)
        #expect(error.message.contains("Event 2 of run 5"))
        #expect(error.message.contains(journal.file))
        #expect(try await journal.events(of: RunID(6)).count == 1)
    }

    @Test func `a missing row is noticed`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        do {
            let journal = try openJournal(scratch.state)
            for _ in 0..<3 {
                try await journal.append(.parked(reason: ""), to: RunID(1), at: noon)
            }
        }
        try await scratch.damage("run_event", "DELETE FROM run_event WHERE sequence = 2")
        let journal = try openJournal(scratch.state)
        let error = try await failure { () throws(JournalFailure) in
            _ = try await journal.events(of: RunID(1))
        }
        #expect(error.code == .corrupt)
        #expect(error.message.contains("event 2 is missing"))
    }

    @Test func `cancelling the caller loses no write`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                withUnsafeCurrentTask { $0?.cancel() }
                #expect(Task.isCancelled)
                try await journal.append(.parked(reason: ""), to: RunID(1), at: noon)
            }
            try await group.waitForAll()
        }
        #expect(try await journal.events(of: RunID(1)).count == 1)
    }

    @Test func `writers at once get numbers without gaps`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 {
                group.addTask {
                    let event = RunEvent.parked(reason: "\(index)")
                    try await journal.append(event, to: RunID(1), at: noon)
                }
            }
            try await group.waitForAll()
        }
        let events = try await journal.events(of: RunID(1))
        #expect(events.map(\.sequence) == Array(1...20))
        #expect(Set(events.map(\.event)).count == 20)
    }
}
