extension FailoverPolicy {
    /// What the evidence asks for on a route: the decision table.
    ///
    /// | pause | holder | its leg | else | desire |
    /// |---|---|---|---|---|
    /// | paused | any | any | | rest |
    /// | holder in maintenance | any | any | | rest |
    /// | – | foreign | any | | rest: as in observe, until it returns or is adopted |
    /// | – | not read | down, confirmed | | blocked |
    /// | – | not read | otherwise | | rest or wait |
    /// | – | known | unknown | | rest |
    /// | – | known | down | not confirmed | wait |
    /// | – | known | down | no pool up, degraded or impaired, none that can be started | blocked |
    /// | – | known | down | a target | tell in observe, else act |
    /// | – | known | impaired by its certificate | not confirmed | wait |
    /// | – | known | impaired by its certificate | no other pool up or degraded | rest |
    /// | – | known | impaired by its certificate | another pool up or degraded | tell in observe, else act, asking |
    /// | – | home | impaired by its next hop | | rest: the proposal is the next hop's |
    /// | – | standby | impaired by its next hop | | as up, degraded |
    /// | – | home | up, degraded | | rest |
    /// | – | standby | up, degraded | moved by order | rest |
    /// | – | standby | up, degraded | home not up, or in maintenance | rest |
    /// | – | standby | up, degraded | home up, soak or cool-down not over | wait |
    /// | – | standby | up, degraded | home up long enough, window closed or not known | wait or rest |
    /// | – | standby | up, degraded | home up long enough, window open | tell in observe, if found away; else act |
    func desire(of state: RouteState, at now: Instant) -> Desire {
        if let pause = pauses.covering(state.route.name, at: now) { return .rest(.paused(pause)) }
        let presumed = state.holder.presumed(home: state.route.home)
        if let pause = maintenance(of: presumed, at: now) {
            return .rest(.holderInMaintenance(pause))
        }
        return unhindered(state, at: now)
    }

    /// What the evidence asks for when neither the route nor its holder is paused.
    func unhindered(_ state: RouteState, at now: Instant) -> Desire {
        switch state.holder {
        case .foreign: return .rest(.foreignHolder)
        case .unread, .unreadable:
            let presumed = evidence(state.leg(state.holder.presumed(home: state.route.home)))
            guard presumed.verdict.verdict == .down else { return .rest(.holderNotRead) }
            let confirmed = presumed.since + state.route.confirmFor
            return now < confirmed
                ? .wait(.confirmation, until: confirmed) : .blocked(.holderNotRead)
        case .known(let place):
            let verdict = evidence(state.leg(place.pool)).verdict
            switch verdict.verdict {
            case .unknown: return .rest(.noEvidence)
            case .down: return rescue(state, from: place.pool, at: now)
            case .impaired where verdict.impairment != .nextHop:
                return relief(state, from: place.pool, at: now)
            case .impaired where place.pool == state.route.home: return .rest(.nextHopDead)
            case .impaired: return failback(state, from: place, at: now)
            case .up, .degraded: return failback(state, from: place, at: now)
            }
        }
    }

    private func rescue(_ state: RouteState, from holder: FQDN, at now: Instant) -> Desire {
        let confirmed = evidence(state.leg(holder)).since + state.route.confirmFor
        if now < confirmed { return .wait(.confirmation, until: confirmed) }
        guard let target = target(of: state, awayFrom: holder, at: now) else {
            return .blocked(.noTarget)
        }
        let wanted = Wanted(situation: .holderDown, from: holder, to: target)
        switch state.route.mode {
        case .observe: return .tell(wanted)
        case .approve where state.episode.unanswered != nil:
            let permission = automaticPermission(state, from: holder, to: target, at: now)
            return .act(wanted, permission)
        case .approve:
            let isReady = isReady(target, state, at: now)
            let trouble = targetTrouble(target, state) ?? (isReady ? nil : .targetNotReady)
            return .act(wanted, .ask(trouble ?? .mode))
        case .auto:
            let permission = automaticPermission(state, from: holder, to: target, at: now)
            return .act(wanted, permission)
        }
    }

    /// A move away from a pool that lives but is refused by peers: to one that serves them better, and
    /// only with a person's yes.
    private func relief(_ state: RouteState, from holder: FQDN, at now: Instant) -> Desire {
        let confirmed = evidence(state.leg(holder)).since + state.route.confirmFor
        if now < confirmed { return .wait(.impairment, until: confirmed) }
        guard let target = servingTarget(of: state, awayFrom: holder, at: now) else {
            return .rest(.impairedWithoutTarget)
        }
        let wanted = Wanted(situation: .holderImpaired, from: holder, to: target)
        return state.route.mode == .observe ? .tell(wanted) : .act(wanted, .ask(.holderImpaired))
    }

