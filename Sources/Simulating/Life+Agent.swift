import FailoverCore

/// The leading agent: it starts, hears, decides, dies and comes back.
extension Life {
    /// A new process with what the journal holds.
    mutating func start() {
        life += 1
        hasSeenControls = false
        let wall = now + clockStep
        let away = max(0, wall - journal.savedAt)
        let memory = journal.memory == .empty ? .empty : journal.memory.aged(by: .seconds(away))
        judge.restarted(perceived: away, truly: now - judge.savedAt, at: now)
        policy = FailoverPolicy(
            routes: estate.routes,
            settings: setup.policySettings,
            memory: memory,
            at: instant
        )
        health = Health(organisation: estate.organisation, settings: setup.healthSettings)
        witness = Witness(places: observations.count, setup.healthSettings)
        told = poolLegs.map { $0.map { _ in nil } }
        if let leader { watches[leader] = VantageWatch(name: watches[leader].name) }
        leftOut = []
        leaveOut()
        for watch in watches { health.vantage(watch.name, is: watch.state) }
        running = nil
        policyDeadline = nil
        awaken()
        nextRound = now
        schedule(.readHolders, in: 2)
        readReadiness(isRegular: true)
        readWindows()
        takeUpUnfinishedRun()
    }

    /// The run that was on its way comes first, and what policy and journal say of runs is made to
    /// agree.
    private mutating func takeUpUnfinishedRun() {
        for run in journal.runs.reversed() {
            guard let state = replayed(run.id), state.outcome == nil else { continue }
            takeUp(run.id, state, .recovered(reason: "the agent started again"))
            return
        }
        guard let policy else { return }
        let requests = estate.routes.map { policy.status(of: $0.name, at: instant) }
            .filter { $0.phase == .running }.compactMap(\.request?.id)
        for request in requests {
            if let outcome = replayed(RunID(request.number))?.outcome {
                send(.runFinished(request, outcome))
            } else {
                send(.runNotStarted(request, reason: "the agent stopped before the run began"))
            }
        }
    }

    /// A run's state from its journal.
    mutating func replayed(_ id: RunID) -> RunState? {
        do {
            return try journal.replay(id)
        } catch {
            judge.object(.replayEqualsLife, now, "run \(id) cannot be replayed: \(error)")
            return nil
        }
    }

    /// The leader dies: all that is not in the journal is gone.
    mutating func crash(downFor seconds: Int) {
        guard let leader, policy != nil else { return }
        if running != nil { counts.crashesInRun += 1 }
        say("agent \(leader + 1) dies", isAction: false)
        stopLeading()
        isDown[leader] = true
        schedule(.restart(agent: leader), in: max(1, seconds), isOfAgent: false)
        if setup.agents > 1 { schedule(.takeOver, in: Setup.lease, isOfAgent: false) }
    }

    mutating func stopLeading() {
        life += 1
        policy = nil
        running = nil
        policyDeadline = nil
        crashAfter = nil
        awaken()
        judge.agentGone()
    }

    mutating func restart(_ agent: Int) {
        isDown[agent] = false
        awaken()
        // Without its lease it only stands by.
        guard leader == agent || leader == nil, policy == nil else { return }
        say("agent \(agent + 1) starts")
        leader = agent
        start()
    }

    /// The lease of the leader is over: the other takes it, if the leader is still away.
    mutating func takeOver() {
        guard let old = leader, isDown[old] || now < frozenUntil[old],
            let next = isDown.indices.first(where: {
                $0 != old && !isDown[$0] && now >= frozenUntil[$0]
            })
        else { return }
        say("agent \(next + 1) takes over")
        counts.takeOvers += 1
        stopLeading()
        leader = next
        start()
    }

    mutating func freeze(_ agent: Int, _ seconds: Int) {
        guard !isDown[agent] else { return }
        frozenUntil[agent] = now + seconds
        schedule(.wake(agent: agent), in: seconds, isOfAgent: false)
        guard leader == agent, setup.agents > 1 else { return }
        schedule(.takeOver, in: Setup.lease, isOfAgent: false)
    }

