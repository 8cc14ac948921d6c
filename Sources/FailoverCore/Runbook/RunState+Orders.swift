/// What ends, begins again, or takes a run back.
extension RunState {
    mutating func recover() {
        isParked = false
        mustCompensateFirst = !stopped.isEmpty
        compensating = nil
        compensationFailures = [:]
        compensationAttempts = [:]
        // What was begun and not ended is observed anew.
        for step in steps {
            switch phases[step.id] {
            case .observing?, .ready?, .acting?, .waiting?: phases[step.id] = .pending
            default: break
            }
        }
    }

    mutating func resume() {
        outcome = nil
        failure = nil
        takenBy = nil
        recover()
        for step in steps {
            if case .failed? = phases[step.id] {
                phases[step.id] = .pending
                guard let begun = attempts[step.id], begun > 0 else { continue }
                attempts[step.id] = 1
                if step.operation.operationClass == .once { mayRepeat.insert(step.id) }
            }
        }
    }

    mutating func abort(
        _ person: Person,
        _ reason: String,
        _ event: RunEvent
    ) throws(IllegalRunEvent) {
        guard !opening.isRehearsal else {
            throw illegal(event, "a rehearsal has nothing to undo")
        }
        guard undoing == nil else { throw illegal(event, "the run is being undone already") }
        resume()
        // What a person took the responsibility for counts as done.
        let acted = Set(attempts.filter { $0.value > 0 }.keys).union(forcedSteps)
        let steps = plan.undoSteps(of: acted)
        for step in steps { phases[step.id] = .pending }
        undoing = Undoing(by: person, reason: reason, steps: steps)
    }

    mutating func force(
        _ id: StepID,
        _ person: Person,
        _ reason: String,
        _ event: RunEvent
    ) throws(IllegalRunEvent) {
        guard let step = currentStep, step.id == id else {
            throw illegal(event, "the run does not stand at step \(id)")
        }
        switch phases[id] {
        case .failed? where outcome != nil: break
        case .waiting?: break
        default: throw illegal(event, "step \(id) neither failed nor waits for a person")
        }
        resume()
        let words = reason.isEmpty ? "" : ": \(reason)"
        phases[id] = .forced("\(person) took the responsibility\(words)")
        noteStarted(step)
    }

    mutating func beginCompensation(
        _ id: StepID,
        _ event: RunEvent
    ) throws(IllegalRunEvent) {
        guard compensating == nil, dueCompensation?.id == id else {
            throw illegal(event, "step \(id) has nothing to start again now")
        }
        compensating = id
        compensationAttempts[id, default: 0] += 1
    }

    mutating func endCompensation(
        _ id: StepID,
        _ result: ActResult,
        _ event: RunEvent
    ) throws(IllegalRunEvent) {
        guard compensating == id else { throw illegal(event, "no compensation was begun") }
        compensating = nil
        switch result {
        case .done:
            stopped.removeAll { $0 == id }
            // What was stopped runs again: a stop that was not verified yet has to be done anew.
            switch phases[id] {
            case .acted?, .verifying?: phases[id] = .pending
            default: break
            }
        case .answerLost where compensationAttempts[id, default: 0] < RunState.attemptLimit:
            // Starting may be repeated, and is.
            break
        case .failed(let text), .answerLost(let text), .foreign(let text):
            compensationFailures[id] = text
            if failure == nil {
                failure = "services that step \(id) stopped could not be started again: \(text)"
            }
        }
        if stopped.isEmpty { mustCompensateFirst = false }
    }

    func illegal(_ event: RunEvent, _ reason: String) -> IllegalRunEvent {
        IllegalRunEvent(description: "illegal event \(event.inBrief): \(reason)")
    }
}

extension RunEvent {
    /// The event without what it carries, which may be a whole snapshot.
    var inBrief: String {
        let word =
            switch self {
            case .opened: "opened"
            case .observing: "observing"
            case .observed: "observed"
            case .acting: "acting"
            case .acted: "acted"
            case .verifying: "verifying"
            case .verified: "verified"
            case .compensating: "compensating"
            case .compensated: "compensated"
            case .recovered: "recovered"
            case .parked: "parked"
            case .instructed: "instructed"
            case .personDone: "personDone"
            case .personTimedOut: "personTimedOut"
            case .resumed: "resumed"
            case .aborting: "aborting"
            case .forced: "forced"
            case .taken: "taken"
            case .finished(let outcome): "finished as \(outcome.word)"
            }
        return step.map { "\(word) of step \($0)" } ?? word
    }
}
