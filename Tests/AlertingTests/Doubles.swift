import FailoverCore
import FailoverEngine
import Synchronization

/// A clock that stands still until told; it tells who sleeps and for how long.
final class StillClock: MonotonicClock {
    private struct Sleeper {
        let id: Int
        let until: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant.origin
        var sleepers: [Sleeper] = []
        var nextID = 0
        /// Cancelled before the sleep began.
        var cancelled: Set<Int> = []
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func now() -> Instant { state.withLock { $0.now } }

    func sleep(until instant: Instant) async throws {
        let id = state.withLock {
            $0.nextID += 1
            return $0.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let watchers = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                    if state.cancelled.remove(id) != nil { return nil }
                    state.sleepers.append(
                        Sleeper(id: id, until: instant, continuation: continuation)
                    )
                    defer { state.watchers = [] }
                    return state.watchers
                }
                guard let watchers else {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Waits until somebody sleeps.
    func awaitSleeper() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock {
                if !$0.sleepers.isEmpty { return true }
                $0.watchers.append(continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Waits until somebody sleeps, then lets the time pass until the first of them wakes; tells
    /// how long.
    @discardableResult
    func passNextSleep() async -> Duration {
        while true {
            let woken = state.withLock { state -> (Sleeper, Duration)? in
                guard let first = state.sleepers.min(by: { $0.until < $1.until }) else {
                    return nil
                }
                state.sleepers.removeAll { $0.id == first.id }
                let passed = first.until - state.now
                state.now = max(state.now, first.until)
                return (first, passed)
            }
            if let (sleeper, passed) = woken {
                sleeper.continuation.resume()
                return passed
            }
            await awaitSleeper()
        }
    }
}

/// A wall clock set by hand.
final class HandClock: WallClock {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp = Timestamp(millisecondsSinceEpoch: 1_795_266_490_000)) {
        self.time = Mutex(time)
    }

    func now() -> Timestamp { time.withLock { $0 } }

    func pass(_ duration: Duration) {
        time.withLock { $0.millisecondsSinceEpoch += duration.wholeMilliseconds }
    }
}

/// An outbox in memory that can fail to order.
actor MemoryOutbox: OutboxStore {
    struct Row {
        var entry: OutboxEntry
        var isOver = false
        var results: [DeliveryResult] = []
    }

    private(set) var rows: [Row] = []
    private var alerts: Int64 = 0
    private var recordFailures = 0
    private var pendingFailures = 0

    func failNext(records: Int = 0, pendings: Int = 0) {
        recordFailures = records
        pendingFailures = pendings
    }

    func enqueue(
        _ draft: AlertDraft,
        room: Int,
        hooks: @escaping @Sendable ([Notice]) -> [AlertDestination]
    ) async throws(JournalFailure) -> AlertReceipt {
        alerts += 1
        let alert = Alert(
            id: alerts,
            at: draft.at,
            agent: draft.agent,
            notice: draft.notice,
            course: AlertCourse(stage: draft.stage)
        )
        var overflowed: [String] = []
        for hook in hooks([]).map(\.hook) {
            let id = Int64(rows.count + 1)
            let waiting = rows.indices.filter { !rows[$0].isOver && rows[$0].entry.hook == hook }
            if waiting.count >= room {
                rows[waiting[0]].isOver = true
                overflowed.append(hook)
            }
            let entry = OutboxEntry(
                id: id,
                hook: hook,
                alert: alert,
                attempts: 0,
                queuedAt: draft.at
            )
            rows.append(Row(entry: entry))
        }
        return AlertReceipt(alert: alerts, overflowed: overflowed)
    }

    func standing() async throws(JournalFailure) -> [StandingAlert] { [] }

    func standing(about alert: Int64) async throws(JournalFailure) -> StandingAlert? { nil }

    func calm(_ subject: String) async throws(JournalFailure) {}

    func depths(at: Timestamp) async throws(JournalFailure) -> [String: OutboxDepth] {
        Dictionary(grouping: rows.filter { !$0.isOver }, by: \.entry.hook)
            .mapValues { OutboxDepth(waiting: $0.count) }
    }

    func pending(
        hook: String,
        at: Timestamp,
        limit: Int
    ) async throws(JournalFailure) -> [OutboxEntry] {
        if pendingFailures > 0 {
            pendingFailures -= 1
            throw JournalFailure(code: .other, message: "told to fail")
        }
        return Array(
            rows.filter { !$0.isOver && $0.entry.hook == hook }.map(\.entry).prefix(limit)
        )
    }

    func record(
        _ result: DeliveryResult,
        entry: Int64,
        isAbandoned: Bool,
        at: Timestamp
    ) async throws(JournalFailure) -> Bool {
        if recordFailures > 0 {
            recordFailures -= 1
            throw JournalFailure(code: .full, message: "told to be full")
        }
        guard !rows[Int(entry) - 1].isOver else { return false }
        rows[Int(entry) - 1].entry.attempts += 1
        rows[Int(entry) - 1].isOver = result.isDelivered || isAbandoned
        rows[Int(entry) - 1].results.append(result)
        return true
    }
}

/// A hook that answers as told and tells what it got.
final class ScriptedHook: AlertHook {
    enum Answer: Sendable {
        case delivered
        case failed
        /// Will never be taken.
        case refused
        /// Not now, and how long not.
        case busy(Duration)
        /// Answers only when its task is cancelled.
        case hang
    }

    let name: String
    let keepsTrack: Bool
    private let answers: Mutex<[Answer]>
    let deliveries: AsyncStream<Alert>
    private let delivered: AsyncStream<Alert>.Continuation

    /// The last answer stays.
    init(_ name: String, _ answers: [Answer], keepsTrack: Bool = false) {
        precondition(!answers.isEmpty)
        self.keepsTrack = keepsTrack
        self.name = name
        self.answers = Mutex(answers)
        // As many as any test here delivers, and more.
        (deliveries, delivered) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1_000))
    }

    func deliver(_ alert: Alert, answerLink _: Secret?) async -> DeliveryResult {
        let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        delivered.yield(alert)
        switch answer {
        case .delivered:
            return DeliveryResult(isDelivered: true, detail: "ok")
        case .failed:
            return DeliveryResult(isDelivered: false, detail: "told to fail")
        case .refused:
            return DeliveryResult(isDelivered: false, detail: "told to refuse", isRefused: true)
        case .busy(let wait):
            return DeliveryResult(isDelivered: false, detail: "told to wait", retryAfter: wait)
        case .hang:
            let (never, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            return DeliveryResult(isDelivered: false, detail: "cancelled")
        }
    }

    /// The numbers of the next deliveries.
    func next(_ count: Int) async -> [Int64] {
        var numbers: [Int64] = []
        for await alert in deliveries.prefix(count) { numbers.append(alert.id) }
        return numbers
    }
}

/// A small generator with a seed.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let mixed = (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return mixed ^ (mixed >> 33)
    }
}

/// An alert as any.
func alert(_ id: Int64 = 7, sentence: String = "Pool „eins“ is down.\nCall someone.") -> Alert {
    Alert(
        id: id,
        at: Timestamp(millisecondsSinceEpoch: 1_795_266_490_000),
        agent: "warden-1",
        notice: Notice(
            .routeDown,
            .critical,
            route: RouteName("sip"),
            pool: FQDN("edgepool1.contoso.lan"),
            request: RequestID(3),
            sentence: sentence
        )
    )
}
