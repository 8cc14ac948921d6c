@testable import FailoverCore

/// What the evidence asks for on a route: the columns of the decision table, counted from the lists.
extension Oracle {
    /// The row that holds, and what it leads to.
    struct Wish: Equatable {
        var row: DecisionRow
        var until: Instant?
        /// The move that is wanted, or would be.
        var from: FQDN?
        var to: FQDN?
        /// Why a person is asked.
        var asked: AskReason?

        var isAct: Bool {
            [.rescue, .rescueAsked, .reliefAsked, .failback, .failbackAsked].contains(row)
        }
        var isRescue: Bool { row == .rescue || row == .rescueAsked }
        var isAutomatic: Bool { row == .rescue || row == .failback }
        var situation: Situation {
            if isRescue { return .holderDown }
            return row == .reliefAsked ? .holderImpaired : .homeBack
        }
    }

    func wish(_ state: Route) -> Wish {
        let facts = facts(state)
        // That there is always exactly one, the tests of the table show.
        guard let row = DecisionTable.rows.first(where: { $0.holds(facts) }) else {
            preconditionFailure("no row for \(facts)")
        }
        var wish = Wish(row: row.name)
        let route = state.route
        let held = since(PoolLeg(pool: state.holder, kind: route.kind.leg))
        switch wish.row {
        case .confirming, .notReadConfirming, .impairmentConfirming:
            wish.until = held + route.confirmFor
        case .soaking: wish.until = homeSince(state) + soak(state)
        case .coolingDown: wish.until = coolingUntil(state)
        case .windowClosed:
            if case .closed(let until) = windows[route.name] { wish.until = until }
        case .rescueTold, .rescue, .rescueAsked, .reliefTold, .reliefAsked, .failbackTold,
            .failback, .failbackAsked:
            (wish.from, wish.to) = (facts.holderPool, facts.otherPool)
            wish.asked = DecisionTable.whyAsked(wish.row, facts)
            if case .coolDown = wish.asked, let until = coolingUntil(state) {
                wish.asked = .coolDown(until: until)
            }
        default: break
        }
        return wish
    }

    private func facts(_ state: Route) -> DecisionFacts {
        let route = state.route
        let own = PoolLeg(pool: state.holder, kind: route.kind.leg)
        var facts = DecisionFacts()
        if isPaused(.everything) { facts.pausing = .everything }
        if isPaused(.route(route.name)) { facts.pausing = .route }
        facts.holding = holding(state)
        facts.holder = standing(sight(own))
        facts.mode = route.mode
        facts.failback = route.failback.mode
        facts.isConfirmed = now >= since(own) + route.confirmFor
        facts.isCooling = coolingUntil(state) != nil
        facts.isCountReached = recent(state.rescues).count >= settings.maxFailovers.count
        facts.planNeedsPerson = state.planNeedsPerson
        facts.goesOnUnanswered = state.isUnanswered
        var other: FQDN?
        if facts.isHolderDown || facts.holder == .impaired {
            other = target(state, awayFrom: state.holder)
            if let other { facts.other = standing(other, state) }
        } else if state.holder != route.home {
            other = route.home
            let isBack = homeLeg(state) != nil
            facts.other = isBack ? .up : standing(sight(homeOwn(state)))
            if isBack, sight(homeOwn(state)).verdict == .down { facts.other = .startable }
            facts.isSoaked = isBack && now >= homeSince(state) + soak(state)
            facts.window = window(state)
        }
        facts.pools = DecisionFacts.Pools(holder: state.holder, other: other ?? state.holder)
        if other == nil { facts.other = .down }
        if let other { facts.reading = isReady(other, route.name) ? .ready : .notReady }
        facts.maintenance = sides(facts, other) { isPaused(.pool($0)) }
        facts.flapping = sides(facts, other) { flaps($0, route) }
        return facts
    }

    private func sides(
        _ facts: DecisionFacts,
        _ other: FQDN?,
        _ holds: (FQDN) -> Bool
    ) -> DecisionFacts.Sides {
        let isOther = other.map(holds) ?? false
        if holds(facts.holderPool) { return isOther ? .both : .holder }
        return isOther ? .other : .none
    }

    private func holding(_ state: Route) -> DecisionFacts.Holding {
        switch (state.reading, state.place?.cause) {
        case (.elsewhere(let found), _): found == nil ? .foreignNowhere : .foreign
        case (.none, _): .unread
        case (.failed, _): .unreadable
        case (.fits, nil): .home
        case (.fits, .downVerdict): .rescued
        case (.fits, .ordered): .ordered
        case (.fits, .found): .found
        }
    }

    private func standing(_ sight: Sight) -> DecisionFacts.Standing {
        switch sight.verdict {
        case .up: .up
        case .degraded: .degraded
        case .impaired: sight.impairment == .nextHop ? .nextHop : .impaired
        case .down: .down
        case .unknown: .unknown
        }
    }

    // MARK: Pools

    private func standing(_ pool: FQDN, _ state: Route) -> DecisionFacts.Standing {
        let own = standing(sight(PoolLeg(pool: pool, kind: state.route.kind.leg)))
        return own == .down && canBeStarted(pool, state.route) ? .startable : own
    }

