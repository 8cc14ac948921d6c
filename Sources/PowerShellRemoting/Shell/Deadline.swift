import FailoverCore
import FailoverEngine

/// When a command's time is over.
struct Deadline: Sendable {
    private let clock: any MonotonicClock
    private let instant: Instant

    init(in timeout: Duration, on clock: any MonotonicClock) {
        self.clock = clock
        instant = clock.now() + timeout
    }

    /// The time left; zero when it is over.
    var remaining: Duration { max(.zero, instant - clock.now()) }

    /// Returns when the time is over.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func pass() async throws { try await clock.sleep(until: instant) }

    var isOver: Bool { remaining == .zero }
}
