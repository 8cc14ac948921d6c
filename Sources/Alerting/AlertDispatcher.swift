public import FailoverCore
public import FailoverEngine
public import Logging
import Synchronization

/// Carries notices to hooks over the durable outbox: at least once, in order for each hook.
///
/// `notify` only writes to the store, and each hook has a worker of its own, so that a slow hook
/// delays neither decisions nor other hooks. What was not delivered when the agent stops is
/// delivered after its next start.
public final class AlertDispatcher: Sendable {
    let store: any OutboxStore
    let subscriptions: [HookSubscription]
    let agent: String
    let limits: AlertLimits
    let heartbeat: Heartbeat?
    let clock: any MonotonicClock
    let wallClock: any WallClock
    private let generator: any RandomNumberGenerator & Sendable
    let logger: Logger
    let bells: [String: Bell]
    private let statuses: Mutex<[String: HookState]>
    /// Hooks of which people were told that they overflow, until they take an alert again.
    private let overflowing = Mutex<Set<String>>([])

    /// Makes a dispatcher; `run()` starts its work.
    ///
    /// - Parameters:
    ///   - store: The durable queue.
    ///   - subscriptions: The hooks; their names must differ.
    ///   - agent: This agent's name, for receivers of several agents' alerts.
    ///   - limits: What holds for all hooks.
    ///   - heartbeat: Runs beside them; nil: none.
    ///   - clock: For waits.
    ///   - wallClock: For stamps and the age of alerts, which outlive the process and its clock.
    ///   - generator: Spreads the waits; each hook works with a copy.
    ///   - logger: Hears of hooks that fail and recover, and of alerts given up.
    public init(
        store: any OutboxStore,
        subscriptions: [HookSubscription],
        agent: String,
        limits: AlertLimits = AlertLimits(),
        heartbeat: Heartbeat? = nil,
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
        self.limits = limits
        self.heartbeat = heartbeat
        self.clock = clock
        self.wallClock = wallClock
        self.generator = generator
        self.logger = logger
        bells = names.reduce(into: [:]) { $0[$1] = Bell() }
        statuses = Mutex(names.reduce(into: [:]) { $0[$1] = HookState(name: $1) })
    }

    /// Queues a notice for every hook that wants it; returns when it is durable.
    ///
    /// May be called before `run()`.
    /// - Throws: `JournalFailure` when it could not be written; nothing is queued then.
    public func notify(_ notice: Notice) async throws(JournalFailure) {
        try await queue(notice, except: [])
    }

    private func queue(_ notice: Notice, except left: Set<String>) async throws(JournalFailure) {
        let takers = subscriptions.filter { !left.contains($0.hook.name) }
        guard !takers.isEmpty else { return }
        let subject = Subject(notice)
        try await queue(
            AlertDraft(
                notice,
                agent: agent,
                at: wallClock.now(),
                subject: subject.name,
                stage: subject.stage,
                alsoEnds: subject.alsoEnds,
                // The policy repeats this one on purpose until a person takes the run.
                repeatedWithin: notice.code == .runStuck ? .zero : limits.repeatedWithin,
                isReminded: notice.waitsForPeople
            ),
            takers
        )
    }

    /// Queues a draft for those of the takers that want it.
    ///
    /// Of the parameters: `begun`: what it goes on about; who was told of that is told of this, too.
    func queue(
        _ draft: AlertDraft,
        _ takers: [HookSubscription],
        about begun: [Notice] = []
    ) async throws(JournalFailure) {
        let receipt = try await store.enqueue(draft, room: limits.waitingMax) { ended in
            takers.filter { $0.wants(draft.notice, ending: ended + begun) }
                .map { $0.destination(draft.notice, ending: ended, at: draft.at) }
        }
        for taker in takers { bells[taker.hook.name]?.ring() }
        await report(overflowed: receipt.overflowed)
    }

    /// How each hook fares, in the order of the configuration; what waits for it is not filled in.
    var hookStates: [HookState] {
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
                    subscription: subscription,
                    store: store,
                    clock: clock,
                    wallClock: wallClock,
                    bell: bell,
                    generator: generator,
                    logger: logger,
                    report: report
                )
                // A child for each hook, so that a slow one holds up no other.
                group.addTask {
                    var worker = worker
                    await worker.run()
                }
            }
            let hasHours = subscriptions.contains { $0.quietUntil != nil }
            // They wait for times of day, and for a receiver of their own: no hook waits with them.
            if hasHours || limits.remindEvery != nil { group.addTask { await self.keepHours() } }
            if let heartbeat { group.addTask { await heartbeat.run() } }
            // Keep to the contract without hooks, too: end by cancellation alone.
            if subscriptions.isEmpty { await Bell().waitForCancellation() }
        }
    }

    /// Keeps the figures, and tells of trouble.
    ///
    /// Of losses all hooks are told, the failing one too, so that its readers learn of the gap when
    /// it is back.
    private func report(_ status: HookState, _ trouble: HookWorker.Trouble?) async {
        statuses.withLock { $0[status.name] = status }
        if status.failuresInARow == 0 {
            overflowing.withLock { _ = $0.remove(status.name) }
        }
        let reason = status.last?.detail ?? "no delivery"
        switch trouble {
        case nil: break
        case .isStuck:
            await tell(
                "Alerts do not get through the hook \"\(status.name)\": \(reason). They are kept and"
                    + " tried again. Check the hook and its receiver.",
                except: [status.name]
            )
        case .loses(let entry):
            await tell(
                "Alerts for the hook \"\(status.name)\" are being given up, the first of them "
                    + "number \(entry.alert.id) (\(entry.alert.notice.code.rawValue)): \(reason). "
                    + "Check the hook and its receiver.",
                except: []
            )
        }
    }

    private func report(overflowed: [String]) async {
        for name in overflowed where overflowing.withLock({ $0.insert(name).inserted }) {
            let reason = statuses.withLock { $0[name]?.last?.detail } ?? "no delivery yet"
            await tell(
                "\(limits.waitingMax) alerts wait for the hook \"\(name)\", and no more may: its oldest"
                    + " that are not critical are given up for newer ones. Its last delivery:"
                    + " \(reason). Check the hook and its receiver.",
                except: [name]
            )
        }
    }

    private func tell(_ sentence: String, except left: Set<String>) async {
        do throws(JournalFailure) {
            try await queue(Notice(.agentTrouble, .warning, sentence: sentence), except: left)
        } catch {
            logger.error("alert loss not reported", metadata: ["reason": "\(error.message)"])
        }
    }
}
