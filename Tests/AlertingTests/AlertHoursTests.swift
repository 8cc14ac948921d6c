import FailoverCore
import FailoverEngine
import Foundation
import Journaling
import Logging
import Testing

@testable import Alerting

/// Dispatching over a real journal: what stands, reminders, quiet hours, acknowledgements.
@Suite("AlertDispatcher over a journal")
struct AlertHoursTests {
    private let clock = StillClock()
    private let wallClock = HandClock()
    private let person = Person(name: "ada", userID: 1_000)

    private let down = Notice(
        .routeDown,
        .critical,
        route: RouteName("sip"),
        pool: FQDN("edgepool1.contoso.net"),
        sentence: "edgepool1 is down"
    )
    private let degraded = Notice(
        .poolDegraded,
        .warning,
        route: RouteName("sip"),
        pool: FQDN("edgepool2.contoso.net"),
        sentence: "edgepool2 is degraded"
    )
    private let wanted = Notice(
        .approvalWanted,
        .warning,
        route: RouteName("xmpp"),
        sentence: "request 3 waits for a yes"
    )
    private let started = Notice(.runStarted, .info, route: RouteName("sip"), sentence: "run 3")

    /// A folder for a journal, which goes away with it.
    private final class Folder {
        let path: String

        init() throws {
            path = FileManager.default.temporaryDirectory.path + "/alert-hours-\(UUID())"
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }  // harmless if left
    }

