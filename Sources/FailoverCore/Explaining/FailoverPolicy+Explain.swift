extension FailoverPolicy {
    /// Why a route is not acted on right now, and what would have to change; nil for a name that no
    /// route has.
    ///
    /// Walks the very decision table that the policy acts by.
    public func explanation(of name: RouteName, at now: Instant) -> Explanation? {
        guard let index = index(of: name) else { return nil }
        let state = states[index]
        let status = status(of: name, at: now)
        let isIdle: Bool
        switch lead(of: state).phase {
        case .idle, .joined: isIdle = true
        default: isIdle = false
        }
        let wants = desire(of: state, at: now)
        return Explanation(
            route: name,
            phase: status.phase,
            sentence: status.reason,
            row: isIdle ? row(of: wants, state) : phaseRow(of: lead(of: state).phase),
            facts: facts(of: state, at: now),
            needs: isIdle ? needs(of: wants, state, at: now) : phaseNeeds(of: state, at: now),
            changes: changes(of: state, at: now)
        )
    }

    /// The row of the decision table, in words.
    private func row(of desire: Desire, _ state: RouteState) -> String {
        let row = DecisionRow(desire, isHolderKnown: state.holder.isKnown)
        return row == .failbackTold ? "\(row.rawValue), \(whyOnlyTold(state))" : row.rawValue
    }

    private func phaseRow(of phase: RoutePhase) -> String {
        switch phase {
        case .idle, .joined: "no request"
        case .queued: "an order waits for the lock"
        case .planning: "a plan is being made"
        case .asked(let request, _, _) where !request.approvals.isEmpty:
            "a plan has one yes and waits for another person's"
        case .asked: "a plan waits for a person's yes"
        case .cleared: "a plan is approved and its run has not begun"
        case .running(_, _, nil): "a run is under way"
        case .running: "a run waits for a person's step"
        case .halted(_, _, let halt): halt.stuck == nil ? "a run stopped" : "a run is stuck"
        case .declined(let decline):
            decline.by == nil ? "nobody answered, not asked again yet" : "a person said no"
        case .retrying: "nothing came of a request, not tried again yet"
        }
    }

    // MARK: Facts

    private func facts(of state: RouteState, at now: Instant) -> [String] {
        let route = state.route
        var facts = [
            "mode \(route.mode.rawValue), failback \(route.failback.mode.rawValue)",
            holderWords(of: state),
        ]
        for pool in route.pools {
            let role = pool == route.home ? "home" : "standby"
            let evidence = evidence(state.leg(pool))
            let pause = maintenance(of: pool, at: now).map { "; \($0.inWords)" } ?? ""
            facts.append(
                "\(role): \(standing(state, state.leg(pool), at: now)): "
                    + "\(evidence.verdict.reason)\(pause)"
            )
            guard pool != state.holder.presumed(home: route.home),
                !isReady(pool, state, at: now)
            else { continue }
            facts.append(notReadyWords(pool, state, at: now))
        }
        if case .act(_, .ask(let reason)) = desire(of: state, at: now) {
            facts.append("a person is asked, because \(whyAsked(reason, state, at: now))")
        }
        if let pause = pauses.covering(route.name, at: now) {
            facts.append("automatic action is \(pause.inWords(at: now))")
        }
        let recent = recentFailovers(state, at: now).count
        facts.append(
            "\(recent) of \(settings.maxFailovers.count) automatic failovers within "
                + settings.maxFailovers.per.inWords
        )
        if let until = state.coolDownUntil, now < until {
            facts.append("the cool-down holds for another \((until - now).inWords)")
        }
        if !recentRelapses(state, at: now).isEmpty {
            facts.append("home has to be up for \(soakWords(state, at: now)) before a failback")
        }
        if let window = route.failback.window {
            let isOpen =
                state.window.map { $0.isOpen(at: now) ? "open" : "closed" } ?? "not read yet"
            facts.append("the failback's window (\(window)) is \(isOpen)")
        }
        if let lockHolder { facts.append("\(lockHolder) has the lock") }
        return facts
    }

    // MARK: What would have to change

    private func needs(of desire: Desire, _ state: RouteState, at now: Instant) -> [String] {
        let presumed = state.holder.presumed(home: state.route.home).host
        let home = state.route.home.host
        switch desire {
        case .rest(let rest): return needs(of: rest, state, at: now)
        case .wait(.confirmation, let until):
            let need = "\(presumed) stays down for another \((until - now).inWords)"
            return state.holder.isKnown ? [need] : [need, readNeed]
        case .wait(.impairment, let until):
            return ["\(presumed) stays impaired for another \((until - now).inWords)"]
        case .wait(.soak, let until):
            return ["\(home) stays up for another \((until - now).inWords)", rescueNeed(presumed)]
        case .wait(.coolDown, let until):
            return [
                "the cool-down ends, in \((until - now).inWords) or by edgewarden ack "
                    + "\(state.route.name)", rescueNeed(presumed),
            ]
        case .wait(.window, let until):
            return ["the window opens, in \((until - now).inWords)", rescueNeed(presumed)]
        case .blocked(.noTarget):
            return [
                "\(presumed) comes back, or another pool of the route is up or degraded, and not in "
                    + "maintenance"
            ]
        case .blocked(.holderNotRead): return [readNeed]
        case .tell(let wanted):
            let verb = wanted.to == state.route.home ? "failback" : "failover"
            return ["a person orders it: edgewarden \(verb) \(state.route.name)"]
        case .act(let wanted, _):
            if let until = waitForCompanion(wanted, of: state, at: now), lockHolder == nil {
                return [
                    "the other routes of \(presumed) are due too, or \((until - now).inWords) pass"
                ]
            }
            return ["\(lockHolder ?? "whatever has the lock") comes to its end"]
        }
    }

    /// That a pause or a maintenance ends, and the command that ends it.
    private func need(
        that pause: Pause,
        endsBy scope: String,
        _ route: String,
        at now: Instant
    ) -> String {
        let by = pause.until.map { ", in \(($0 - now).inWords) by itself" } ?? ""
        return pause.isMaintenance
            ? "the maintenance ends\(by) or by edgewarden maintenance end \(scope)"
            : "the pause ends\(by) or by edgewarden resume\(route)"
    }

    private func needs(of rest: Rest, _ state: RouteState, at now: Instant) -> [String] {
        let presumed = state.holder.presumed(home: state.route.home).host
        let route = state.route
        switch rest {
        case .holderWorks:
            return ["\(presumed) is down for \(route.confirmFor.inWords) without a break"]
        case .noEvidence: return ["probes of \(presumed) say something again"]
        case .paused(let pause):
            let isAll = pauses[.everything].map { !$0.isOver(at: now) } ?? false
            let scope = isAll ? "--all" : "--route \(route.name)"
            return [need(that: pause, endsBy: scope, isAll ? "" : " \(route.name)", at: now)]
        case .holderInMaintenance(let pause):
            let holder = state.holder.presumed(home: route.home)
            return [need(that: pause, endsBy: "--pool \(holder)", "", at: now)]
        case .homeInMaintenance(let pause):
            return [need(that: pause, endsBy: "--pool \(route.home)", "", at: now)]
        case .foreignHolder:
            return [
                "the route returns to where it was, or a person accepts it: edgewarden adopt "
                    + "\(route.name)"
            ]
        case .holderNotRead: return [readNeed]
        case .heldByOrder:
            return ["a person orders it: edgewarden failback \(route.name)", rescueNeed(presumed)]
        case .homeNotUp:
            return [
                "\(route.home.host) is up for \(soak(of: state, at: now).inWords) without a break",
                rescueNeed(presumed),
            ]
        case .impairedWithoutTarget: return ["another pool of the route is up or degraded"]
        case .nextHopDead: return ["people mend the next hop of \(presumed)"]
        case .windowNotKnown:
            return ["this machine's clock and time zones say when the window is open"]
        }
    }

    private var readNeed: String {
        "a Front End answers who holds the route"
    }

    private func rescueNeed(_ holder: String) -> String {
        "or \(holder) is down: then it is a rescue, which waits for none of this"
    }

    private func phaseNeeds(of state: RouteState, at now: Instant) -> [String] {
        let name = state.route.name
        switch lead(of: state).phase {
        case .idle, .joined: return []
        case .queued: return ["\(lockHolder ?? "the lock") comes to its end"]
        case .planning: return ["the planner answers"]
        case .asked(let request, _, let expires):
            let options = unnamedRules(of: request, at: now).options
            var needs = [
                "\(whoAnswers(request)) answers: edgewarden approve \(request.id)\(options), or deny "
                    + "\(request.id)"
            ]
            if !request.trigger.isOrdered {
                let end = state.route.onTimeout == .proceed && request.trigger.isPoolDown
                needs.append(
                    end
                        ? "or nobody does for another \((expires - now).inWords): then it goes on if "
                            + "mode auto would allow it"
                        : "when nobody does for another \((expires - now).inWords), it is asked again "
                            + "later"
                )
            }
            return needs
        case .cleared(let request, _, _):
            if case .onHold(let reason) = ground(of: request, at: now) {
                return ["no longer so: \(reason)"]
            }
            return ["\(lockHolder ?? "the lock") comes to its end"]
        case .running(_, _, let wait?): return ["a person does it: edgewarden done \(wait.step)"]
        case .running: return ["the run comes to its end"]
        case .halted(let request, _, _):
            return [
                "a person decides: edgewarden resume-run \(request.id), abort-run \(request.id), or "
                    + "release"
            ]
        case .declined(let decline):
            return [
                "\((decline.until - now).inWords) pass, or a person orders it: edgewarden failover "
                    + "\(name)"
            ]
        case .retrying(_, let until, _):
            return ["\((until - now).inWords) pass: then it is tried again"]
        }
    }

    // MARK: What changes by itself

    private func changes(of state: RouteState, at now: Instant) -> [Explanation.Change] {
        var changes: [Explanation.Change] = []
        func add(_ at: Instant?, _ what: String) {
            if let at, at > now { changes.append(.init(at: at, what: what)) }
        }
        switch lead(of: state).phase {
        case .asked(let request, _, let expires): add(expires, "\(request) expires")
        case .cleared(let request, _, let lapses):
            add(lapses, "the approval of \(request) lapses")
        case .declined(let decline): add(decline.until, "it may be asked again")
        case .retrying(_, let until, _): add(until, "it is tried again")
        case .idle, .joined, .queued, .planning, .running, .halted: break
        }
        if case .wait(let waiting, let until) = unhindered(state, at: now) {
            switch waiting {
            case .confirmation: add(until, "the down verdict is confirmed")
            case .impairment: add(until, "the impairment is confirmed")
            case .soak: add(until, "the soak of \(state.route.home.host) is over")
            case .coolDown, .window: break
            }
        }
        add(state.coolDownUntil, "the cool-down ends")
        for failover in recentFailovers(state, at: now).prefix(1) {
            add(failover + settings.maxFailovers.per, "the oldest failover counts no more")
        }
        for relapse in recentRelapses(state, at: now).prefix(1) {
            add(relapse + settings.relapseWithin, "the oldest relapse of home counts no more")
        }
        switch state.window {
        case .open(let until): add(until, "the failback's window closes")
        case .closed(let until): add(until, "the failback's window opens")
        case nil: break
        }
        for (coverage, pause) in pauses.all where concerns(coverage, state) {
            let what = pause.isMaintenance ? "maintenance" : "pause"
            add(pause.until, "the \(what) of \(coverage.inWords) ends")
        }
        return changes.sorted { ($0.at, $0.what) < ($1.at, $1.what) }
    }

    private func concerns(_ coverage: Coverage, _ state: RouteState) -> Bool {
        switch coverage {
        case .everything: true
        case .route(let route): route == state.route.name
        case .pool(let pool): state.route.pools.contains(pool)
        case .server: false
        }
    }
}
