public import FailoverCore
public import FailoverEngine
import Synchronization

/// A clock that only moves when it is told to.
///
/// The way to use it: wait until the next timer is scheduled, then advance to it. Where several tasks
/// sleep at once, run them on a ``Stage``, which knows when all of them wait.
public final class VirtualClock: MonotonicClock {
    private struct Sleeper {
        var id: Int
        var deadline: Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Instant
        var nextID = 0
        var sleepers: [Sleeper] = []
        /// Cancelled before they began to sleep.
        var cancelled: Set<Int> = []
        var watchers: [CheckedContinuation<Instant, Never>] = []
        var moves: Bool
    }

    private let state: Mutex<State>

    /// Makes a clock.
    ///
    /// - Parameters:
    ///   - start: what it shows first; default one hour after the origin.
    ///   - movesBySleeping: when true nothing ever waits: a sleep moves the clock to its end at once.
    ///     Only right when one task at a time uses the clock.
    public init(
        startingAt start: Instant = .origin + .seconds(3_600),
        movesBySleeping: Bool = false
    ) {
        state = Mutex(State(now: start, moves: movesBySleeping))
    }

    /// The present instant.
    public func now() -> Instant { state.withLock(\.now) }

    /// Returns when the clock was advanced to the instant, or at once when it has passed.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(until instant: Instant) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                schedule(id, instant, continuation)
            }
        } onCancel: {
            cancel(id)
        }
    }

    private enum Reaction {
        case wait(watchers: [CheckedContinuation<Instant, Never>], first: Instant)
        case goOn
        case cancel
    }

    private func schedule(
        _ id: Int,
        _ deadline: Instant,
        _ continuation: CheckedContinuation<Void, any Error>
    ) {
        let reaction: Reaction = state.withLock { state in
            if state.cancelled.remove(id) != nil { return .cancel }
            if state.moves { state.now = max(state.now, deadline) }
            if deadline <= state.now { return .goOn }
            state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
            let watchers = state.watchers
            state.watchers = []
            return .wait(
                watchers: watchers,
                first: state.sleepers.map(\.deadline).min() ?? deadline
            )
        }
        switch reaction {
        case .cancel: continuation.resume(throwing: CancellationError())
        case .goOn: continuation.resume()
        case .wait(let watchers, let first):
            for watcher in watchers { watcher.resume(returning: first) }
        }
    }

    private func cancel(_ id: Int) {
        let sleeper = state.withLock { state -> Sleeper? in
            guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }

    /// When the next sleeper is due; nil when nobody sleeps.
    public var nextTimer: Instant? { state.withLock { $0.sleepers.map(\.deadline).min() } }

    /// How many tasks sleep.
    public var sleeperCount: Int { state.withLock(\.sleepers.count) }

    /// Waits until somebody sleeps; returns when the first sleeper is due.
    public func waitForTimer() async -> Instant {
        await withCheckedContinuation { continuation in
            let first = state.withLock { state -> Instant? in
                if let first = state.sleepers.map(\.deadline).min() { return first }
                state.watchers.append(continuation)
                return nil
            }
            if let first { continuation.resume(returning: first) }
        }
    }

    /// Moves to the instant and wakes, in order of their deadlines, all who are due; never back.
    public func advance(to instant: Instant) {
        let due = state.withLock { state -> [Sleeper] in
            state.now = max(state.now, instant)
            let now = state.now
            let due = state.sleepers.filter { $0.deadline <= now }
            state.sleepers.removeAll { $0.deadline <= now }
            return due.sorted { ($0.deadline, $0.id) < ($1.deadline, $1.id) }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Moves on by a duration.
    public func advance(by duration: Duration) { advance(to: now() + duration) }

    /// Waits until somebody sleeps, then moves to when the first sleeper is due.
    @discardableResult
    public func advanceToNextTimer() async -> Instant {
        let instant = await waitForTimer()
        advance(to: instant)
        return instant
    }
}
