import FailoverCore
import FailoverEngine
import Testing

@testable import Journaling

@Suite struct JournalStandingTests {
    private let notice = Notice(.routeDown, .critical, sentence: "edgepool1 is down")

    private func after(_ seconds: Int64) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: noon.millisecondsSinceEpoch + seconds * 1_000)
    }

    /// Everything that stands: the alert's number, and after how many seconds people were last told.
    private func standing(_ journal: Journal) async throws -> [String] {
        try await journal.standing().map { standing in
            let told = standing.remindedAt.map { "\(($0 - noon).components.seconds)" } ?? "-"
            return "\(standing.alert.id) \(standing.alert.subjectName) \(told)"
        }
    }

    @Test func `what stands, and who was told when, survives a restart`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        do {
            let journal = try openJournal(scratch.state)
            for subject in ["a", "b", "c"] {
                try await journal.enqueue(
                    notice,
                    hooks: ["ops"],
                    subject: subject,
                    stage: .begins,
                    isReminded: subject != "c"
                )
            }
        }
        let journal = try openJournal(scratch.state)
        #expect(try await standing(journal) == ["1 a 0", "2 b 0", "3 c -"])
        #expect(try await journal.standing().allSatisfy { $0.alert.notice == notice })
        let up = Notice(.routeUp, .info, sentence: "edgepool1 is up")
        try await journal.enqueue(up, hooks: ["ops"], subject: "a", stage: .ends)
        #expect(try await standing(journal) == ["2 b 0", "3 c -"])
        #expect(try await journal.standing(about: 1) == nil, "it ended")
        #expect(try await journal.standing(about: 99) == nil, "there is no such alert")
    }

    @Test func `a reminder changes nothing of what stands but when people were told`() async throws
    {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        try await journal.enqueue(notice, hooks: ["ops"], stage: .begins, isReminded: true)
        try await journal.enqueue(
            notice,
            at: after(60),
            hooks: ["ops"],
            stage: .begins,
            reminds: 1
        )
        let last = try #require(try await journal.pending(hook: "ops", limit: 9).last)
        #expect(
            last.alert.course
                == AlertCourse(stage: .begins, subject: "pool", isReminder: true)
        )
        #expect(try await standing(journal) == ["1 pool 60"])
        #expect(try await journal.standing(about: last.alert.id)?.alert.id == 1)
    }

    @Test func `nobody is reminded of what ended or is cared for, not even a moment later`()
        async throws
    {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        for subject in ["a", "b"] {
            try await journal.enqueue(
                notice,
                hooks: ["ops"],
                subject: subject,
                stage: .begins,
                isReminded: true
            )
        }
        try await journal.enqueue(notice, hooks: ["ops"], subject: "a", stage: .acknowledged)
        try await journal.enqueue(notice, hooks: ["ops"], subject: "b", stage: .ends)
        #expect(try await standing(journal) == ["1 a -"])
        for (number, subject) in [(Int64(1), "a"), (2, "b")] {
            let receipt = try await journal.enqueue(
                notice,
                hooks: ["ops"],
                subject: subject,
                stage: .begins,
                reminds: number
            )
            #expect(receipt.alert == nil)
        }
        #expect(try await standing(journal) == ["1 a -"])
        // What begins anew, people are reminded of again.
        try await journal.enqueue(
            notice,
            at: after(5),
            hooks: ["ops"],
            subject: "a",
            stage: .begins,
            isReminded: true
        )
        #expect(try await standing(journal) == ["5 a 5"])
    }

    @Test func `a reminder that no hook wants is put off all the same`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        try await journal.enqueue(notice, hooks: [], stage: .begins, isReminded: true)
        try await journal.enqueue(notice, at: after(60), hooks: [], stage: .begins, reminds: 1)
        #expect(try await standing(journal) == ["1 pool 60"])
    }

    /// Queues for later, or at once.
    private func queue(
        _ journal: Journal,
        _ subject: String,
        until later: Timestamp? = nil
    ) async throws {
        let draft = AlertDraft(notice, agent: "warden-1", at: noon, subject: subject)
        try await journal.enqueue(draft, room: 9) { _ in
            [AlertDestination(hook: "ops", notBefore: later)]
        }
    }

    private func ready(_ journal: Journal, _ seconds: Int64) async throws -> [Int64] {
        try await journal.pending(hook: "ops", at: after(seconds), limit: 9).map(\.id)
    }

    @Test func `what waits for a time is not handed out before, and holds nothing else up`()
        async throws
    {
        let scratch = try Scratch()
        defer { scratch.remove() }
        do {
            let journal = try openJournal(scratch.state)
            try await queue(journal, "a", until: after(3_600))
            try await queue(journal, "b")
        }
        let journal = try openJournal(scratch.state)
        #expect(try await ready(journal, 3_599) == [2])
        #expect(try await ready(journal, 3_600) == [1, 2])
        #expect(
            try await journal.depths(at: after(0)) == ["ops": OutboxDepth(waiting: 2, heldBack: 1)]
        )
        #expect(
            try await journal.depths(at: after(3_600)) == ["ops": OutboxDepth(waiting: 2)]
        )
        let held = try await journal.pending(hook: "ops", at: after(3_600), limit: 1).first
        #expect(held?.queuedAt == after(3_600), "its age counts from then")
    }

    @Test func `news about a thing never overtake what waits about it`() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let journal = try openJournal(scratch.state)
        try await queue(journal, "a", until: after(3_600))
        try await queue(journal, "b", until: after(3_600))
        try await queue(journal, "a")
        #expect(try await ready(journal, 0) == [1, 3])
    }
}

extension Alert {
    fileprivate var subjectName: String { course.subject ?? "none" }
}
