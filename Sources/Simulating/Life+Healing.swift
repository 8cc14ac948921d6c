import FailoverCore

/// The world heals, people are well-meaning, and everything must come right.
extension Life {
    mutating func heal() {
        say("the world heals", isAction: true)
        healWorld()
        manner = .prompt
        wakeAgents()
        for route in [nil] + estate.routes.map({ Optional($0.name) }) {
            order(.resumed(route, by: People.anna))
        }
        for pause in policy?.pauseStatuses(at: instant) ?? [] where pause.isMaintenance {
            order(.maintenanceEnded(pause.coverage, by: People.anna))
        }
        let away = setup.stableFor + setup.coolDown + 3_600
        doPersonsStep()
        careForAll()
        advance(to: now + 900)
        careForAll()
        advance(to: now + away)
        // Nobody meddles with a run that is under way.
        let end = now + 3_600
        while running != nil, now < end, judge.violations.isEmpty { advance(to: now + 60) }
        guard judge.violations.isEmpty else { return }
        healHolders()
        advance(to: now + 600)
        comeToRest()
        guard judge.violations.isEmpty else { return }
        killHolder()
    }

    private mutating func healWorld() {
        for pool in world.conditions.indices {
            for member in world.conditions[pool].indices { world.conditions[pool][member] = .up }
        }
        world.flap = nil
        world.loss = nil
        world.cuts = []
        world.isolated = []
        world.muted = []
        world.liars = [:]
        world.isManagementUp = true
        world.faults = []
        world.replication = .prompt
        world.following = .prompt
        world.changedPrimary()
        for pool in world.unready.indices { world.unready[pool] = [] }
        world.isReadinessWatched = true
        schedule(.readReadiness(isRegular: false), in: 30, isOfAgent: false)
        crashAfter = nil
        schedule(.readHolders, in: 10, isOfAgent: false)
        awaken()
    }

    /// Whoever is down or asleep comes back.
    private mutating func wakeAgents() {
        for agent in isDown.indices {
            frozenUntil[agent] = min(frozenUntil[agent], now + 1)
            if isDown[agent] { restart(agent) }
        }
        advance(to: now + 120)
    }

    /// A step that somebody was asked to do and that nobody cared for.
    private mutating func doPersonsStep() {
        guard let running, let step = running.state.waitingStep else { return }
        personDone(running.id, step.id)
    }

    /// People see to a run that stopped until none is left that keeps the lock.
    private mutating func careForAll() {
        for attempt in 0..<6 where judge.run?.isHalted == true {
            guard let request = judge.run?.request.id, let state = replayed(RunID(request.number))
            else { return }
            if attempt < 2 {
                orderRun(
                    RunID(request.number),
                    state,
                    .resumed(by: People.anna, reason: "all is well again")
                )
            } else {
                order(.lockReleased(by: People.anna, reason: "put right by hand"))
            }
            advance(to: now + 900)
        }
    }

    /// Routes that somebody else moved are accepted, and DNS leads to where they are.
    private mutating func healHolders() {
        let home = ServiceIdentity.edgeServer(estate.pools[0])
        for route in estate.routes where world.trueHolder(of: route) == nil {
            for index in world.sites.indices {
                if route.kind == .sip { world.sites[index].sipRoute = home.description }
                if route.kind == .xmpp { world.sites[index].xmppRoute = home.description }
            }
        }
        for pool in world.stopped.indices {
            for member in world.stopped[pool].indices { world.stopped[pool][member] = [] }
        }
        readHolders()
        for route in estate.routes {
            order(.holderAdopted(route.name, by: People.anna, reason: "as it is"))
        }
        leadRecords()
        awaken()
    }

    private mutating func leadRecords() {
        guard let sip = estate.routes.first, let holder = world.trueHolder(of: sip),
            let pool = estate.pools.firstIndex(of: holder)
        else { return }
        if estate.kind == .strict {
            for index in world.carriesFlag.indices { world.carriesFlag[index] = index == pool }
        }
        let key = RecordKey(name: .known("sip.contoso.com"), type: .a)
        world.primary[key] = World.records(estate, ttl: 3_600, leadingTo: pool)[key]
        world.changedPrimary()
    }

    // MARK: What must be so

    /// All is well and a while has passed: nothing is left standing.
    ///
    /// A route whose soak was made longer may be on its way home just now: that has its hour.
    private mutating func comeToRest() {
        let end = now + 3_600
        while !unrest().isEmpty, now < end, judge.violations.isEmpty { advance(to: now + 60) }
        for (invariant, words) in unrest() { judge.object(invariant, now, words) }
    }

    /// What is left standing.
    private func unrest() -> [(Invariant, String)] {
        guard let policy else { return [(.nothingStuck, "no agent leads")] }
        var found: [(Invariant, String)] = []
        if let run = judge.run {
            found.append((.nothingStuck, "\(run.request) still has the lock"))
        }
        if let running { found.append((.nothingStuck, "run \(running.id) does not end")) }
        if !world.hasOnlyRunningServices {
            found.append((.servicesRunning, "services are stopped for good"))
        }
        for route in estate.routes {
            let status = policy.status(of: route.name, at: instant)
            if status.reason.isEmpty { found.append((.statusInWords, "\(status.phase)")) }
            switch status.phase {
            case .watching, .observing, .awaitingApproval, .declined, .soaking, .coolingDown,
                .retrying, .awaitingWindow:
                continue
            default: found.append((.nothingStuck, "\(route.name) is \(status.phase.rawValue)"))
            }
        }
        return found
    }

    /// A healthy estate loses the pool that holds SIP: what is allowed begins in time.
    private mutating func killHolder() {
        guard let sip = estate.routes.first, let holder = world.trueHolder(of: sip),
            let pool = estate.pools.firstIndex(of: holder)
        else { return }
        let runs = counts.runs
        let from = now
        for member in world.conditions[pool].indices { world.conditions[pool][member] = .dead }
        say("the pool that holds SIP dies", isAction: true)
        awaken()
        // Detection, confirmation, companions, planning, answers that are not given at once.
        let bound = 60 + setup.confirmFor + 20 + 30 + 90 + 120
        advance(to: now + bound)
        guard judge.violations.isEmpty else { return }
        if setup.sipMode == .observe {
            guard judge.alerted[sip.name].map({ $0 >= from }) ?? false else {
                judge.object(.beginsInTime, now, "nobody was told in observe")
                return
            }
            return
        }
        if counts.runs == runs, !isBeginningExcused(since: from) {
            let words = policy?.status(of: sip.name, at: instant).reason ?? "no agent"
            judge.object(.beginsInTime, now, "no run began: \(words)")
        }
        advance(to: now + 3_600)
    }

    /// A plan that is refused for a reason that people are told is no fault of the policy.
    private func isBeginningExcused(since: Int) -> Bool {
        guard let policy, let sip = estate.routes.first else { return false }
        let phase = policy.status(of: sip.name, at: instant).phase
        let isTold = judge.alerted[sip.name].map { $0 >= since } ?? false
        return phase == .retrying && isTold
    }
}
