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
        case .taken(let person, _): takenBy = person
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
        case (.aborting, .stopped), (.aborting, .stuck): break
        case (.forced, .stopped), (.forced, .stuck): break
        default: throw illegal(event, "the run is over")
        }
    }

    /// Nothing is called done that was not verified, and nothing is left stopped without a try.
    mutating func finish(
        _ outcome: RunOutcome,
        _ event: RunEvent
    ) throws(IllegalRunEvent) {
        if let step = dueCompensation {
            throw illegal(event, "services that step \(step.id) stopped come first")
        }
        switch (outcome, failure) {
        case (.done, nil), (.aborted, nil), (.rehearsed, nil):
            guard currentStep == nil, outcome == completion else {
                throw illegal(event, "not every step was verified")
            }
        case (.stopped, _?), (.stoppedUnchanged, _?), (.stuck, _?): break
        case (.done, _?), (.aborted, _?), (.rehearsed, _?):
            throw illegal(event, "not every step was verified")
        case (.stopped, nil), (.stoppedUnchanged, nil), (.stuck, nil):
            throw illegal(event, "nothing has failed")
        }
        self.outcome = outcome
    }

    mutating func applyToStep(_ event: RunEvent) throws(IllegalRunEvent) {
        guard let id = event.step, let step = step(id), let phase = phases[id] else {
            throw illegal(event, "the plan has no such step")
        }
        guard failure == nil else { throw illegal(event, "the run has failed: \(failure ?? "")") }
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
            if case .stopServices = step.operation, !stopped.contains(id) { stopped.append(id) }
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
        case .initial(let text):
            let attempts = attempts[step.id, default: 0]
            if step.operation.operationClass == .once, attempts > 0,
                mayRepeat.remove(step.id) == nil
            {
                fail(
                    step,
                    "whether '\(step.title)' was carried out is not known, and it is not repeated: "
                        + text
                )
            } else if attempts >= RunState.attemptLimit,
                step.operation.operationClass != .person
            {
                fail(
                    step,
                    "'\(step.title)' had no effect after \(RunState.attemptLimit) attempts: \(text)"
                )
            } else if step.operation.operationClass == .reading {
                phases[step.id] = .acted(text)
            } else {
                phases[step.id] = .ready(text)
            }
        case .intended(let text):
            // After an act with a lost answer the reading is the proof, and is verified as such.
            phases[step.id] = attempts[step.id, default: 0] > 0 ? .acted(text) : .skipped(text)
            noteStarted(step)
        case .foreign(let text): meetForeign(step, text)
        case .unreadable(let text):
            fail(step, "'\(step.title)' could not be observed: \(text)")
        }
    }

    /// Somebody else's change stops a run; an undo leaves it alone and goes on.
    mutating func meetForeign(_ step: Step, _ text: String) {
        guard undoing != nil else {
            fail(step, "somebody else changed what '\(step.title)' is about: \(text)")
            return
        }
        phases[step.id] = .skipped("left alone: \(text)")
        undoing?.leftAlone.append("left alone, because somebody else changed it: \(text)")
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

    mutating func fail(_ step: Step, _ reason: String) {
        phases[step.id] = .failed(reason)
        failure = "step \(step.id): \(reason)"
    }

    /// A started service ends the concern for what an earlier step stopped on the same server.
    mutating func noteStarted(_ step: Step) {
        guard case .startServices(let server, _) = step.operation else { return }
        let plan = plan
        stopped.removeAll { id in
            guard case .stopServices(let other, _)? = plan.step(id)?.operation else { return false }
            return other == server
        }
    }
}
