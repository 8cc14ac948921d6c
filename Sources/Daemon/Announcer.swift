import FailoverCore
import FailoverEngine
import ServiceLifecycle
import Synchronization

/// Tells systemd that the agent is ready: people can ask it, and it has begun to see.
final class Announcer: Service {
    /// How often it looks; a start is delayed by no more than that.
    private static let pause = Duration.milliseconds(50)

    private let manager: ServiceManager
    private let clock: any MonotonicClock
    private let pulse: @Sendable () -> Pulse
    private let isAnswering = Mutex(false)

    init(
        manager: ServiceManager,
        clock: any MonotonicClock,
        pulse: @escaping @Sendable () -> Pulse
    ) {
        self.manager = manager
        self.clock = clock
        self.pulse = pulse
    }

    /// The socket answers.
    func noteAnswering() { isAnswering.withLock { $0 = true } }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while !(self.isAnswering.withLock { $0 } && self.pulse().probes > 0) {
                    try await self.clock.sleep(until: self.clock.now() + Announcer.pause)
                }
                self.manager.notify("READY=1\nSTATUS=watching")
            }
            try await gracefulShutdown()
        } catch is CancellationError {
            // Told to stop before it was ready: that is no failure.
        }
    }
}
