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
    /// What the alert is about, where its notice alone does not say it.
    public var subject: String?
    /// True for what says again what stands already; nil in alerts that an older agent wrote.
    public var isReminder: Bool?

    /// Makes a course; without arguments that of something that does not last.
    public init(
        stage: Stage? = nil,
        ended: [Notice] = [],
        subject: String? = nil,
        isReminder: Bool? = nil
    ) {
        self.stage = stage
        self.ended = ended
        self.subject = subject
        self.isReminder = isReminder
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
    /// Whether people are to be reminded of what begins, until one of them acknowledges it.
    public var isReminded: Bool
    /// The alert that it says again and that stands already; nil for what is new.
    public var reminds: Int64?

    /// Makes a draft.
    public init(
        _ notice: Notice,
        agent: String,
        at: Timestamp,
        subject: String,
        stage: AlertCourse.Stage? = nil,
        alsoEnds: [String] = [],
        repeatedWithin: Duration = .zero,
        isReminded: Bool = false,
        reminds: Int64? = nil
    ) {
        self.notice = notice
        self.agent = agent
        self.at = at
        self.subject = subject
        self.stage = stage
        self.alsoEnds = alsoEnds
        self.repeatedWithin = repeatedWithin
        self.isReminded = isReminded
        self.reminds = reminds
    }
}

/// A hook that gets an alert, and when.
public struct AlertDestination: Sendable, Hashable {
    /// The hook's name.
    public var hook: String
    /// Not delivered before; nil: at once.
    public var notBefore: Timestamp?

    /// Makes a destination.
    public init(hook: String, notBefore: Timestamp? = nil) {
        self.hook = hook
        self.notBefore = notBefore
    }
}

/// Something that began and has not ended.
public struct StandingAlert: Sendable, Hashable {
    /// The alert with which it began; its course names the subject.
    public var alert: Alert
    /// When people were last told; nil when they are not to be reminded, or when one of them cares
    /// for it.
    public var remindedAt: Timestamp?

    /// Makes one.
    public init(alert: Alert, remindedAt: Timestamp?) {
        self.alert = alert
        self.remindedAt = remindedAt
    }
}

/// How many alerts wait for a hook.
public struct OutboxDepth: Sendable, Hashable {
    /// All that are neither delivered nor given up.
    public var waiting: Int
    /// Those of them that wait for the end of quiet hours.
    public var heldBack: Int

    /// Makes a depth.
    public init(waiting: Int = 0, heldBack: Int = 0) {
        self.waiting = waiting
        self.heldBack = heldBack
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
    /// A hook that gets it at once gets what waits about the same things at once, too, and before.
    /// A reminder is queued only while what it reminds of stands and nobody has acknowledged it.
    ///
    /// - Parameters:
    ///   - draft: the notice.
    ///   - room: how many alerts may wait for a hook; one more, and the oldest that is not critical
    ///     is given up, or the oldest when all are critical.
    ///   - hooks: told what ends with it, says which hooks get it, and when.
    /// - Returns: what became of it.
    /// - Throws: ``JournalFailure``; it is queued for no hook then.
    func enqueue(
        _ draft: AlertDraft,
        room: Int,
        hooks: @escaping @Sendable ([Notice]) -> [AlertDestination]
    ) async throws(JournalFailure) -> AlertReceipt

    /// The oldest entries of a hook that are due, and neither delivered nor given up.
    func pending(
        hook: String,
        at: Timestamp,
        limit: Int
    ) async throws(JournalFailure) -> [OutboxEntry]

    /// Everything that stands, the oldest first.
    func standing() async throws(JournalFailure) -> [StandingAlert]

    /// What an alert is about, if that stands; nil when it does not, or there is no such alert.
    func standing(about alert: Int64) async throws(JournalFailure) -> StandingAlert?

    /// Ends the reminders of a subject, if it stands and there are any.
    func calm(_ subject: String) async throws(JournalFailure)

    /// How many alerts wait, by hook; hooks for which none waits are left out.
    func depths(at: Timestamp) async throws(JournalFailure) -> [String: OutboxDepth]

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
    ///
    /// `answerLink` leads to the page where what it asks is answered; nil where there is none, or
    /// nothing is asked. Whoever has the link can answer, so that it is a secret.
    func deliver(_ alert: Alert, answerLink: Secret?) async -> DeliveryResult
}

extension AlertHook {
    /// False.
    public var keepsTrack: Bool { false }

    /// Delivers one alert without a link.
    public func deliver(_ alert: Alert) async -> DeliveryResult {
        await deliver(alert, answerLink: nil)
    }
}
