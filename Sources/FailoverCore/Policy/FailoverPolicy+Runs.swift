extension FailoverPolicy {
    mutating func runNotStarted(_ id: RequestID, _ reason: String, at now: Instant) {
        guard let index = index(of: id), case .running(let request, _, _) = states[index].phase
        else {
            return
        }
        end(request, "its run could not begin: \(reason)", at: now)
        _ = comeApart(request)
        retry(index, request, "the run could not begin: \(reason)", at: now)
    }

    /// Plans anew at once, together with whom it was to move; facts that never rest get no more than a
    /// few plans in an episode that way.
    mutating func planOvertaken(_ id: RequestID, _ reason: String, at now: Instant) {
        guard let index = index(of: id), case .running(let request, _, _) = states[index].phase
        else { return }
        guard states[index].episode.overtakenPlans < Episode.overtakenLimit else {
            runNotStarted(id, reason, at: now)
            return
        }
        states[index].episode.overtakenPlans += 1
        end(request, "its run did not begin: \(reason)", at: now)
        retry(index, request, "the run did not begin: \(reason)", after: .zero, at: now)
    }

    mutating func runFinished(_ id: RequestID, _ outcome: RunOutcome, at now: Instant) {
        guard let index = index(of: id) else {
            orphanFinished(id, outcome, at: now)
            return
        }
        let request: MoveRequest
        let digest: PlanDigest?
        let wasHalted: Bool
        switch states[index].phase {
        case .running(let running, let plan, _):
            (request, digest, wasHalted) = (running, plan, false)
        case .halted(let halted, let plan, _): (request, digest, wasHalted) = (halted, plan, true)
        case .idle, .joined, .queued, .planning, .asked, .cleared, .declined, .retrying: return
        }
        if request.trigger.isRehearsal {
            rehearsed(index, request, outcome, at: now)
            return
        }
        switch outcome {
        case .done: moved(index, request, at: now)
        case .rehearsed: rehearsed(index, request, outcome, at: now)
        case .aborted(let reason): undone(index, request, reason, at: now)
        case .stoppedUnchanged(let reason) where wasHalted:
            undone(index, request, reason, at: now)
        case .stoppedUnchanged(let reason): cameToNothing(index, request, reason, at: now)
        case .stopped(let reason):
            halt(index, request, digest, Halt(reason: reason), at: now)
        case .stuck(let reason):
            let stuck = Halt.Stuck(remindAt: now + settings.stuckReminder)
            halt(index, request, digest, Halt(reason: reason, stuck: stuck), at: now)
        }
    }

    /// A run that keeps the lock and wants a person.
    private mutating func halt(
        _ index: Int,
        _ request: MoveRequest,
        _ digest: PlanDigest?,
        _ halt: Halt,
        at now: Instant
    ) {
        states[index].enter(.halted(request, digest, halt), at: now)
        notify(
            halt.stuck == nil ? .stepFailed : .runStuck,
            .critical,
            index,
            pool: request.move.to,
            request: request.id,
            sentence(request, halt) + ". Nothing else is moved until then"
        )
    }

    /// Touches neither holder nor cool-down nor counts: nothing was changed, whatever the outcome.
    private mutating func rehearsed(
        _ index: Int,
        _ request: MoveRequest,
        _ outcome: RunOutcome,
        at now: Instant
    ) {
        end(request, "its rehearsal is over: \(outcome.inWords)", at: now)
        let isWell = outcome == .rehearsed
        notifyRun(
            isWell ? .runFinished : .stepFailed,
            isWell ? .info : .warning,
            index,
            request,
            isWell
                ? "was rehearsed; nothing was changed" : "failed in rehearsal: \(outcome.inWords)"
        )
    }

    private mutating func cameToNothing(
        _ index: Int,
        _ request: MoveRequest,
        _ reason: String,
        at now: Instant
    ) {
        if case .void(let gone) = ground(of: request, at: now) {
            end(request, "its run stopped before its first act: \(gone)", at: now)
            notifyRun(
                .approvalWithdrawn,
                .info,
                index,
                request,
                "stopped before its first act, no longer needed: \(gone)"
            )
            return
        }
        _ = comeApart(request)
        states[index].episode.fruitlessRuns += 1
        let doublings = min(states[index].episode.fruitlessRuns - 1, 5)
        let words = "the run stopped before anything was changed: \(reason)"
        end(request, words, at: now)
        let delay = settings.retryAfter * (1 << doublings)
        retry(index, request, words, after: delay, .stepFailed, at: now)
    }

    private mutating func undone(
        _ index: Int,
        _ request: MoveRequest,
        _ reason: String,
        at now: Instant
    ) {
        end(request, "its run was undone: \(reason)", at: now)
        if !request.trigger.isDrill { coolDown(request, at: now) }
        notifyRun(.runUndone, .warning, index, request, "was undone: \(reason)")
    }

    private mutating func moved(_ index: Int, _ request: MoveRequest, at now: Instant) {
        end(request, "it was carried out and verified", at: now)
        for part in parts(of: request) { arrived(part.index, part.move, request, at: now) }
        if !request.trigger.isDrill { coolDown(request, at: now) }
        notifyRun(.runFinished, .info, index, request, "is done and verified")
    }

    private mutating func arrived(
        _ index: Int,
        _ move: Move,
        _ request: MoveRequest,
        at now: Instant
    ) {
        noteShadowMove(index, of: request, to: move.to, at: now)
        let state = states[index]
        let place = Place(
            pool: move.to,
            cause: move.to == state.route.home ? nil : cause(of: request, state)
        )
        states[index].holder = .known(place)
        // What stood before the route came here, such as a port that this very run opened, does not
        // count towards the time that a down verdict has to stand.
        legs[state.leg(move.to)]?.since = now
        if move.to == state.route.home { states[index].cameHome = now }
        if request.trigger.isPoolDown {
            let kept = state.failovers.filter { now < $0 + settings.maxFailovers.per }
            states[index].failovers = kept + [now]
        }
        states[index].episode = Episode()
    }

    /// A rescue doesn't turn a person's move into one that may be taken back by itself.
    private func cause(of request: MoveRequest, _ state: RouteState) -> DisplacementCause {
        // Only what a *down* verdict moved is taken back by itself.
        if !request.trigger.isPoolDown || state.holder.expected?.cause == .ordered {
            return .ordered
        }
        return .downVerdict
    }

    private mutating func coolDown(_ request: MoveRequest, at now: Instant) {
        for part in parts(of: request) {
            states[part.index].coolDownUntil = now + settings.coolDown
        }
    }

    /// A person looked into what happened: nothing of it holds back what comes next.
    mutating func coolDownAcknowledged(_ name: RouteName, by person: Person, _ reason: String) {
        guard let index = index(of: name) else { return }
        states[index].coolDownUntil = nil
        states[index].failovers = []
        notify(
            .coolDownEnded,
            .info,
            index,
            "\(person) ended the cool-down of route \(name), and its failovers so far count no more"
                + (reason.isEmpty ? "" : ": \(reason)")
        )
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
            "the run of \(request) \(words)"
        )
    }

    /// A person let a stopped run go on, forward or back.
    mutating func runGoesOn(_ id: RequestID, _ words: String, at now: Instant) {
        if let orphan = orphans.firstIndex(where: { $0.request.id == id }) {
            orphans[orphan].halt = nil
        }
        guard let index = index(of: id),
            case .halted(let request, let digest, _) = states[index].phase
        else { return }
        states[index].enter(.running(request, digest, waitsFor: nil), at: now)
        notifyRun(.runStarted, .info, index, request, words)
    }

    mutating func runWaits(_ id: RequestID, for wait: PersonWait?) {
        guard let index = index(of: id),
            case .running(let request, let digest, _) = states[index].phase
        else { return }
        states[index].replace(.running(request, digest, waitsFor: wait))
    }

    /// The next reading of the holder is taken as it is; for a cool-down, nothing is automatic.
    mutating func lockReleased(by person: Person, _ reason: String, at now: Instant) {
        let words = reason.isEmpty ? "\(person)" : "\(person): \(reason)"
        for orphan in orphans where orphan.halt != nil {
            let run = "the run of \(orphan.request)"
            tellOrphan(
                .lockReleased,
                .warning,
                orphan.request,
                "\(run) was given up by \(words)"
            )
        }
        orphans.removeAll { $0.halt != nil }
        for index in states.indices {
            guard case .halted(let request, _, _) = states[index].phase else { continue }
            end(request, "its run was given up by \(words)", at: now)
            for part in parts(of: request) { states[part.index].holder = .unread(expected: nil) }
            coolDown(request, at: now)
            notifyRun(.lockReleased, .warning, index, request, "was given up by \(words)")
        }
    }

    private mutating func orphanFinished(
        _ id: RequestID,
        _ outcome: RunOutcome,
        at now: Instant
    ) {
        guard let orphan = orphans.firstIndex(where: { $0.request.id == id }) else { return }
        switch outcome {
        case .done, .stoppedUnchanged, .aborted, .rehearsed:
            orphans.remove(at: orphan)
            return
        case .stopped(let reason): orphans[orphan].halt = Halt(reason: reason)
        case .stuck(let reason):
            let stuck = Halt.Stuck(remindAt: now + settings.stuckReminder)
            orphans[orphan].halt = Halt(reason: reason, stuck: stuck)
        }
        guard let halt = orphans[orphan].halt else { return }
        let request = orphans[orphan].request
        tellOrphan(
            halt.stuck == nil ? .stepFailed : .runStuck,
            .critical,
            request,
            sentence(request, halt)
        )
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
