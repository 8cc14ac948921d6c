import Curl
import FailoverCore
import FailoverEngine
import Logging
import Testing

@testable import Alerting

/// A dispatcher's surroundings.
private struct Stage {
    let outbox = MemoryOutbox()
    let clock = StillClock()
    let wallClock = HandClock()

    func dispatcher(
        _ hooks: [any AlertHook],
        events: Set<NoticeCode> = Set(NoticeCode.allCases),
        schedule: RetrySchedule = RetrySchedule()
    ) -> AlertDispatcher {
        AlertDispatcher(
            store: outbox,
            subscriptions: hooks.map { HookSubscription(hook: $0, events: events) },
            agent: "warden-1",
            schedule: schedule,
            clock: clock,
            wallClock: wallClock,
            generator: SeededGenerator(state: 1),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    /// Runs the dispatcher while `body` does.
    func running(_ dispatcher: AlertDispatcher, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await dispatcher.run() }
            try await body()
            group.cancelAll()
        }
    }
}

private let notice = Notice(.routeDown, .critical, sentence: "It is down.")

@Suite("AlertDispatcher")
struct AlertDispatcherTests {
    private let stage = Stage()

    @Test func `alerts reach every hook in order`() async throws {
        let one = ScriptedHook("one", [.delivered])
        let two = ScriptedHook("two", [.delivered])
        let dispatcher = stage.dispatcher([one, two])
        try await stage.running(dispatcher) {
            for _ in 0..<40 { try await dispatcher.notify(notice) }
            let expected = Array(Int64(1)...40)
            #expect(await one.next(40) == expected)
            #expect(await two.next(40) == expected)
        }
    }

    @Test func `a hook gets only what it wants`() async throws {
        let hook = ScriptedHook("one", [.delivered])
        let dispatcher = stage.dispatcher([hook], events: [.runFinished])
        try await dispatcher.notify(notice)
        try await dispatcher.notify(Notice(.runFinished, .info, sentence: "Done."))
        #expect(await stage.outbox.rows.map(\.entry.alert.notice.code) == [.runFinished])
    }

    @Test func `a failed alert is tried again before the next one`() async throws {
        let hook = ScriptedHook("one", [.failed, .failed, .delivered])
        let dispatcher = stage.dispatcher([hook])
        try await dispatcher.notify(notice)
        try await dispatcher.notify(notice)
        try await stage.running(dispatcher) {
            #expect(await hook.next(1) == [1])
            let first = await stage.clock.passNextSleep()
            #expect(await hook.next(1) == [1])
            let second = await stage.clock.passNextSleep()
            #expect(await hook.next(2) == [1, 2])
            #expect(first >= .milliseconds(2_500) && first <= .seconds(5))
            #expect(second >= .seconds(5) && second <= .seconds(10))
        }
        let rows = await stage.outbox.rows
        #expect(rows[0].results.map(\.isDelivered) == [false, false, true])
    }

    @Test func `a hanging hook holds nobody else up`() async throws {
        let slow = ScriptedHook("slow", [.hang])
        let quick = ScriptedHook("quick", [.delivered])
        let dispatcher = stage.dispatcher([slow, quick])
        try await stage.running(dispatcher) {
            for _ in 0..<10 { try await dispatcher.notify(notice) }
            #expect(await quick.next(10) == Array(1...10))
            #expect(await slow.next(1) == [1])
        }
        // Cancelled with the dispatcher: not counted as tried.
        let slowRows = await stage.outbox.rows.filter { $0.entry.hook == "slow" }
        #expect(slowRows.allSatisfy { $0.entry.attempts == 0 && !$0.isOver })
    }

    @Test func `what was not delivered is delivered after a restart`() async throws {
        let before = ScriptedHook("one", [.delivered, .hang])
        let first = stage.dispatcher([before])
        try await stage.running(first) {
            for _ in 0..<3 { try await first.notify(notice) }
            #expect(await before.next(2) == [1, 2])
        }
        let after = ScriptedHook("one", [.delivered])
        try await stage.running(stage.dispatcher([after])) {
            #expect(await after.next(2) == [2, 3])
        }
    }

