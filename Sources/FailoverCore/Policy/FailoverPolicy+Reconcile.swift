extension FailoverPolicy {
    /// Brings every route in line with the evidence and the time, then gives the lock to the most
    /// urgent.
    mutating func reconcile(at now: Instant) {
        tellExpiredPauses(at: now)
        remind(at: now)
        for index in states.indices {
            updateEpisode(index)
            announceVerdicts(index, at: now)
            announceReadiness(index, at: now)
            settle(index, at: now)
        }
        giveLock(at: now)
        for index in states.indices {
            tell(index, at: now)
            keepShadow(index, at: now)
        }
    }

    private mutating func updateEpisode(_ index: Int) {
        let situation = situation(of: states[index])
        if situation != states[index].episode.situation {
            states[index].episode = Episode(situation: situation)
        }
    }

    /// Ends what has expired or lost its ground; starts nothing.
    private mutating func settle(_ index: Int, at now: Instant) {
        let state = states[index]
        switch state.phase {
        case .idle, .joined, .running, .halted: return
        case .queued(let request):
            withdrawIfVoid(index, request, at: now)
            guard case .queued = states[index].phase else { return }
            withdrawIfSuperseded(index, request, at: now)
        case .planning(let request):
            withdrawIfVoid(index, request, at: now)
            guard case .planning = states[index].phase else { return }
            if now >= state.since + settings.planningTimeout {
                giveUpPlanning(index, request, at: now)
            }
        case .asked(let request, _, let expires):
            withdrawIfVoid(index, request, at: now)
            guard case .asked = states[index].phase else { return }
            if now >= expires {
                expire(index, request, at: now)
                return
            }
            withdrawIfSuperseded(index, request, at: now)
            guard case .asked = states[index].phase, !request.approvals.isEmpty else { return }
            askAnewIfChanged(request, changedWords(request, at: now), at: now)
        case .cleared(let request, _, let lapses):
            withdrawIfVoid(index, request, at: now)
            guard case .cleared = states[index].phase else { return }
            let words = changedWords(request, at: now) ?? unnamedWords(request, at: now)
            if !askAnewIfChanged(request, words, at: now), now >= lapses {
                lapse(index, request, at: now)
            }
        case .declined(let decline):
            let isOver = now >= decline.until || decline.situation != state.episode.situation
            // Silence is no objection: what needs nobody's yes any more goes on.
            let needsNobody = decline.by == nil && desire(of: state, at: now).isAutomatic
            if isOver || needsNobody { states[index].enter(.idle, at: now) }
        case .retrying(let situation, let until, _):
            if now >= until || situation != state.episode.situation {
                states[index].enter(.idle, at: now)
            }
        }
    }

    /// Takes a yes back whose ground has moved; not while that cannot be told.
    ///
    /// - Returns: whether it was taken back.
    @discardableResult
    private mutating func askAnewIfChanged(
        _ request: MoveRequest,
        _ words: String?,
        at now: Instant
    ) -> Bool {
        guard let words, case .needed = ground(of: request, at: now) else { return false }
        askAnew(request.id, "\(words), after \(request.approvers) approved it", at: now)
        return true
    }

    /// A person's approved move first, then rescues, then orders, then failbacks; then by route.
    private mutating func giveLock(at now: Instant) {
        guard lockHolder == nil else { return }
        for rank in 0...3 {
            for index in states.indices where take(index, rank: rank, at: now) { return }
            // The lock is not lent out while a rescue waits for the other half of its plan.
            if rank == 1, states.contains(where: { isRescueHeldUp($0, at: now) }) { return }
        }
    }

    private func isRescueHeldUp(_ state: RouteState, at now: Instant) -> Bool {
        guard case .idle = state.phase, case .act(let wanted, _) = desire(of: state, at: now),
            wanted.situation == .holderDown
        else { return false }
        return waitForCompanion(wanted, of: state, at: now) != nil
    }

    private mutating func take(_ index: Int, rank: Int, at now: Instant) -> Bool {
        let state = states[index]
        switch (rank, state.phase) {
        case (0, .cleared(let request, let digest, _)):
            guard case .needed = ground(of: request, at: now) else { return false }
            start(index, request, digest, request.authority(digest), at: now)
            return true
        case (1, .idle), (3, .idle):
            guard case .act(let wanted, let permission) = desire(of: state, at: now),
                (wanted.situation == .holderDown) == (rank == 1),
                waitForCompanion(wanted, of: states[index], at: now) == nil
            else { return false }
            let others = companions(of: index, wanted, permission, at: now)
            let request = makeRequest(wanted, for: state, with: others, at: now)
            if wanted.situation == .homeBack, states[index].episode.isNews("failback due") {
                notify(
                    .failbackDue,
                    .info,
                    index,
                    pool: wanted.to,
                    request: request.id,
                    "\(request.trigger.inWords): \(state.carries) can go home; a plan is made"
                )
            }
            states[index].enter(.planning(request), at: now)
            join(request, at: now)
            outbox.append(.makePlan(request))
            return true
        case (2, .queued(let request)):
            states[index].enter(.planning(request), at: now)
            outbox.append(.makePlan(request))
            return true
        default: return false
        }
    }

    /// Says once per episode what people must know of a route that does nothing.
    private mutating func tell(_ index: Int, at now: Instant) {
        let state = states[index]
        guard case .idle = state.phase else { return }
        switch desire(of: state, at: now) {
        case .rest(.paused), .rest(.holderInMaintenance):
            guard case .act(let wanted, _) = unhindered(state, at: now),
                states[index].episode.isNews("paused \(wanted.to)")
            else { return }
            notify(.wouldAct, .info, index, pool: wanted.to, "\(sentence(of: state, at: now))")
        case .rest, .wait: return
        case .blocked(let blocker):
            guard states[index].episode.isNews("blocked \(blocker)") else { return }
            notify(
                .cannotAct,
                .critical,
                index,
                pool: state.holder.presumed(home: state.route.home),
                "\(sentence(of: state, at: now)). Act by hand, or clear what blocks."
            )
        case .tell(let wanted):
            guard states[index].episode.isNews("tell \(wanted.to)") else { return }
            let code: NoticeCode = wanted.situation == .homeBack ? .failbackDue : .wouldAct
            notify(
                code,
                wanted.situation == .homeBack ? .info : .warning,
                index,
                pool: wanted.to,
                "\(sentence(of: state, at: now)). To do it: edgewarden "
                    + (wanted.to == state.route.home ? "failback" : "failover")
                    + " \(state.route.name)"
            )
        case .act(let wanted, _):
            // Only a lock in other hands leaves a wanted move idle.
            guard let halted = haltedRun,
                states[index].episode.isNews("lock \(halted.request.id) \(wanted.to)")
            else { return }
            notify(
                .cannotAct,
                .critical,
                index,
                pool: wanted.from,
                request: halted.request.id,
                "\(state.route.name) should move to \(wanted.to.host), but "
                    + sentence(halted.request, halted.halt)
            )
        }
    }
}