    /// Why a person is asked about a target that is none of the best.
    private func targetTrouble(_ target: FQDN, _ state: RouteState) -> AskReason? {
        if canBeStarted(target, for: state) { return .targetNotServing }
        return evidence(state.leg(target)).verdict.verdict == .impaired ? .targetImpaired : nil
    }

    /// What keeps an automatic rescue from being automatic.
    ///
    /// Nothing ever refuses it.
    private func automaticPermission(
        _ state: RouteState,
        from holder: FQDN,
        to target: FQDN,
        at now: Instant
    ) -> Permission {
        if let trouble = targetTrouble(target, state) { return .ask(trouble) }
        if evidence(state.leg(target)).verdict.verdict != .up { return .ask(.targetDegraded) }
        if !isReady(target, state, at: now) { return .ask(.targetNotReady) }
        if let until = state.coolDownUntil, now < until { return .ask(.coolDown(until: until)) }
        if let pool = flapping([holder, target], state, at: now) { return .ask(.flapping(pool)) }
        if state.episode.planNeedsPerson { return .ask(.plan) }
        let recent = recentFailovers(state, at: now)
        return recent.count < settings.maxFailovers.count ? .automatic : .ask(.tooManyFailovers)
    }

    /// Failovers that count towards the limit of automatic ones.
    func recentFailovers(_ state: RouteState, at now: Instant) -> [Instant] {
        state.failovers.filter { now < $0 + settings.maxFailovers.per }
    }

    private func failback(_ state: RouteState, from place: Place, at now: Instant) -> Desire {
        let route = state.route
        if place.pool == route.home { return .rest(.holderWorks) }
        if place.cause == .ordered { return .rest(.heldByOrder) }
        guard let home = returned(state) else { return .rest(.homeNotUp) }
        if let pause = maintenance(of: route.home, at: now) {
            return .rest(.homeInMaintenance(pause))
        }
        let stable = evidence(home).since + soak(of: state, at: now)
        if now < stable { return .wait(.soak, until: stable) }
        let wanted = Wanted(situation: .homeBack, from: place.pool, to: route.home)
        if route.mode == .observe || route.failback.mode == .observe || place.cause != .downVerdict
        {
            return .tell(wanted)
        }
        if let until = state.coolDownUntil, now < until { return .wait(.coolDown, until: until) }
        if let waiting = waitForWindow(state, at: now) { return waiting }
        if home != state.leg(route.home) { return .act(wanted, .ask(.targetNotServing)) }
        if !isReady(route.home, state, at: now) { return .act(wanted, .ask(.targetNotReady)) }
        if route.failback.mode == .approve { return .act(wanted, .ask(.mode)) }
        if let pool = flapping([route.home], state, at: now) {
            return .act(wanted, .ask(.flapping(pool)))
        }
        return .act(wanted, state.episode.planNeedsPerson ? .ask(.plan) : .automatic)
    }

    /// What a failback waits for whose window is not open; nil when it is, or when there is none.
    func waitForWindow(_ state: RouteState, at now: Instant) -> Desire? {
        guard state.route.failback.window != nil else { return nil }
        switch state.window {
        case .open(let until?) where until <= now: return .rest(.windowNotKnown)
        case .open: return nil
        case .closed(let until?) where now < until: return .wait(.window, until: until)
        case .closed, nil: return .rest(.windowNotKnown)
        }
    }

    /// The situation that the evidence shows; a gap in the evidence ends none.
    func situation(of state: RouteState) -> Situation {
        let home = state.route.home
        let presumed = state.holder.presumed(home: home)
        let verdict = evidence(state.leg(presumed)).verdict
        switch verdict.verdict {
        case .down: return .holderDown
        case .unknown: return state.episode.situation
        case .impaired where verdict.impairment != .nextHop: return .holderImpaired
        case .up, .degraded, .impaired:
            if presumed == home { return .calm }
            if returned(state) != nil { return .homeBack }
            switch evidence(state.leg(home)).verdict.verdict {
            case .up: return .homeBack
            case .unknown: return state.episode.situation == .homeBack ? .homeBack : .calm
            case .degraded, .impaired, .down: return .calm
            }
        }
    }
}
