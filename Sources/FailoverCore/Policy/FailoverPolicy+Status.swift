extension FailoverPolicy {
    /// A route as people see it now; phase ``RoutePhaseName/unknownRoute`` for a name that no route
    /// has.
    public func status(of name: RouteName, at now: Instant) -> RouteStatus {
        guard let index = index(of: name) else {
            return RouteStatus(
                route: name,
                phase: .unknownRoute,
                reason: "there is no route '\(name)'"
            )
        }
        let state = states[index]
        var status = RouteStatus(
            route: name,
            phase: phaseName(of: state, at: now),
            reason: sentence(of: state, at: now)
        )
        if case .known(let place) = state.holder {
            status.holder = place.pool
            status.cause = place.cause
        }
        let phase = lead(of: state).phase
        status.request = phase.request
        status.digest = phase.digest
        switch phase {
        case .running(let request, _, let wait):
            status.run = RunID(request.id.number)
            status.waitsFor = wait
        case .halted(let request, _, let halt):
            status.run = RunID(request.id.number)
            status.takenBy = halt.stuck?.takenBy
        case .idle, .joined, .queued, .planning, .asked, .cleared, .declined, .retrying: break
        }
        status.since = since(state, at: now)
        status.until = until(state, at: now)
        status.coolDownUntil = state.coolDownUntil.flatMap { $0 > now ? $0 : nil }
        status.flapping = flapping(state, at: now)
        status.readiness = standbyReadiness(of: state, at: now)
        status.pause = pauses.covering(name, at: now)?.inWords
        return status
    }

    /// All routes, in the order of the configuration.
    public func statuses(at now: Instant) -> [RouteStatus] {
        states.map { status(of: $0.route.name, at: now) }
    }

    /// What a route is doing, without the cost of the words.
    public func phase(of name: RouteName, at now: Instant) -> RoutePhaseName {
        index(of: name).map { phaseName(of: states[$0], at: now) } ?? .unknownRoute
    }

    private func phaseName(of state: RouteState, at now: Instant) -> RoutePhaseName {
        switch lead(of: state).phase {
        case .idle, .joined: phaseName(for: desire(of: state, at: now))
        case .queued: .waitingForLock
        case .planning: .planning
        case .asked: .awaitingApproval
        case .cleared: .approved
        case .running(_, _, let wait): wait == nil ? .running : .awaitingPerson
        case .halted(_, _, let halt): halt.stuck == nil ? .stopped : .stuck
        case .declined: .declined
        case .retrying: .retrying
        }
    }

    private func phaseName(for desire: Desire) -> RoutePhaseName {
        switch desire {
        case .rest(.holderWorks), .rest(.heldByOrder), .rest(.homeNotUp): .watching
        case .rest(.impairedWithoutTarget), .rest(.nextHopDead): .impaired
        case .rest(.windowNotKnown), .wait(.window, _): .awaitingWindow
        case .rest(.noEvidence): .noEvidence
        case .rest(.paused): .paused
        case .rest(.holderInMaintenance), .rest(.homeInMaintenance): .inMaintenance
        case .rest(.foreignHolder): .foreignHolder
        case .rest(.holderNotRead): .holderUnknown
        case .wait(.confirmation, _), .wait(.impairment, _): .confirming
        case .wait(.soak, _): .soaking
        case .wait(.coolDown, _): .coolingDown
        case .blocked: .blocked
        case .tell: .observing
        case .act: .waitingForLock
        }
    }

    /// For a route without a request, since when the evidence it goes by stands.
    private func since(_ state: RouteState, at now: Instant) -> Instant {
        guard case .idle = state.phase else { return lead(of: state).since }
        let home = state.route.home
        let presumed = state.holder.presumed(home: home)
        let leg = state.episode.situation == .homeBack ? homeLeg(state) : state.leg(presumed)
        return evidence(leg).since
    }

    private func until(_ state: RouteState, at now: Instant) -> Instant? {
        switch lead(of: state).phase {
        case .asked(_, _, let expires): return expires
        case .cleared(_, _, let lapses): return lapses
        case .declined(let decline): return decline.until
        case .retrying(_, let until, _): return until
        case .queued, .planning, .running, .halted: return nil
        case .idle, .joined:
            switch desire(of: state, at: now) {
            case .wait(_, let until): return until
            case .rest(.paused(let pause)), .rest(.holderInMaintenance(let pause)),
                .rest(.homeInMaintenance(let pause)):
                return pause.until
            default: return nil
            }
        }
    }
}
