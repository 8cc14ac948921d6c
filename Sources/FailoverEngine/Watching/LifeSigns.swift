import FailoverCore
import Synchronization

/// Whether the agent does its work, not merely lives: it probes, and looks at all verdicts with
/// nothing left unwritten or untold.
public final class LifeSigns: Sendable {
    private let probes: Progress
    private let decisions: Progress
    private let stop: StopFlag
    private let clock: any MonotonicClock
    private let limit: Duration
    private let movements = Mutex((probes: Movement(), decisions: Movement()))

    /// Makes a watch; nothing has moved yet, so that the agent is not well.
    ///
    /// - Parameters:
    ///   - probes: Counts finished probes.
    ///   - decisions: Counts looks at all verdicts.
    ///   - stop: Raised when the agent stops.
    ///   - clock: For how long nothing moved.
    ///   - probeInterval: How often each leg is probed, and so judged.
    public init(
        probes: Progress,
        decisions: Progress,
        stop: StopFlag,
        clock: any MonotonicClock,
        probeInterval: Duration
    ) {
        self.probes = probes
        self.decisions = decisions
        self.stop = stop
        self.clock = clock
        limit = probeInterval * 2 + .seconds(5)
    }

    /// Whether both moved of late; an agent that ends in good order is well, too.
    public var isWell: Bool {
        let (probes, decisions, now) = (probes.count, decisions.count, clock.now())
        return movements.withLock { movements in
            let isProbing = movements.probes.isRecent(probes, at: now, within: limit)
            let isDeciding = movements.decisions.isRecent(decisions, at: now, within: limit)
            return stop.isRaised || isProbing && isDeciding
        }
    }
}

/// When a count was last seen to rise.
private struct Movement {
    private var count = 0
    private var since: Instant?

    mutating func isRecent(_ count: Int, at now: Instant, within limit: Duration) -> Bool {
        if count > self.count { (self.count, since) = (count, now) }
        return since.map { now - $0 <= limit } ?? false
    }
}
