public import FailoverCore
import Synchronization

/// Probes every leg of every watched pool on a fixed schedule.
public struct ProbeLoop: Sendable {
    private let organisation: Organisation
    private let setup: ProbeSetup
    private let board: ProbeBoard
    private let interval: Duration
    private let fastInterval: Duration
    private let clock: any MonotonicClock
    private let wallClock: any WallClock
    private let progress: Progress
    private let stop: StopFlag

    /// Makes a loop.
    ///
    /// Of the parameters:
    /// - `interval`: from the start of one probe of a leg to the start of the next; default 5 seconds.
    ///   Legs that no route rides on are probed more rarely (``ProbeBoard/pace(of:interval:)``), but
    ///   not while they are down, nor when another leg of their server has just failed.
    /// - `fastInterval`: the same while a failure counts against a server and nothing is decided;
    ///   never longer than the leg's own; default 1 second.
    /// - `progress`: counts every finished probe, for the watchdog.
    public init(
        organisation: Organisation,
        setup: ProbeSetup,
        board: ProbeBoard,
        interval: Duration,
        fastInterval: Duration = .seconds(1),
        clock: any MonotonicClock,
        wallClock: any WallClock,
        progress: Progress,
        stop: StopFlag
    ) {
        self.organisation = organisation
        self.setup = setup
        self.board = board
        self.interval = interval
        self.fastInterval = fastInterval
        self.clock = clock
        self.wallClock = wallClock
        self.progress = progress
        self.stop = stop
    }

    private struct Leg: Sendable {
        var server: EdgeServer
        var pool: EdgePool
        var kind: LegKind
        var aim: LegAim
        var pace: Duration
    }

    private var watched: [Leg] {
        board.watchedLegs.flatMap { leg -> [Leg] in
            guard let pool = organisation.edgePool(leg.pool) else { return [] }
            return pool.servers.compactMap { server in
                setup.aim(server, pool, leg.kind).map {
                    Leg(
                        server: server,
                        pool: pool,
                        kind: leg.kind,
                        aim: $0,
                        pace: board.pace(of: leg, interval: interval)
                    )
                }
            }
        }
    }

    /// Probes until the agent stops or the task is cancelled; the legs are spread over their interval.
    ///
    /// - Parameter notify: called after every probe.
    public func run(notify: @escaping @Sendable () -> Void) async {
        let legs = watched
        await withDiscardingTaskGroup { group in
            for (index, leg) in legs.enumerated() {
                let start = clock.now() + leg.pace * index / max(legs.count, 1)
                group.addTask { await watch(leg, from: start, notify) }
            }
        }
    }

    private func watch(_ leg: Leg, from start: Instant, _ notify: @Sendable () -> Void) async {
        // A leg that is probed more rarely has a look at its server at every third of its pace.
        let step = leg.pace > interval ? leg.pace / 3 : interval
        var (due, last) = (start, Instant?.none)
        while !stop.isRaised {
            do {
                try await clock.sleep(until: due)
            } catch {
                return
            }
            if last.map({ isTurn(of: leg, after: $0, at: due) }) ?? true {
                last = due
                await probe(leg)
                notify()
            }
            // Missed turns are left out, not made up for.
            let isSuspect = board.isSuspect(leg.server.fqdn, leg.kind)
            repeat {
                due = due + (isSuspect ? min(fastInterval, step) : step)
            } while due < clock.now()
        }
    }

    private func isTurn(of leg: Leg, after last: Instant, at now: Instant) -> Bool {
        let (server, kind) = (leg.server.fqdn, leg.kind)
        if board.isSuspect(server, kind) { return true }
        // What is down is waited for; and where another leg has failed, a plan wants to know of all.
        let isWatched = board.isDown(server, kind) || board.hasFailed(server, since: last)
        // Thirds add up to the pace but for attoseconds.
        return now - last + .milliseconds(1) >= (isWatched ? interval : leg.pace)
    }

    private func probe(_ leg: Leg) async {
        let outcome = await setup.probe(leg.aim)
        board.record(
            ProbeBoard.Entry(
                server: leg.server.fqdn,
                pool: leg.pool.fqdn,
                kind: leg.kind,
                target: "\(leg.aim.target.address):\(leg.aim.target.port)",
                outcome: outcome,
                at: wallClock.now()
            ),
            vantage: setup.vantage
        )
        progress.advance()
    }
}

/// Counts how often something got on, so that a watchdog can tell work from standing still.
public final class Progress: Sendable {
    private let counter = Atomic<Int>(0)

    /// Starts at zero.
    public init() {}

    /// One step further.
    public func advance() { counter.add(1, ordering: .relaxed) }

    /// Steps so far.
    public var count: Int { counter.load(ordering: .relaxed) }
}
