public import FailoverCore
internal import Glibc

/// The system's wall clock, for certificate dates only; never for intervals.
@Sendable
public func systemWallClock() -> Timestamp {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(
        millisecondsSinceEpoch: Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    )
}
