import FailoverCore
import FailoverEngine

/// How the places for alerts fare since the agent's start.
public struct AlertsBody: Codable, Sendable {
    /// The hooks, in the order of the configuration.
    public var hooks: [HookBody]
    /// The heartbeat; nil when none is configured.
    public var heartbeat: HeartbeatBody?

    init(_ state: AlertingState) {
        hooks = state.hooks.map(HookBody.init)
        heartbeat = state.heartbeat.map {
            HeartbeatBody(failingSince: $0.failingSince?.description, detail: $0.detail)
        }
    }
}

/// How a hook fares.
public struct HookBody: Codable, Sendable {
    /// Its name.
    public var name: String
    /// Alerts that wait for it; nil when they could not be counted.
    public var waiting: Int?
    /// Those of them that wait for the end of its quiet hours.
    public var heldBack: Int?
    /// RFC 3339 of the first of the failures in a row; nil when it is well.
    public var failingSince: String?
    /// Failed deliveries since the last good one.
    public var failuresInARow: Int
    /// Alerts given up.
    public var abandoned: Int
    /// What it answered last, or why it could not be reached; nil before the first delivery.
    public var detail: String?

    init(_ state: HookState) {
        name = state.name
        waiting = state.depth?.waiting
        heldBack = state.depth?.heldBack
        failingSince = state.failingSince?.description
        failuresInARow = state.failuresInARow
        abandoned = state.abandoned
        detail = state.last?.detail
    }
}

/// How the heartbeat fares.
public struct HeartbeatBody: Codable, Sendable {
    /// RFC 3339 of the first of the calls that fail; nil while they are answered.
    public var failingSince: String?
    /// What the last call was answered, or why it was not; nil before the first.
    public var detail: String?
}

/// How a test message went.
public struct AlertTestBody: Codable, Sendable {
    /// The hook's name.
    public var hook: String
    /// Whether the receiver took it.
    public var isDelivered: Bool
    /// What the receiver answered, or why it could not be reached.
    public var detail: String

    /// Makes a body.
    public init(hook: String, isDelivered: Bool, detail: String) {
        self.hook = hook
        self.isDelivered = isDelivered
        self.detail = detail
    }
}
