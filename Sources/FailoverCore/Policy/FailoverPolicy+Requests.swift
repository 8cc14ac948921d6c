/// Whether a request may begin, must wait, or has lost its ground.
enum Ground: Sendable, Hashable {
    case needed
    case onHold(String)
    case void(String)
}

extension FailoverPolicy {
    /// Holds a request against pauses and evidence, before its run.
    func ground(of request: MoveRequest, at now: Instant) -> Ground {
        if !request.trigger.isOrdered, let pause = pauses.covering(request.move.route, at: now) {
            return .void("automatic action is \(pause.inWords)")
        }
        return evidenceGround(of: request)
    }

    private func evidenceGround(of request: MoveRequest) -> Ground {
        guard let index = index(of: request.move.route) else { return .void("no such route") }
        let state = states[index]
        var hold: String?
        switch state.holder {
        case .known(let place):
            guard place.pool == request.move.from else {
                return .void("\(place.pool.host) holds the route now")
            }
        case .foreign(_, _, let words):
            return .void("the holder changed without a run of ours: \(words)")
        case .unread: hold = "who holds the route has not been read"
        case .unreadable(_, let reason): hold = "who holds the route cannot be read: \(reason)"
        }
        let target = evidence(state.leg(request.move.to)).verdict
        let source = evidence(state.leg(request.move.from)).verdict
        switch target.verdict {
        case .down: return .void("the target \(request.move.to.host) is down: \(target.reason)")
        case .unknown: hold = hold ?? "nothing is known of the target: \(target.reason)"
        case .up, .degraded: break
        }
        switch request.trigger {
        case .ordered: break
        case .poolDown:
            switch source.verdict {
            case .up: return .void("\(request.move.from.host) is up again: \(source.reason)")
            case .degraded:
                return .void("\(request.move.from.host) works again: \(source.reason)")
            case .unknown: hold = hold ?? "nothing is known of the holder: \(source.reason)"
            case .down: break
            }
        case .homeRestored:
            guard target.verdict == .up else {
                return .void("\(request.move.to.host) did not stay up: \(target.reason)")
            }
        }
        return hold.map(Ground.onHold) ?? .needed
    }

    /// Why a run that has not acted yet should not, for the runner to ask before its first act.
    ///
    /// Nil when it should go on. After the first act a run goes on to a verified state, whatever happens.
    public func reasonNotToBegin(_ id: RequestID) -> String? {
        guard let index = index(of: id), let request = states[index].phase.request else {
            return "request \(id) has ended"
        }
        // A run under way is not stopped by a pause, only by the evidence.
        if case .void(let reason) = evidenceGround(of: request) { return reason }
        return nil
    }

