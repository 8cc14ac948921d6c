extension FailoverPolicy {
    /// Tells people of a route's pools, once per change of what they were last told.
    ///
    /// *Unknown* is never announced, so that a gap in the evidence repeats nothing. A first *up* is
    /// silent; a first *degraded* has to stand for ``PolicySettings/firstVerdictSettles``, also the
    /// first one after a restart: members are then seen one after the other.
    mutating func announceVerdicts(_ index: Int, at now: Instant) {
        let state = states[index]
        for pool in state.route.pools {
            let evidence = evidence(state.leg(pool))
            let new = evidence.verdict.verdict
            let told = state.announced[pool]
            guard new != .unknown, new != told, !isDownByDesign(pool, state) else { continue }
            if let settled = settling(pool, state), now < settled { continue }
            states[index].announced[pool] = new
            announce(index, pool, from: told, evidence.verdict, at: now)
        }
    }

    /// When a first *degraded*, or a first *down* that may be by design, has stood long enough; nil
    /// for a verdict that need not settle.
    func settling(_ pool: FQDN, _ state: RouteState) -> Instant? {
        guard state.announced[pool] == nil else { return nil }
        let evidence = evidence(state.leg(pool))
        switch evidence.verdict.verdict {
        case .degraded: return evidence.since + settings.firstVerdictSettles
        case .down:
            let isHolder = pool == state.holder.presumed(home: state.route.home)
            return isHolder || state.route.startingLegs(of: pool).isEmpty
                ? nil : evidence.since + settings.firstVerdictSettles
        case .up, .impaired, .unknown: return nil
        }
    }

    /// Whether a standby is down because it serves only once a plan starts or enables it.
    private func isDownByDesign(_ pool: FQDN, _ state: RouteState) -> Bool {
        pool != state.holder.presumed(home: state.route.home) && canBeStarted(pool, for: state)
    }

    private mutating func announce(
        _ index: Int,
        _ pool: FQDN,
        from told: VerdictClass?,
        _ verdict: Verdict,
        at now: Instant
    ) {
        let state = states[index]
        let isHolder = pool == state.holder.presumed(home: state.route.home)
        let role =
            isHolder ? ", which holds \(state.carries)," : ", on standby for \(state.carries),"
        let code: NoticeCode
        var severity: Severity
        var sentence = "\(pool.host)\(role)"
        switch (verdict.verdict, told) {
        case (.down, _):
            code = isHolder ? .routeDown : .standbyDown
            severity = isHolder ? .critical : .warning
            sentence += " is down: \(verdict.reason)"
            if isHolder { sentence += ". \(prospect(of: state, at: now))" }
        case (.impaired, _):
            code = .poolImpaired
            severity = isHolder ? .critical : .warning
            sentence += " lives, but is impaired: \(verdict.reason)"
            if isHolder { sentence += ". \(reliefProspect(of: state, at: now))" }
        case (.degraded, .down):
            code = isHolder ? .routeUp : .poolDegraded
            severity = .warning
            sentence += " works again in part: \(verdict.reason)"
        case (.degraded, _):
            code = .poolDegraded
            severity = .warning
            sentence += " is degraded: \(verdict.reason)"
        case (.up, nil), (.unknown, _): return
        case (.up, .down):
            code = isHolder ? .routeUp : .poolUp
            severity = .info
            sentence += " is up again: \(verdict.reason)"
        case (.up, _):
            code = .poolUp
            severity = .info
            sentence += " is well again: \(verdict.reason)"
        }
        if let pause = maintenance(of: pool, at: now) {
            // Planned: nobody is to be woken.
            severity = .info
            sentence += " (\(pause.inWords))"
        }
        notify(code, severity, index, pool: pool, sentence)
    }
}