    @Test func `an alert is given up after the attempts and that is reported once`() async throws {
        let bad = ScriptedHook("bad", [.failed])
        let good = ScriptedHook("good", [.delivered])
        let schedule = RetrySchedule(attemptsMax: 3)
        let dispatcher = stage.dispatcher([bad, good], schedule: schedule)
        try await stage.running(dispatcher) {
            try await dispatcher.notify(notice)
            try await dispatcher.notify(notice)
            #expect(await good.next(2) == [1, 2])
            #expect(await bad.next(1) == [1])
            for _ in 0..<5 { await stage.clock.passNextSleep() }
            // The report is the third alert; it goes to the failing hook's queue, too.
            #expect(await good.next(1) == [3])
            #expect(await bad.next(5) == [1, 1, 2, 2, 2])
            await stage.clock.passNextSleep()
            #expect(await bad.next(1) == [3])
        }
        let rows = await stage.outbox.rows
        let reports = rows.filter { $0.entry.alert.notice.code == .agentTrouble }
        #expect(reports.map(\.entry.hook) == ["bad", "good"])
        let sentence = reports[0].entry.alert.notice.sentence
        #expect(sentence.contains("\"bad\""))
        #expect(sentence.contains("number 1 (route_down): told to fail"))
        #expect(dispatcher.status().map(\.name) == ["bad", "good"])
        #expect(dispatcher.status()[0].abandoned == 2)
        #expect(dispatcher.status()[0].last?.detail == "told to fail")
        #expect(dispatcher.status()[1].failuresInARow == 0)
    }

    @Test func `an old alert is tried once and then given up`() async throws {
        let hook = ScriptedHook("one", [.failed, .delivered])
        let dispatcher = stage.dispatcher([hook], schedule: RetrySchedule(ageMax: .seconds(60)))
        try await dispatcher.notify(notice)
        stage.wallClock.pass(.seconds(61))
        try await dispatcher.notify(notice)
        try await stage.running(dispatcher) {
            #expect(await hook.next(1) == [1])
            await stage.clock.passNextSleep()
            // 3 is the report.
            #expect(await hook.next(2) == [2, 3])
        }
        let first = await stage.outbox.rows[0]
        #expect(first.isOver)
        #expect(first.results.map(\.isDelivered) == [false])
    }

    @Test func `a full disk does not make an alert go out twice`() async throws {
        let hook = ScriptedHook("one", [.delivered])
        let dispatcher = stage.dispatcher([hook])
        await stage.outbox.failNext(records: 2)
        try await stage.running(dispatcher) {
            try await dispatcher.notify(notice)
            try await dispatcher.notify(notice)
            #expect(await hook.next(1) == [1])
            await stage.clock.passNextSleep()
            await stage.clock.passNextSleep()
            #expect(await hook.next(1) == [2])
        }
    }

    @Test func `an outbox that cannot be read is tried again`() async throws {
        let hook = ScriptedHook("one", [.delivered])
        let dispatcher = stage.dispatcher([hook])
        await stage.outbox.failNext(pendings: 3)
        try await dispatcher.notify(notice)
        try await stage.running(dispatcher) {
            var waits: [Duration] = []
            for _ in 0..<3 { waits.append(await stage.clock.passNextSleep()) }
            #expect(await hook.next(1) == [1])
            #expect(waits[2] > waits[0])
        }
    }

    @Test func `without hooks it waits for its end`() async throws {
        let dispatcher = stage.dispatcher([])
        try await dispatcher.notify(notice)
        try await stage.running(dispatcher) {}
        #expect(await stage.outbox.rows.isEmpty)
        #expect(dispatcher.status().isEmpty)
    }

    @Test func `a receiver that fails, hangs and redirects gets the alert in the end`()
        async throws
    {
        try await withReceiver(["503", "drop", "hang", "redirect", "200"]) { receiver in
            let client = try HTTPClient()
            let hook = WebhookHook(
                name: "ops",
                url: receiver.url(),
                tls: TLSOptions(trust: .system),
                timeout: .seconds(2),
                client: client
            )
            let dispatcher = stage.dispatcher([hook])
            try await stage.running(dispatcher) {
                try await dispatcher.notify(notice)
                for _ in 0..<4 { await stage.clock.passNextSleep() }
                while dispatcher.status()[0].last?.isDelivered != true { await Task.yield() }
            }
            await client.shutdown()
            let row = await stage.outbox.rows[0]
            #expect(row.isOver)
            #expect(row.results.map(\.isDelivered) == [false, false, false, false, true])
            #expect(row.results[0].detail.hasPrefix("HTTP 503"))
            #expect(row.results[3].detail.hasPrefix("HTTP 307"))
        }
    }
}
