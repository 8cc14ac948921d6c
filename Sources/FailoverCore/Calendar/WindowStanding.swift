/// Whether a window is open, on the clock that decisions use.
///
/// The driver reads it off the wall clock again and again, so that a wall clock that is set is
/// followed; between two readings only the interval clock counts.
public enum WindowStanding: Sendable, Hashable, Codable {
    /// Open, and when it closes; nil when it never does.
    case open(until: Instant?)
    /// Closed until it is said to be open, which is expected then; nil when that is not known.
    case closed(until: Instant?)

    /// Whether something may begin now: a window that should have closed by now is closed.
    public func isOpen(at now: Instant) -> Bool {
        switch self {
        case .open(let until): until.map { now < $0 } ?? true
        case .closed: false
        }
    }

    /// How a window stands, given both clocks at one moment.
    public init(_ window: WeeklyWindow, _ zone: ZoneRules, at wall: Timestamp, now: Instant) {
        let change = window.nextChange(after: wall, zone).map { now + ($0 - wall) }
        self = window.isOpen(at: wall, zone) ? .open(until: change) : .closed(until: change)
    }

    /// Whether it says the same as an earlier reading, but for the drift between two clocks; the
    /// tolerance is how far the next changes may lie apart.
    public func isLike(_ other: WindowStanding, within tolerance: Duration) -> Bool {
        switch (self, other) {
        case (.open(let mine), .open(let theirs)), (.closed(let mine), .closed(let theirs)):
            guard let mine, let theirs else { return mine == theirs }
            return mine - theirs <= tolerance && theirs - mine <= tolerance
        case (.open, .closed), (.closed, .open): return false
        }
    }
}
