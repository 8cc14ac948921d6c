extension FailoverPolicy {
    /// Takes one event into the state; what follows from it is reconciled afterwards.
    mutating func apply(_ event: PolicyEvent, at now: Instant) {
        if let refusal = refusal(of: event, at: now) {
            tellRefused(event, refusal)
            if refusal.code == .changedSince, case .approved(let id, _, _, _) = event {
                askAnew(id, refusal.sentence, at: now)
            }
            return
        }
        switch event {
        case .tick: return
        case .verdict(let leg, let verdict):
            legs[leg]?.take(verdict, at: now)
            noteRelapse(leg, verdict.verdict, at: now)
        case .holder(let route, let reading): read(route, reading, at: now)
        case .readiness(let route, let pool, let readiness):
            guard let index = index(of: route), let limits = settings.readiness else { return }
            states[index].take(readiness, of: pool, limits)
        case .windows(let standings):
            for (route, standing) in standings {
                if let index = index(of: route) { states[index].window = standing }
            }
        case .planned(let id, let digest, let needsApproval):
            planned(id, digest, needsApproval, at: now)
        case .planRefused(let id, let reasons): planRefused(id, reasons, at: now)
        case .approved(let id, let digest, let person, let overrides):
            approved(id, digest, by: person, overrides, at: now)
        case .denied(let id, let person, let reason): denied(id, by: person, reason, at: now)
        case .failoverOrdered, .failbackOrdered, .rehearsalOrdered: ordered(event, at: now)
        case .runNotStarted(let id, let reason): runNotStarted(id, reason, at: now)
        case .planOvertaken(let id, let reason): planOvertaken(id, reason, at: now)
        case .runFinished(let id, let outcome): runFinished(id, outcome, at: now)
        case .runResumed(let id, let person):
            runGoesOn(id, "goes on, resumed by \(person)", at: now)
        case .runAborting(let id, let person, let reason):
            runGoesOn(id, "is undone, ordered by \(person)" + why(reason), at: now)
        case .runForced(let id, let step, let person, let reason):
            runGoesOn(id, "goes on, with step \(step) forced by \(person)" + why(reason), at: now)
        case .runTaken(let id, let person, let reason):
            runTaken(id, by: person, reason, at: now)
        case .runWaits(let id, let wait): runWaits(id, for: wait)
        case .lockReleased(let person, let reason): lockReleased(by: person, reason, at: now)
        case .holderAdopted(let route, let person, let reason):
            holderAdopted(route, by: person, reason, at: now)
        case .paused(let route, let until, let person, let reason):
            paused(Coverage(route), Pause(until: until, by: person, reason: reason), at: now)
        case .resumed(let route, let person): resumed(Coverage(route), by: person)
        case .coolDownAcknowledged(let route, let person, let reason):
            coolDownAcknowledged(route, by: person, reason)
        case .maintenanceAdded(let coverage, let until, let person, let reason):
            paused(
                coverage,
                Pause(until: until, by: person, reason: reason, isMaintenance: true),
                at: now
            )
        case .maintenanceEnded(let coverage, let person): resumed(coverage, by: person)
        }
    }

    private mutating func read(_ name: RouteName, _ reading: HolderReading, at now: Instant) {
        guard let index = index(of: name) else { return }
        switch lead(of: states[index]).phase {
        // While a run moves the route, readings show it half way.
        case .running, .halted: return
        case .idle, .joined, .queued, .planning, .asked, .cleared, .declined, .retrying: break
        }
        noteShadowMove(index, reading, at: now)
        let before = states[index].holder
        let after = before.after(reading, of: states[index].route)
        states[index].holder = after
        switch (before, after) {
        case (.foreign(_, _, let old), .foreign(_, _, let new)) where old == new: return
        case (_, .foreign(let expected, let found, let words)):
            let was = expected.map { "; it was with \($0.pool.host)" } ?? ""
            notify(
                .foreignHolder,
                .critical,
                index,
                pool: found,
                "\(states[index].carries) is held by \(words)\(was), and no run of ours moved it. "
                    + "Nothing is done on route \(name) until it returns or a person accepts it"
            )
        case (.foreign, .known(let place)):
            notify(
                .foreignHolder,
                .info,
                index,
                pool: place.pool,
                "\(states[index].carries) is held by \(place.pool.host) again, as it should be"
            )
        default: return
        }
    }

    private mutating func planned(
        _ id: RequestID,
        _ digest: PlanDigest,
        _ needsApproval: Bool,
        at now: Instant
    ) {
        // A plan that comes late is of no use to anybody.
        guard let index = index(of: id), case .planning(let request) = states[index].phase else {
            return
        }
        withdrawIfVoid(index, request, at: now)
        guard case .planning = states[index].phase else { return }
        if case .rehearsal(let person, _) = request.trigger {
            if case .onHold(let reason) = ground(of: request, at: now) {
                end(request, "it cannot be rehearsed now: \(reason)", at: now)
                retry(index, request, "cannot be rehearsed now: \(reason)", at: now)
                return
            }
            start(index, request, digest, .rehearsal(by: person), at: now)
            return
        }
        if request.trigger.isOrdered {
            ask(index, request, digest, [.mode], at: now)
            return
        }
        var reasons: [AskReason] = []
        for part in parts(of: request) {
            // Which of several needs it shows when each is planned alone.
            if request.companions.isEmpty {
                states[part.index].episode.planNeedsPerson = needsApproval
            }
            guard case .act(_, let permission) = desire(of: states[part.index], at: now) else {
                return
            }
            if case .ask(let reason) = permission, !reasons.contains(reason) {
                reasons.append(reason)
            }
        }
        if reasons.isEmpty, needsApproval, comeApart(request) {
            withdraw(index, request, "one of its moves needs a person's yes", at: now)
        } else if reasons.isEmpty {
            start(index, request, digest, .automatic, at: now)
        } else {
            ask(index, request, digest, reasons, at: now)
        }
    }

    private mutating func planRefused(_ id: RequestID, _ reasons: [String], at now: Instant) {
        guard let index = index(of: id), case .planning(let request) = states[index].phase else {
            return
        }
        let words = "cannot be done: " + reasons.joined(separator: "; ")
        end(request, words, at: now)
        if !request.trigger.isOrdered, comeApart(request) { return }
        retry(index, request, words, at: now)
    }

    private mutating func approved(
        _ id: RequestID,
        _ digest: PlanDigest,
        by person: Person,
        _ overrides: Overrides?,
        at now: Instant
    ) {
        guard let index = index(of: id),
            case .asked(var request, _, let expires) = states[index].phase
        else { return }
        request.overrides += named(overrides, by: person, for: request, at: now)
        request.approvals.append(person)
        guard request.approvals.count >= settings.approvalsNeeded else {
            askAnother(index, request, digest, expires: expires, at: now)
            return
        }
        let lapses = now + settings.approvalTimeout
        states[index].enter(.cleared(request, digest, lapses: lapses), at: now)
    }

    private mutating func denied(
        _ id: RequestID,
        by person: Person,
        _ reason: String,
        at now: Instant
    ) {
        guard let index = index(of: id), let request = states[index].phase.request else { return }
        let why = reason.isEmpty ? "" : ": \(reason)"
        end(request, "\(person) denied it\(why)", at: now)
        // Who cancels an order of their own has not said no to what the agent finds by itself.
        if !request.trigger.isOrdered {
            for part in parts(of: request) { decline(part.index, by: person, at: now) }
        }
        notify(
            .approvalDenied,
            .warning,
            index,
            pool: request.move.to,
            request: request.id,
            "\(person) denied \(request)\(why)"
        )
    }

    /// An order is checked by then; it waits for the lock like everything else.
    private mutating func ordered(_ event: PolicyEvent, at now: Instant) {
        switch event {
        case .failoverOrdered(
            let route,
            let others,
            let target,
            let person,
            let reason,
            let isDrill,
            let overrides
        ):
            let trigger = Trigger(isDrill: isDrill, by: person, reason: reason)
            queue([route] + others, to: target, .failover, trigger, overrides, at: now)
        case .failbackOrdered(
            let route,
            let others,
            let person,
            let reason,
            let isDrill,
            let overrides
        ):
            let trigger = Trigger(isDrill: isDrill, by: person, reason: reason)
            queue([route] + others, to: nil, .failback, trigger, overrides, at: now)
        case .rehearsalOrdered(let route, let target, let direction, let person, let reason):
            let trigger = Trigger.rehearsal(by: person, reason: reason)
            queue([route], to: target, direction, trigger, nil, at: now)
        default: return
        }
    }

    private mutating func queue(
        _ names: [RouteName],
        to target: FQDN?,
        _ direction: MoveDirection,
        _ trigger: Trigger,
        _ overrides: Overrides?,
        at now: Instant
    ) {
        let moves = names.compactMap { orderedMove($0, to: target, direction) }
        guard let move = moves.first, let index = index(of: move.route) else { return }
        var request = makeRequest(
            for: states[index].route,
            from: move.from,
            to: move.to,
            with: Array(moves.dropFirst()),
            trigger
        )
        if let person = trigger.orderedBy {
            request.overrides = named(overrides, by: person, for: request, at: now)
        }
        states[index].enter(.queued(request), at: now)
        join(request, at: now)
    }

    /// What an order moves; nil for an unknown route, holder or target.
    func orderedMove(
        _ name: RouteName,
        to target: FQDN?,
        _ direction: MoveDirection
    ) -> Move? {
        guard let index = index(of: name), case .known(let place) = states[index].holder else {
            return nil
        }
        let state = states[index]
        let wanted = direction == .failback ? state.route.home : target
        return (wanted ?? self.target(of: state, awayFrom: place.pool, at: clock))
            .map { Move(state.route, from: place.pool, to: $0) }
    }

    private func why(_ reason: String) -> String { reason.isEmpty ? "" : ": \(reason)" }
}
