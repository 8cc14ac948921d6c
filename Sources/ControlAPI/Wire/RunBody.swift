/// A run in a list or on its way.
public struct RunBody: Codable, Sendable {
    /// Its number.
    public var run: Int
    /// The request that it carries out.
    public var request: Int
    /// The route.
    public var route: String
    /// `failover` or `failback`.
    public var direction: String
    /// The pool that held the route.
    public var from: String
    /// The pool that is to hold it.
    public var to: String
    /// Why.
    public var trigger: String
    /// By whose authority.
    public var authority: String
    /// RFC 3339.
    public var startedAt: String
    /// RFC 3339; nil while it goes on.
    public var finishedAt: String?
    /// `running`, `done`, `stopped_unchanged` or `stopped`.
    public var outcome: String
    /// The outcome in words.
    public var outcomeText: String
    /// Its steps.
    public var steps: [RunStepBody]
}

/// A step of a run.
public struct RunStepBody: Codable, Sendable {
    /// Its place.
    public var number: Int
    /// What it does.
    public var title: String
    /// `pending`, `running`, `verified`, `skipped` or `failed`.
    public var phase: String
    /// What was read or what went wrong.
    public var detail: String
    /// From its first event to its last.
    public var seconds: Double?
}

/// The list of runs.
public struct RunsBody: Codable, Sendable {
    /// Newest first.
    public var runs: [RunBody]
}

/// A report: see ``FailoverEngine/IncidentReport``.
public struct ReportBody: Codable, Sendable {
    /// The run.
    public var run: RunBody
    /// What happened, a line each.
    public var timeline: [TimelineBody]
    /// What was changed, from what to what.
    public var changes: [String]
    /// Seconds between the milestones, where both are known.
    public var durations: DurationsBody
    /// RFC 3339 of the first *down* verdict that led here.
    public var detectedAt: String?
    /// The report as Markdown.
    public var markdown: String
}

/// One line of a timeline.
public struct TimelineBody: Codable, Sendable {
    /// RFC 3339 with milliseconds left out.
    public var at: String
    /// Milliseconds since 1970, for arithmetic.
    public var atMilliseconds: Int64
    /// What happened.
    public var text: String
}

/// How long the parts of an incident took.
public struct DurationsBody: Codable, Sendable {
    /// From the down verdict to the request for approval or the decision.
    public var detectedToAskedSeconds: Double?
    /// From there to the yes.
    public var askedToApprovedSeconds: Double?
    /// From the run's first event to its verified end.
    public var runSeconds: Double?
    /// From the down verdict to the verified end.
    public var detectedToVerifiedSeconds: Double?
}

/// An order of a person.
public struct OrderBody: Codable, Sendable {
    /// What is ordered.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// Move a route to a standby.
        case failover
        /// Move a route home.
        case failback
        /// Say yes to a plan.
        case approve
        /// Say no to it.
        case deny
        /// No automatic action for a while.
        case pause
        /// Automatic action again.
        case resume
        /// Let a stopped run go on.
        case resumeRun = "resume_run"
        /// Give a stopped run up: what it did stays, and the lock is released.
        case release
        /// Accept a holder that changed without a run of ours.
        case adopt
    }

    /// What is ordered.
    public var kind: Kind
    /// The route, where one is meant.
    public var route: String?
    /// The target pool of a failover.
    public var pool: String?
    /// The request that is answered.
    public var request: Int?
    /// The digest of the plan that is approved.
    public var digest: String?
    /// The run that is meant.
    public var run: Int?
    /// Why.
    public var reason: String?
    /// For how long; nil for until further notice.
    public var forSeconds: Double?

    /// Makes an order; everything but the kind may be left out.
    public init(
        _ kind: Kind,
        route: String? = nil,
        pool: String? = nil,
        request: Int? = nil,
        digest: String? = nil,
        run: Int? = nil,
        reason: String? = nil,
        forSeconds: Double? = nil
    ) {
        self.kind = kind
        self.route = route
        self.pool = pool
        self.request = request
        self.digest = digest
        self.run = run
        self.reason = reason
        self.forSeconds = forSeconds
    }
}

/// The answer to an order, or what went wrong.
public struct AnswerBody: Codable, Sendable {
    /// Whether it was taken in.
    public var accepted: Bool
    /// Why not, a sentence each.
    public var reasons: [String]
}
