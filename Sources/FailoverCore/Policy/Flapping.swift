/// How often a pool may change within which time before it counts as flapping.
public struct FlapLimit: Sendable, Hashable, Codable {
    /// Changes between down and not down; at least 2, default 5: the third death within the window.
    public var threshold: Int
    /// The time they are counted over; default 1 hour.
    public var window: Duration

    /// Makes a limit.
    public init(threshold: Int = 5, window: Duration = .seconds(3_600)) {
        precondition(threshold >= 2, "one change is no flapping")
        self.threshold = threshold
        self.window = window
    }
}

/// The latest changes of a pool between down and not down.
struct ChangeLog: Sendable, Hashable {
    /// No limit counts more of them.
    static let kept = 100

    private var wasDown: Bool?
    private var changes: [Instant] = []

    /// Takes a verdict in; *unknown* is no change, for nothing was seen.
    mutating func take(_ verdict: VerdictClass, at now: Instant) {
        guard verdict != .unknown else { return }
        let isDown = verdict == .down
        if let wasDown, wasDown != isDown {
            changes.append(now)
            if changes.count > Self.kept { changes.removeFirst() }
        }
        wasDown = isDown
    }

    /// How many changes there were within the window.
    func score(_ limit: FlapLimit, at now: Instant) -> Int {
        changes.reversed().prefix { now < $0 + limit.window }.count
    }

    /// Until when it flaps; nil when it does not.
    func flapsUntil(_ limit: FlapLimit, at now: Instant) -> Instant? {
        guard score(limit, at: now) >= limit.threshold else { return nil }
        return changes[changes.count - limit.threshold] + limit.window
    }
}

extension FailoverPolicy {
    /// The pools of a route that flap now, in the route's order.
    func flapping(_ state: RouteState, at now: Instant) -> [FQDN] {
        state.route.pools.filter {
            evidence(state.leg($0)).changes.flapsUntil(settings.flap, at: now) != nil
        }
    }

    /// Of the pools that a move touches, the first that flaps.
    func flapping(_ pools: [FQDN], _ state: RouteState, at now: Instant) -> FQDN? {
        flapping(state, at: now).first { pools.contains($0) }
    }

    /// `edgepool1 changed 5 times within 1h`.
    func flapWords(_ pool: FQDN, _ state: RouteState, at now: Instant) -> String {
        let count = evidence(state.leg(pool)).changes.score(settings.flap, at: now)
        return "\(pool.host) went down or came up \(count) times within "
            + settings.flap.window.inWords
    }
}
