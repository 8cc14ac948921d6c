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
    /// Where it stands in something that lasts.
    public var course: AlertCourse

    /// Makes an alert.
    public init(
        id: Int64,
        at: Timestamp,
        agent: String,
        notice: Notice,
        course: AlertCourse = AlertCourse()
    ) {
        self.id = id
        self.at = at
        self.agent = agent
        self.notice = notice
        self.course = course
    }
}

/// Where an alert stands in something that lasts: its beginning, its end, or neither.
public struct AlertCourse: Sendable, Hashable, Codable {
    /// What an alert means for what it is about.
    public enum Stage: String, Sendable, Hashable, Codable, CaseIterable {
        /// It stands from now on.
        case begins
        /// It stands, and a person cares for it.
        case acknowledged
        /// It is over.
        case ends
    }

    /// The stage; nil for what does not last.
    public var stage: Stage?
    /// What stood until now and no longer does, oldest first.
    public var ended: [Notice]

    /// Makes a course; without arguments that of something that does not last.
    public init(stage: Stage? = nil, ended: [Notice] = []) {
        self.stage = stage
        self.ended = ended
    }
}

/// A notice that is to be queued.
public struct AlertDraft: Sendable {
    /// What it says.
    public var notice: Notice
    /// The agent that says it.
    public var agent: String
    /// Wall clock when it arose.
    public var at: Timestamp
    /// What it is about, in few words: what has the same subject follows upon each other.
    public var subject: String
    /// The stage of what lasts; nil for what does not last.
    public var stage: AlertCourse.Stage?
    /// Other subjects that end with it.
    public var alsoEnds: [String]
    /// For how long the same words about the same subject say nothing new; zero for never.
    public var repeatedWithin: Duration

    /// Makes a draft.
    public init(
        _ notice: Notice,
        agent: String,
        at: Timestamp,
        subject: String,
        stage: AlertCourse.Stage? = nil,
        alsoEnds: [String] = [],
        repeatedWithin: Duration = .zero
    ) {
        self.notice = notice
        self.agent = agent
        self.at = at
        self.subject = subject
        self.stage = stage
        self.alsoEnds = alsoEnds
        self.repeatedWithin = repeatedWithin
    }
}

/// What became of a draft.
public struct AlertReceipt: Sendable, Hashable {
    /// The alert's number; nil when nobody wants it, or it said nothing new.
    public var alert: Int64?
    /// Hooks that had no room left, so that an older alert of theirs was given up for this one.
    public var overflowed: [String]

    /// Makes a receipt.
    public init(alert: Int64?, overflowed: [String] = []) {
        self.alert = alert
        self.overflowed = overflowed
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
    /// Whether the receiver will never take this very alert, so that trying again is pointless.
    public var isRefused: Bool
    /// How long the receiver wants to be left alone.
    public var retryAfter: Duration?

    /// Makes a result.
    public init(
        isDelivered: Bool,
        detail: String,
        isRefused: Bool = false,
        retryAfter: Duration? = nil
    ) {
        self.isDelivered = isDelivered
        self.detail = detail
        self.isRefused = isRefused
        self.retryAfter = retryAfter
    }
}

/// The durable queue between notices and hooks.
public protocol OutboxStore: Sendable {
    /// Queues a notice in one transaction, giving it a number.
    ///
    /// - Parameters:
    ///   - draft: the notice.
    ///   - room: how many alerts may wait for a hook; one more, and the oldest that is not critical
    ///     is given up, or the oldest when all are critical.
    ///   - hooks: told what ends with it, says which hooks get it.
    /// - Returns: what became of it.
    /// - Throws: ``JournalFailure``; it is queued for no hook then.
    func enqueue(
        _ draft: AlertDraft,
        room: Int,
        hooks: @escaping @Sendable ([Notice]) -> [String]
    ) async throws(JournalFailure) -> AlertReceipt

    /// The oldest entries of a hook that are neither delivered nor given up.
    func pending(hook: String, limit: Int) async throws(JournalFailure) -> [OutboxEntry]

    /// Records an attempt; a delivered or abandoned entry is not handed out again.
    ///
    /// - Returns: whether the entry was waiting still; it may have been given up for lack of room.
    /// - Throws: ``JournalFailure`` when it could not be written.
    @discardableResult
    func record(
        _ result: DeliveryResult,
        entry: Int64,
        isAbandoned: Bool,
        at: Timestamp
    ) async throws(JournalFailure) -> Bool
}

/// Takes alerts to one place outside: a command, a URL.
public protocol AlertHook: Sendable {
    /// The hook's name in the configuration.
    var name: String { get }

    /// Whether the receiver keeps what began until it is told of the end.
    ///
    /// Default: false.
    var keepsTrack: Bool { get }

    /// Delivers one alert within the hook's own time-out.
    func deliver(_ alert: Alert) async -> DeliveryResult
}

extension AlertHook {
    /// False.
    public var keepsTrack: Bool { false }
}
