extension FailoverPolicy {
    /// Why an order or answer of a person would be refused now; nil when it would be taken.
    ///
    /// ``step(_:at:)`` refuses the very same, with a notice. Events that no person sends are never
    /// refused.
    public func refusal(of event: PolicyEvent, at now: Instant) -> Refusal? {
        switch event {
        case .verdict, .holder, .readiness, .windows, .tick, .planned, .planRefused,
            .runNotStarted, .planOvertaken, .runFinished, .runWaits:
            nil
        case .approved(let id, let digest, let person, let overrides):
            canApprove(id, digest: digest, by: person, overriding: overrides, at: now)
        case .denied(let id, _, _): canDeny(id, at: now)
        case .failoverOrdered(let route, let others, let target, _, _, let isDrill, let overrides):
            canMove([route] + others, to: target, .failover, at: now)
                ?? refusal(of: [route] + others, to: target, .failover, isDrill, overrides, at: now)
        case .failbackOrdered(let route, let others, _, _, let isDrill, let overrides):
            canMove([route] + others, to: nil, .failback, at: now)
                ?? refusal(of: [route] + others, to: nil, .failback, isDrill, overrides, at: now)
        case .rehearsalOrdered(let route, let target, let direction, _, _):
            canMove([route], to: target, direction, at: now)
                ?? canRehearse(route, to: target, direction)
        case .runResumed(let id, _), .runAborting(let id, _, _), .runForced(let id, _, _, _):
            canResume(id)
        case .runTaken(let id, let person, _): canTake(id, by: person)
        case .lockReleased: haltedRun == nil ? nothingStopped : nil
        case .holderAdopted(let route, _, _): canAdopt(route)
        case .coolDownAcknowledged(let route, _, _): canAcknowledge(route, at: now)
        case .paused(let route, _, _, _): route.flatMap(unknownRoute)
        case .resumed(let route, _):
            route.flatMap(unknownRoute) ?? canResume(Coverage(route))
        case .maintenanceAdded(let coverage, _, _, _): unknownRoute(coverage)
        case .maintenanceEnded(let coverage, _): unknownRoute(coverage) ?? canResume(coverage)
        }
    }

    /// Why that approval would be refused now; nil when it would be taken.
    ///
    /// Of the parameters:
    /// - `digest`: the plan that is meant; nil for whichever is asked about.
    /// - `person`: who says yes; nil for somebody who has not yet.
    public func canApprove(
        _ id: RequestID,
        digest: PlanDigest? = nil,
        by person: Person? = nil,
        overriding overrides: Overrides? = nil,
        at now: Instant
    ) -> Refusal? {
        guard let index = index(of: id) else { return ended(id) }
        switch states[index].phase {
        case .asked(_, _, let expires) where now >= expires:
            return Refusal(.expired, "the time to answer request \(id) is over")
        case .asked(_, let asked, _) where digest != nil && asked != digest:
            return Refusal(
                .wrongDigest,
                "that answer is for plan \(digest?.description ?? ""), but request \(id) is about plan \(asked): "
                    + "look at the plan again"
            )
        case .asked(let request, _, _)
        where request.approvals.contains { person?.isSame(as: $0) ?? false }:
            return Refusal(
                .alreadyApproved,
                "\(request.approvers) approved request \(id) already: it needs the yes of another "
                    + "person"
            )
        case .asked(let request, _, _):
            return refusalOfChange(request, at: now)
                ?? refusal(of: request, overrides, "edgewarden approve \(id)", at: now)
        case .cleared(let request, _, _):
            return Refusal(.alreadyApproved, "\(request.approvers) approved request \(id) already")
        case .running, .halted:
            return Refusal(.alreadyApproved, "the run of request \(id) has begun already")
        case .idle, .joined, .queued, .planning, .declined, .retrying:
            return Refusal(.notPlannedYet, "the plan of request \(id) is not made yet")
        }
    }

    /// Why that no would be refused now; nil when it would be taken.
    ///
    /// Until its run begins, a request can be denied, also while it is planned or after an
    /// approval.
    public func canDeny(_ id: RequestID, at now: Instant) -> Refusal? {
        guard let index = index(of: id) else { return ended(id) }
        switch states[index].phase {
        case .asked(_, _, let expires) where now >= expires:
            return Refusal(.expired, "the time to answer request \(id) is over")
        case .running, .halted:
            return Refusal(
                .alreadyApproved,
                "the run of request \(id) has begun: it cannot be answered any more"
            )
        case .idle, .joined, .queued, .planning, .asked, .cleared, .declined, .retrying: return nil
        }
    }

    private func ended(_ id: RequestID) -> Refusal {
        if let ending = endings.last(where: { $0.request == id }) {
            return Refusal(.noLongerPending, "request \(id) has ended: \(ending.words)")
        }
        if (1..<nextRequest).contains(id.number) {
            return Refusal(.noLongerPending, "request \(id) has ended, or a restart dropped it")
        }
        return Refusal(.unknownRequest, "there is no request \(id)")
    }

