public import FailoverCore

/// A notice as hooks get it.
public struct Alert: Sendable, Hashable, Codable {
    /// Unique for ever, so that receivers can drop repetitions.
    public var id: Int64
    /// Wall clock when it arose.
    public var at: Timestamp
    /// The agent that says it.
    public var agent: String
    /// What it says.
    public var notice: Notice

    /// Makes an alert.
    public init(id: Int64, at: Timestamp, agent: String, notice: Notice) {
        self.id = id
        self.at = at
        self.agent = agent
        self.notice = notice
    }
}

/// An alert on its way to one hook.
public struct OutboxEntry: Sendable, Hashable, Codable {
    /// The row's number; entries of a hook are delivered in this order.
    public var id: Int64
    /// The hook's name in the configuration.
    public var hook: String
    /// The alert.
    public var alert: Alert
    /// How often it was tried.
    public var attempts: Int
    /// When it was put in.
    public var queuedAt: Timestamp

    /// Makes an entry.
    public init(id: Int64, hook: String, alert: Alert, attempts: Int, queuedAt: Timestamp) {
        self.id = id
        self.hook = hook
        self.alert = alert
        self.attempts = attempts
        self.queuedAt = queuedAt
    }
}

/// How a delivery to a hook went; kept with the entry.
public struct DeliveryResult: Sendable, Hashable, Codable {
    /// Whether the hook took it.
    public var isDelivered: Bool
    /// Exit code or HTTP status, and what it said, in one line.
    public var detail: String

    /// Makes a result.
    public init(isDelivered: Bool, detail: String) {
        self.isDelivered = isDelivered
        self.detail = detail
    }
}

/// The durable queue between notices and hooks.
public protocol OutboxStore: Sendable {
    /// Queues a notice for every named hook in one transaction, giving it a number.
    func enqueue(
        _ notice: Notice,
        agent: String,
        at: Timestamp,
        hooks: [String]
    ) async throws(JournalFailure)

    /// The oldest entries of a hook that are neither delivered nor given up.
    func pending(hook: String, limit: Int) async throws(JournalFailure) -> [OutboxEntry]

    /// Records an attempt; a delivered or abandoned entry is not handed out again.
    func record(
        _ result: DeliveryResult,
        entry: Int64,
        isAbandoned: Bool,
        at: Timestamp
    ) async throws(JournalFailure)
}

/// Takes alerts to one place outside: a command, a URL.
public protocol AlertHook: Sendable {
    /// The hook's name in the configuration.
    var name: String { get }

    /// Delivers one alert within the hook's own time-out.
    func deliver(_ alert: Alert) async -> DeliveryResult
}
