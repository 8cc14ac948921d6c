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
    /// Found done already, or left alone; what was read.
    case skipped(String)
    /// A person was asked and is waited for; what was last seen.
    case waiting(String)
    /// A person took the responsibility for it; their words.
    case forced(String)
    /// Failed; why.
    case failed(String)

    /// Whether nothing is left to do.
    public var isSettled: Bool {
        switch self {
        case .verified, .skipped, .forced: true
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
    /// Tell a person what to do.
    case instruct(Step)
    /// Wait for the person's word, up to the step's time-out.
    case awaitPerson(Step)
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
    public internal(set) var phases: [StepID: StepPhase] = [:]
    /// How often each step's act was begun.
    public internal(set) var attempts: [StepID: Int] = [:]
    /// Why the run cannot go on; nil while it can.
    public internal(set) var failure: String?
    /// Set when the run is over.
    public internal(set) var outcome: RunOutcome?
    /// Whether the agent left it in good order and has not taken it up again.
    public internal(set) var isParked = false
    /// The undo that a person ordered; nil for a run that goes forward.
    public internal(set) var undoing: Undoing?
    /// Who took a stuck run into their hands; nil again once it is resumed.
    public internal(set) var takenBy: Person?
    /// Steps whose stopped services are not known to run again.
    var stopped: [StepID] = []
    /// Set by recovery: stopped services come first.
    var mustCompensateFirst = false
    /// Steps of class *once* that a person allowed to be carried out again, by resuming the run.
    var mayRepeat: Set<StepID> = []
    /// Fences that could not be put up because the member cannot be reached.
    var unfinishedFences: Set<StepID> = []
    var compensationFailures: [StepID: String] = [:]
    var compensationAttempts: [StepID: Int] = [:]
    var compensating: StepID?

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
            throw IllegalRunEvent(
                description: "a journal begins with 'opened', not with \(first.inBrief)"
            )
        }
        self.init(opening)
        while let event = iterator.next() { try apply(event) }
    }

    /// The plan.
    public var plan: Plan { opening.plan }

    /// Whether any act was begun: something may have been changed.
    public var hasActed: Bool { attempts.values.contains { $0 > 0 } }

    /// The steps that are being carried out: the plan's, or the undo's.
    public var steps: [Step] { undoing?.steps ?? plan.steps }

    /// The step with that place, of the plan or of the undo.
    public func step(_ id: StepID) -> Step? {
        plan.step(id) ?? undoing?.steps.first { $0.id == id }
    }

    /// The first step that is not settled.
    public var currentStep: Step? {
        steps.first { !(phases[$0.id]?.isSettled ?? false) }
    }

    /// The step that a person is waited for; nil when none is.
    public var waitingStep: Step? {
        guard outcome == nil, !isParked, let step = currentStep,
            case .waiting? = phases[step.id]
        else { return nil }
        return step
    }

    /// Steps for which a person took the responsibility.
    public var forcedSteps: [StepID] {
        phases.filter { if case .forced = $0.value { true } else { false } }.keys.sorted()
    }

    /// Members of the failed pool that are to be fenced when they can be reached again.
    public var pendingFences: [FQDN] {
        unfinishedFences.sorted().compactMap { id in
            guard case .fence(let server, _)? = step(id)?.operation else { return nil }
            return server
        }
    }

    /// Whether services that this run stopped are not known to run again.
    public var hasStoppedServices: Bool { !stopped.isEmpty }

    /// What is to be done next.
    public var next: RunnerAction {
        if outcome != nil { return .nothing }
        if owesCompensation, let step = dueCompensation { return .compensate(step) }
        if let failure { return .finish(ending(failure)) }
        guard let step = currentStep, let phase = phases[step.id] else {
            return dueCompensation.map(RunnerAction.compensate) ?? .finish(completion)
        }
        switch phase {
        case .pending, .observing, .acting: return .observe(step)
        case .ready:
            return step.operation.operationClass == .person ? .instruct(step) : .act(step)
        case .waiting: return .awaitPerson(step)
        case .acted, .verifying: return .verify(step)
        // The current step is never settled.
        case .verified, .skipped, .forced: return .finish(completion)
        case .failed(let reason): return .finish(ending(reason))
        }
    }

    /// The first step whose stopped services are to be started again before the run is left.
    ///
    /// nil when there is none, or when starting them failed already.
    public var dueCompensation: Step? {
        stopped.first { compensationFailures[$0] == nil }.flatMap(plan.step)
    }

    /// Whether services that were stopped come before anything else.
    var owesCompensation: Bool { (failure != nil || mustCompensateFirst) && dueCompensation != nil }

    /// The outcome when every step is settled.
    var completion: RunOutcome {
        if opening.isRehearsal { return .rehearsed }
        guard let undoing else { return .done }
        let order = undoing.reason.isEmpty ? "" : " (\(undoing.reason))"
        let left =
            undoing.leftAlone.isEmpty
            ? "everything is as it was" : undoing.leftAlone.joined(separator: "; ")
        return .aborted(reason: "by \(undoing.by)\(order): \(left)")
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
        // A rehearsal's acts change nothing.
        if opening.isRehearsal || !hasActed { return .stoppedUnchanged(reason: text) }
        return left.isEmpty && undoing == nil ? .stopped(reason: text) : .stuck(reason: text)
    }
}
