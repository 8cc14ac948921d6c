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
        schedule: RetrySchedule = RetrySchedule(),
        limits: AlertLimits = AlertLimits()
    ) -> AlertDispatcher {
        AlertDispatcher(
            store: outbox,
            subscriptions: hooks.map {
                HookSubscription(hook: $0, events: events, schedule: schedule)
            },
            agent: "warden-1",
            limits: limits,
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
        #expect(dispatcher.hookStates.map(\.name) == ["bad", "good"])
        #expect(dispatcher.hookStates[0].abandoned == 2)
        #expect(dispatcher.hookStates[0].last?.detail == "told to fail")
        #expect(dispatcher.hookStates[1].failuresInARow == 0)
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

    @Test func `what will never be taken is given up at once and holds nothing up`() async throws {
        let picky = ScriptedHook("picky", [.refused, .delivered])
        let other = ScriptedHook("other", [.delivered])
        let dispatcher = stage.dispatcher([picky, other])
        try await stage.running(dispatcher) {
            try await dispatcher.notify(notice)
            try await dispatcher.notify(notice)
            #expect(await picky.next(3) == [1, 2, 3])
            #expect(await other.next(3) == [1, 2, 3])
        }
        let rows = await stage.outbox.rows
        #expect(rows[0].isOver && rows[0].results.map(\.detail) == ["told to refuse"])
        let report = try #require(
            rows.map(\.entry.alert.notice).first { $0.code == .agentTrouble }
        )
        #expect(report.sentence.contains("number 1 (route_down): told to refuse"))
    }

    @Test func `a receiver that wants to be left alone is, for an hour at most`() async throws {
        let busy = ScriptedHook(
            "one",
            [.busy(.seconds(90)), .busy(.seconds(1)), .busy(.seconds(99_999)), .delivered]
        )
        let dispatcher = stage.dispatcher([busy])
        try await stage.running(dispatcher) {
            try await dispatcher.notify(notice)
            var waits: [Duration] = []
            for _ in 0..<3 { waits.append(await stage.clock.passNextSleep()) }
            #expect(await busy.next(4) == [1, 1, 1, 1])
            #expect(waits[0] == .seconds(90))
            #expect(waits[1] >= .seconds(5) && waits[1] <= .seconds(10))
            #expect(waits[2] == .seconds(3_600))
        }
    }

    @Test func `others are told once that nothing gets through a hook`() async throws {
        let bad = ScriptedHook("bad", [.failed])
        let good = ScriptedHook("good", [.delivered])
        let dispatcher = stage.dispatcher([bad, good])
        try await stage.running(dispatcher) {
            try await dispatcher.notify(notice)
            for _ in 0..<12 { await stage.clock.passNextSleep() }
            #expect(await good.next(2) == [1, 2])
        }
        let rows = await stage.outbox.rows
        #expect(rows.map(\.entry.hook) == ["bad", "good", "good"])
        #expect(
            rows[2].entry.alert.notice.sentence
                == "Alerts do not get through the hook \"bad\": told to fail. They are kept and"
                + " tried again. Check the hook and its receiver."
        )
    }

    @Test func `others are told once that a hook has more waiting than it may`() async throws {
        let dead = ScriptedHook("dead", [.hang])
        let good = ScriptedHook("good", [.delivered])
        let dispatcher = stage.dispatcher([dead, good], limits: AlertLimits(waitingMax: 2))
        try await stage.running(dispatcher) {
            for _ in 0..<5 {
                try await dispatcher.notify(notice)
                _ = await good.next(1)
            }
            #expect(await good.next(1).count == 1)
        }
        let told = await stage.outbox.rows.map(\.entry).filter {
            $0.alert.notice.code == .agentTrouble
        }
        #expect(told.map(\.hook) == ["good"])
        let sentence = try #require(told.first).alert.notice.sentence
        #expect(sentence.hasPrefix("2 alerts wait for the hook \"dead\", and no more may"))
        #expect(await stage.outbox.rows.filter { $0.entry.hook == "dead" && !$0.isOver }.count == 2)
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
        #expect(dispatcher.hookStates.isEmpty)
    }

    @Test func `a receiver that fails, hangs and redirects gets the alert in the end`()
        async throws
    {
        try await withReceiver(["503", "drop", "hang", "redirect", "200"]) { receiver in
            let client = try HTTPClient()
            let hook = WebhookHook(
                name: "ops",
                url: Secret(receiver.url()),
                tls: TLSOptions(trust: .system),
                timeout: .seconds(2),
                wallClock: stage.wallClock,
                client: client
            )
            let dispatcher = stage.dispatcher([hook])
            try await stage.running(dispatcher) {
                try await dispatcher.notify(notice)
                for _ in 0..<4 { await stage.clock.passNextSleep() }
                while dispatcher.hookStates[0].last?.isDelivered != true { await Task.yield() }
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
