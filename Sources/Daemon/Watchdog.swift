import FailoverCore
import FailoverEngine
import ServiceLifecycle

/// How far the agent's parts have got.
struct Pulse: Sendable {
    /// Finished probes.
    var probes: Int
    /// Letters that the driver took.
    var driver: Int
    /// Whether the parts are ending in good order: an act that was begun is waited for, and its own
    /// time limit bounds that.
    var isParking: Bool
    /// How often each leg is probed.
    var probeInterval: Duration
}

/// Tells systemd that the agent lives, only while probes and the driver really get on.
struct Watchdog: Service {
    let manager: ServiceManager
    /// How often systemd is told; nil when it does not want to be.
    let interval: Duration?
    let clock: any MonotonicClock
    let pulse: @Sendable () -> Pulse

    func run() async throws {
        guard let interval else {
            try await gracefulShutdown()
            return
        }
        do {
            try await cancelWhenGracefulShutdown {
                var judge = PulseJudge()
                while true {
                    if judge.getsOn(pulse(), at: clock.now(), every: interval) {
                        manager.notify("WATCHDOG=1")
                    }
                    try await clock.sleep(until: clock.now() + interval)
                }
            }
        } catch is CancellationError {
            // The end in good order: thrown on, it would end the others at once, unparked.
        }
    }
}

/// Judges from one pulse to the next whether the agent gets on.
struct PulseJudge {
    private var driver: Int?
    private var probes: (count: Int, since: Instant)?

    /// Whether the driver moved since the last time, and the probes within the time that they need.
    mutating func getsOn(_ pulse: Pulse, at now: Instant, every interval: Duration) -> Bool {
        let driverMoved = driver != pulse.driver
        driver = pulse.driver
        if probes?.count != pulse.probes { probes = (pulse.probes, now) }
        let limit = interval + pulse.probeInterval * 2
        let probesMoved = probes.map { now - $0.since <= limit } ?? true
        return pulse.isParking || driverMoved && probesMoved
    }
}
