/// A row of the decision table, in the words that `explain` names it by.
///
/// ``FailoverPolicy/desire(of:at:)`` has the table; a test enumerates all combinations of what it
/// looks at, and finds exactly one row for each.
enum DecisionRow: String, Sendable, CaseIterable {
    // Hands off.
    case paused = "paused: rest"
    case holderInMaintenance = "the holder is in maintenance: rest"
    case foreignHolder = "the holder is foreign: rest until it returns or is adopted"
    // Who holds the route is not known.
    case notRead = "who holds the route is not read: rest"
    case notReadConfirming =
        "the presumed holder is down, not confirmed yet, who holds is not read: wait"
    case notReadDown = "the presumed holder is down, who holds is not read: blocked"
    // The holder does not work.
    case noEvidence = "nothing is known of the holder: rest"
    case confirming = "the holder is down, not confirmed yet: wait"
    case noTarget = "the holder is down and no pool can take over: blocked"
    case rescueTold = "the holder is down, mode observe: only told"
    case rescueAsked = "the holder is down, a move needs a person's yes: ask"
    case rescue = "the holder is down, a move needs nobody's yes: act"
    case impairmentConfirming = "the holder is impaired, not confirmed yet: wait"
    case impairedWithoutTarget = "the holder is impaired and no other pool would be better: rest"
    case reliefTold = "the holder is impaired, mode observe: only told"
    case reliefAsked = "the holder is impaired, a move needs a person's yes: ask"
    case nextHopDead = "the holder's next hop is dead: rest, the proposal is the next hop's"
    // The holder works.
    case holderWorks = "at home and the holder works: rest"
    case heldByOrder = "away by a person's order: rest"
    case homeNotUp = "away and home is not up: rest"
    case homeInMaintenance = "away, home is up and in maintenance: rest"
    case soaking = "away, home is up, its soak is not over: wait"
    case failbackTold = "away, home is up long enough: only told"
    case coolingDown = "away, home is up, the cool-down is not over: wait"
    case windowClosed = "away, home is up long enough, the window is closed: wait"
    case windowNotKnown = "away, home is up, whether the window is open is not known: rest"
    case failbackAsked = "away, home is up long enough, a failback needs a person's yes: ask"
    case failback = "away, home is up long enough, a failback needs nobody's yes: act"

    /// The row that a desire comes from; whether the holder is known tells two of them apart.
    init(_ desire: Desire, isHolderKnown: Bool) {
        self =
            switch desire {
            case .rest(let rest): DecisionRow(rest)
            case .wait(.confirmation, _): isHolderKnown ? .confirming : .notReadConfirming
            case .wait(.impairment, _): .impairmentConfirming
            case .wait(.soak, _): .soaking
            case .wait(.coolDown, _): .coolingDown
            case .wait(.window, _): .windowClosed
            case .blocked(.noTarget): .noTarget
            case .blocked(.holderNotRead): .notReadDown
            case .tell(let wanted): DecisionRow(wanted, nil)
            case .act(let wanted, let permission): DecisionRow(wanted, permission)
            }
    }

    private init(_ rest: Rest) {
        self =
            switch rest {
            case .holderWorks: .holderWorks
            case .noEvidence: .noEvidence
            case .paused: .paused
            case .holderInMaintenance: .holderInMaintenance
            case .homeInMaintenance: .homeInMaintenance
            case .foreignHolder: .foreignHolder
            case .holderNotRead: .notRead
            case .heldByOrder: .heldByOrder
            case .homeNotUp: .homeNotUp
            case .impairedWithoutTarget: .impairedWithoutTarget
            case .nextHopDead: .nextHopDead
            case .windowNotKnown: .windowNotKnown
            }
    }

    /// Without a permission it is only told.
    private init(_ wanted: Wanted, _ permission: Permission?) {
        self =
            switch (wanted.situation, permission) {
            case (.homeBack, nil): .failbackTold
            case (.homeBack, .ask): .failbackAsked
            case (.homeBack, .automatic): .failback
            case (.holderImpaired, nil): .reliefTold
            // Never automatic: only a person may leave a pool that lives.
            case (.holderImpaired, _): .reliefAsked
            case (_, nil): .rescueTold
            case (_, .ask): .rescueAsked
            case (_, .automatic): .rescue
            }
    }
}
