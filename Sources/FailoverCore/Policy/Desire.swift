/// What the evidence alone asks for on a route now, whatever request is under way.
///
/// A pure function of evidence, holder, pauses, cool-down and counts
/// (``FailoverPolicy/desire(of:at:)``); the phase is reconciled with it after every event.
enum Desire: Sendable, Hashable {
    /// Nothing is to be done.
    case rest(Rest)
    /// Something will be due then, if nothing changes.
    case wait(Waiting, until: Instant)
    /// Something is wanted and impossible: people are told.
    case blocked(Blocker)
    /// Something would be done if it were allowed: people are told.
    case tell(Wanted)
    /// A move is wanted.
    case act(Wanted, Permission)

    /// Whether it is a move that needs nobody's yes.
    var isAutomatic: Bool {
        if case .act(_, .automatic) = self { true } else { false }
    }
}

/// Why nothing is to be done.
enum Rest: Sendable, Hashable {
    case holderWorks
    case noEvidence
    case paused(Pause)
    /// The pool that holds the route is in maintenance.
    case holderInMaintenance(Pause)
    /// Home is back, and in maintenance.
    case homeInMaintenance(Pause)
    case foreignHolder
    case holderNotRead
    case heldByOrder
    case homeNotUp
    /// Peers refuse the holder, and no other pool would serve them better.
    case impairedWithoutTarget
    /// The holder's way on is dead: people mend its next hop, the route stays.
    case nextHopDead
    /// Home is up long enough, but whether the failback's window is open is not known.
    case windowNotKnown
}

/// What is being waited for.
enum Waiting: Sendable, Hashable {
    /// The down verdict has to stand for `confirmFor`.
    case confirmation
    /// The impairment has to stand for `confirmFor` before a move is proposed.
    case impairment
    /// Home has to be up for `stableFor`.
    case soak
    /// The cool-down of the last run has to end before a failback.
    case coolDown
    /// The window in which a failback may begin has to open.
    case window
}

/// What makes a wanted rescue impossible.
enum Blocker: Sendable, Hashable {
    case noTarget
    case holderNotRead
}

/// A move that the evidence asks for.
struct Wanted: Sendable, Hashable {
    var situation: Situation
    var from: FQDN
    var to: FQDN
}

/// Whether a wanted move needs a person.
enum Permission: Sendable, Hashable {
    case automatic
    case ask(AskReason)
}

/// Why a person is asked.
enum AskReason: Sendable, Hashable {
    /// The route's mode says so.
    case mode
    /// The route is automatic, but the last run was too recent.
    case coolDown(until: Instant)
    /// The route is automatic, but that pool flaps.
    case flapping(FQDN)
    /// The route is automatic, but there were as many failovers as may be automatic.
    case tooManyFailovers
    /// The route is automatic, but the only target is degraded.
    case targetDegraded
    /// The only target is one that peers refuse, or that gets nothing through.
    case targetImpaired
    /// The holder lives, but peers refuse it: never acted on without a person.
    case holderImpaired
    /// The only target does not serve yet: the plan starts or enables it first.
    case targetNotServing
    /// No pool that is up is ready as well: a yes has to name that rule.
    case targetNotReady
    /// The route is automatic, but the plan says that a person must say yes.
    case plan
}
