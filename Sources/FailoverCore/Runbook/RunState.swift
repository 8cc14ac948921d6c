/// An event that cannot follow what the journal holds so far.
public struct IllegalRunEvent: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, with the event and the state.
    public var description: String
}

/// Where one step stands.
public enum StepPhase: Sendable, Hashable, Codable {
    /// Not begun.
    case pending
    /// Being observed.
    case observing
    /// Observed as initial: the act is due.
    case ready(String)
    /// The act was begun and has not answered.
    case acting
    /// The act was carried out; verification is due.
    case acted(String)
    /// Being verified.
    case verifying(String)
    /// Carried out and verified; what was read.
    case verified(String)
    /// Found done already; what was read.
    case skipped(String)
    /// Failed; why.
    case failed(String)

    /// Whether nothing is left to do.
    public var isSettled: Bool {
        switch self {
        case .verified, .skipped: true
        default: false
        }
    }
}

/// What the runner is to do next.
///
/// It journals the beginning, does it, and journals the end.
public enum RunnerAction: Sendable, Hashable {
    /// Observe the step.
    case observe(Step)
    /// Act; only ever right after an observation that found the initial state.
    case act(Step)
    /// Verify the step.
    case verify(Step)
    /// Start again what the step stopped.
    case compensate(Step)
    /// Write the end.
    case finish(RunOutcome)
    /// Nothing: the run is over.
    case nothing
}

/// The state of a run: a fold over its journal, with one function that says what may follow.
///
/// Replaying any prefix of a journal is legal and leads to the same state as living it.
public struct RunState: Sendable, Hashable {
    /// How often an act may be begun for one step, lost answers included.
    public static let attemptLimit = 3

    /// What the run began with.
    public let opening: RunOpening
    /// Where each step stands.
    public private(set) var phases: [StepID: StepPhase] = [:]
    /// How often each step's act was begun.
    public private(set) var attempts: [StepID: Int] = [:]
    /// Why the run cannot go on; nil while it can.
    public private(set) var failure: String?
    /// Set when the run is over.
    public private(set) var outcome: RunOutcome?
    /// Whether the agent left it in good order and has not taken it up again.
    public private(set) var isParked = false
    /// Steps whose stopped services are not known to run again.
    private var stopped: [StepID] = []
    /// Set by recovery: stopped services come first.
    private var mustCompensateFirst = false
    private var compensationFailures: [StepID: String] = [:]
    private var compensating: StepID?

    /// Begins with the first event of a journal.
    public init(_ opening: RunOpening) {
        self.opening = opening
        for step in opening.plan.steps { phases[step.id] = .pending }
    }

    /// Folds a whole journal; nil when it is empty.
    ///
    /// - Throws: ``IllegalRunEvent`` when an event cannot follow.
    public init?(replaying events: some Sequence<RunEvent>) throws(IllegalRunEvent) {
        var iterator = events.makeIterator()
        guard let first = iterator.next() else { return nil }
        guard case .opened(let opening) = first else {
            throw IllegalRunEvent(description: "a journal begins with 'opened', not with \(first)")
        }
        self.init(opening)
        while let event = iterator.next() { try apply(event) }
    }

    /// The plan.
    public var plan: Plan { opening.plan }

    /// Whether any act was begun: something may have been changed.
    public var hasActed: Bool { attempts.values.contains { $0 > 0 } }

    /// The first step that is not settled.
    public var currentStep: Step? {
        plan.steps.first { !(phases[$0.id]?.isSettled ?? false) }
    }

    /// Whether services that this run stopped are not known to run again.
    public var hasStoppedServices: Bool { !stopped.isEmpty }

    /// What is to be done next.
    public var next: RunnerAction {
        if outcome != nil { return .nothing }
        if failure != nil || mustCompensateFirst, let step = dueCompensation {
            return .compensate(step)
        }
        if let failure { return .finish(ending(failure)) }
        guard let step = currentStep, let phase = phases[step.id] else {
            return dueCompensation.map(RunnerAction.compensate) ?? .finish(.done)
        }
        switch phase {
        case .pending, .observing, .acting: return .observe(step)
        case .ready: return .act(step)
        case .acted, .verifying: return .verify(step)
        case .verified, .skipped: preconditionFailure("step \(step.id) is settled")
        case .failed(let reason): return .finish(ending(reason))
        }
    }

    /// The first step whose stopped services are to be started again before the run is left.
    ///
    /// nil when there is none, or when starting them failed already.
    public var dueCompensation: Step? {
        stopped.first { compensationFailures[$0] == nil }.flatMap(plan.step)
    }

    private func ending(_ reason: String) -> RunOutcome {
        let left = stopped.compactMap { id in
            compensationFailures[id].map { "step \(id): \($0)" }
        }
        let text =
            left.isEmpty
            ? reason
            : reason + "; and services that were stopped could not be started again ("
                + left.joined(separator: "; ") + "): start them by hand now"
        return hasActed ? .stopped(reason: text) : .stoppedUnchanged(reason: text)
    }
}

