extension FailoverPolicy {
    mutating func makeRequest(
        _ wanted: Wanted,
        for state: RouteState,
        with others: [(index: Int, wanted: Wanted)],
        at now: Instant
    ) -> MoveRequest {
        var words = evidenceWords(wanted, state, at: now)
        if let unanswered = state.episode.unanswered, wanted.situation == .holderDown {
            words =
                "request \(unanswered) was not answered within \(settings.approvalTimeout.inWords); "
                + "\(FailoverPolicy.proceedWords); " + words
        }
        for other in others {
            let also = states[other.index]
            words += "; \(also.route.name): \(evidenceWords(other.wanted, also, at: now))"
        }
        return makeRequest(
            for: state.route,
            from: wanted.from,
            to: wanted.to,
            with: others.map {
                Move(states[$0.index].route, from: $0.wanted.from, to: $0.wanted.to)
            },
            trigger(of: wanted.situation, words)
        )
    }

    func trigger(of situation: Situation, _ words: String) -> Trigger {
        switch situation {
        case .homeBack: .homeRestored(reason: words)
        case .holderImpaired: .poolImpaired(reason: words)
        case .holderDown, .calm: .poolDown(reason: words)
        }
    }

    func evidenceWords(_ wanted: Wanted, _ state: RouteState, at now: Instant) -> String {
        let leg = wanted.situation == .homeBack ? homeLeg(state) : state.leg(wanted.from)
        return "\(standing(state, leg, at: now)): \(evidence(leg).verdict.reason)"
    }

    mutating func makeRequest(
        for route: FederationRoute,
        from: FQDN,
        to: FQDN,
        with companions: [Move],
        _ trigger: Trigger
    ) -> MoveRequest {
        defer { nextRequest += 1 }
        return MoveRequest(
            id: RequestID(nextRequest),
            move: Move(route, from: from, to: to),
            companions: companions,
            direction: to == route.home ? .failback : .failover,
            trigger: trigger
        )
    }

    /// Puts a plan before people.
    mutating func ask(
        _ index: Int,
        _ request: MoveRequest,
        _ digest: PlanDigest,
        _ reasons: [AskReason],
        at now: Instant
    ) {
        let expires = now + settings.approvalTimeout
        var request = request
        request.basis = basis(of: request.moves, at: now)
        states[index].enter(.asked(request, digest, expires: expires), at: now)
        outbox.append(.askApproval(request, digest, expires: expires))
        want(
            index,
            request,
            "request \(request.id): move \(request.movesInWords)? \(request.trigger.inWords)."
                + reasons.map { words(for: $0, states[index], at: now) }.joined()
                + overrideWords(for: request, at: now)
                + (settings.approvalsNeeded == 1 ? "" : " It needs the yes of two persons.")
                + " Answer within \(settings.approvalTimeout.inWords): "
                + "edgewarden approve \(request.id)"
        )
    }

    /// Puts a plan that has a yes before another person, in the time that is left.
    mutating func askAnother(
        _ index: Int,
        _ request: MoveRequest,
        _ digest: PlanDigest,
        expires: Instant,
        at now: Instant
    ) {
        states[index].enter(.asked(request, digest, expires: expires), at: now)
        want(
            index,
            request,
            "\(request) has the yes of \(request.approvers) and needs that of another person."
                + overrideWords(for: request, at: now)
                + " Answer within \((expires - now).inWords): "
                + "edgewarden approve \(request.id)"
        )
    }

    private mutating func want(_ index: Int, _ request: MoveRequest, _ sentence: String) {
        notify(
            .approvalWanted,
            request.trigger.isUrgent ? .critical : .warning,
            index,
            pool: request.move.to,
            request: request.id,
            sentence
        )
    }

    /// Whose answer a plan waits for, with how many have said yes: `a second person's answer (anna said
    /// yes)`.
    func answerWanted(_ request: MoveRequest) -> String {
        if !request.approvals.isEmpty {
            return "a second person's answer (\(request.approvers) said yes)"
        }
        return settings.approvalsNeeded == 1 ? "an answer" : "the answers of two persons"
    }

    /// Who is to answer: `a person`, `another person than anna`.
    func whoAnswers(_ request: MoveRequest) -> String {
        if !request.approvals.isEmpty { return "another person than \(request.approvers)" }
        return settings.approvalsNeeded == 1 ? "a person" : "each of two persons"
    }

    private func words(
        for reason: AskReason,
        _ state: RouteState,
        at now: Instant
    ) -> String {
        // What a yes has to name follows in any case.
        if reason == .mode || reason == .targetNotReady { return "" }
        return " Asked because \(whyAsked(reason, state, at: now))."
    }

    /// Why a person is asked, to follow "because".
    func whyAsked(_ reason: AskReason, _ state: RouteState, at now: Instant) -> String {
        switch reason {
        case .mode: "the mode is approve"
        case .targetNotReady: "the target is not ready"
        case .coolDown(let until):
            "the last run is too recent (cool-down for another \((until - now).inWords))"
        case .flapping(let pool): flapWords(pool, state, at: now)
        case .tooManyFailovers:
            "there were \(settings.maxFailovers.count) failovers within"
                + " \(settings.maxFailovers.per.inWords)"
        case .plan: "this plan needs a person's yes"
        case .holderImpaired:
            "the holder lives: what its peers refuse it for is never acted on without a person"
        case .targetImpaired:
            "peers refuse the target or get nothing through it, and no other pool is up"
        case .targetDegraded: "the target is degraded and no other pool is up"
        case .targetNotServing:
            "the target does not serve yet: the plan starts or enables it"
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
            "the run of \(request) begins, \(authority.inWords): "
                + ([request.trigger.inWords] + request.overrides.map(\.description))
                .joined(separator: "; ")
        )
    }

    /// Keeps how a request ended, and leaves its routes without one.
    mutating func end(_ request: MoveRequest, _ words: String, at now: Instant) {
        endings.append((request.id, words))
        if endings.count > FailoverPolicy.endingsKept { endings.removeFirst() }
        for part in parts(of: request) { states[part.index].enter(.idle, at: now) }
    }
}

extension Move {
    init(_ route: FederationRoute, from: FQDN, to: FQDN) {
        self.init(route: route.name, kind: route.kind, from: from, to: to)
    }
}