    /// The legs of a pool that show that its host lives while what a plan starts there is down.
    ///
    /// Nothing of ours switches XMPP or media off at home: what is down there is broken.
    private func hostLegs(_ pool: FQDN, _ route: FederationRoute) -> [PoolLeg] {
        if pool == route.home, route.kind != .sip { return [] }
        var kinds: [LegKind] =
            switch (route.kind, route.federationFlag) {
            case (.sip, .strictSingle): [.access]
            case (.sip, .preStaged), (.media, _): []
            case (.xmpp, _): [.sip, .access]
            }
        if isFencedHome(pool, route) { kinds.append(.media) }
        return kinds.map { PoolLeg(pool: pool, kind: $0) }
    }

    func isFencedHome(_ pool: FQDN, _ route: FederationRoute) -> Bool {
        pool == route.home && route.kind == .sip && route.fence == .accessEdge
    }

    func canBeStarted(_ pool: FQDN, _ route: FederationRoute) -> Bool {
        verdict(pool, route) == .down
            && hostLegs(pool, route).contains {
                [.up, .degraded, .impaired].contains(sight($0).verdict)
            }
    }

    /// Of the best kind the first that is ready, else the first; none in maintenance.
    func target(_ state: Route, awayFrom holder: FQDN) -> FQDN? {
        let others = state.route.pools.filter { $0 != holder && !isPaused(.pool($0)) }
        let kinds: [DecisionFacts.Standing] = [.up, .degraded, .nextHop, .startable]
        for kind in kinds {
            let fitting = others.filter { standing($0, state) == kind }
            guard let first = fitting.first else { continue }
            return fitting.first { isReady($0, state.name) } ?? first
        }
        return nil
    }

    // MARK: Home

    private func homeOwn(_ state: Route) -> PoolLeg {
        PoolLeg(pool: state.route.home, kind: state.route.kind.leg)
    }

    /// The leg that shows that home is back; nil while it is not.
    func homeLeg(_ state: Route) -> PoolLeg? {
        let own = homeOwn(state)
        if sight(own).verdict == .up { return own }
        guard sight(own).verdict == .down else { return nil }
        let alive = hostLegs(state.route.home, state.route).filter { sight($0).verdict == .up }
        return alive.min { since($0) < since($1) }
    }

    private func homeSince(_ state: Route) -> Instant { since(homeLeg(state) ?? homeOwn(state)) }

    /// How long home has to be up: twice as long for each relapse of the last day, eight hours at
    /// most.
    func soak(_ state: Route) -> Duration {
        var soak = state.route.failback.stableFor
        for relapse in state.relapses where now < relapse + settings.relapseWithin {
            soak = soak * 2
        }
        return min(soak, max(settings.longestSoak, state.route.failback.stableFor))
    }

    func isSoaked(_ state: Route) -> Bool { now >= homeSince(state) + soak(state) }

    func window(_ state: Route) -> DecisionFacts.Window {
        guard state.route.failback.window != nil else { return .none }
        switch windows[state.name] {
        case .open(let until): return until.map { now < $0 } ?? true ? .open : .over
        case .closed(let until?) where now < until: return .closed
        case .closed, nil: return .neverRead
        }
    }

    // MARK: Counts

    func coolingUntil(_ state: Route) -> Instant? {
        state.ended.map { $0 + settings.coolDown }.flatMap { now < $0 ? $0 : nil }
    }

    func recent(_ failovers: [Instant]) -> [Instant] {
        failovers.filter { now < $0 + settings.maxFailovers.per }
    }

    /// What the evidence shows, whatever may be done about it; a gap in it ends nothing.
    func situation(_ state: Route) -> Situation {
        switch standing(sight(PoolLeg(pool: state.holder, kind: state.route.kind.leg))) {
        case .down, .startable: return .holderDown
        case .impaired: return .holderImpaired
        case .unknown: return state.situation
        case .up, .degraded, .nextHop:
            if state.holder == state.route.home { return .calm }
            if homeLeg(state) != nil { return .homeBack }
            let isGap = verdict(state.route.home, state.route) == .unknown
            return isGap && state.situation == .homeBack ? .homeBack : .calm
        }
    }

    // MARK: One plan for several

    /// Until when a move waits for another route of the same pool that is about to be due.
    func waitForOthers(_ wish: Wish, _ state: Route) -> Instant? {
        guard !state.goesAlone else { return nil }
        let own = since(PoolLeg(pool: state.holder, kind: state.route.kind.leg))
        var due = own + state.route.confirmFor
        if wish.situation == .homeBack {
            due = max(homeSince(state) + soak(state), (state.ended ?? due) + settings.coolDown)
            if state.ended == nil { due = homeSince(state) + soak(state) }
        }
        return routes.compactMap { other -> Instant? in
            guard other.name != state.name, isIdle(other), !other.goesAlone, other.isKnown,
                other.holder == wish.from
            else { return nil }
            let also = wished(other)
            guard let until = also.until, until <= due + settings.joinWithin else { return nil }
            switch (wish.situation, also.row) {
            case (.holderDown, .confirming):
                return other.route.mode == state.route.mode ? until : nil
            case (.homeBack, .soaking), (.homeBack, .coolingDown):
                let isAlike = other.route.failback.mode == state.route.failback.mode
                return isAlike && other.route.home == wish.to ? until : nil
            default: return nil
            }
        }.max()
    }

    func isIdle(_ state: Route) -> Bool { state.quiet == nil && request(of: state.name) == nil }
}
