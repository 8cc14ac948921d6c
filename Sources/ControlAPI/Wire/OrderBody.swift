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
        /// A maintenance with an end, of everything, a route, a pool or a server.
        case maintenanceAdd = "maintenance_add"
        /// The end of a maintenance before its time.
        case maintenanceEnd = "maintenance_end"
        /// End a route's cool-down, and what counts towards the limit of failovers; or end the
        /// reminders of what an alert is about.
        case acknowledge
        /// Let a stopped run go on.
        case resumeRun = "resume_run"
        /// Give a stopped run up: what it did stays, and the lock is released.
        case release
        /// Accept a holder that changed without a run of ours.
        case adopt
        /// A person's step is done.
        case done
        /// A step counts as done, unverified, by a person's responsibility.
        case forceStep = "force_step"
        /// Undo a run that stopped or waits for a person.
        case abortRun = "abort_run"
        /// Take a stuck run into one's hands.
        case takeRun = "take_run"
        /// Rehearse a move: the same code path, nothing changed.
        case rehearse
    }

    /// What is ordered.
    public var kind: Kind
    /// The route, where one is meant.
    public var route: String?
    /// Further routes to move in the same plan.
    public var also: [String]?
    /// The target pool of a failover, or the pool in maintenance.
    public var pool: String?
    /// The server in maintenance.
    public var server: String?
    /// The request that is answered.
    public var request: Int?
    /// The digest of the plan that is approved.
    public var digest: String?
    /// The run that is meant.
    public var run: Int?
    /// The alert that is meant.
    public var alert: Int64?
    /// The step that is meant.
    public var step: Int?
    /// `failover` or `failback`, where a rehearsal is ordered.
    public var direction: String?
    /// Whether a move is half of a drill.
    public var isDrill: Bool?
    /// Why.
    public var reason: String?
    /// The rules that it breaks, such as `not-ready`; they want a reason.
    public var overrides: [String]?
    /// For how long; nil for until further notice.
    public var forSeconds: Double?

    /// Makes an order; everything but the kind may be left out.
    public init(
        _ kind: Kind,
        route: String? = nil,
        also: [String]? = nil,
        pool: String? = nil,
        server: String? = nil,
        request: Int? = nil,
        digest: String? = nil,
        run: Int? = nil,
        alert: Int64? = nil,
        step: Int? = nil,
        direction: String? = nil,
        isDrill: Bool? = nil,
        reason: String? = nil,
        overrides: [String]? = nil,
        forSeconds: Double? = nil
    ) {
        self.kind = kind
        self.route = route
        self.also = also
        self.pool = pool
        self.server = server
        self.request = request
        self.digest = digest
        self.run = run
        self.alert = alert
        self.step = step
        self.direction = direction
        self.isDrill = isDrill
        self.reason = reason
        self.overrides = overrides
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
