extension FailoverPolicy {
    /// What must survive a restart, as of now.
    ///
    /// The driver stores it after every step that had effects.
    public func memory(at now: Instant) -> PolicyMemory {
        PolicyMemory(
            nextRequest: nextRequest,
            routes: states.map { memory(of: $0, at: now) }
                + orphans.map { memory(of: $0, at: now) },
            pauses: pauses.all.filter { !$0.pause.isOver(at: now) }.map { coverage, pause in
                PauseMemory(coverage, pause, at: now)
            }
        )
    }

    private func memory(of state: RouteState, at now: Instant) -> RouteMemory {
        let run: RunMemory?
        switch state.phase {
        case .running(let request, let digest, _):
            run = RunMemory(request: request, digest: digest, stopped: nil)
        case .halted(let request, let digest, let halt):
            run = halt.memory(of: request, digest, at: now)
        case .idle, .joined, .queued, .planning, .asked, .cleared, .declined, .retrying: run = nil
        }
        var decline: DeclineMemory?
        if case .declined(let declined) = state.phase, declined.until > now {
            decline = DeclineMemory(
                situation: declined.situation,
                remaining: declined.until - now,
                by: declined.by
            )
        }
        return RouteMemory(
            route: state.route.name,
            place: state.holder.expected,
            coolDown: state.coolDownUntil.flatMap { $0 > now ? $0 - now : nil },
            failoverAges: state.failovers.map { now - $0 },
            run: run,
            decline: decline,
            announced: state.announced.sorted { $0.key < $1.key }
                .map { RouteMemory.Announcement(pool: $0.key, verdict: $0.value) },
            relapseAges: state.relapses.map { now - $0 },
            cameHomeAge: state.cameHome.map { now - $0 },
            shadow: state.route.mode == .observe ? state.shadow.memory(at: now) : nil
        )
    }

    private func memory(of orphan: Orphan, at now: Instant) -> RouteMemory {
        RouteMemory(
            route: orphan.request.move.route,
            place: nil,
            coolDown: nil,
            failoverAges: [],
            run: orphan.memory(at: now),
            decline: nil,
            announced: []
        )
    }

    mutating func recall(_ memory: PolicyMemory, at now: Instant) {
        for remembered in memory.routes {
            guard let index = index(of: remembered.route) else {
                // Nobody watches that route any more, but its run may have stopped half way.
                if let run = remembered.run { orphans.append(Orphan(run, at: now)) }
                continue
            }
            states[index].holder = .unread(expected: remembered.place)
            states[index].coolDownUntil = remembered.coolDown.map { now + $0 }
            states[index].failovers = remembered.failoverAges.map { now + (.zero - $0) }
            states[index].relapses = (remembered.relapseAges ?? []).map { now + (.zero - $0) }
            states[index].cameHome = remembered.cameHomeAge.map { now + (.zero - $0) }
            if let shadow = remembered.shadow { states[index].shadow = Shadow(shadow, at: now) }
            // A pool that was well is seen anew, one member after the other: nothing to repeat.
            for announcement in remembered.announced where announcement.verdict != .up {
                states[index].announced[announcement.pool] = announcement.verdict
            }
            if let run = remembered.run {
                states[index].enter(
                    run.halt(at: now).map { .halted(run.request, run.digest, $0) }
                        ?? .running(run.request, run.digest, waitsFor: nil),
                    at: now
                )
            } else if let decline = remembered.decline {
                states[index].episode = Episode(situation: decline.situation)
                let until = now + decline.remaining
                let recalled = Decline(situation: decline.situation, until: until, by: decline.by)
                states[index].enter(.declined(recalled), at: now)
            }
        }
        // Once every route is what it was: a run has the routes that went with it.
        for run in memory.routes.compactMap(\.run) where index(of: run.request.id) != nil {
            join(run.request, at: now)
        }
        for pause in memory.pauses {
            pauses[pause.coverage] = Pause(
                until: pause.remaining.map { now + $0 },
                by: pause.by,
                reason: pause.reason,
                isMaintenance: pause.isMaintenance ?? false
            )
        }
    }
}
