public import FailoverCore
import Synchronization

/// Watches the watcher: control targets, and the machine's clocks.
public final class VantageLoop: Sendable {
    private let name: String
    private let targets: @Sendable () -> [ControlTarget]
    private let prober: any Prober
    private let timeout: Duration
    private let interval: Duration
    private let fastInterval: Duration
    private let board: ProbeBoard
    private let clock: any MonotonicClock
    private let wallClock: any WallClock
    private let slept: @Sendable () -> Duration?
    private let stop: StopFlag
    private let watch: Mutex<VantageWatch>
    private let clocks: Mutex<ClockWatch>
    private let latestLag = Mutex(Duration.zero)

    /// Makes a loop; its state is told to the board.
    ///
    /// Of the parameters:
    /// - `targets`: asked anew for every round, for a gateway may change.
    /// - `interval`: from round to round; `fastInterval` while any server is suspect.
    /// - `lateAfter`: longer without a turn is a stall.
    /// - `slept`: how long the machine has slept since it started; nil where that cannot be told.
    public init(
        name: String,
        targets: @escaping @Sendable () -> [ControlTarget],
        prober: any Prober,
        timeout: Duration,
        interval: Duration,
        fastInterval: Duration,
        lateAfter: Duration,
        board: ProbeBoard,
        clock: any MonotonicClock,
        wallClock: any WallClock,
        slept: @escaping @Sendable () -> Duration?,
        stop: StopFlag
    ) {
        self.name = name
        self.targets = targets
        self.prober = prober
        self.timeout = timeout
        self.interval = interval
        self.fastInterval = fastInterval
        self.board = board
        self.clock = clock
        self.wallClock = wallClock
        self.slept = slept
        self.stop = stop
        watch = Mutex(VantageWatch(name: name))
        clocks = Mutex(ClockWatch(periodMax: lateAfter))
    }

    /// What is thought of the vantage now.
    public var current: VantageWatch { watch.withLock(\.self) }

    /// How much later than planned the clock watch woke up the last time.
    public var lag: Duration { latestLag.withLock(\.self) }

    /// Watches until the agent stops or the task is cancelled.
    ///
    /// - Parameter tell: what people are told.
    public func run(tell: @escaping @Sendable (Notice) async -> Void) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watchControls(tell) }
            group.addTask { await self.watchClocks(tell) }
        }
    }

    private func watchControls(_ tell: @Sendable (Notice) async -> Void) async {
        while !stop.isRaised {
            let begun = clock.now()
            let round = await ask()
            let notice = take { [board, name, clock] watch in
                watch.take(
                    round: round,
                    begun: begun,
                    lastAlive: board.lastAlive(from: name),
                    at: clock.now()
                )
            }
            if let notice { await tell(notice) }
            let wait = board.hasSuspect ? min(fastInterval, interval) : interval
            guard await sleep(until: max(begun + wait, clock.now() + .milliseconds(100))) else {
                return
            }
        }
    }

    private func ask() async -> [ControlTarget: Bool] {
        await withTaskGroup(of: (ControlTarget, Bool).self) { group in
            for target in targets() {
                group.addTask { [prober, timeout] in
                    let outcome = await prober.probe(
                        ProbeTarget(
                            kind: .tcp,
                            address: target.address,
                            port: target.port,
                            serverName: nil
                        ),
                        timeout: timeout
                    )
                    return (target, ControlTarget.answers(outcome.finding))
                }
            }
            var round: [ControlTarget: Bool] = [:]
            for await (target, answers) in group { round[target] = answers }
            return round
        }
    }

    /// Once a second, so that a sleep is noticed before probes of before it are believed.
    private func watchClocks(_ tell: @Sendable (Notice) async -> Void) async {
        while !stop.isRaised {
            let reading = ClockReading(
                monotonic: clock.now(),
                slept: slept(),
                wall: wallClock.now()
            )
            let gap = clocks.withLock { $0.take(reading) }
            let now = reading.monotonic
            let notice = take { [board] watch in
                if let gap { return watch.take(gap: gap, at: now) }
                guard case .late(let since) = watch.state, board.wasProbed(since: since) else {
                    return nil
                }
                return watch.probedAnew(since: since, at: now)
            }
            if let notice { await tell(notice) }
            let due = clock.now() + .seconds(1)
            guard await sleep(until: due) else { return }
            latestLag.withLock { $0 = max(.zero, clock.now() - due) }
        }
    }

    /// Changes what is thought of the vantage, and tells the board.
    private func take(_ change: (inout VantageWatch) -> Notice?) -> Notice? {
        watch.withLock { watch in
            let notice = change(&watch)
            board.vantage(name, is: watch.state)
            return notice
        }
    }

    private func sleep(until instant: Instant) async -> Bool {
        do {
            try await clock.sleep(until: instant)
            return true
        } catch {
            return false
        }
    }
}
