extension FailoverPolicy {
    /// What the evidence asks for on a route: the decision table.
    ///
    /// The rows have the names of ``DecisionRow``; the first that fits holds, but they are so said
    /// that exactly one does.
    ///
    /// | row | holder | its leg | else | desire |
    /// |---|---|---|---|---|
    /// | paused | any | any | everything or the route is paused or in maintenance | rest |
    /// | holderInMaintenance | any | any | the pool that holds it, or most likely does, is in maintenance | rest |
    /// | foreignHolder | foreign | any | until it returns or is adopted | rest |
    /// | notRead | not read | not down | | rest |
    /// | notReadConfirming | not read | down | not confirmed | wait |
    /// | notReadDown | not read | down | confirmed | blocked |
    /// | noEvidence | known | unknown | | rest |
    /// | confirming | known | down | not confirmed | wait |
    /// | noTarget | known | down | no target: see ``target(of:awayFrom:at:)`` | blocked |
    /// | rescueTold | known | down | a target, mode observe | tell |
    /// | rescueAsked, rescue | known | down | a target, mode approve or auto | act, asking or not |
    /// | impairmentConfirming | known | impaired by its certificate | not confirmed | wait |
    /// | impairedWithoutTarget | known | impaired by its certificate | no other pool up or degraded | rest |
    /// | reliefTold | known | impaired by its certificate | another, mode observe | tell |
    /// | reliefAsked | known | impaired by its certificate | another, mode approve or auto | act, asking |
    /// | nextHopDead | home | impaired by its next hop | the proposal is the next hop's | rest |
    /// | holderWorks | home | up, degraded | | rest |
    /// | heldByOrder | standby | works* | moved by order | rest |
    /// | homeNotUp | standby | works* | home not back** | rest |
    /// | homeInMaintenance | standby | works* | home back, in maintenance | rest |
    /// | soaking | standby | works* | home back, not for long enough | wait |
    /// | failbackTold | standby | works* | soak over, and the route or its failback in observe, or found away | tell |
    /// | coolingDown | standby | works* | soak over, in cool-down | wait |
    /// | windowClosed | standby | works* | soak and cool-down over, window closed | wait |
    /// | windowNotKnown | standby | works* | soak and cool-down over, window not known | rest |
    /// | failbackAsked, failback | standby | works* | soak and cool-down over, no window or an open one | act, asking or not |
    ///
    /// \* up, degraded or impaired by its next hop. \** Home is back when it is up, or, while what its
    /// plan enables or unfences is down, when its host is (``returned(_:)``).
    ///
    /// Whether an act asks, and why: the first of these that fits.
    ///
    /// | a rescue asks, because | mode approve | mode auto, or approve going on unanswered |
    /// |---|---|---|
    /// | the plan starts or enables the target | asks | asks |
    /// | the target is impaired by its next hop | asks | asks |
    /// | the target is degraded | – | asks |
    /// | the target is not ready | asks | asks |
    /// | cool-down | – | asks |
    /// | the holder or the target flaps | – | asks |
    /// | the plan needs a person | – | asks |
    /// | as many automatic failovers as allowed | – | asks |
    /// | the mode | asks | – |
    ///
    /// A failback asks when home is back only by its host, when home is not ready, when its mode is
    /// approve, when home flaps, when the plan needs a person; else, in failback mode auto, it does
    /// not. A move away from an impaired holder always asks.
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
