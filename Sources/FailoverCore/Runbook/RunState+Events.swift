extension RunState {
    /// Takes in the next event of the journal: the one legality function.
    ///
    /// - Throws: ``IllegalRunEvent``; the state is then unchanged.
    public mutating func apply(_ event: RunEvent) throws(IllegalRunEvent) {
        if let outcome { try checkLeft(outcome, event) }
        if isParked {
            guard case .recovered = event else { throw illegal(event, "the run is parked") }
        }
        switch event {
        case .opened: throw illegal(event, "the run is open already")
        case .finished(let outcome): try finish(outcome, event)
        case .parked: isParked = true
        case .recovered: recover()
        case .resumed:
            guard outcome != nil else { throw illegal(event, "the run has not stopped") }
            resume()
        case .aborting(let person, let reason): try abort(person, reason, event)
        case .forced(let id, let person, let reason): try force(id, person, reason, event)
        case .taken(let person, _):
            guard case .stuck? = outcome else { throw illegal(event, "the run is not stuck") }
            takenBy = person
        case .compensating(let id): try beginCompensation(id, event)
        case .compensated(let id, let result): try endCompensation(id, result, event)
        case .observing, .observed, .acting, .acted, .verifying, .verified, .instructed,
            .personDone, .personTimedOut:
            try applyToStep(event)
        }
    }

    /// What may follow the end of a run: a person's order about one that stopped or is stuck.
    func checkLeft(_ outcome: RunOutcome, _ event: RunEvent) throws(IllegalRunEvent) {
        switch (event, outcome) {
        case (.taken, .stuck): break
        case (.resumed, .stopped), (.resumed, .stuck), (.resumed, .stoppedUnchanged): break
        // Where nothing was changed there is nothing to undo.
        case (.aborting, .stopped), (.aborting, .stuck): break
        case (.forced, .stopped), (.forced, .stuck), (.forced, .stoppedUnchanged): break
        default: throw illegal(event, "the run is over")
        }
    }

    /// A run ends only when its end is due, and as what it is.
    ///
    /// Nothing is called done that was not verified, nothing is left stopped without a try, and what is
    /// stuck isn't called stopped.
    mutating func finish(
        _ outcome: RunOutcome,
        _ event: RunEvent
    ) throws(IllegalRunEvent) {
        guard case .finish(let due) = next else {
            throw illegal(event, "the run is not at its end")
        }
        guard due.word == outcome.word else {
            throw illegal(event, "the run ends as \(due.word)")
        }
        self.outcome = outcome
    }

    mutating func applyToStep(_ event: RunEvent) throws(IllegalRunEvent) {
        guard let id = event.step, let step = step(id), let phase = phases[id] else {
            throw illegal(event, "the plan has no such step")
        }
        guard failure == nil else { throw illegal(event, "the run has failed: \(failure ?? "")") }
        guard compensating == nil, !owesCompensation else {
            throw illegal(event, "services that were stopped come first")
        }
        guard currentStep?.id == id else { throw illegal(event, "another step is due") }
        switch (event, phase) {
        case (.observing, .pending), (.observing, .observing), (.observing, .acting):
            phases[id] = .observing
        case (.observed(_, let observed), .observing): settle(step, observed)
        case (.instructed, .ready(let text)) where step.operation.operationClass == .person:
            // From now on the person may have done it, whether they say so or not.
            phases[id] = .waiting(text)
            attempts[id, default: 0] += 1
        case (.personDone(_, let person, _), .waiting):
            phases[id] = .acted("\(person) says that it is done")
        case (.personTimedOut, .waiting(let text)):
            fail(step, "nobody did '\(step.title)' in time; last seen: \(text)")
        case (.verified(_, .doesNot(let text)), .verifying)
        where step.operation.operationClass == .person:
            // The person's word is not taken where the machine can look: they are asked again.
            phases[id] = .waiting(text)
        case (.acting, .ready) where step.operation.operationClass != .person:
            phases[id] = .acting
            attempts[id, default: 0] += 1
            mayRepeat.remove(id)
            if case .stopServices = step.operation, !opening.isRehearsal, !stopped.contains(id) {
                stopped.append(id)
            }
        case (.acted(_, let result), .acting): settle(step, result)
        case (.verifying, .acted(let text)), (.verifying, .verifying(let text)):
            phases[id] = .verifying(text)
        case (.verified(_, .holds(let text)), .verifying):
            phases[id] = .verified(text)
            noteStarted(step)
        case (.verified(_, .doesNot(let text)), .verifying):
            fail(step, "'\(step.title)' was not verified in time: \(text)")
        default: throw illegal(event, "step \(id) is \(phase)")
        }
    }

    mutating func settle(_ step: Step, _ observed: Observed) {
        switch observed {
        case .initial(let text): meetInitial(step, text)
        case .intended(let text):
            // After an act with a lost answer the reading is the proof, and is verified as such.
            phases[step.id] = attempts[step.id, default: 0] > 0 ? .acted(text) : .skipped(text)
            noteStarted(step)
        case .foreign(let text): meetForeign(step, text)
        case .unreadable(let text) where step.operation.operationClass == .person:
            // A person can be asked all the same; whether it is done is looked for afterwards.
            meetInitial(step, "it could not be read (\(text))")
        case .unreadable(let text):
            fail(step, "'\(step.title)' could not be observed: \(text)")
        }
    }

    /// The act is due, unless it has been begun too often, or cannot be rehearsed.
    mutating func meetInitial(_ step: Step, _ text: String) {
        let attempts = attempts[step.id, default: 0]
        switch step.operation.operationClass {
        case .reading: phases[step.id] = .acted(text)
        case .person where opening.isRehearsal, .once where opening.isRehearsal:
            phases[step.id] = .skipped("not rehearsed, it would be done now: \(text)")
        case .person: phases[step.id] = .ready(text)
        case .once where attempts > 0 && !mayRepeat.contains(step.id):
            fail(
                step,
                "whether '\(step.title)' was carried out is not known, and it is not repeated: "
                    + text
            )
        case .once, .state, .repeatable:
            guard attempts < RunState.attemptLimit else {
                fail(
                    step,
                    "'\(step.title)' had no effect after \(RunState.attemptLimit) attempts: \(text)"
                )
                return
            }
            phases[step.id] = .ready(text)
        }
    }

    /// Somebody else's change stops a run; an undo leaves it alone and goes on.
    mutating func meetForeign(_ step: Step, _ text: String) {
        guard undoing != nil else {
            stopAt(step, "somebody else changed what '\(step.title)' is about: \(text)")
            return
        }
        phases[step.id] = .skipped("left alone: \(text)")
        undoing?.leftAlone.append("left alone, because somebody else changed it: \(text)")
        // What was not put back cannot be found back.
        guard case .changeRecords(let zone, let changes) = step.operation else { return }
        for check in steps {
            guard case .checkRecords(zone, let sets) = check.operation,
                sets.contains(where: { set in
                    changes.contains { $0.name == set.name && $0.type == set.type }
                })
            else { continue }
            phases[check.id] = .skipped("left alone: \(text)")
        }
    }

    mutating func settle(_ step: Step, _ result: ActResult) {
        switch result {
        case .done(let text): phases[step.id] = .acted(text)
        case .failed(let text): fail(step, "'\(step.title)' failed: \(text)")
        case .answerLost:
            // Not "did not act": observe again, and act again only if that finds the initial state.
            phases[step.id] = .pending
        case .foreign(let text): meetForeign(step, text)
        }
    }

    /// A step that cannot be carried out or verified ends the run; a fence is then only pending.
    ///
    /// By then the route is moved and verified, and the member that cannot be reached is one of the
    /// failed pool: it is fenced when it returns.
    mutating func fail(_ step: Step, _ reason: String) {
        if case .fence = step.operation {
            phases[step.id] = .skipped("fence pending: \(reason)")
            unfinishedFences.insert(step.id)
            return
        }
        stopAt(step, reason)
    }

    private mutating func stopAt(_ step: Step, _ reason: String) {
        phases[step.id] = .failed(reason)
        failure = "step \(step.id): \(reason)"
    }

    /// A started service ends the concern for what an earlier step stopped on the same server.
    mutating func noteStarted(_ step: Step) {
        guard case .startServices(let server, let started) = step.operation else { return }
        let plan = plan
        stopped.removeAll { id in
            guard case .stopServices(let other, let services)? = plan.step(id)?.operation
            else { return false }
            return other == server && (started == .all || started == services)
        }
        if stopped.isEmpty { mustCompensateFirst = false }
    }
}

extension RunOutcome {
    /// The case, without its reason.
    var word: String {
        switch self {
        case .done: "done"
        case .stoppedUnchanged: "stopped unchanged"
        case .stopped: "stopped"
        case .stuck: "stuck"
        case .aborted: "aborted"
        case .rehearsed: "rehearsed"
        }
    }
}
