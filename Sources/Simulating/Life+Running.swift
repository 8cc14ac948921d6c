import FailoverCore

/// The run that is under way.
struct Running: Sendable {
    var id: RunID
    var state: RunState
    /// What the part under way will come to; nil when none is.
    var pending: RunEvent?
    /// Until when something is looked for.
    var deadline = 0
}

/// The executor: led by what ``RunState`` says is due, it journals the beginning, does it, and
/// journals the end.
extension Life {
    mutating func open(_ id: RunID, _ opening: RunOpening) {
        counts.runs += 1
        judge.opened(id, opening, at: now)
        let state = RunState(opening)
        running = Running(id: id, state: state)
        journal.append(.opened(opening), to: id)
        say("run \(id) is opened: \(opening.request.movesInWords)")
        guard !isCutOff() else { return }
        proceed()
    }

    mutating func takeUp(_ id: RunID, _ state: RunState, _ event: RunEvent) {
        running = Running(id: id, state: state)
        judge.takenUp(id, state)
        guard note(event) else { return }
        proceed()
    }

    /// Journals an event and folds it in.
    ///
    /// - Returns: whether the agent lives on.
    mutating func note(_ event: RunEvent) -> Bool {
        guard var run = running else { return false }
        counts.events += 1
        do {
            try run.state.apply(event)
        } catch {
            judge.object(.replayEqualsLife, now, "run \(run.id): \(error)")
            return false
        }
        journal.append(event, to: run.id)
        running = run
        judge.note(event, run.state, at: now)
        if let words = event.words(run.state) { say("run \(run.id): \(words)") }
        return !isCutOff()
    }

    /// Whether the crash that was waited for comes now.
    private mutating func isCutOff() -> Bool {
        guard var crash = crashAfter else { return false }
        crash.records -= 1
        crashAfter = crash
        guard crash.records <= 0 else { return false }
        self.crash(downFor: crash.downFor)
        return true
    }

    /// Goes on until something takes time or the run is over.
    mutating func proceed() {
        if let pending = running?.pending {
            running?.pending = nil
            guard finishPart(pending) else { return }
        }
        while let run = running, judge.violations.isEmpty {
            let action = run.state.next
            switch action {
            case .nothing:
                end(run)
                return
            case .finish(let outcome):
                guard note(.finished(outcome)) else { return }
            case .instruct(let step):
                guard note(.instructed(step.id)) else { return }
                setDeadline(step.timeout)
                tellWait(PersonWait(step: step.id, title: step.title))
                instruct(run.id, step)
            case .awaitPerson(let step):
                // Comes back when the person speaks or their time is over.
                if running?.deadline == 0 {
                    setDeadline(step.timeout)
                    instruct(run.id, step)
                }
                guard now >= (running?.deadline ?? 0) else {
                    let left = (running?.deadline ?? 0) - now
                    schedule(.part, in: left)
                    return
                }
                tellWait(nil)
                guard note(.personTimedOut(step.id)) else { return }
            case .observe(let step):
                guard note(.observing(step.id)),
                    note(.observed(step.id, world.observe(step.operation)))
                else { return }
            case .act(let step):
                guard note(.acting(step.id)) else { return }
                act(step)
                return
            case .verify(let step):
                guard note(.verifying(step.id)) else { return }
                setDeadline(step.verifyTimeout)
                running?.pending = .verified(step.id, .holds(""))
                guard look(step) else { return }
            case .compensate(let step):
                guard note(.compensating(step.id)) else { return }
                compensate(step)
                return
            }
        }
    }

    /// Tells the policy that the run waits for a person, or no longer does.
    mutating func tellWait(_ wait: PersonWait?) {
        guard let request = running?.state.opening.request.id else { return }
        send(.runWaits(request, for: wait))
    }

    private mutating func setDeadline(_ time: Duration) {
        let deadline = now + time.wholeSeconds
        running?.deadline = deadline
    }

