extension FailoverPolicy {
    mutating func makeRequest(
        _ wanted: Wanted,
        for state: RouteState,
        at now: Instant
    ) -> MoveRequest {
        let leg = wanted.situation == .homeBack ? homeLeg(state) : state.leg(wanted.from)
        let words = "\(standing(state, leg, at: now)): \(evidence(leg).verdict.reason)"
        return makeRequest(
            for: state.route,
            from: wanted.from,
            to: wanted.to,
            wanted.situation == .homeBack
                ? .homeRestored(reason: words) : .poolDown(reason: words)
        )
    }

    mutating func makeRequest(
        for route: FederationRoute,
        from: FQDN,
        to: FQDN,
        _ trigger: Trigger
    ) -> MoveRequest {
        defer { nextRequest += 1 }
        return MoveRequest(
            id: RequestID(nextRequest),
            move: Move(route: route.name, kind: route.kind, from: from, to: to),
            direction: to == route.home ? .failback : .failover,
            trigger: trigger
        )
    }

    /// Puts a plan before people.
    mutating func ask(
        _ index: Int,
        _ request: MoveRequest,
        _ digest: PlanDigest,
        _ reason: AskReason,
        at now: Instant
    ) {
        let expires = now + settings.approvalTimeout
        states[index].enter(.asked(request, digest, expires: expires), at: now)
        outbox.append(.askApproval(request, digest, expires: expires))
        notify(
            .approvalWanted,
            request.trigger.isPoolDown ? .critical : .warning,
            index,
            pool: request.move.to,
            request: request.id,
            "request \(request.id): move \(request.move)? \(request.trigger.inWords)."
                + words(for: reason, at: now)
                + " Answer within \(settings.approvalTimeout.inWords): "
                + "edgewarden approve \(request.id)"
        )
    }

    private func words(for reason: AskReason, at now: Instant) -> String {
        switch reason {
        case .mode: ""
        case .coolDown(let until):
            " Asked because the last run is too recent (cool-down for another"
                + " \((until - now).inWords))."
        case .tooManyFailovers:
            " Asked because there were \(settings.maxFailovers.count) failovers within"
                + " \(settings.maxFailovers.per.inWords)."
        case .plan: " Asked because this plan needs a person's yes."
        case .targetDegraded: " Asked because the target is degraded and no other pool is up."
        case .targetNotServing:
            " Asked because the target does not serve yet: the plan starts or enables it."
        }
    }

    /// Lets a run begin.
    ///
    /// The lock must be free or this route's own.
    mutating func start(
        _ index: Int,
        _ request: MoveRequest,
        _ digest: PlanDigest,
        _ authority: Authority,
        at now: Instant
    ) {
        precondition(
            orphans.isEmpty
                && states.indices.allSatisfy { $0 == index || !states[$0].phase.holdsLock },
            "a run was to begin while \(lockHolder ?? "") has the lock"
        )
        states[index].enter(.running(request, digest, waitsFor: nil), at: now)
        outbox.append(.startRun(request, digest, authority))
        notify(
            .runStarted,
            .warning,
            index,
            pool: request.move.to,
            request: request.id,
            "the run of request \(request.id) (\(request.move)) begins, \(authority.inWords): "
                + request.trigger.inWords
        )
    }

    /// Keeps how a request ended, and leaves the route without one.
    mutating func end(_ index: Int, _ request: MoveRequest, _ words: String, at now: Instant) {
        endings.append((request.id, words))
        if endings.count > FailoverPolicy.endingsKept { endings.removeFirst() }
        states[index].enter(.idle, at: now)
    }
}
