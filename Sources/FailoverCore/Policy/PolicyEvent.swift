/// What live topology and DNS say of who holds a route.
public enum HolderReading: Sendable, Hashable, Codable {
    /// This pool holds it.
    case pool(FQDN)
    /// Something that the configuration does not know, or several things at once.
    case foreign(String)
    /// It could not be read.
    case unknown(String)
}

/// How a run ended.
public enum RunOutcome: Sendable, Hashable, Codable {
    /// Every step was verified.
    case done
    /// It stopped before anything was changed.
    case stoppedUnchanged(reason: String)
    /// It stopped at a step; what was done stays until a person decides.
    case stopped(reason: String)
    /// It cannot go either way: an undo failed, or services that it stopped do not start again.
    case stuck(reason: String)
    /// A person had it undone: all is as the snapshot says, save what somebody else changed.
    case aborted(reason: String)
    /// A rehearsal was carried through; nothing was changed.
    case rehearsed

    /// The outcome in words.
    public var inWords: String {
        switch self {
        case .done: "done and verified"
        case .stoppedUnchanged(let reason): "stopped before anything was changed: \(reason)"
        case .stopped(let reason): "stopped: \(reason)"
        case .stuck(let reason): "stuck: \(reason)"
        case .aborted(let reason): "undone: \(reason)"
        case .rehearsed: "rehearsed; nothing was changed"
        }
    }
}

/// A step that a run waits for a person to do.
public struct PersonWait: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The step.
    public var step: StepID
    /// Its title.
    public var title: String

    /// Makes a wait.
    public init(step: StepID, title: String) {
        self.step = step
        self.title = title
    }

    /// `step 4 (Move the federation flag)`.
    public var description: String { "step \(step) (\(title))" }
}

/// Something that happened, as the policy takes it in.
public enum PolicyEvent: Sendable, Hashable, Codable {
    /// The verdict on a pool's leg, on every change and as a refresh.
    case verdict(PoolLeg, Verdict)
    /// Who holds a route was read.
    case holder(RouteName, HolderReading)
    /// What was read of a pool's readiness to take a route.
    case readiness(RouteName, FQDN, Readiness)
    /// How the failback windows of routes stand; those of other routes stay as they were said to be.
    case windows([RouteName: WindowStanding])
    /// Time passed; sent when ``FailoverPolicy/nextDeadline`` is reached.
    case tick
    /// The plan for a request stands: its digest, and whether it needs a person even in `auto`.
    case planned(RequestID, PlanDigest, needsApproval: Bool = false)
    /// No plan could be made: the blockers in words.
    case planRefused(RequestID, reasons: [String])
    /// A person said yes to a plan, and named the rules that it breaks.
    case approved(RequestID, PlanDigest, by: Person, overriding: Overrides? = nil)
    /// A person said no.
    case denied(RequestID, by: Person, reason: String)
    /// A person ordered a failover, of further routes too in one plan; `to` nil takes the first
    /// standby that is up.
    ///
    /// Half of a drill when so marked: a real move that counts for no limit.
    case failoverOrdered(
        RouteName,
        with: [RouteName] = [],
        to: FQDN?,
        by: Person,
        reason: String,
        isDrill: Bool = false,
        overriding: Overrides? = nil
    )
    /// A person ordered the failback, of further routes too in one plan; half of a drill when so
    /// marked.
    case failbackOrdered(
        RouteName,
        with: [RouteName] = [],
        by: Person,
        reason: String,
        isDrill: Bool = false,
        overriding: Overrides? = nil
    )
    /// A person wants a move rehearsed: planned and run like any other, and nothing is changed.
    case rehearsalOrdered(
        RouteName,
        to: FQDN?,
        MoveDirection,
        by: Person,
        reason: String
    )
    /// The run of a request could not begin (the store failed, a blocker came up …).
    case runNotStarted(RequestID, reason: String)
    /// The run of a request did not begin, because the facts ask for another plan by now.
    case planOvertaken(RequestID, reason: String)
    /// The run of a request ended.
    case runFinished(RequestID, RunOutcome)
    /// A person let a stopped run go on; it is under way again.
    case runResumed(RequestID, by: Person)
    /// A person had a stopped run undone; it is under way again.
    case runAborting(RequestID, by: Person, reason: String)
    /// A person took the responsibility for the step at which a run stopped; it is under way again.
    case runForced(RequestID, StepID, by: Person, reason: String)
    /// A person took a stuck run into their hands; nobody is reminded of it any more.
    case runTaken(RequestID, by: Person, reason: String)
    /// The run under way waits for a person's step, or, when nil, no longer does.
    case runWaits(RequestID, for: PersonWait?)
    /// A person gave up a stopped run: what it did stays or was put right by hand, the lock is
    /// free.
    case lockReleased(by: Person, reason: String)
    /// A person accepted a holder that changed without a run of ours.
    case holderAdopted(RouteName, by: Person, reason: String)
    /// A person looked into the last runs of a route: its cool-down ends, and they are not counted any
    /// more.
    case coolDownAcknowledged(RouteName, by: Person, reason: String)
    /// A person stopped automatic actions for a route, or for all when nil, until then or for good.
    case paused(RouteName?, until: Instant?, by: Person, reason: String)
    /// A person allowed them again.
    case resumed(RouteName?, by: Person)
    /// A person announced a maintenance until then: of everything, a route, a pool or a server.
    case maintenanceAdded(Coverage, until: Instant, by: Person, reason: String)
    /// A person ended it early.
    case maintenanceEnded(Coverage, by: Person)
}

