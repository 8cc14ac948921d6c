/// Why a person's order or answer is refused, as a closed set.
public enum RefusalCode: String, Sendable, Hashable, Codable, CaseIterable {
    /// No route of that name.
    case unknownRoute = "unknown_route"
    /// No request of that number was ever made.
    case unknownRequest = "unknown_request"
    /// The request has ended: withdrawn, expired, denied, carried out.
    case noLongerPending = "no_longer_pending"
    /// Its plan is still being made.
    case notPlannedYet = "not_planned_yet"
    /// The answer is about another plan than the one that is asked.
    case wrongDigest = "wrong_digest"
    /// What the question rested on is not so any more; it is asked anew.
    case changedSince = "changed_since"
    /// The move breaks a rule that was not named.
    case overrideNeeded = "override_needed"
    /// Rules were named without a reason.
    case reasonMissing = "reason_missing"
    /// The time to answer is over.
    case expired
    /// Somebody approved it already.
    case alreadyApproved = "already_approved"
    /// The route has a request already; answer that first.
    case requestPending = "request_pending"
    /// A route is named twice in one order.
    case namedTwice = "named_twice"
    /// Of several routes one would go home and another away from it.
    case notOneDirection = "not_one_direction"
    /// The route is there already.
    case alreadyThere = "already_there"
    /// The pool is none of the route's.
    case notAPoolOfTheRoute = "not_a_pool_of_the_route"
    /// The target is not up.
    case targetNotUp = "target_not_up"
    /// Who holds the route is not known, or changed without a run of ours.
    case holderNotKnown = "holder_not_known"
    /// A run that is under way or stopped keeps the lock.
    case lockHeld = "lock_held"
    /// There is no stopped run.
    case nothingStopped = "nothing_stopped"
    /// The run stopped, but it is not stuck: there is nothing to take.
    case notStuck = "not_stuck"
    /// The same person took it already.
    case alreadyTaken = "already_taken"
    /// It is not paused.
    case notPaused = "not_paused"
    /// The route has no cool-down, and no failover of it counts.
    case nothingToAcknowledge = "nothing_to_acknowledge"
    /// The holder is not foreign, or is none of the route's pools.
    case nothingToAdopt = "nothing_to_adopt"
}

/// A refusal with its reason in words.
public struct Refusal: Sendable, Hashable, Codable {
    /// The code.
    public var code: RefusalCode
    /// One sentence: why, and what to do.
    public var sentence: String

    /// Makes a refusal.
    public init(_ code: RefusalCode, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }
}