    private func unknownRoute(_ route: RouteName) -> Refusal? {
        guard index(of: route) == nil else { return nil }
        return Refusal(.unknownRoute, "there is no route '\(route)'")
    }

    private func unknownRoute(_ coverage: Coverage) -> Refusal? {
        if case .route(let route) = coverage { unknownRoute(route) } else { nil }
    }

    private func canMove(
        _ names: [RouteName],
        to target: FQDN?,
        _ direction: MoveDirection,
        at now: Instant
    ) -> Refusal? {
        for (place, name) in names.enumerated() {
            if names[..<place].contains(name) {
                return Refusal(.namedTwice, "route \(name) is named twice")
            }
            if let refusal = canMove(name, to: target, direction, at: now) { return refusal }
        }
        let homeward = names.filter { name in
            guard let move = orderedMove(name, to: target, direction) else { return false }
            return index(of: name).map { states[$0].route.home == move.to } ?? false
        }
        guard let odd = homeward.first, homeward.count < names.count else { return nil }
        return Refusal(
            .notOneDirection,
            "route \(odd) would go home and another away from it: order them one after the other"
        )
    }

    private func canMove(
        _ name: RouteName,
        to target: FQDN?,
        _ direction: MoveDirection,
        at now: Instant
    ) -> Refusal? {
        guard let index = index(of: name) else { return unknownRoute(name) }
        let state = states[index]
        if let request = lead(of: state).phase.request {
            return Refusal(
                .requestPending,
                "\(request) is there already: "
                    + sentence(of: state, at: now)
            )
        }
        if let refusal = refusalOfLock { return refusal }
        guard case .known(let place) = state.holder else {
            return Refusal(.holderNotKnown, holderWords(of: state))
        }
        if direction == .failback { return canGo(state, from: place.pool, to: state.route.home) }
        guard let to = target ?? self.target(of: state, awayFrom: place.pool, at: now) else {
            return Refusal(.targetNotUp, noTargetWords(of: state, awayFrom: place.pool))
        }
        return canGo(state, from: place.pool, to: to)
    }

    private func canGo(_ state: RouteState, from: FQDN, to: FQDN) -> Refusal? {
        if from == to {
            return Refusal(.alreadyThere, "\(to.host) holds \(state.carries) already")
        }
        guard state.route.pools.contains(to) else {
            return Refusal(.notAPoolOfTheRoute, "\(to) is no pool of route \(state.route.name)")
        }
        return nil
    }

    private func canAcknowledge(_ route: RouteName, at now: Instant) -> Refusal? {
        guard let index = index(of: route) else { return unknownRoute(route) }
        let coolsDown = states[index].coolDownUntil.map { now < $0 } ?? false
        guard !coolsDown, recentFailovers(states[index], at: now).isEmpty else { return nil }
        return Refusal(
            .nothingToAcknowledge,
            "route \(route) has no cool-down, and none of its failovers counts"
        )
    }

    private func canAdopt(_ route: RouteName) -> Refusal? {
        guard let index = index(of: route) else { return unknownRoute(route) }
        guard case .foreign(_, let found, let words) = states[index].holder else {
            return Refusal(.nothingToAdopt, "the holder of route \(route) is not foreign")
        }
        guard found == nil else { return nil }
        return Refusal(.nothingToAdopt, "\(words) is no pool of route \(route)")
    }

    /// What a person who is refused is told, besides the answer to the command.
    mutating func tellRefused(_ event: PolicyEvent, _ refusal: Refusal) {
        let route: RouteName?
        let request: RequestID?
        switch event {
        case .approved(let id, _, _, _), .denied(let id, _, _), .runResumed(let id, _),
            .runAborting(let id, _, _), .runForced(let id, _, _, _), .runTaken(let id, _, _):
            (route, request) = (index(of: id).map { states[$0].route.name }, id)
        case .failoverOrdered(let name, _, _, _, _, _, _),
            .failbackOrdered(let name, _, _, _, _, _),
            .rehearsalOrdered(let name, _, _, _, _), .holderAdopted(let name, _, _):
            (route, request) = (name, nil)
        case .paused(let name, _, _, _), .resumed(let name, _): (route, request) = (name, nil)
        case .coolDownAcknowledged(let name, _, _): (route, request) = (name, nil)
        case .maintenanceAdded(.route(let name), _, _, _), .maintenanceEnded(.route(let name), _):
            (route, request) = (name, nil)
        default: (route, request) = (nil, nil)
        }
        outbox.append(
            .notify(
                Notice(
                    .orderRefused,
                    .info,
                    route: route,
                    request: request,
                    sentence: "refused: \(refusal.sentence)"
                )
            )
        )
    }
}
