public import FailoverCore

/// The wall clock, for stamps and certificate dates only.
public protocol WallClock: Sendable {
    /// The present moment.
    func now() -> Timestamp
}

/// The clock for intervals: monotonic, and the only one that decisions use.
public protocol MonotonicClock: Sendable {
    /// The present instant.
    func now() -> Instant

    /// Returns at the instant, or at once when it has passed.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(until instant: Instant) async throws
}
