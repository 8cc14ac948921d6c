extension FailoverPolicy {
    mutating func runNotStarted(_ id: RequestID, _ reason: String, at now: Instant) {
        guard let index = index(of: id), case .running(let request, _) = states[index].phase else {
            return
        }
        end(index, request, "its run could not begin: \(reason)", at: now)
        retry(index, request, "the run could not begin: \(reason)", at: now)
    }

    mutating func runFinished(_ id: RequestID, _ outcome: RunOutcome, at now: Instant) {
        guard let index = index(of: id) else {
            orphanFinished(id, outcome)
            return
        }
        let request: MoveRequest
        let digest: PlanDigest?
        let wasStuck: Bool
        switch states[index].phase {
        case .running(let running, let plan): (request, digest, wasStuck) = (running, plan, false)
        case .stuck(let stuck, let plan, _): (request, digest, wasStuck) = (stuck, plan, true)
        case .idle, .queued, .planning, .asked, .cleared, .declined, .retrying: return
        }
        switch outcome {
        case .done: moved(index, request, at: now)
        case .rehearsed:
            end(index, request, "it was rehearsed; nothing was changed", at: now)
            notifyRun(.runFinished, .info, index, request, "was rehearsed; nothing was changed")
        case .aborted(let reason): undone(index, request, reason, at: now)
        case .stoppedUnchanged(let reason) where wasStuck:
            undone(index, request, reason, at: now)
        case .stoppedUnchanged(let reason):
            if case .void(let gone) = ground(of: request, at: now) {
                end(index, request, "its run stopped before its first act: \(gone)", at: now)
                notifyRun(
                    .approvalWithdrawn,
                    .info,
                    index,
                    request,
                    "stopped before its first act, no longer needed: \(gone)"
                )
                return
            }
            states[index].episode.fruitlessRuns += 1
            let doublings = min(states[index].episode.fruitlessRuns - 1, 5)
            let words = "the run stopped before anything was changed: \(reason)"
            end(index, request, words, at: now)
            let delay = settings.retryAfter * (1 << doublings)
            retry(index, request, words, after: delay, .stepFailed, at: now)
        case .stopped(let reason), .stuck(let reason):
            states[index].enter(.stuck(request, digest, reason: reason), at: now)
            notifyRun(
                .stepFailed,
                .critical,
                index,
                request,
                "stopped: \(reason). It keeps the lock; nothing else is moved until it goes on "
                    + "(edgewarden resume-run \(request.id)) or is given up (edgewarden release)"
            )
        }
    }

    private mutating func undone(
        _ index: Int,
        _ request: MoveRequest,
        _ reason: String,
        at now: Instant
    ) {
        end(index, request, "its run was undone: \(reason)", at: now)
        coolDown(index, at: now)
        notifyRun(.lockReleased, .warning, index, request, "was undone: \(reason)")
    }

    private mutating func moved(_ index: Int, _ request: MoveRequest, at now: Instant) {
        let state = states[index]
        let place = Place(
            pool: request.move.to,
            cause: request.move.to == state.route.home ? nil : cause(of: request, state)
        )
        states[index].holder = .known(place)
        if request.trigger.isPoolDown {
            let kept = state.failovers.filter { now < $0 + settings.maxFailovers.per }
            states[index].failovers = kept + [now]
        }
        end(index, request, "it was carried out and verified", at: now)
        states[index].episode = Episode()
        coolDown(index, at: now)
        notifyRun(.runFinished, .info, index, request, "is done and verified")
    }

    /// A rescue doesn't turn a person's move into one that may be taken back by itself.
    private func cause(of request: MoveRequest, _ state: RouteState) -> DisplacementCause {
        if request.trigger.isOrdered || state.holder.expected?.cause == .ordered { return .ordered }
        return .downVerdict
    }

    private mutating func coolDown(_ index: Int, at now: Instant) {
        states[index].coolDownUntil = now + settings.coolDown
    }

    private mutating func notifyRun(
        _ code: NoticeCode,
        _ severity: Severity,
        _ index: Int,
        _ request: MoveRequest,
        _ words: String
    ) {
        notify(
            code,
            severity,
            index,
            pool: request.move.to,
            request: request.id,
            "the run of request \(request.id) (\(request.move)) \(words)"
        )
    }

    mutating func runResumed(_ id: RequestID, by person: Person, at now: Instant) {
        if let orphan = orphans.firstIndex(where: { $0.request.id == id }) {
            orphans[orphan].stopped = nil
        }
        guard let index = index(of: id),
            case .stuck(let request, let digest, _) = states[index].phase
        else { return }
        states[index].enter(.running(request, digest), at: now)
        notifyRun(.runStarted, .info, index, request, "goes on, resumed by \(person)")
    }

    /// The next reading of the holder is taken as it is; for a cool-down, nothing is automatic.
    mutating func lockReleased(by person: Person, _ reason: String, at now: Instant) {
        let words = reason.isEmpty ? "\(person)" : "\(person): \(reason)"
        for orphan in orphans where orphan.stopped != nil {
            let move = orphan.request.move
            let run = "the run of request \(orphan.request.id) (\(move))"
            let sentence = "\(run) was given up by \(words)"
            outbox.append(
                .notify(
                    Notice(.lockReleased, .warning, request: orphan.request.id, sentence: sentence)
                )
            )
        }
        orphans.removeAll { $0.stopped != nil }
        for index in states.indices {
            guard case .stuck(let request, _, _) = states[index].phase else { continue }
            end(index, request, "its run was given up by \(words)", at: now)
            states[index].holder = .unread(expected: nil)
            coolDown(index, at: now)
            notifyRun(.lockReleased, .warning, index, request, "was given up by \(words)")
        }
    }

    private mutating func orphanFinished(_ id: RequestID, _ outcome: RunOutcome) {
        guard let orphan = orphans.firstIndex(where: { $0.request.id == id }) else { return }
        switch outcome {
        case .done, .stoppedUnchanged, .aborted, .rehearsed: orphans.remove(at: orphan)
        case .stopped(let reason), .stuck(let reason): orphans[orphan].stopped = reason
        }
    }

    mutating func holderAdopted(
        _ name: RouteName,
        by person: Person,
        _ reason: String,
        at now: Instant
    ) {
        guard let index = index(of: name), case .foreign(_, let found?, _) = states[index].holder
        else { return }
        let isHome = found == states[index].route.home
        states[index].holder = .known(Place(pool: found, cause: isHome ? nil : .ordered))
        notify(
            .foreignHolder,
            .info,
            index,
            pool: found,
            "\(person) accepted that \(found.host) holds \(states[index].carries)"
                + (reason.isEmpty ? "" : ": \(reason)")
                + (isHome ? "" : "; it stays there until a failback is ordered")
        )
    }
}