    mutating func makeRequest(
        _ wanted: Wanted,
        for state: RouteState,
        at now: Instant
    ) -> MoveRequest {
        let pool = wanted.situation == .homeBack ? wanted.to : wanted.from
        let evidence = evidence(state.leg(pool))
        let age = (now - evidence.since).inWords
        let reason = "\(pool.host) has been \(evidence.verdict.verdict) for \(age): "
        let words = reason + evidence.verdict.reason
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
                + " Answer within \(settings.approvalTimeout.inWords): edgewarden approve \(request.id)"
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
        case .targetDegraded: " Asked because the target is degraded and no other pool is up."
        }
    }

    /// Lets a run begin. The lock must be free or this route's own.
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
        states[index].enter(.running(request, digest), at: now)
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

    /// Ends a request that has lost its ground; an automatic plan in the making has to be wanted still.
    mutating func withdrawIfVoid(_ index: Int, _ request: MoveRequest, at now: Instant) {
        if case .void(let reason) = ground(of: request, at: now) {
            withdraw(index, request, reason, at: now)
        } else if case .planning = states[index].phase, !request.trigger.isOrdered,
            !isWanted(request, states[index], at: now)
        {
            withdraw(index, request, evidenceWords(of: states[index], at: now), at: now)
        }
    }

    func isWanted(_ request: MoveRequest, _ state: RouteState, at now: Instant) -> Bool {
        guard case .act(let wanted, _) = desire(of: state, at: now) else { return false }
        return wanted.from == request.move.from && wanted.to == request.move.to
            && (wanted.situation == .holderDown) == request.trigger.isPoolDown
    }

    /// Ends a question when the evidence now asks for something more urgent.
    mutating func withdrawIfSuperseded(_ index: Int, _ request: MoveRequest, at now: Instant) {
        guard case .act(let wanted, let permission) = desire(of: states[index], at: now) else {
            return
        }
        let isSameMove = wanted.from == request.move.from && wanted.to == request.move.to
        switch permission {
        case .automatic where wanted.situation == .holderDown:
            withdraw(index, request, "it goes on without an approval now", at: now)
        case .ask where wanted.situation == .holderDown && !isSameMove:
            withdraw(
                index,
                request,
                "\(wanted.from.host) is down and \(wanted.to.host) can take over",
                at: now
            )
        case .automatic, .ask: return
        }
    }

    mutating func withdraw(
        _ index: Int,
        _ request: MoveRequest,
        _ reason: String,
        at now: Instant
    ) {
        let peopleKnow: Bool
        switch states[index].phase {
        case .asked, .cleared, .queued: peopleKnow = true
        default: peopleKnow = request.trigger.isOrdered
        }
        end(index, request, "it was withdrawn: \(reason)", at: now)
        outbox.append(.withdraw(request, reason: reason))
        guard peopleKnow else { return }
        notify(
            .approvalWithdrawn,
            .info,
            index,
            pool: request.move.to,
            request: request.id,
            "request \(request.id) (\(request.move)) is withdrawn: \(reason)"
        )
    }

    mutating func expire(_ index: Int, _ request: MoveRequest, at now: Instant) {
        let waited = settings.approvalTimeout.inWords
        end(index, request, "nobody answered within \(waited)", at: now)
        outbox.append(.withdraw(request, reason: "nobody answered within \(waited)"))
        var sentence = "nobody answered request \(request.id) (\(request.move)) within \(waited)"
        if !request.trigger.isOrdered {
            decline(index, by: nil, at: now)
            sentence +=
                "; if it is still needed, it is asked again in \(settings.denyCoolDown.inWords)"
        }
        notify(
            .approvalExpired,
            request.trigger.isPoolDown ? .critical : .warning,
            index,
            pool: request.move.to,
            request: request.id,
            sentence
        )
    }

    /// Nobody is asked again for a while, as long as the situation is the same.
    mutating func decline(_ index: Int, by person: Person?, at now: Instant) {
        let situation = states[index].episode.situation
        guard situation != .calm else { return }
        let until = now + settings.denyCoolDown
        let decline = Decline(situation: situation, until: until, by: person)
        states[index].enter(.declined(decline), at: now)
    }

    mutating func lapse(
        _ index: Int,
        _ request: MoveRequest,
        approvedBy person: Person,
        at now: Instant
    ) {
        let waited = settings.approvalTimeout.inWords
        let words = "its approval by \(person) lapsed: the run could not begin within \(waited)"
        end(index, request, words, at: now)
        outbox.append(.withdraw(request, reason: words))
        notify(
            .approvalExpired,
            .warning,
            index,
            pool: request.move.to,
            request: request.id,
            "request \(request.id) (\(request.move)): \(words); if it is still needed, it is asked again"
        )
    }

    mutating func giveUpPlanning(_ index: Int, _ request: MoveRequest, at now: Instant) {
        let reason = "the planner did not answer within \(settings.planningTimeout.inWords)"
        end(index, request, reason, at: now)
        outbox.append(.withdraw(request, reason: reason))
        retry(index, request, reason, at: now)
    }

    /// Reports that nothing came of a request, once per reason; what the evidence wants is tried again.
    mutating func retry(
        _ index: Int,
        _ request: MoveRequest,
        _ reason: String,
        after delay: Duration? = nil,
        _ code: NoticeCode = .cannotAct,
        at now: Instant
    ) {
        let situation = states[index].episode.situation
        let isTriedAgain = !request.trigger.isOrdered && situation != .calm
        if isTriedAgain {
            let until = now + (delay ?? settings.retryAfter)
            states[index].enter(.retrying(situation, until: until, reason: reason), at: now)
        }
        guard request.trigger.isOrdered || states[index].episode.isNews("\(code) \(reason)") else {
            return
        }
        notify(
            code,
            request.trigger.isPoolDown ? .critical : .warning,
            index,
            pool: request.move.to,
            request: request.id,
            "request \(request.id) (\(request.move)): \(reason)"
                + (isTriedAgain ? "; it is tried again" : "")
        )
    }
}

extension Trigger {
    /// Whether a person ordered it.
    var isOrdered: Bool { if case .ordered = self { true } else { false } }

    /// Whether it is a rescue.
    var isPoolDown: Bool { if case .poolDown = self { true } else { false } }
}
