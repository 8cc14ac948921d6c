import Dispatch
import FailoverCore
import Synchronization

/// Runs all tasks of a test one job at a time, and knows when every one of them waits.
///
/// With it a test can let virtual time pass exactly: advance the clock to the next timer, let
/// everything run that follows from it, and only then advance further. No sleeping, no guessing.
public final class Stage: TaskExecutor {
    private struct State {
        /// Bounded by the number of tasks that the test starts.
        var jobs: [UnownedJob] = []
        var isRunning = false
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let queue = DispatchQueue(label: "stage")
    private let state = Mutex(State())
    private let clock: VirtualClock

    /// Makes a stage whose time is that of the clock.
    public init(clock: VirtualClock) {
        self.clock = clock
    }

    /// Takes a job in; called by the concurrency runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustStart = state.withLock { state in
            state.jobs.append(job)
            let mustStart = !state.isRunning
            state.isRunning = true
            return mustStart
        }
        if mustStart { queue.async { self.runJobs() } }
    }

    private func runJobs() {
        while true {
            let job = state.withLock { state -> UnownedJob? in
                if state.jobs.isEmpty {
                    state.isRunning = false
                    return nil
                }
                return state.jobs.removeFirst()
            }
            guard let job else { break }
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
        let watchers = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            if state.isRunning { return [] }
            defer { state.watchers = [] }
            return state.watchers
        }
        for watcher in watchers { watcher.resume() }
    }

    /// Waits until every task on the stage waits for something.
    public func becomeIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if !state.isRunning { return true }
                state.watchers.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Lets time pass, timer by timer, until a condition holds.
    ///
    /// - Parameters:
    ///   - duration: at most so long.
    ///   - condition: looked at whenever every task waits; without one the whole time passes.
    /// - Returns: whether the condition held in time.
    @discardableResult
    public func pass(_ duration: Duration, until condition: () -> Bool = { false }) async -> Bool {
        let end = clock.now() + duration
        await becomeIdle()
        while !condition() {
            guard let next = clock.nextTimer, next <= end else {
                clock.advance(to: end)
                await becomeIdle()
                return condition()
            }
            clock.advance(to: next)
            await becomeIdle()
        }
        return true
    }

    /// Carries something out on the stage and waits for its result; time passes as it needs.
    ///
    /// It is a precondition that it ends within the limit, by default one day.
    public func perform<Result: Sendable>(
        within limit: Duration = .seconds(86_400),
        _ body: @escaping @Sendable () async -> Result
    ) async -> Result {
        let box = Shared<Result?>(nil)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: self) {
                let value = await body()
                box.set(value)
            }
            let ended = await pass(limit) { box.value != nil }
            guard ended, let value = box.value else {
                preconditionFailure("it did not end within \(limit.inWords) of virtual time")
            }
            return value
        }
    }
}
