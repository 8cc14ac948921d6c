/// What mode `auto` would have done on routes in mode `observe`: decided by the very decision table,
/// written down once per situation, never told as a question and never carried out.
///
/// - No plan is made: what the checks before a run would have found is not known.
/// - A move that it would have made by itself counts towards its cool-down and its limit of failovers
///   from that moment, as if it had gone well; the route itself stays where people leave it.
extension FailoverPolicy {
    /// Brings what is written down in line with the evidence and the time.
    mutating func keepShadow(_ index: Int, at now: Instant) {
        guard let auto = states[index].asAuto() else {
            endShadow(index, "the mode is \(states[index].route.mode.rawValue) now")
            states[index].shadow = Shadow()
            return
        }
        if let open = auto.shadow.open, let reason = reasonAgainst(open, at: now) {
            endShadow(index, reason)
        }
        guard case .idle = auto.phase, lockHolder == nil,
            case .act(let wanted, let permission) = desire(of: auto, at: now),
            replaces(states[index].shadow.open, wanted, permission)
        else { return }
        let decision = decision(wanted, permission, auto, at: now)
        states[index].shadow.open = decision
        if permission == .automatic { countShadow(index, wanted, at: now) }
        outbox.append(.shadow(.decided(decision)))
    }

    /// Why a decision stands no longer; nil while it does, and while nothing is known.
    private func reasonAgainst(_ open: ShadowDecision, at now: Instant) -> String? {
        let isUnderWay = open.asks == nil
        let request = request(for: open)
        // What would be under way by now is not stopped by pauses and windows, only by its end.
        let ground =
            isUnderWay
            ? evidenceGround(of: request, isUnderWay: true) : ground(of: request, at: now)
        if case .void(let reason) = ground { return reason }
        return nil
    }

    private func request(for decision: ShadowDecision) -> MoveRequest {
        MoveRequest(
            // It is never sent anywhere.
            id: RequestID(0),
            move: decision.move,
            direction: decision.trigger.situation == .homeBack ? .failback : .failover,
            trigger: decision.trigger
        )
    }

    /// Whether that is another decision than the one that stands, as a question is withdrawn for it.
    private func replaces(
        _ open: ShadowDecision?,
        _ wanted: Wanted,
        _ permission: Permission
    ) -> Bool {
        guard let open else { return true }
        guard open.asks != nil else { return false }
        return permission == .automatic || open.move.from != wanted.from
            || open.move.to != wanted.to
    }

    private func decision(
        _ wanted: Wanted,
        _ permission: Permission,
        _ auto: RouteState,
        at now: Instant
    ) -> ShadowDecision {
        let move = Move(auto.route, from: wanted.from, to: wanted.to)
        var asks: String?
        if case .ask(let reason) = permission { asks = whyAsked(reason, auto, at: now) }
        let words = evidenceWords(wanted, auto, at: now)
        return ShadowDecision(
            move: move,
            trigger: trigger(of: wanted.situation, words),
            asks: asks,
            basis: basis(of: [move], at: now)
        )
    }

    private mutating func countShadow(_ index: Int, _ wanted: Wanted, at now: Instant) {
        states[index].shadow.coolDownUntil = now + settings.coolDown
        guard wanted.situation == .holderDown else { return }
        states[index].shadow.failovers.removeAll { now >= $0 + settings.maxFailovers.per }
        states[index].shadow.failovers.append(now)
    }

    private mutating func endShadow(_ index: Int, _ reason: String) {
        guard states[index].shadow.open != nil else { return }
        states[index].shadow.open = nil
        outbox.append(.shadow(.ended(states[index].route.name, reason: reason)))
    }

    // MARK: What people do

    /// Writes down that the route is elsewhere than it was: no run of ours moved it.
    mutating func noteShadowMove(_ index: Int, _ reading: HolderReading, at now: Instant) {
        switch reading {
        case .unknown: return
        case .pool(let pool): noteShadowMove(index, to: pool.name, how: "by hand", at: now)
        case .foreign(let words): noteShadowMove(index, to: words, how: "by hand", at: now)
        }
    }

    /// The same for a move that a person ordered; a drill is none, for it goes there and back.
    mutating func noteShadowMove(
        _ index: Int,
        of request: MoveRequest,
        to pool: FQDN,
        at now: Instant
    ) {
        let how = request.trigger.isDrill ? nil : "by run \(request.id), \(request.trigger.inWords)"
        noteShadowMove(index, to: pool.name, how: how, at: now)
    }

    private mutating func noteShadowMove(
        _ index: Int,
        to place: String,
        how: String?,
        at now: Instant
    ) {
        guard let auto = states[index].asAuto() else { return }
        let before = auto.shadow.seen
        states[index].shadow.seen = place
        guard let how, let before, before != place else { return }
        var move = PeopleMove(route: auto.route.name, from: before, to: place, how: how)
        if auto.shadow.open == nil {
            move.meanwhile = evidenceWords(of: auto, at: now)
            if case .wait(_, let until) = desire(of: auto, at: now) { move.dueIn = until - now }
        }
        outbox.append(.shadow(.moved(move)))
    }
}
