public import FailoverCore
public import FailoverEngine

/// A hook and what it is told.
public struct HookSubscription: Sendable {
    /// Where alerts go.
    public var hook: any AlertHook
    /// Which notices go there.
    public var events: Set<NoticeCode>
    /// The least urgent notices that go there, save ends of what was.
    public var minSeverity: Severity
    /// When the quiet hours end that a moment lies in; nil where it lies in none, and for no quiet
    /// hours at all.
    public var quietUntil: (@Sendable (Timestamp) -> Timestamp?)?
    /// When deliveries are repeated and given up.
    public var schedule: RetrySchedule
    /// Makes the link by which what an alert asks is answered; nil where nothing is asked, and for a
    /// hook whose messages answer for nobody.
    public var answerLink: (@Sendable (Alert) -> Secret?)?

    /// Makes a subscription.
    ///
    /// Default: all notices, and the schedule's own defaults.
    public init(
        hook: any AlertHook,
        events: Set<NoticeCode> = Set(NoticeCode.allCases),
        minSeverity: Severity = .info,
        quietUntil: (@Sendable (Timestamp) -> Timestamp?)? = nil,
        schedule: RetrySchedule = RetrySchedule(),
        answerLink: (@Sendable (Alert) -> Secret?)? = nil
    ) {
        self.hook = hook
        self.events = events
        self.minSeverity = minSeverity
        self.quietUntil = quietUntil
        self.schedule = schedule
        self.answerLink = answerLink
    }

    /// Delivers an alert once, with its link.
    ///
    /// What the receiver says of it is shown and kept, so a link that it repeats is taken out.
    func deliver(_ alert: Alert) async -> DeliveryResult {
        guard let link = answerLink?(alert) else { return await hook.deliver(alert) }
        var result = await hook.deliver(alert, answerLink: link)
        result.detail = link.withValue { result.detail.replacing($0, with: "(the link)") }
        return result
    }

    /// Whether a notice goes there, given what ends with it.
    ///
    /// Whoever was told that something began hears of its end, however little urgent that is; and
    /// those that keep track of what stands hear of it even if they did not list it.
    func wants(_ notice: Notice, ending ended: [Notice]) -> Bool {
        let toldOfBeginning = ended.contains(where: wants)
        if hook.keepsTrack, toldOfBeginning { return true }
        return events.contains(notice.code) && (toldOfBeginning || notice.severity >= minSeverity)
    }

    /// Where a notice goes and when: in quiet hours what can wait does, and so does the end of what
    /// could.
    func destination(
        _ notice: Notice,
        ending ended: [Notice],
        at time: Timestamp
    ) -> AlertDestination {
        let isHeld = notice.canWait && ended.allSatisfy(\.canWait)
        return AlertDestination(hook: hook.name, notBefore: isHeld ? quietUntil?(time) : nil)
    }

    private func wants(_ notice: Notice) -> Bool {
        events.contains(notice.code) && notice.severity >= minSeverity
    }
}

/// What holds for all hooks.
public struct AlertLimits: Sendable, Hashable {
    /// How many alerts may wait for a hook; at least 1.
    ///
    /// Default: 1,000.
    public var waitingMax: Int

    /// For how long the same words about the same thing are no news; zero: always news.
    ///
    /// Default: zero.
    public var repeatedWithin: Duration

    /// How often people are reminded of what waits for them; nil: never.
    ///
    /// Default: never.
    public var remindEvery: Duration?

    /// Makes limits with the defaults given at each property.
    public init(
        waitingMax: Int = 1_000,
        repeatedWithin: Duration = .zero,
        remindEvery: Duration? = nil
    ) {
        precondition(waitingMax > 0, "a hook needs room for an alert, not \(waitingMax)")
        self.waitingMax = waitingMax
        self.repeatedWithin = repeatedWithin
        self.remindEvery = remindEvery
    }
}
