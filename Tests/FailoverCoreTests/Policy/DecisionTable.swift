@testable import FailoverCore

/// The decision table, said again: for each row when it holds, so that no two can.
enum DecisionTable {
    typealias Facts = DecisionFacts

    struct Row: Sendable {
        var name: DecisionRow
        var holds: @Sendable (Facts) -> Bool

        init(_ name: DecisionRow, _ holds: @escaping @Sendable (Facts) -> Bool) {
            self.name = name
            self.holds = holds
        }

        /// The same for routes that nothing holds up.
        var free: Row {
            let holds = holds
            return Row(name) { $0.pausing == .none && !$0.isHolderHeld && holds($0) }
        }
    }

    static let rows =
        [
            Row(.paused) { $0.pausing != .none },
            Row(.holderInMaintenance) { $0.pausing == .none && $0.isHolderHeld },
        ] + (notKnown + down + impaired + works).map(\.free)

    private static let notKnown = [
        Row(.foreignHolder, \.isForeign),
        Row(.notRead) { isUnread($0) && !$0.isHolderDown },
        Row(.notReadConfirming) { isUnread($0) && $0.isHolderDown && !$0.isConfirmed },
        Row(.notReadDown) { isUnread($0) && $0.isHolderDown && $0.isConfirmed },
        Row(.noEvidence) { $0.isKnown && $0.holder == .unknown },
    ]

    private static let down = [
        Row(.confirming) { $0.isKnown && $0.isHolderDown && !$0.isConfirmed },
        Row(.noTarget) { isDead($0) && !$0.hasTarget },
        Row(.rescueTold) { isDead($0) && $0.hasTarget && $0.mode == .observe },
        Row(.rescueAsked) {
            isDead($0) && $0.hasTarget && $0.mode != .observe && whyRescueAsks($0) != nil
        },
        Row(.rescue) {
            isDead($0) && $0.hasTarget && $0.mode != .observe && whyRescueAsks($0) == nil
        },
    ]

    private static let impaired = [
        Row(.impairmentConfirming) { $0.isKnown && $0.holder == .impaired && !$0.isConfirmed },
        Row(.impairedWithoutTarget) { isRefused($0) && !$0.hasServingTarget },
        Row(.reliefTold) { isRefused($0) && $0.hasServingTarget && $0.mode == .observe },
        Row(.reliefAsked) { isRefused($0) && $0.hasServingTarget && $0.mode != .observe },
        Row(.nextHopDead) { $0.isAtHome && $0.holder == .nextHop },
    ]

    private static let works = [
        Row(.holderWorks) { $0.isAtHome && ($0.holder == .up || $0.holder == .degraded) },
        Row(.heldByOrder) { isWorkingAway($0) && $0.holding == .ordered },
        Row(.homeNotUp) { mayReturn($0) && !$0.isHomeBack },
        Row(.homeInMaintenance) { mayReturn($0) && $0.isHomeBack && $0.isOtherHeld },
        Row(.soaking) { isBack($0) && !$0.isSoaked },
        Row(.failbackTold) { isBack($0) && $0.isSoaked && isOnlyTold($0) },
        Row(.coolingDown) { isDue($0) && $0.isCooling },
        Row(.windowClosed) { isDue($0) && !$0.isCooling && $0.window == .closed },
        Row(.windowNotKnown) {
            isDue($0) && !$0.isCooling && ($0.window == .neverRead || $0.window == .over)
        },
        Row(.failbackAsked) { mayGo($0) && whyFailbackAsks($0) != nil },
        Row(.failback) { mayGo($0) && whyFailbackAsks($0) == nil },
    ]

    // MARK: Columns put together

    private static func isUnread(_ facts: Facts) -> Bool { !facts.isKnown && !facts.isForeign }

    private static func isDead(_ facts: Facts) -> Bool {
        facts.isKnown && facts.isHolderDown && facts.isConfirmed
    }

    private static func isRefused(_ facts: Facts) -> Bool {
        facts.isKnown && facts.holder == .impaired && facts.isConfirmed
    }

    private static func isWorkingAway(_ facts: Facts) -> Bool {
        facts.isAway && [.up, .degraded, .nextHop].contains(facts.holder)
    }

    private static func mayReturn(_ facts: Facts) -> Bool {
        isWorkingAway(facts) && facts.holding != .ordered
    }

    private static func isBack(_ facts: Facts) -> Bool {
        mayReturn(facts) && facts.isHomeBack && !facts.isOtherHeld
    }

    private static func isOnlyTold(_ facts: Facts) -> Bool {
        facts.mode == .observe || facts.failback == .observe || facts.holding == .found
    }

    private static func isDue(_ facts: Facts) -> Bool {
        isBack(facts) && facts.isSoaked && !isOnlyTold(facts)
    }

    private static func mayGo(_ facts: Facts) -> Bool {
        isDue(facts) && !facts.isCooling && (facts.window == .none || facts.window == .open)
    }

    // MARK: Why a person is asked

    /// Nil when nobody is.
    static func whyAsked(_ row: DecisionRow, _ facts: Facts) -> AskReason? {
        switch row {
        case .reliefAsked: .holderImpaired
        case .rescueAsked: whyRescueAsks(facts)
        case .failbackAsked: whyFailbackAsks(facts)
        default: nil
        }
    }

    private static func whyRescueAsks(_ facts: Facts) -> AskReason? {
        let isApproved = facts.mode == .approve && !facts.goesOnUnanswered
        let flaps: FQDN? =
            switch facts.flapping {
            case .none: nil
            case .holder: facts.holderPool
            case .other: facts.otherPool
            // In the order of the route, which is that of their names.
            case .both: min(facts.holderPool, facts.otherPool)
            }
        // The first whose condition is met.
        let reasons: [(Bool, AskReason?)] = [
            (facts.other == .startable, .targetNotServing),
            (facts.other == .nextHop, .targetImpaired),
            (!isApproved && facts.other == .degraded, .targetDegraded),
            (facts.reading != .ready, .targetNotReady),
            (isApproved, .mode),
            (facts.isCooling, .coolDown(until: Facts.now + .seconds(60))),
            (flaps != nil, flaps.map(AskReason.flapping)),
            (facts.planNeedsPerson, .plan),
            (facts.isCountReached, .tooManyFailovers),
        ]
        return reasons.first { $0.0 }?.1
    }

    private static func whyFailbackAsks(_ facts: Facts) -> AskReason? {
        let reasons: [(Bool, AskReason)] = [
            (facts.other == .startable, .targetNotServing),
            (facts.reading != .ready, .targetNotReady),
            (facts.failback == .approve, .mode),
            ([.other, .both].contains(facts.flapping), .flapping(facts.otherPool)),
            (facts.planNeedsPerson, .plan),
        ]
        return reasons.first { $0.0 }?.1
    }
}
