import FailoverCore
import FailoverEngine
import Logging

/// Delivers one hook's entries, the oldest first.
struct HookWorker: Sendable {
    private let subscription: HookSubscription
    private let store: any OutboxStore
    private let clock: any MonotonicClock
    private let wallClock: any WallClock
    private let bell: Bell
    private let logger: Logger
    /// Takes the figures after each attempt, and what people are to be told, once in a spell.
    private let report: @Sendable (HookState, Trouble?) async -> Void

    /// What others are told of a hook in a spell of failures.
    enum Trouble: Sendable {
        /// Nothing gets through for some time.
        case isStuck
        /// Alerts are being given up, this one first.
        case loses(OutboxEntry)
    }

    private var generator: AnyGenerator
    private var status: HookState
    /// Whether the present spell of failures has already cost alerts, and this was reported.
    private var lossIsReported = false
    private var storeFailures = 0

    /// So many failures in a row are worth telling: about two minutes with the usual waits.
    private static let failuresWorthTelling = 5
    /// Entries read at a time; small, because after a failure the list is read anew.
    private static let batch = 16

    init(
        subscription: HookSubscription,
        store: any OutboxStore,
        clock: any MonotonicClock,
        wallClock: any WallClock,
        bell: Bell,
        generator: any RandomNumberGenerator & Sendable,
        logger: Logger,
        report: @escaping @Sendable (HookState, Trouble?) async -> Void
    ) {
        self.subscription = subscription
        self.store = store
        self.clock = clock
        self.wallClock = wallClock
        self.bell = bell
        self.generator = AnyGenerator(base: generator)
        self.logger = logger
        self.report = report
        status = HookState(name: subscription.hook.name)
    }

    private var hook: any AlertHook { subscription.hook }

    /// Entries that wait for no later time are delivered: outside quiet hours none does, even if the
    /// hours were longer when it was queued.
    private var ripe: Timestamp {
        let now = wallClock.now()
        return subscription.quietUntil?(now) == nil ? .distantFuture : now
    }

    /// Works until the task is cancelled.
    mutating func run() async {
        while !Task.isCancelled {
            let entries: [OutboxEntry]
            do throws(JournalFailure) {
                entries = try await store.pending(
                    hook: hook.name,
                    at: ripe,
                    limit: Self.batch
                )
                storeFailures = 0
            } catch {
                await waitForStore(error)
                continue
            }
            if entries.isEmpty {
                guard await bell.wait() else { return }
                continue
            }
            for entry in entries {
                let result = await deliver(entry)
                if Task.isCancelled { return }
                // What will never be taken holds nothing else up.
                guard result.isDelivered || result.isRefused else {
                    await wait(afterFailures: status.failuresInARow, asked: result.retryAfter)
                    break
                }
            }
        }
    }

    private mutating func deliver(_ entry: OutboxEntry) async -> DeliveryResult {
        let result = await subscription.deliver(entry.alert)
        if Task.isCancelled && !result.isDelivered { return result }
        let now = wallClock.now()
        let isOver = subscription.schedule.isOver(
            attempts: entry.attempts + 1,
            age: now - entry.queuedAt
        )
        let isAbandoned = !result.isDelivered && (isOver || result.isRefused)
        if await record(result, entry, isAbandoned, now) { await note(result, entry, isAbandoned) }
        return result
    }

    /// Until the result is on disk: delivering again, only because the disk was full, would be
    /// worse than waiting.
    private mutating func record(
        _ result: DeliveryResult,
        _ entry: OutboxEntry,
        _ isAbandoned: Bool,
        _ now: Timestamp
    ) async -> Bool {
        repeat {
            do throws(JournalFailure) {
                let wasWaiting = try await store.record(
                    result,
                    entry: entry.id,
                    isAbandoned: isAbandoned,
                    at: now
                )
                storeFailures = 0
                // Else it was given up meanwhile for lack of room, which has been reported.
                return wasWaiting || result.isDelivered
            } catch {
                await waitForStore(error)
            }
        } while !Task.isCancelled
        return false
    }

    private mutating func note(
        _ result: DeliveryResult,
        _ entry: OutboxEntry,
        _ isAbandoned: Bool
    ) async {
        let metadata: Logger.Metadata = [
            "hook": "\(hook.name)", "alert": "\(entry.alert.id)", "reason": "\(result.detail)",
        ]
        status.last = result
        if result.isDelivered {
            if status.failuresInARow > 0 {
                logger.notice("alert hook works again", metadata: metadata)
            }
            status.failuresInARow = 0
            status.failingSince = nil
            lossIsReported = false
            await report(status, nil)
            return
        }
        status.failuresInARow += 1
        status.failingSince = status.failingSince ?? wallClock.now()
        if isAbandoned {
            status.abandoned += 1
            logger.error("alert given up", metadata: metadata)
        } else if status.failuresInARow == 1 {
            logger.warning("alert hook failed, will be tried again", metadata: metadata)
        } else {
            logger.debug("alert hook failed again", metadata: metadata)
        }
        // Once in a spell: two hooks that both fail would else report each other's losses for ever.
        let isFirstLoss = isAbandoned && !lossIsReported
        lossIsReported = lossIsReported || isAbandoned
        let isStuck = status.failuresInARow == Self.failuresWorthTelling && !lossIsReported
        await report(status, isFirstLoss ? .loses(entry) : isStuck ? .isStuck : nil)
    }

    private mutating func waitForStore(_ error: JournalFailure) async {
        storeFailures += 1
        if storeFailures == 1 {
            logger.error(
                "alert outbox not usable, will be tried again",
                metadata: ["hook": "\(hook.name)", "reason": "\(error.message)"]
            )
        }
        await wait(afterFailures: storeFailures)
    }

    private mutating func wait(afterFailures failures: Int, asked: Duration? = nil) async {
        let own = subscription.schedule.wait(afterFailures: max(1, failures), using: &generator)
        let pause = max(own, min(asked ?? .zero, RetrySchedule.longestAsked))
        try? await clock.sleep(until: clock.now() + pause)  // cancelled: the caller's loop ends
    }
}

/// Any generator, with a copy of its own state.
private struct AnyGenerator: RandomNumberGenerator, Sendable {
    var base: any RandomNumberGenerator & Sendable

    mutating func next() -> UInt64 { base.next() }
}

extension Timestamp {
    /// Later than anything.
    fileprivate static let distantFuture = Timestamp(millisecondsSinceEpoch: .max)
}
