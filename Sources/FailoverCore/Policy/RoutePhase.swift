/// What the policy is reacting to on a route; requests, refusals and notices belong to one of
/// these.
public enum Situation: String, Sendable, Hashable, Codable {
    /// Nothing to react to.
    case calm
    /// The holder is down.
    case holderDown = "holder_down"
    /// The holder lives, but its peers refuse it for its certificate.
    case holderImpaired = "holder_impaired"
    /// The route is away, its holder works, and home is up.
    case homeBack = "home_back"
}

/// Where a route's request is.
///
/// One per route, so never two requests.
///
/// ```
/// idle ─▶ planning ─▶ asked ─▶ cleared ─▶ running ─▶ idle
///   ▲      │  ▲  └──(automatic, rehearsal)──▲  └──▶ halted ─▶ running or idle
///   │      ▼  │           │                    └──▶ retrying
///   │   retrying          ▼
///   └───────┴───────── declined            queued: an order that waits for the lock, then planning
/// ```
///
/// A route that goes with another's request is *joined* until that request has ended.
enum RoutePhase: Sendable, Hashable {
    /// No request.
    case idle
    /// Goes with the request of another route, whatever becomes of it.
    case joined(RequestID)
    /// An ordered move that waits for the lock.
    case queued(MoveRequest)
    /// The plan is being made. Has the lock.
    case planning(MoveRequest)
    /// People are asked; where two are needed, one may have said yes. Others may use the lock meanwhile.
    case asked(MoveRequest, PlanDigest, expires: Instant)
    /// Approved; waits for the lock or for evidence.
    case cleared(MoveRequest, PlanDigest, lapses: Instant)
    /// The run is under way. Has the lock, however long it takes.
    case running(MoveRequest, PlanDigest?, waitsFor: PersonWait?)
    /// The run stopped at a step, or is stuck. Has the lock until a person lets it go on, has it
    /// undone or gives it up.
    case halted(MoveRequest, PlanDigest?, Halt)
    /// A person said no, or nobody answered.
    case declined(Decline)
    /// No plan, or no run, came of it; tried again later.
    case retrying(Situation, until: Instant, reason: String)

    /// Whether it keeps others from planning and running.
    var holdsLock: Bool {
        switch self {
        case .planning, .running, .halted: true
        case .idle, .joined, .queued, .asked, .cleared, .declined, .retrying: false
        }
    }

    /// The request that lives, if one does.
    var request: MoveRequest? {
        switch self {
        case .queued(let request), .planning(let request), .asked(let request, _, _),
            .cleared(let request, _, _), .running(let request, _, _), .halted(let request, _, _):
            request
        case .idle, .joined, .declined, .retrying: nil
        }
    }

    /// The digest of the request's plan, once there is one.
    var digest: PlanDigest? {
        switch self {
        case .asked(_, let digest, _), .cleared(_, let digest, _): digest
        case .running(_, let digest, _), .halted(_, let digest, _): digest
        case .idle, .joined, .queued, .planning, .declined, .retrying: nil
        }
    }
}

/// Why nobody is asked at present.
struct Decline: Sendable, Hashable {
    /// What it was about; another situation is not covered.
    var situation: Situation
    /// Until when.
    var until: Instant
    /// The person who said no; nil when nobody answered.
    var by: Person?
}

/// Why a run does not go on.
struct Halt: Sendable, Hashable {
    var reason: String
    /// Nil for a run that stopped at a step and can go on or be undone.
    var stuck: Stuck?

    /// What is particular to a run that can go neither way.
    struct Stuck: Sendable, Hashable {
        /// When people are reminded next, unless somebody has taken it.
        var remindAt: Instant
        var takenBy: Person?
    }

    /// When people are to be reminded; nil when they are not.
    var remindAt: Instant? {
        guard let stuck, stuck.takenBy == nil else { return nil }
        return stuck.remindAt
    }

    /// What memory holds of it.
    func memory(of request: MoveRequest, _ digest: PlanDigest?, at now: Instant) -> RunMemory {
        RunMemory(
            request: request,
            digest: digest,
            stopped: reason,
            stuck: stuck.map {
                StuckMemory(reminderIn: max(.zero, $0.remindAt - now), takenBy: $0.takenBy)
            }
        )
    }
}

extension RunMemory {
    /// Why it does not go on; nil while it is under way.
    func halt(at now: Instant) -> Halt? {
        stopped.map { reason in
            Halt(
                reason: reason,
                stuck: stuck.map {
                    Halt.Stuck(remindAt: now + $0.reminderIn, takenBy: $0.takenBy)
                }
            )
        }
    }
}
