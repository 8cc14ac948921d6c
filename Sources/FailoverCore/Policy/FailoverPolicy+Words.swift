extension FailoverPolicy {
    /// What a route is doing and why, in one sentence; ``status(of:at:)`` shows it.
    func sentence(of state: RouteState, at now: Instant) -> String {
        switch lead(of: state).phase {
        case .idle, .joined:
            let flaps = flapping(state, at: now)
                .map { "; \(flapWords($0, state, at: now)): automatic moves ask" }
            return desireWords(of: state, at: now) + flaps.joined()
        case .queued(let request):
            return "\(request) waits for \(lockHolder ?? "the lock")"
        case .planning(let request):
            return "the plan of \(request) is being made"
        case .asked(let request, _, let expires):
            var words =
                "\(request) waits for \(answerWanted(request)), for another "
                + "\((expires - now).inWords): \(request.trigger.inWords)"
            if case .onHold(let reason) = ground(of: request, at: now) { words += "; \(reason)" }
            return words
        case .cleared(let request, _, let lapses):
            let why: String
            if case .onHold(let reason) = ground(of: request, at: now) {
                why = reason
            } else {
                why = lockHolder ?? "the lock"
            }
            return "\(request) is approved by \(request.approvers) and waits for "
                + "another \((lapses - now).inWords) at most: \(why)"
        case .running(let request, _, let wait):
            let kind = request.trigger.isRehearsal ? "rehearsal" : "run"
            let words = "the \(kind) of \(request) is under way"
            guard let wait else { return words }
            return words + " and waits for a person to do \(wait): edgewarden done \(wait.step)"
        case .halted(let request, _, let halt): return sentence(request, halt)
        case .declined(let decline):
            let who = decline.by.map { "\($0) said no" } ?? "it was not answered in time"
            return "\(who); asked again in \((decline.until - now).inWords) if it is still needed: "
                + evidenceWords(of: state, at: now)
        case .retrying(_, let until, let reason):
            return "\(reason); tried again in \((until - now).inWords)"
        }
    }

    private func desireWords(of state: RouteState, at now: Instant) -> String {
        let words = evidenceWords(of: state, at: now)
        guard case .act(let wanted, _) = desire(of: state, at: now) else { return words }
        let move = "\(words); the move to \(wanted.to.host) waits"
        guard lockHolder == nil, let until = waitForCompanion(wanted, of: state, at: now) else {
            return "\(move) for \(lockHolder ?? "the lock")"
        }
        return "\(move) another \((until - now).inWords) at most for the other routes of "
            + "\(wanted.from.host), to go in one plan"
    }

    /// What the evidence says, and what it leads to.
    func evidenceWords(of state: RouteState, at now: Instant) -> String {
        let presumed = state.holder.presumed(home: state.route.home)
        switch desire(of: state, at: now) {
        case .rest(let rest): return words(for: rest, state, at: now)
        case .wait(.confirmation, _):
            return
                "\(standing(state, presumed, at: now)); \(dueWords(state)) when it has been down "
                + "for \(state.route.confirmFor.inWords)\(unreadWords(state))"
        case .wait(.impairment, _):
            return
                "\(standing(state, presumed, at: now)): \(verdictReason(state, presumed)); "
                + "\(reliefWords(state)) when it has been so for "
                + state.route.confirmFor.inWords
        case .wait(.soak, _):
            return "\(presumed.host) holds \(state.carries); "
                + "\(standing(state, homeLeg(state), at: now)); \(failbackDueWords(state)) when "
                + "it has been up for \(soakWords(state, at: now))"
        case .wait(.coolDown, let until):
            return "\(standing(state, homeLeg(state), at: now)); the failback waits for the "
                + "cool-down, for another \((until - now).inWords)"
        case .wait(.window, let until):
            return "\(standing(state, homeLeg(state), at: now)); the failback waits for its window "
                + "(\(state.windowWords)), for another \((until - now).inWords)"
        case .blocked(.noTarget):
            return "\(standing(state, presumed, at: now)): \(verdictReason(state, presumed)); "
                + noTargetWords(of: state, awayFrom: presumed)
        case .blocked(.holderNotRead):
            return "\(standing(state, presumed, at: now)): \(verdictReason(state, presumed)); "
                + holderWords(of: state)
        case .tell(let wanted) where wanted.situation == .homeBack:
            return "\(standing(state, homeLeg(state), at: now)): the failback from "
                + "\(wanted.from.host) "
                + "is due; " + whyOnlyTold(state)
        case .tell(let wanted):
            return
                "\(standing(state, wanted.from, at: now)): \(verdictReason(state, wanted.from)); "
                + "\(state.route.name) would move to \(wanted.to.host), but is in mode observe"
        case .act(let wanted, _):
            let leg = wanted.situation == .homeBack ? homeLeg(state) : state.leg(wanted.from)
            return "\(standing(state, leg, at: now)): \(evidence(leg).verdict.reason)"
        }
    }

    private func words(for rest: Rest, _ state: RouteState, at now: Instant) -> String {
        let presumed = state.holder.presumed(home: state.route.home)
        switch rest {
        case .holderWorks:
            return "\(presumed.host) holds \(state.carries) and is "
                + "\(evidence(state.leg(presumed)).verdict.verdict): "
                + verdictReason(state, presumed)
        case .noEvidence:
            return "nothing is known of \(presumed.host), which holds \(state.carries): "
                + verdictReason(state, presumed)
        case .paused(let pause):
            return "\(pause.inWords(at: now)); \(standing(state, presumed, at: now))"
                + withoutPauseWords(state, at: now)
        case .holderInMaintenance(let pause):
            return "\(presumed.host) is \(pause.inWords(at: now)); "
                + standing(state, presumed, at: now) + withoutPauseWords(state, at: now)
        case .homeInMaintenance(let pause):
            return "\(presumed.host) holds \(state.carries); \(state.route.home.host) is "
                + "\(pause.inWords(at: now)), so that it is not moved back"
        case .foreignHolder, .holderNotRead: return holderWords(of: state)
        case .heldByOrder:
            return "\(presumed.host) holds \(state.carries) because a person moved it there; it "
                + "stays until a failback is ordered"
        case .impairedWithoutTarget:
            return "\(standing(state, presumed, at: now)): \(verdictReason(state, presumed)); a "
                + "move would improve nothing, for \(noTargetWords(of: state, awayFrom: presumed))"
        case .nextHopDead:
            return "\(standing(state, presumed, at: now)): \(verdictReason(state, presumed)); "
                + nextHopWords(presumed)
        case .windowNotKnown:
            return "\(standing(state, homeLeg(state), at: now)); the failback waits for its window "
                + "(\(state.windowWords)), and whether that is open is not known"
        case .homeNotUp:
            let fence =
                state.route.fence == .accessEdge && state.route.kind == .sip
                ? "; a fenced pool comes back by an ordered failback only" : ""
            return "\(presumed.host) holds \(state.carries); "
                + "\(standing(state, state.leg(state.route.home), at: now)): "
                + verdictReason(state, state.route.home) + fence
        }
    }

    /// What follows when a holder went down, for the alert.
    func prospect(of state: RouteState, at now: Instant) -> String {
        switch desire(of: state, at: now) {
        case .wait(.confirmation, let until):
            "If it stays down, \(dueWords(state)) in \((until - now).inWords)"
                + unreadWords(state)
        case .rest(.paused(let pause)), .rest(.holderInMaintenance(let pause)):
            "Nothing is done: \(pause.inWords)\(withoutPauseWords(state, at: now))"
        case .rest(.foreignHolder): "Nothing is done: \(holderWords(of: state))"
        default: "\(dueWords(state)) now, if it can be"
        }
    }

    /// What a move waits for besides, to follow a sentence; empty when the holder is known.
    private func unreadWords(_ state: RouteState) -> String {
        state.holder.isKnown
            ? ""
            : ", and not before it is known who holds it: "
                + holderWords(of: state)
    }

    private func dueWords(_ state: RouteState) -> String {
        switch state.route.mode {
        case .observe: "a failover would be due (mode observe: nothing is done)"
        case .approve: "a failover is asked for"
        case .auto: "a failover begins"
        }
    }

    private func reliefWords(_ state: RouteState) -> String {
        state.route.mode == .observe
            ? "a move would be proposed (mode observe: nothing is done)" : "a move is proposed"
    }

    /// What people do about a dead way on: the next hop's own remedy, which no run carries out.
    func nextHopWords(_ pool: FQDN) -> String {
        "the route stays; look at its next hop, and if that is dead, give the pool another: "
            + "Set-CsEdgeServer -Identity EdgeServer:\(pool) -Registrar Registrar:<a Front End pool "
            + "that lives>, then Enable-CsTopology"
    }

    /// What follows when peers refuse a holder, for the alert.
    func reliefProspect(of state: RouteState, at now: Instant) -> String {
        switch desire(of: state, at: now) {
        case .wait(.impairment, let until):
            "If it stays so, \(reliefWords(state)) in \((until - now).inWords)"
        case .rest(.paused(let pause)): "Nothing is done: \(pause.inWords)"
        case .rest(.nextHopDead):
            "Nothing is moved: \(nextHopWords(state.holder.presumed(home: state.route.home)))"
        default: "Nothing is done without a person"
        }
    }

    private func failbackDueWords(_ state: RouteState) -> String {
        guard state.route.mode != .observe, case .known(let place) = state.holder,
            place.cause == .downVerdict
        else { return "a failback is due" }
        switch state.route.failback.mode {
        case .observe: return "a failback is due"
        case .approve: return "a failback is asked for"
        case .auto: return "a failback begins"
        }
    }

    func whyOnlyTold(_ state: RouteState) -> String {
        if case .known(let place) = state.holder, place.cause == .found {
            return "it is not begun by itself, for no run of ours moved the route away"
        }
        let failback = state.route.mode == .observe ? "" : "failback "
        return "it is not begun by itself (\(failback)mode observe)"
    }

    func holderWords(of state: RouteState) -> String {
        switch state.holder {
        case .known(let place): "\(place.pool.host) holds \(state.carries)"
        case .unread: "who holds \(state.carries) has not been read yet"
        case .unreadable(_, let reason): "who holds \(state.carries) cannot be read: \(reason)"
        case .foreign(_, _, let words):
            "\(state.carries) is held by \(words), and no run of ours moved it; nothing is done "
                + "until it returns or a person accepts it"
        }
    }

    func noTargetWords(of state: RouteState, awayFrom holder: FQDN) -> String {
        let others = state.route.pools.filter { $0 != holder }.map { pool in
            let verdict = evidence(state.leg(pool)).verdict
            let isVain = verdict.impairment == .certificate
            return "\(pool.host) is \(verdict.verdict)"
                + (isVain ? " (its peers would refuse it: nothing would improve)" : "")
                + (maintenance(of: pool, at: clock).map { " and \($0.inWords)" } ?? "")
        }
        return "no pool can take over: "
            + (others.isEmpty ? "there is no other" : others.joined(separator: ", "))
    }

    /// `edgepool1 has been down for 40s`, and which leg when it is not the route's own.
    func standing(_ state: RouteState, _ leg: PoolLeg, at now: Instant) -> String {
        let evidence = evidence(leg)
        let other = leg == state.leg(leg.pool) ? "" : "'s \(leg.kind.label)"
        return "\(leg.pool.host)\(other) has been \(evidence.verdict.verdict) for "
            + (now - evidence.since).inWords
    }

    private func standing(_ state: RouteState, _ pool: FQDN, at now: Instant) -> String {
        standing(state, state.leg(pool), at: now)
    }

    private func verdictReason(_ state: RouteState, _ pool: FQDN) -> String {
        evidence(state.leg(pool)).verdict.reason
    }
}
