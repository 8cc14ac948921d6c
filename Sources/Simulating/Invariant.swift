/// What must never happen, and what must: design.md, section 5, a check each.
enum Invariant: String, Sendable, Hashable, CaseIterable {
    // 1
    case oneRunAtATime = "two runs at once on one topology"
    case oneAgentActs = "an agent acted that does not lead, or after a stall without looking again"
    // 2
    case targetUp = "a failover began to a pool that is not up"
    // 3
    case standingEvidence = "acted automatically on evidence that does not stand"
    // 4
    case approvedPlanOnly = "acted without a recorded approval of that very plan"
    // 5
    case withdrawnWhenOver = "people are still asked for what is no longer needed"
    // 6
    case limitedFailovers = "more automatic moves than allowed, or too soon after the last"
    case soakedFailback = "a failback before the soak, or outside its window"
    case rescueNotRefused = "a wanted rescue is neither under way nor asked nor reported"
    case obeysMode = "acted beyond what the mode allows, or while paused"
    case rulesNamed = "a rule was broken that nobody named"
    // 7
    case actsOnce = "an act was repeated, or carried out without looking first"
    case doneMeansVerified = "reported as done what was not verified or not so"
    case replayEqualsLife = "the journal cannot be replayed to what was lived"
    // 8
    case nothingUnreported = "a stop, refusal or time-out was not reported"
    case noFalseAlarm = "people are alarmed, or a move is prepared, without cause"
    case statusInWords = "a state without a reason in words"
    // 9
    case foreignKept = "overwrote what someone else changed"
    case operatorsMoveKept = "reversed an operator's move by itself"
    // 10
    case servicesRunning = "left a healthy pool's services stopped"
    // And it must
    case beginsInTime = "a failover that was allowed did not begin within its bound"
    case nothingStuck = "a lock or a request was left for good without an alert"
    case remindsOfStuck = "a stuck run that nobody is reminded of"
}

/// Where an invariant was broken.
struct Violation: Sendable, Hashable {
    var invariant: Invariant
    /// Seconds from the beginning.
    var at: Int
    var words: String
}