extension RunState {
    /// Takes in the next event of the journal: the one legality function.
    ///
    /// - Throws: ``IllegalRunEvent``; the state is then unchanged.
    public mutating func apply(_ event: RunEvent) throws(IllegalRunEvent) {
        if outcome != nil {
            guard case .resumed = event, outcome != .done else {
                throw illegal(event, "the run is over")
            }
        }
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
        case .compensating(let id): try beginCompensation(id, event)
        case .compensated(let id, let result): try endCompensation(id, result, event)
        case .observing, .observed, .acting, .acted, .verifying, .verified:
            try applyToStep(event)
        }
    }

    /// Nothing is called done that was not verified, and nothing is left stopped without a try.
    private mutating func finish(
        _ outcome: RunOutcome,
        _ event: RunEvent
    ) throws(IllegalRunEvent) {
        if let step = dueCompensation {
            throw illegal(event, "services that step \(step.id) stopped come first")
        }
        switch (outcome, failure) {
        case (.done, nil) where currentStep == nil: break
        case (.stopped, _?), (.stoppedUnchanged, _?): break
        case (.done, _): throw illegal(event, "not every step was verified")
        case (.stopped, nil), (.stoppedUnchanged, nil): throw illegal(event, "nothing has failed")
        }
        self.outcome = outcome
    }

    private mutating func applyToStep(_ event: RunEvent) throws(IllegalRunEvent) {
        guard let id = event.step, let step = plan.step(id), let phase = phases[id] else {
            throw illegal(event, "the plan has no such step")
        }
        guard failure == nil else { throw illegal(event, "the run has failed: \(failure ?? "")") }
        guard currentStep?.id == id else { throw illegal(event, "another step is due") }
        switch (event, phase) {
        case (.observing, .pending), (.observing, .observing), (.observing, .acting):
            phases[id] = .observing
        case (.observed(_, let observed), .observing): settle(step, observed)
        case (.acting, .ready):
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

    private mutating func settle(_ step: Step, _ observed: Observed) {
        switch observed {
        case .initial(let text):
            if attempts[step.id, default: 0] >= RunState.attemptLimit {
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
        case .foreign(let text):
            fail(step, "somebody else changed what '\(step.title)' is about: \(text)")
        case .unreadable(let text):
            fail(step, "'\(step.title)' could not be observed: \(text)")
        }
    }

    private mutating func settle(_ step: Step, _ result: ActResult) {
        switch result {
        case .done(let text): phases[step.id] = .acted(text)
        case .failed(let text): fail(step, "'\(step.title)' failed: \(text)")
        case .answerLost:
            // Not "did not act": observe again, and act again only if that finds the initial state.
            phases[step.id] = .pending
        case .foreign(let text):
            fail(step, "somebody else changed what '\(step.title)' is about: \(text)")
        }
    }

    private mutating func fail(_ step: Step, _ reason: String) {
        phases[step.id] = .failed(reason)
        failure = "step \(step.id): \(reason)"
    }

    /// A started service ends the concern for what an earlier step stopped on the same server.
    private mutating func noteStarted(_ step: Step) {
        guard case .startServices(let server, _) = step.operation else { return }
        let plan = plan
        stopped.removeAll { id in
            guard case .stopServices(let other, _)? = plan.step(id)?.operation else { return false }
            return other == server
        }
    }

    private mutating func recover() {
        isParked = false
        mustCompensateFirst = !stopped.isEmpty
        compensating = nil
        compensationFailures = [:]
        // What was begun and not ended is observed anew.
        for step in plan.steps {
            switch phases[step.id] {
            case .observing?, .ready?, .acting?: phases[step.id] = .pending
            default: break
            }
        }
    }

    private mutating func resume() {
        outcome = nil
        failure = nil
        recover()
        for step in plan.steps {
            if case .failed? = phases[step.id] {
                phases[step.id] = .pending
                attempts[step.id] = min(attempts[step.id, default: 0], 1)
            }
        }
    }

    private mutating func beginCompensation(
        _ id: StepID,
        _ event: RunEvent
    ) throws(IllegalRunEvent) {
        guard stopped.contains(id) else { throw illegal(event, "the step stopped nothing") }
        compensating = id
    }

    private mutating func endCompensation(
        _ id: StepID,
        _ result: ActResult,
        _ event: RunEvent
    ) throws(IllegalRunEvent) {
        guard compensating == id else { throw illegal(event, "no compensation was begun") }
        compensating = nil
        switch result {
        case .done:
            stopped.removeAll { $0 == id }
            compensationFailures[id] = nil
            // What was stopped runs again: a stop that was not verified yet has to be done anew.
            switch phases[id] {
            case .acted?, .verifying?: phases[id] = .pending
            default: break
            }
        case .failed(let text), .answerLost(let text), .foreign(let text):
            compensationFailures[id] = text
            if failure == nil {
                failure = "services that step \(id) stopped could not be started again: \(text)"
            }
        }
        if stopped.isEmpty { mustCompensateFirst = false }
    }

    private func illegal(_ event: RunEvent, _ reason: String) -> IllegalRunEvent {
        IllegalRunEvent(description: "illegal event \(event): \(reason)")
    }
}
