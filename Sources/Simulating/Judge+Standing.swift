import FailoverCore

/// What a route is doing, held against what it should be doing.
extension Judge {
    /// A plan is to be made: there must be ground for it.
    mutating func judgePreparation(_ request: MoveRequest, at now: Int) {
        for move in request.moves {
            if move.from == move.to { object(.noFalseAlarm, now, "\(request) goes nowhere") }
            if let read = readings[move.route], read != move.from {
                object(.foreignKept, now, "\(request), but \(read) holds the route")
            }
            guard case .poolImpaired = request.trigger else { continue }
            let target = verdict(move.to, move.kind)
            if target != .up, target != .degraded {
                object(.noFalseAlarm, now, "\(request) improves nothing: \(move.to) is \(target)")
            }
            let leg = PoolLeg(pool: move.from, kind: move.kind.leg)
            if impairments[leg] == .nextHop {
                object(.noFalseAlarm, now, "\(request): its next hop is dead, and stays so")
            }
            if now - (classes[leg]?.since ?? 0) < setup.confirmFor {
                object(.standingEvidence, now, "before it was confirmed: \(request)")
            }
        }
    }

    /// The phase of a route after an event.
    mutating func judge(_ phase: RoutePhaseName, of route: FederationRoute, at now: Int) {
        let holder = holders[route.name] ?? route.home
        guard let leg = classes[PoolLeg(pool: holder, kind: route.kind.leg)] else { return }
        let impairment = impairments[PoolLeg(pool: holder, kind: route.kind.leg)]
        switch phase {
        case .blocked where readings[route.name] == holder && leg.verdict != .down:
            object(.noFalseAlarm, now, "\(route.name) is blocked, and \(holder) is \(leg.verdict)")
        case .impaired where impairment == .nextHop && holder != route.home:
            object(.noFalseAlarm, now, "\(route.name) waits for a next hop, away from home")
        case .paused, .inMaintenance:
            // Home's own keeps the failback waiting.
            let pools = [holder, readings[route.name] ?? holder, route.home].map(Coverage.pool)
            if !isCovered([.everything, .route(route.name)] + pools, at: now) {
                let words = "\(route.name) is \(phase.rawValue) without an order"
                object(.rescueNotRefused, now, words)
            }
        case .watching, .coolingDown, .soaking, .noEvidence, .confirming, .blocked, .holderUnknown:
            judgeIdle(phase, of: route, holder, leg, at: now)
        default: return
        }
    }

    /// A holder that has been down for long enough is not merely watched.
    private mutating func judgeIdle(
        _ phase: RoutePhaseName,
        of route: FederationRoute,
        _ holder: FQDN,
        _ leg: (verdict: VerdictClass, since: Int),
        at now: Int
    ) {
        guard leg.verdict == .down, readings[route.name] == holder,
            now - max(leg.since, arrived[route.name] ?? 0) > setup.confirmFor + 15
        else { return }
        let hasTarget = route.pools.contains {
            $0 != holder && verdict($0, route.kind) == .up && !isCovered([.pool($0)], at: now)
        }
        if phase == .blocked {
            guard hasTarget, isHolderRead.contains(route.name) else { return }
        }
        object(.rescueNotRefused, now, "\(route.name) is \(phase.rawValue), and \(holder) is down")
    }
}
