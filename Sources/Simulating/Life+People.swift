import FailoverCore

/// Who gives orders and answers.
enum People {
    static let anna = Person(name: "anna")
    static let berta = Person(name: "berta")
}

/// People: they answer, order, do their steps, and care for what stopped.
extension Life {
    /// Gives a person's word to the agent.
    mutating func order(_ event: PolicyEvent) {
        guard policy != nil, !isFrozen else { return }
        send(event)
    }

    mutating func ask(_ request: MoveRequest, _ digest: PlanDigest, until expires: Int) {
        lastAsked = (request.id, digest)
        say("people are asked: \(request), plan \(digest)")
        func answer(_ digest: PlanDigest, in seconds: Int) {
            schedule(
                .answer(request.id, digest, by: People.anna),
                in: seconds,
                isOfAgent: false
            )
        }
        switch manner {
        case .prompt: answer(digest, in: 60)
        case .twice:
            answer(digest, in: 60)
            answer(digest, in: 60)
            answer(digest, in: 200)
        case .late: answer(digest, in: expires - now + [-5, 0, 5][request.id.number % 3])
        case .wrongly:
            answer(PlanDigest(hex: "0123456789abcdef"), in: 30)
            answer(digest, in: 90)
        case .no: schedule(.refuse(request.id), in: 60, isOfAgent: false)
        case .never: return
        }
    }

    /// Anna says yes, and names what the question tells her to name; where two have to, Berta follows.
    mutating func answer(_ id: RequestID, _ digest: PlanDigest, by person: Person) {
        if setup.approvalsNeeded > 1, person == People.anna {
            schedule(.answer(id, digest, by: People.berta), in: 40, isOfAgent: false)
        }
        let request = policy?.openRequests.first { $0.id == id }
        let rules = request.flatMap { policy?.unnamedRules(of: $0, at: instant) } ?? []
        let overrides =
            rules.isEmpty ? nil : Overrides(rules.map(\.rule), reason: "nobody can wait")
        order(.approved(id, digest, by: person, overriding: overrides))
    }

    mutating func askForCare(_ id: RequestID) {
        guard manner != .never else { return }
        schedule(.care(id), in: 600, isOfAgent: false)
    }

    /// Somebody sees to a run that stopped, if it still does.
    mutating func care(_ id: RequestID) {
        let run = RunID(id.number)
        guard policy != nil, !isFrozen, running == nil, let state = replayed(run),
            let outcome = state.outcome
        else { return }
        switch outcome {
        case .stopped: break
        case .stuck: if id.number % 2 == 0 { take(run, id) }
        default: return
        }
        switch (id.number + journal.events(of: run).count) % 5 {
        case 0, 1: orderRun(run, state, .resumed(by: People.anna, reason: "looked at it"))
        case 2: orderRun(run, state, .aborting(by: People.anna, reason: "back"))
        case 3:
            guard let step = state.currentStep else { return }
            orderRun(run, state, .forced(step.id, by: People.anna, reason: "done by hand"))
        default: order(.lockReleased(by: People.berta, reason: "given up"))
        }
        askForCare(id)
    }

    /// Somebody takes a stuck run into their hands, and says so twice.
    mutating func take(_ run: RunID, _ id: RequestID) {
        for _ in 0..<2 {
            let event = PolicyEvent.runTaken(id, by: People.anna, reason: "mine")
            let refusal = policy?.refusal(of: event, at: instant)
            order(event)
            guard refusal == nil, policy != nil, !isFrozen else { continue }
            journal.append(.taken(by: People.anna, reason: "mine"), to: run)
        }
    }

    /// A person's order about a run that stopped: the journal's state first, then the policy.
    mutating func orderRun(_ id: RunID, _ state: RunState, _ event: RunEvent) {
        guard policy != nil, !isFrozen, running == nil else { return }
        let request = state.opening.request.id
        let told: PolicyEvent
        switch event {
        case .resumed(let person, _): told = .runResumed(request, by: person)
        case .aborting(let person, let reason):
            told = .runAborting(request, by: person, reason: reason)
        case .forced(let step, let person, let reason):
            told = .runForced(request, step, by: person, reason: reason)
        default: return
        }
        var trial = state
        do {
            try trial.apply(event)
        } catch {
            say("refused: \(error)")
            return
        }
        let refusal = policy?.refusal(of: told, at: instant)
        send(told)
        guard refusal == nil, policy != nil else { return }
        takeUp(id, state, event)
    }

    // MARK: A person's step

    mutating func instruct(_ run: RunID, _ step: Step) {
        guard manner != .never, manner != .no else { return }
        schedule(.personDone(run, step.id), in: manner == .late ? 5_000 : 120, isOfAgent: false)
    }

    mutating func personDone(_ run: RunID, _ step: StepID) {
        guard let current = running, current.id == run, current.state.waitingStep?.id == step,
            !isFrozen, let task = current.state.step(step)
        else { return }
        judge.personActs(run, task)
        // The person's hands do not need the agent's endpoints.
        _ = world.carryOut(task.operation, isTrial: false)
        awaken()
        tellWait(nil)
        guard note(.personDone(step, by: People.anna, reason: "done")) else { return }
        proceed()
    }
}