    /// Steps the policy, has every effect judged, and carries it out.
    mutating func send(_ event: PolicyEvent) {
        guard var policy else { return }
        counts.events += 1
        let refusal = policy.refusal(of: event, at: instant)
        if let refusal { counts.refusals[refusal.code, default: 0] += 1 }
        judge.note(event, refusal, at: now)
        let effects = policy.step(event, at: instant)
        self.policy = nil
        let deadline = policy.nextDeadline
        policyDeadline = deadline.map { max(Life.seconds($0), now + 1) }
        self.policy = policy
        if !effects.isEmpty || refusal != nil || event.isWorthKeeping {
            journal.memory = policy.memory(at: instant)
            journal.savedAt = now + clockStep
            judge.savedAt = now
        }
        judge.judge(effects, after: event, refusal, at: now)
        judgeSight(effects)
        if case .tick = event { leaveOut() }
        switch event {
        case .maintenanceAdded, .maintenanceEnded: leaveOut()
        case .lockReleased: schedule(.readHolders, in: 10)
        default: break
        }
        noteTransitions()
        let lifeBefore = life
        for effect in effects where life == lifeBefore { carryOut(effect) }
    }

    private mutating func noteTransitions() {
        guard let policy else { return }
        for (place, route) in estate.routes.enumerated() {
            let phase = policy.phase(of: route.name, at: instant)
            judge.judge(phase, of: route, at: now)
            if let before = counts.note(place, phase) {
                say("\(route.name): \(before.rawValue) → \(phase.rawValue)")
            }
        }
    }

    private mutating func carryOut(_ effect: PolicyEffect) {
        switch effect {
        // Now and then reading the live state takes its time.
        case .makePlan(let request):
            schedule(
                .plan(request),
                in: (request.id.number + history.actions.count) % 5 == 0 ? 45 : 2
            )
        case .askApproval(let request, let digest, let expires):
            ask(request, digest, until: Life.seconds(expires))
        case .withdraw(let request, _): say("\(request) is withdrawn")
        case .startRun(let request, let digest, let authority):
            schedule(.begin(request, digest, authority), in: 1)
        case .notify(let notice):
            let sentence = transcript?.isWhole == true ? ": \(notice.sentence)" : ""
            say("told: \(notice.code.rawValue)\(sentence)")
        case .shadow: return
        }
    }

    // MARK: Plans

    private mutating func makePlan(_ request: MoveRequest, forRun: Bool = false) -> PlanBook.Entry {
        guard world.isManagementUp else { return .blocked(["no Front End answers"]) }
        let record = request.direction == .failback ? journal.record(of: request.moves) : nil
        let verdicts = told.map { $0.map { $0?.verdict } }
        let facts = world.facts(request.moves, request.direction, record?.digest, verdicts)
        if let entry = book.known(facts) { return entry }
        let snapshot = world.snapshot(facts)
        let planner = Planner(organisation: estate.organisation)
        return book.entry(
            facts,
            {
                request.direction == .failover
                    ? planner.failover(request.moves, snapshot: snapshot)
                    : planner.failback(request.moves, snapshot: snapshot, record: record?.record)
            },
            snapshot
        )
    }

    mutating func makePlan(_ request: MoveRequest) {
        switch makePlan(request, forRun: false) {
        case .plan(let plan, let digest, _):
            send(.planned(request.id, digest, needsApproval: plan.needsApproval))
        case .blocked(let reasons):
            say("no plan: \(reasons.joined(separator: "; "))")
            send(.planRefused(request.id, reasons: reasons))
        }
    }

    /// Plans anew from what is live: what was decided on is carried out only if it is the very same.
    mutating func begin(_ request: MoveRequest, _ digest: PlanDigest, _ authority: Authority) {
        func refuse(_ reason: String) { send(.runNotStarted(request.id, reason: reason)) }
        guard case .plan(let plan, let current, let snapshot) = makePlan(request, forRun: true)
        else {
            refuse("no plan can be made any more")
            return
        }
        guard current == digest else {
            let reason = "the plan is no longer the one that was decided on"
            send(.planOvertaken(request.id, reason: reason))
            return
        }
        if plan.needsApproval, authority == .automatic {
            refuse("this plan needs a person's yes")
            return
        }
        if let reason = policy?.reasonNotToBegin(request.id) {
            refuse(reason)
            return
        }
        let opening = RunOpening(
            request: request,
            plan: plan,
            digest: digest,
            authority: authority,
            snapshot: snapshot,
            partnersBefore: [],
            isRehearsal: request.trigger.isRehearsal
        )
        open(RunID(request.id.number), opening)
    }
}

extension PolicyEvent {
    /// Whether the driver saves the memory after it, whatever it brings.
    var isWorthKeeping: Bool { if case .tick = self { false } else { true } }
}
