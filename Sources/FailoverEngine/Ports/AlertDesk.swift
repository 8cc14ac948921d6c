public import FailoverCore

/// How the places for alerts fare.
public struct AlertingState: Sendable, Hashable {
    /// The hooks, in the order of the configuration.
    public var hooks: [HookState]
    /// The heartbeat; nil when none is configured.
    public var heartbeat: HeartbeatState?

    /// Makes a state.
    public init(hooks: [HookState] = [], heartbeat: HeartbeatState? = nil) {
        self.hooks = hooks
        self.heartbeat = heartbeat
    }
}

/// How a hook fares since the agent's start.
public struct HookState: Sendable, Hashable {
    /// The hook's name.
    public var name: String
    /// What waits for it; nil when the outbox could not be read.
    public var depth: OutboxDepth?
    /// Failed deliveries since the last good one; 0: well.
    public var failuresInARow = 0
    /// When the first of them failed; nil when it is well.
    public var failingSince: Timestamp?
    /// Alerts given up.
    public var abandoned = 0
    /// How the last delivery went; nil before the first.
    public var last: DeliveryResult?

    /// Makes a state of a hook that delivered nothing yet.
    public init(name: String) { self.name = name }
}

/// How the heartbeat fares since the agent's start.
public struct HeartbeatState: Sendable, Hashable {
    /// When calls began to fail; nil while they are answered, and before the first.
    public var failingSince: Timestamp?
    /// What the last call was answered, or why it was not; nil before the first.
    public var detail: String?

    /// Makes a state of before the first call.
    public init() {}
}

/// What people can see of alerts, and do with them, while the agent runs.
public protocol AlertDesk: Sendable {
    /// How hooks and heartbeat fare.
    func state() async -> AlertingState

    /// What people were told of that has not ended, as far as is known.
    ///
    /// - Throws: ``JournalFailure`` when it cannot be read.
    func standing() async throws(JournalFailure) -> [Notice]

    /// A run took a route away from a pool: nobody need be reminded any more of how that pool is.
    func noteMoved(_ route: RouteName, from pool: FQDN) async

    /// Ends what people were told of, reminders included, by a last notice about it.
    ///
    /// - Throws: ``JournalFailure`` when it could not be written; it stands then.
    func end(_ begun: Notice, by last: Notice) async throws(JournalFailure)

    /// Sends a test message by one hook, now and past the queue; nil when there is no such hook.
    func test(_ hook: String, by person: Person) async -> DeliveryResult?

    /// Ends the reminders of what an alert is about, and tells who cares for it.
    ///
    /// - Returns: nil when it was done; else why not.
    func acknowledge(_ alert: Int64, by person: Person, reason: String) async -> String?
}
