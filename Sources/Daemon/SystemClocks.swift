public import FailoverCore
public import FailoverEngine

/// The machine's monotonic clock; its origin is the start of the process.
public struct SystemMonotonicClock: MonotonicClock {
    private let clock = SuspendingClock()
    private let origin: SuspendingClock.Instant

    /// Starts counting.
    public init() { origin = clock.now }

    /// Time since the origin.
    public func now() -> Instant { .origin + origin.duration(to: clock.now) }

    /// Sleeps until the instant.
    public func sleep(until instant: Instant) async throws {
        try await clock.sleep(until: origin.advanced(by: instant - .origin), tolerance: nil)
    }
}

/// The machine's wall clock.
public struct SystemWallClock: WallClock {
    private let read: @Sendable () -> Timestamp

    /// Makes a clock that reads the time of day.
    public init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

    /// The present moment.
    public func now() -> Timestamp { read() }
}
