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
        let severity: Severity
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
        notify(code, severity, index, pool: pool, sentence)
    }

    mutating func tellPaused(_ route: RouteName?, at now: Instant) {
        guard let pause = pauses[route] else { return }
        let end = pause.until.map { "for \(($0 - now).inWords)" } ?? "until it is resumed"
        tellPause(route, "automatic action on \(words(for: route)) is \(pause.inWords), \(end)")
    }

    mutating func tellPauseOver(_ route: RouteName?) {
        tellPause(route, "the pause of \(words(for: route)) is over" + stillPaused(after: route))
    }

    mutating func resumed(_ route: RouteName?, by person: Person) {
        pauses[route] = nil
        tellPause(
            route,
            "\(person) allowed automatic action on \(words(for: route)) again"
                + stillPaused(after: route)
        )
    }

    /// A pause of everything and one of a route are apart: ending one leaves the other.
    private func stillPaused(after route: RouteName?) -> String {
        let left = pauses.all.filter { route == nil || $0.route == nil }
        guard !left.isEmpty else { return "" }
        let list = left.map { "\(words(for: $0.route)) \($0.pause.inWords)" }
        return "; still paused: " + list.joined(separator: ", ")
    }

    private func words(for route: RouteName?) -> String {
        route.map { "route \($0)" } ?? "all routes"
    }

    private mutating func tellPause(_ route: RouteName?, _ sentence: String) {
        outbox.append(.notify(Notice(.pauseChanged, .info, route: route, sentence: sentence)))
    }
}