    /// Runs a dispatcher with subscriptions over a journal while `body` does.
    private func running(
        _ subscriptions: [HookSubscription],
        limits: AlertLimits = AlertLimits(),
        in folder: Folder? = nil,
        _ body: (AlertDispatcher) async throws -> Void
    ) async throws {
        let folder = try folder ?? Folder()
        let journal = try Journal(
            directory: folder.path,
            agent: "warden-1",
            startedAt: wallClock.now()
        )
        let dispatcher = AlertDispatcher(
            store: journal,
            subscriptions: subscriptions,
            agent: "warden-1",
            limits: limits,
            clock: clock,
            wallClock: wallClock,
            generator: SeededGenerator(state: 1),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await dispatcher.run() }
            try await body(dispatcher)
            group.cancelAll()
        }
    }

    private func sentences(_ hook: ScriptedHook, _ count: Int) async -> [String] {
        var sentences: [String] = []
        for await alert in hook.deliveries.prefix(count) {
            sentences.append(alert.notice.sentence)
        }
        return sentences
    }

    /// Quiet from now on for an hour.
    private func quiet(_ hook: ScriptedHook) -> HookSubscription {
        let morning = wallClock.now().later(by: .seconds(3_600))
        return HookSubscription(hook: hook, quietUntil: { $0 < morning ? morning : nil })
    }

    @Test func `in quiet hours what can wait does, and a failover is told`() async throws {
        let hook = ScriptedHook("ops", [.delivered])
        try await running([quiet(hook)]) { dispatcher in
            for notice in [degraded, down, wanted, started] { try await dispatcher.notify(notice) }
            let sentences = await sentences(hook, 3)
            #expect(sentences == [down.sentence, wanted.sentence, started.sentence])
            #expect(await dispatcher.state().hooks.first?.depth?.heldBack == 1)
            wallClock.pass(.seconds(3_600))
            await clock.passNextSleep()
            await clock.passNextSleep()
            #expect(await self.sentences(hook, 1) == [degraded.sentence])
        }
    }

    @Test func `a last notice ends what stands, and its reminders`() async throws {
        let hook = ScriptedHook("ops", [.delivered])
        let limits = AlertLimits(remindEvery: .seconds(60))
        try await running([HookSubscription(hook: hook)], limits: limits) { dispatcher in
            try await dispatcher.notify(down)
            #expect(await self.sentences(hook, 1) == [down.sentence])
            #expect(try await dispatcher.standing() == [down])
            let last = Notice(.noLongerWatched, .info, route: down.route, sentence: "gone")
            try await dispatcher.end(down, by: last)
            #expect(try await dispatcher.standing() == [])
            var deliveries = hook.deliveries.makeAsyncIterator()
            let alert = try #require(await deliveries.next())
            #expect(alert.notice == last && alert.course.stage == .ends)
            #expect(
                alert.course.ended == [down] && alert.course.subject?.hasPrefix("pool/") == true
            )
        }
    }

    @Test func `nothing critical waits, nor its end, nor what began it`() async throws {
        let hook = ScriptedHook("ops", [.delivered])
        var worse = degraded
        (worse.code, worse.severity) = (.poolImpaired, .critical)
        worse.sentence = "edgepool2 is impaired"
        var up = degraded
        (up.code, up.severity, up.sentence) = (.poolUp, .info, "edgepool2 is up")
        try await running([quiet(hook)]) { dispatcher in
            for notice in [degraded, worse, up] { try await dispatcher.notify(notice) }
            let sentences = await sentences(hook, 3)
            #expect(sentences == [degraded.sentence, worse.sentence, up.sentence])
        }
    }

    @Test func `of a notice code it is known whether it can wait`() {
        for code in NoticeCode.allCases {
            #expect(!Notice(code, .critical, sentence: "").canWait, "\(code)")
        }
        let late = NoticeCode.allCases.filter { Notice($0, .warning, sentence: "").canWait }
        #expect(
            late == [
                .poolDegraded, .poolImpaired, .standbyDown, .poolUp, .isolated, .late,
                .vantageSound,
                .standbyNotReady, .standbyReady, .wouldAct, .orderRefused,
                .dnsMismatch, .dnsDisagreement, .dnsUnresolved, .dnsWell, .dnsConverged,
                .dnsNotConverged, .coolDownEnded, .pauseChanged, .noLongerWatched,
            ],
            "\(late)"
        )
    }

    @Test func `people are reminded of a critical thing until somebody cares for it`() async throws
    {
        let hook = ScriptedHook("ops", [.delivered])
        let pager = ScriptedHook("pager", [.delivered], keepsTrack: true)
        let limits = AlertLimits(remindEvery: .seconds(1_800))
        let subscriptions = [
            HookSubscription(hook: hook), HookSubscription(hook: pager, minSeverity: .critical),
        ]
        try await running(subscriptions, limits: limits) { dispatcher in
            try await dispatcher.notify(down)
            try await dispatcher.notify(degraded)
            #expect(await hook.next(2) == [1, 2])
            wallClock.pass(.seconds(1_799))
            await clock.passNextSleep()
            wallClock.pass(.seconds(1))
            await clock.passNextSleep()
            let reminder = try #require(await sentences(hook, 1).first)
            #expect(
                reminder == "still so, since 2026-11-21T13:08:10Z: edgepool1 is down. You are "
                    + "reminded every 30m until it is over, or somebody says: edgewarden ack "
                    + "--alert 1 --reason …"
            )
            // The number of the reminder will do.
            #expect(await dispatcher.acknowledge(3, by: person, reason: "on it") == nil)
            let told = await sentences(hook, 1)
            #expect(told == ["ada cares for alert 1 (Route down: sip): on it"])
            // The pager, which wants critical things alone, hears of what it was told of.
            #expect(await pager.next(3) == [1, 3, 4])
            wallClock.pass(.seconds(3_600))
            await clock.passNextSleep()
            await clock.passNextSleep()
            #expect(
                await dispatcher.acknowledge(77, by: person, reason: "x")
                    == "there is no alert 77, or what it is about is over"
            )
            try await dispatcher.notify(started)
            #expect(await sentences(hook, 1) == [started.sentence], "no reminder came between")
        }
    }

    @Test func `over a restart nobody is reminded too early, nor forgotten`() async throws {
        let folder = try Folder()
        let limits = AlertLimits(remindEvery: .seconds(1_800))
        let hook = ScriptedHook("ops", [.delivered])
        try await running([HookSubscription(hook: hook)], limits: limits, in: folder) {
            dispatcher in
            try await dispatcher.notify(down)
            #expect(await hook.next(1) == [1])
        }
        wallClock.pass(.seconds(1_000))
        try await running([HookSubscription(hook: hook)], limits: limits, in: folder) {
            dispatcher in
            await clock.passNextSleep()
            try await dispatcher.notify(started)
            #expect(await hook.next(1) == [2], "no reminder came between")
        }
        // Long enough for several: one is due.
        wallClock.pass(.seconds(9_000))
        try await running([HookSubscription(hook: hook)], limits: limits, in: folder) {
            dispatcher in
            #expect(await hook.next(1) == [3])
            await clock.passNextSleep()
            await clock.passNextSleep()
            try await dispatcher.notify(started)
            #expect(await hook.next(1) == [4])
        }
    }

    @Test func `nobody is reminded of a pool that holds the route no more`() async throws {
        let hook = ScriptedHook("ops", [.delivered])
        let limits = AlertLimits(remindEvery: .seconds(1_800))
        try await running([HookSubscription(hook: hook)], limits: limits) { dispatcher in
            var other = down
            other.route = RouteName("xmpp")
            for notice in [down, other] { try await dispatcher.notify(notice) }
            #expect(await hook.next(2) == [1, 2])
            let pool = try #require(down.pool)
            await dispatcher.noteMoved(RouteName("sip"), from: pool)
            wallClock.pass(.seconds(1_800))
            await clock.passNextSleep()
            await clock.passNextSleep()
            let reminder = await hook.deliveries.first { _ in true }
            #expect(reminder?.id == 3 && reminder?.notice.route == RouteName("xmpp"))
            #expect(reminder?.course.isReminder == true)
        }
    }

    @Test func `a clock that was set back silences no reminder`() async throws {
        let folder = try Folder()
        let limits = AlertLimits(remindEvery: .seconds(1_800))
        let hook = ScriptedHook("ops", [.delivered])
        try await running([HookSubscription(hook: hook)], limits: limits, in: folder) {
            dispatcher in
            try await dispatcher.notify(down)
            #expect(await hook.next(1) == [1])
            wallClock.pass(.seconds(-86_400))
            await clock.passNextSleep()
            await clock.passNextSleep()
            #expect(await hook.next(1) == [2])
        }
    }

    @Test func `what the night held back comes after a restart, even if the hours are shorter now`()
        async throws
    {
        let folder = try Folder()
        let hook = ScriptedHook("ops", [.delivered])
        try await running([quiet(hook)], in: folder) { dispatcher in
            for notice in [degraded, started] { try await dispatcher.notify(notice) }
            #expect(await sentences(hook, 1) == [started.sentence])
        }
        try await running([HookSubscription(hook: hook)], in: folder) { _ in
            #expect(await sentences(hook, 1) == [degraded.sentence])
        }
    }

    @Test func `an agent killed between a delivery and the record of it delivers again, in order`()
        async throws
    {
        let folder = try Folder()
        // Takes the alert and never answers, so that its end is that of the agent.
        let taker = ScriptedHook("ops", [.hang])
        try await running([HookSubscription(hook: taker)], in: folder) { dispatcher in
            for notice in [down, degraded] { try await dispatcher.notify(notice) }
            #expect(await taker.next(1) == [1])
        }
        let hook = ScriptedHook("ops", [.delivered])
        try await running([HookSubscription(hook: hook)], in: folder) { dispatcher in
            try await dispatcher.notify(started)
            #expect(await hook.next(3) == [1, 2, 3])
        }
    }

    @Test func `whoever was told of the beginning hears of the end, however little urgent`()
        async throws
    {
        let hook = ScriptedHook("ops", [.delivered])
        let subscription = HookSubscription(hook: hook, minSeverity: .critical)
        let up = Notice(
            .routeUp,
            .info,
            route: RouteName("sip"),
            pool: FQDN("edgepool1.contoso.net"),
            sentence: "edgepool1 is up"
        )
        try await running([subscription]) { dispatcher in
            for notice in [degraded, down, up, up, started] { try await dispatcher.notify(notice) }
            try await dispatcher.notify(down)
            #expect(await sentences(hook, 3) == [down.sentence, up.sentence, down.sentence])
        }
    }

    @Test func `a test message goes past the queue`() async throws {
        let good = ScriptedHook("good", [.delivered])
        let bad = ScriptedHook("bad", [.failed])
        let subscriptions = [
            HookSubscription(hook: good, events: [.runStuck], minSeverity: .critical),
            HookSubscription(hook: bad),
        ]
        try await running(subscriptions) { dispatcher in
            #expect(await dispatcher.test("good", by: person)?.isDelivered == true)
            let words = await sentences(good, 1)
            #expect(
                words == [
                    "TEST: ada tries the alert hook \"good\". Nothing has happened, and nobody needs "
                        + "to do anything"
                ]
            )
            #expect(await dispatcher.test("bad", by: person)?.detail == "told to fail")
            #expect(await dispatcher.test("none", by: person) == nil)
            #expect(await dispatcher.state().hooks.map(\.name) == ["good", "bad"])
        }
    }
}
