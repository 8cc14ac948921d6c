import FailoverCore
import FailoverEngine

extension RunBody {
    /// A run from its state; times come from the events, where they are at hand.
    ///
    /// With an outlook an unfinished run also has the time that it will still take.
    init(
        id: RunID,
        state: RunState,
        events: [JournaledRunEvent],
        outlook: RunOutlook? = nil
    ) {
        let outlook = state.outcome == nil && !state.isParked ? outlook : nil
        let opening = state.opening
        run = id.number
        request = opening.request.id.number
        route = opening.request.move.route.name
        direction = opening.plan.direction.rawValue
        from = opening.request.move.from.name
        to = opening.request.move.to.name
        moves = opening.request.moves.map { MoveBody($0) }
        trigger = opening.request.trigger.inWords
        authority = opening.authority.inWords
        isDrill = opening.request.trigger.isDrill
        isRehearsal = opening.isRehearsal
        startedAt = (events.first?.at ?? opening.snapshot.takenAt).description
        finishedAt = state.outcome.flatMap { _ in events.last?.at.description }
        outcomeText = state.outcome?.inWords ?? (state.isParked ? "parked" : "running")
        outcome = state.isParked ? "parked" : state.outcome?.word ?? "running"
        awaits = AwaitedBody(run: id, state: state, events: events)
        takenBy = state.takenBy?.name
        remainingSeconds = outlook.map {
            $0.pace.remaining(of: state, events, at: $0.now).inSeconds
        }
        func body(_ step: Step) -> RunStepBody {
            RunStepBody(
                step,
                state.phases[step.id] ?? .pending,
                events.filter { $0.event.step == step.id },
                isRehearsal: opening.isRehearsal,
                now: outlook?.now
            )
        }
        steps = opening.plan.steps.map(body)
        undo = state.undoing?.steps.map(body) ?? []
    }
}

extension RunStepBody {
    init(
        _ step: Step,
        _ phase: StepPhase,
        _ events: [JournaledRunEvent],
        isRehearsal: Bool,
        now: Timestamp?
    ) {
        number = step.id.number
        title = step.title
        changes = step.operation.changes
        (self.phase, detail) = RunStepBody.words(phase)
        // What comes after the act of a rehearsal says nothing; the act's answer is Windows's.
        if isRehearsal, phase.isSettled, let said = RunStepBody.answer(in: events) { detail = said }
        seconds = events.first.flatMap { first in
            let end = phase.isSettled ? events.last?.at : now ?? events.last?.at
            return end.map { ($0 - first.at).inSeconds }
        }
    }

    private static func answer(in events: [JournaledRunEvent]) -> String? {
        for entry in events.reversed() {
            if case .acted(_, .done(let text)) = entry.event { return text }
        }
        return nil
    }

    static func words(_ phase: StepPhase) -> (String, String) {
        switch phase {
        case .pending: ("pending", "")
        case .observing: ("running", "reading where it stands")
        case .ready(let text): ("running", text)
        case .acting: ("running", "acting")
        case .acted(let text), .verifying(let text): ("running", text)
        case .waiting(let text): ("waiting", text)
        case .verified(let text): ("verified", text)
        case .skipped(let text): ("skipped", text)
        case .forced(let text): ("forced", text)
        case .failed(let text): ("failed", text)
        }
    }
}

extension AwaitedBody {
    /// What a run waits for; nil when it does not wait for a person.
    init?(run: RunID, state: RunState, events: [JournaledRunEvent]) {
        guard let step = state.waitingStep, case .person(let task) = step.operation else {
            return nil
        }
        self.run = run.number
        self.step = step.id.number
        title = step.title
        self.task = PersonTaskBody(task)
        isUndo = state.undoing != nil
        let asked = events.last { $0.event == .instructed(step.id) }?.at
        askedAt = asked?.description
        until = asked.map { asked in
            let end = asked.millisecondsSinceEpoch + step.timeout.wholeMilliseconds
            return Timestamp(millisecondsSinceEpoch: end).description
        }
        // Before a person's word, what was read is only where it all began.
        let wasDone = events.contains { entry in
            if case .personDone(step.id, _, _) = entry.event { true } else { false }
        }
        if wasDone, case .waiting(let text)? = state.phases[step.id] { seen = text }
    }
}

extension PersonTaskBody {
    init(_ task: PersonTask) {
        instruction = task.instruction
        reason = task.reason
        check = task.check
        commands = task.commands
    }
}