/// What the policy wants done.
///
/// The driver journals effects before it carries them out.
public enum PolicyEffect: Sendable, Hashable, Codable {
    /// Make a plan and answer with `planned` or `planRefused`.
    case makePlan(MoveRequest)
    /// Ask people to approve the plan; expires at the instant.
    case askApproval(MoveRequest, PlanDigest, expires: Instant)
    /// The request has ended without a run: no longer needed, no longer possible, or not answered
    /// in time.
    ///
    /// Sent in any phase before the run; the driver stops planning for it and takes no more
    /// answers.
    case withdraw(MoveRequest, reason: String)
    /// Carry out the plan with that digest. The authority must be durable before the run begins.
    case startRun(MoveRequest, PlanDigest, Authority)
    /// Tell people.
    case notify(Notice)
    /// Write down what mode `auto` would do on a route in mode `observe`, or what people did there.
    case shadow(ShadowRecord)
}

/// The kinds of things that people are told, as stable words for hooks.
public enum NoticeCode: String, Sendable, Hashable, Codable, CaseIterable {
    /// The pool that holds a route is down.
    case routeDown = "route_down"
    /// It is up again.
    case routeUp = "route_up"
    /// Part of a pool is down or a certificate is bad.
    case poolDegraded = "pool_degraded"
    /// A pool lives, but its peers refuse it or get nothing through it.
    case poolImpaired = "pool_impaired"
    /// A pool that holds nothing is down.
    case standbyDown = "standby_down"
    /// A pool is well again.
    case poolUp = "pool_up"
    /// The agent reaches nothing at all: what it sees does not count.
    case isolated
    /// The agent or its machine stood still, or the clock jumped: what it saw does not count.
    case late
    /// What the agent sees counts again.
    case vantageSound = "vantage_sound"
    /// A pool that holds nothing could not take over, or could not be shown to.
    case standbyNotReady = "standby_not_ready"
    /// It could take over now.
    case standbyReady = "standby_ready"
    /// A plan waits for a person.
    case approvalWanted = "approval_wanted"
    /// What was asked is no longer needed.
    case approvalWithdrawn = "approval_withdrawn"
    /// Nobody answered in time.
    case approvalExpired = "approval_expired"
    /// A person said no.
    case approvalDenied = "approval_denied"
    /// Nothing can be done: no target, or a blocker.
    case cannotAct = "cannot_act"
    /// In `observe`: what would have been done.
    case wouldAct = "would_act"
    /// A run began.
    case runStarted = "run_started"
    /// A step failed and the run stopped.
    case stepFailed = "step_failed"
    /// A run was carried out and verified, or rehearsed.
    case runFinished = "run_finished"
    /// A run was undone.
    case runUndone = "run_undone"
    /// A run can go neither forward nor back; repeated until a person takes it.
    case runStuck = "run_stuck"
    /// A person took a stuck run into their hands.
    case runTaken = "run_taken"
    /// A run waits for a person to do a step.
    case personWanted = "person_wanted"
    /// A member of a failed pool that came back was fenced, or could not be.
    case fencePending = "fence_pending"
    /// A person freed the lock that a stopped run kept.
    case lockReleased = "lock_released"
    /// A person's order or answer was refused.
    case orderRefused = "order_refused"
    /// The home pool is back and stable.
    case failbackDue = "failback_due"
    /// The holder changed without a run of ours, or is not one of the route's pools.
    case foreignHolder = "foreign_holder"
    /// DNS does not lead to the pool that holds the route.
    case dnsMismatch = "dns_mismatch"
    /// The authoritative servers of a zone disagree.
    case dnsDisagreement = "dns_disagreement"
    /// A name does not resolve, or its server does not answer.
    case dnsUnresolved = "dns_unresolved"
    /// DNS is as it should be again.
    case dnsWell = "dns_well"
    /// All configured resolvers have what a run wrote.
    case dnsConverged = "dns_converged"
    /// Resolvers keep the old data for longer than they may.
    case dnsNotConverged = "dns_not_converged"
    /// A person ended a cool-down, and what was counted towards the limit of failovers.
    case coolDownEnded = "cool_down_ended"
    /// Automatic action was paused or allowed again, or a maintenance began or ended.
    case pauseChanged = "pause_changed"
    /// A reload or another act of the agent itself failed.
    case agentTrouble = "agent_trouble"
    /// A person cares for something of which people were reminded.
    case alertAcknowledged = "alert_acknowledged"
    /// What people were told of is watched no longer: it was taken out of the configuration.
    case noLongerWatched = "no_longer_watched"
    /// A test message, which a person ordered.
    case test
}

/// How urgent a notice is.
public enum Severity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// For the record.
    case info
    /// By day.
    case warning
    /// Now.
    case critical

    /// Orders by urgency.
    public static func < (left: Severity, right: Severity) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .critical: 2
        }
    }
}

/// Something that people are told.
public struct Notice: Sendable, Hashable, Codable {
    /// What kind of thing.
    public var code: NoticeCode
    /// How urgent.
    public var severity: Severity
    /// The route concerned.
    public var route: RouteName?
    /// The pool concerned.
    public var pool: FQDN?
    /// The request concerned.
    public var request: RequestID?
    /// One sentence: what happened and what the reader should do.
    public var sentence: String
    /// What is hurt, in words, where it was judged; the sentence of what people are told has it too.
    public var impact: String?
    /// The DNS name concerned.
    public var name: FQDN?

    /// Makes a notice.
    public init(
        _ code: NoticeCode,
        _ severity: Severity,
        route: RouteName? = nil,
        pool: FQDN? = nil,
        request: RequestID? = nil,
        sentence: String
    ) {
        self.code = code
        self.severity = severity
        self.route = route
        self.pool = pool
        self.request = request
        self.sentence = sentence
    }
}
