public import Curl
public import FailoverCore
public import FailoverEngine
public import Logging
import Synchronization

/// Calls a URL again and again while the agent is healthy; who watches the calls alerts when they
/// stop coming.
///
/// The only alarm that also works when the agent, its machine or its network is gone.
public final class Heartbeat: Sendable {
    private let receiver: HTTPReceiver
    private let every: Duration
    private let clock: any MonotonicClock
    private let wallClock: any WallClock
    private let isHealthy: @Sendable () -> Bool
    private let logger: Logger
    private let fares = Mutex(HeartbeatState())

    /// How soon an agent that is not healthy is looked at again, at most: what it misses by a start
    /// is no whole beat.
    private static let impatience: Duration = .seconds(5)

    /// Makes a heartbeat.
    ///
    /// - Parameters:
    ///   - url: What is called, by GET; any 2xx is an answer.
    ///   - every: From one call to the next.
    ///   - tls: Whom to trust.
    ///   - client: Carries the requests; it must outlive the heartbeat.
    ///   - clock: For the pace.
    ///   - wallClock: For stamps.
    ///   - isHealthy: Asked before each call; after false there is none.
    ///   - logger: Hears when calls fail, and when they work again.
    public init(
        url: Secret,
        every: Duration,
        tls: TLSOptions,
        client: HTTPClient,
        clock: any MonotonicClock,
        wallClock: any WallClock,
        isHealthy: @escaping @Sendable () -> Bool,
        logger: Logger
    ) {
        receiver = HTTPReceiver(
            url: url,
            tls: tls,
            timeout: min(every, .seconds(10)),
            client: client
        )
        self.every = every
        self.clock = clock
        self.wallClock = wallClock
        self.isHealthy = isHealthy
        self.logger = logger
    }

    /// How the calls go.
    public var state: HeartbeatState { fares.withLock(\.self) }

    /// Calls until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            let begun = clock.now()
            let isHealthy = isHealthy()
            if isHealthy {
                let result = await receiver.call()
                if Task.isCancelled { return }
                note(result)
            }
            let wait = isHealthy ? every : min(every, Self.impatience)
            try? await clock.sleep(until: begun + wait)  // cancelled: the loop ends
        }
    }

    /// What goes on failing is logged once.
    private func note(_ result: DeliveryResult) {
        let wasFailing = fares.withLock { fares in
            defer {
                fares.detail = result.detail
                fares.failingSince =
                    result.isDelivered ? nil : fares.failingSince ?? wallClock.now()
            }
            return fares.failingSince != nil
        }
        if result.isDelivered, wasFailing {
            logger.notice("heartbeat works again")
        } else if !result.isDelivered, !wasFailing {
            logger.warning("heartbeat fails", metadata: ["reason": "\(result.detail)"])
        }
    }
}