    /// The end of a part that took time.
    ///
    /// - Returns: whether the run goes on now.
    private mutating func finishPart(_ pending: RunEvent) -> Bool {
        guard case .verified(let id, _) = pending, let step = running?.state.step(id) else {
            return note(pending)
        }
        running?.pending = pending
        return look(step)
    }

    /// Looks whether a step holds; when not, looks again until its time is over.
    private mutating func look(_ step: Step) -> Bool {
        guard let run = running else { return false }
        var objection = world.objection(to: step.operation, from: leader ?? 0)
        if case .soak(_, _, let time) = step.operation,
            now - judge.verifyingSince < time.wholeSeconds
        {
            objection = "not long enough"
        }
        guard let objection else {
            running?.pending = nil
            return note(.verified(step.id, .holds("seen")))
        }
        guard now >= run.deadline else {
            schedule(.part, in: min(10, max(1, run.deadline - now)))
            return false
        }
        running?.pending = nil
        running?.deadline = 0
        return note(.verified(step.id, .doesNot(objection)))
    }

    /// Sends a cmdlet or an update, after one more look at what has a value.
    private mutating func act(_ step: Step) {
        guard let run = running else { return }
        if step.operation.operationClass == .state {
            switch world.observe(step.operation) {
            case .initial: break
            case .intended(let text): return finish(.acted(step.id, .done(text)), in: 1)
            case .foreign(let text): return finish(.acted(step.id, .foreign(text)), in: 1)
            case .unreadable(let text): return finish(.acted(step.id, .failed(text)), in: 1)
            }
        }
        let isTrial = run.state.opening.isRehearsal
        let fault = nextFault()
        switch fault {
        case .fails: finish(.acted(step.id, .failed("the cmdlet fails")), in: 2)
        case .lost: finish(.acted(step.id, .answerLost("no answer")), in: 60)
        case .actsUnheard, .late, .fine, nil:
            judge.acts(run.id, step, isTrial: isTrial, world, at: now)
            let failure = world.carryOut(step.operation, isTrial: isTrial)
            awaken()
            if fault == .actsUnheard {
                finish(.acted(step.id, .answerLost("no answer")), in: 60)
            } else {
                let result = failure.map(ActResult.failed) ?? .done("done")
                finish(.acted(step.id, result), in: fault == .late ? 45 : 2)
            }
        }
    }

    private mutating func compensate(_ step: Step) {
        guard let undo = step.operation.undo else { return }
        switch nextFault() {
        case .fails: finish(.compensated(step.id, .failed("the cmdlet fails")), in: 2)
        case .lost: finish(.compensated(step.id, .answerLost("no answer")), in: 60)
        case .actsUnheard, .late, .fine, nil:
            let failure = world.carryOut(undo, isTrial: false)
            awaken()
            finish(.compensated(step.id, failure.map(ActResult.failed) ?? .done("running")), in: 2)
        }
    }

    /// What becomes of this cmdlet or update.
    private mutating func nextFault() -> CommandFault? {
        guard !world.faults.isEmpty else { return nil }
        let fault = world.faults.removeFirst()
        counts.commandFaults[fault, default: 0] += 1
        return fault
    }

    private mutating func finish(_ event: RunEvent, in seconds: Int) {
        running?.pending = event
        schedule(.part, in: seconds)
    }

    private mutating func end(_ run: Running) {
        running = nil
        guard let outcome = run.state.outcome else { return }
        counts.end(outcome, run.state.opening)
        judge.ended(run.id, run.state, world, at: now)
        schedule(.readHolders, in: 1)
        schedule(.readReadiness(isRegular: false), in: 20)
        send(.runFinished(run.state.opening.request.id, outcome))
        switch outcome {
        case .stopped, .stuck: askForCare(run.state.opening.request.id)
        default: return
        }
    }
}

extension Duration {
    var wholeSeconds: Int { Int(components.seconds) }
}
