public import FailoverCore
public import FailoverEngine
public import Logging
import Synchronization

/// A hook and what it is told.
public struct HookSubscription: Sendable {
    /// Where alerts go.
    public var hook: any AlertHook
    /// Which notices go there.
    public var events: Set<NoticeCode>

    /// Makes a subscription.
    ///
    /// Default: all notices.
    public init(hook: any AlertHook, events: Set<NoticeCode> = Set(NoticeCode.allCases)) {
        self.hook = hook
        self.events = events
    }
}

/// How a hook fares, for `status`.
public struct HookStatus: Sendable, Hashable {
    /// The hook's name.
    public var name: String
    /// Failed deliveries since the last good one; 0: well.
    public var failuresInARow = 0
    /// Alerts given up since the start.
    public var abandoned = 0
    /// How the last delivery went; nil before the first.
    public var last: DeliveryResult?
}

/// Carries notices to hooks over the durable outbox: at least once, in order for each hook.
///
/// `notify` only writes to the store, and each hook has a worker of its own, so that a slow hook
/// delays neither decisions nor other hooks. What was not delivered when the agent stops is
/// delivered after its next start.
public final class AlertDispatcher: Sendable {
    private let store: any OutboxStore
    private let subscriptions: [HookSubscription]
    private let agent: String
    private let schedule: RetrySchedule
    private let clock: any MonotonicClock
    private let wallClock: any WallClock
    private let generator: any RandomNumberGenerator & Sendable
    private let logger: Logger
    private let bells: [String: Bell]
    private let statuses: Mutex<[String: HookStatus]>

    /// Makes a dispatcher; `run()` starts its work.
    ///
    /// - Parameters:
    ///   - store: The durable queue.
    ///   - subscriptions: The hooks; their names must differ.
    ///   - agent: This agent's name, for receivers of several agents' alerts.
    ///   - schedule: When deliveries are repeated and given up.
    ///   - clock: For waits.
    ///   - wallClock: For stamps and the age of alerts, which outlive the process and its clock.
    ///   - generator: Spreads the waits; each hook works with a copy.
    ///   - logger: Hears of hooks that fail and recover, and of alerts given up.
    public init(
        store: any OutboxStore,
        subscriptions: [HookSubscription],
        agent: String,
        schedule: RetrySchedule = RetrySchedule(),
        clock: any MonotonicClock,
        wallClock: any WallClock,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        logger: Logger
    ) {
        let names = subscriptions.map(\.hook.name)
        precondition(Set(names).count == names.count, "two hooks have one name: \(names)")
        self.store = store
        self.subscriptions = subscriptions
        self.agent = agent
        self.schedule = schedule
        self.clock = clock
        self.wallClock = wallClock
        self.generator = generator
        self.logger = logger
        bells = names.reduce(into: [:]) { $0[$1] = Bell() }
        statuses = Mutex(names.reduce(into: [:]) { $0[$1] = HookStatus(name: $1) })
    }

    /// Queues a notice for every hook that wants it; returns when it is durable.
    ///
    /// May be called before `run()`.
    /// - Throws: `JournalFailure` when it could not be written; nothing is queued then.
    public func notify(_ notice: Notice) async throws(JournalFailure) {
        let names = subscriptions.filter { $0.events.contains(notice.code) }.map(\.hook.name)
        guard !names.isEmpty else { return }
        try await store.enqueue(notice, agent: agent, at: wallClock.now(), hooks: names)
        for name in names { bells[name]?.ring() }
    }

    /// How each hook fares, in the order of the configuration.
    public func status() -> [HookStatus] {
        statuses.withLock { all in subscriptions.compactMap { all[$0.hook.name] } }
    }

    /// Delivers until the task is cancelled; to be called once.
    ///
    /// A delivery that is cancelled counts as not tried.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            for subscription in subscriptions {
                guard let bell = bells[subscription.hook.name] else { continue }
                let worker = HookWorker(
                    hook: subscription.hook,
                    store: store,
                    schedule: schedule,
                    clock: clock,
                    wallClock: wallClock,
                    bell: bell,
                    generator: generator,
                    logger: logger,
                    report: report
                )
                group.addTask {
                    var worker = worker
                    await worker.run()
                }
            }
            // Keep to the contract without hooks, too: end by cancellation alone.
            if subscriptions.isEmpty { await Bell().waitForCancellation() }
        }
    }

    /// Keeps the figures, and tells of an alert that was given up: by all hooks, the failing one
    /// too, so that its readers learn of the gap when it is back.
    private func report(_ status: HookStatus, abandoned: OutboxEntry?) async {
        statuses.withLock { $0[status.name] = status }
        guard let abandoned else { return }
        let notice = Notice(
            .agentTrouble,
            .warning,
            sentence:
                "Alerts for the hook \"\(status.name)\" are being given up, the first of them "
                + "number \(abandoned.alert.id) (\(abandoned.alert.notice.code.rawValue)): "
                + "\(status.last?.detail ?? "no delivery"). Check the hook and its receiver."
        )
        do throws(JournalFailure) {
            try await notify(notice)
        } catch {
            logger.error("alert loss not reported", metadata: ["error": "\(error.message)"])
        }
    }
}
