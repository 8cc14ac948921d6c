/// What a route is doing, as a stable word for JSON and metrics.
public enum RoutePhaseName: String, Sendable, Hashable, Codable, CaseIterable {
    /// The holder works and the route is where it should be, or nothing is to be done.
    case watching
    /// Nothing is known of the holder's health.
    case noEvidence = "no_evidence"
    /// The holder is down; the verdict has to stand a while longer.
    case confirming
    /// The holder lives, but peers refuse it, and a move would not help; people are told.
    case impaired
    /// The route is away; home has to be up a while longer.
    case soaking
    /// The cool-down has to end before the failback.
    case coolingDown = "cooling_down"
    /// The window in which the failback may begin has to open.
    case awaitingWindow = "awaiting_window"
    /// Automatic action is paused.
    case paused
    /// The pool that holds the route, or home that would get it back, is in maintenance.
    case inMaintenance = "in_maintenance"
    /// In `observe`: something would be done.
    case observing
    /// Who holds the route was not read or could not be.
    case holderUnknown = "holder_unknown"
    /// The holder changed without a run of ours.
    case foreignHolder = "foreign_holder"
    /// Something is wanted and impossible.
    case blocked
    /// A move waits for the lock.
    case waitingForLock = "waiting_for_lock"
    /// A plan is being made.
    case planning
    /// A person is asked.
    case awaitingApproval = "awaiting_approval"
    /// Approved; the run has not begun.
    case approved
    /// A run is under way.
    case running
    /// A run is under way and waits for a person to do a step.
    case awaitingPerson = "awaiting_person"
    /// A run stopped at a step and keeps the lock.
    case stopped
    /// A run can go neither forward nor back, and keeps the lock.
    case stuck
    /// A person said no, or nobody answered.
    case declined
    /// No plan or no run came of it; tried again later.
    case retrying
    /// There is no such route.
    case unknownRoute = "unknown_route"
}

/// A route as people see it.
public struct RouteStatus: Sendable, Hashable {
    /// The route.
    public var route: RouteName
    /// What it is doing.
    public var phase: RoutePhaseName
    /// What it is doing, why, and what it waits for, in one sentence.
    public var reason: String
    /// The pool that holds it, as established by our runs or the start and confirmed by reading.
    public var holder: FQDN?
    /// Why it is not at home; nil at home or when the holder is not known.
    public var cause: DisplacementCause?
    /// The request that lives.
    public var request: MoveRequest?
    /// The digest of its plan.
    public var digest: PlanDigest?
    /// The run that is under way, stopped or stuck.
    public var run: RunID?
    /// The step that the run waits for a person to do.
    public var waitsFor: PersonWait?
    /// The person who took the stuck run.
    public var takenBy: Person?
    /// Since when it has been doing this.
    public var since: Instant?
    /// Until when it waits, when that is known.
    public var until: Instant?
    /// Until when automatic moves ask, after the last run; nil when they don't.
    public var coolDownUntil: Instant?
    /// Its pools that go down and come up too often, so that automatic moves ask.
    public var flapping: [FQDN] = []
    /// The pause that covers it, in words.
    public var pause: String?

    /// What is known of the readiness of every pool but the holder, in the route's order.
    public var readiness: [StandbyReadiness] = []

    /// Makes a status without holder, request or times.
    public init(route: RouteName, phase: RoutePhaseName, reason: String) {
        self.route = route
        self.phase = phase
        self.reason = reason
    }
}

/// A pool that does not hold a route, and whether it could.
public struct StandbyReadiness: Sendable, Hashable {
    /// The pool.
    public var pool: FQDN
    /// Whether it is up and ready.
    public var canTakeOver: Bool
    /// Every item of its readiness, the probes first.
    public var judgement: ReadinessJudgement

    /// Makes it.
    public init(pool: FQDN, canTakeOver: Bool, judgement: ReadinessJudgement) {
        self.pool = pool
        self.canTakeOver = canTakeOver
        self.judgement = judgement
    }
}
