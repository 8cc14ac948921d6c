public import FailoverCore
public import FailoverEngine
import Synchronization

/// A wall clock that stands still until a test sets it, or follows a virtual clock.
public final class FixedWallClock: WallClock {
    private let start: Mutex<Timestamp>
    private let clock: VirtualClock?
    private let origin: Instant

    /// Makes a clock.
    ///
    /// - Parameters:
    ///   - start: what it shows first; default 2026-11-21T09:40:00Z.
    ///   - clock: the clock whose passing time is added; without one it stands still.
    public init(
        _ start: Timestamp = Timestamp(millisecondsSinceEpoch: 1_795_254_000_000),
        following clock: VirtualClock? = nil
    ) {
        self.start = Mutex(start)
        self.clock = clock
        origin = clock?.now() ?? .origin
    }

    /// The present moment.
    public func now() -> Timestamp {
        let passed = clock.map { ($0.now() - origin).wholeMilliseconds } ?? 0
        return start.withLock {
            Timestamp(millisecondsSinceEpoch: $0.millisecondsSinceEpoch + passed)
        }
    }

    /// Sets it forward or back, as an administrator may.
    public func shift(by duration: Duration) {
        start.withLock { $0.millisecondsSinceEpoch += duration.wholeMilliseconds }
    }
}
