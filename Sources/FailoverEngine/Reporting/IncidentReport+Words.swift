import FailoverCore

extension IncidentReport {
    /// An event as one line of the timeline; nil for what says nothing to whoever was not there.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - before: the run before it; nil for the first event.
    ///   - state: the run after it.
    /// - Returns: the line.
    static func words(
        _ event: RunEvent,
        from before: RunState?,
        to state: RunState
    ) -> String? {
        func title(_ id: StepID) -> String { "step \(id), \(state.step(id)?.title ?? "?")" }
        func said(_ reason: String) -> String { reason.isEmpty ? "" : ". \(reason)" }
        return switch event {
        case .opened(let opening): beginning(opening)
        case .observing, .verifying, .acting: nil
        case .observed(let id, let observed): words(observed, id, title(id), state)
        case .acted(let id, let result): words(result, title(id))
        case .verified(let id, .holds(let text)): "\(title(id)): verified: \(text)"
        case .verified(let id, .doesNot(let text)):
            isForPerson(id, state)
                ? "\(title(id)): NOT DONE YET, the person is asked again: \(text)"
                : "\(title(id)): NOT VERIFIED: \(text)"
        case .compensating(let id): "\(title(id)): starting again what it stopped"
        case .compensated(let id, .done(let text)): "\(title(id)): services run again: \(text)"
        case .compensated(let id, let result):
            "\(title(id)): services NOT started again: \(result.detail)"
        case .recovered(let reason):
            "the run was taken up again: \(reason)" + unfinished(before)
        case .parked(let reason): "the run was parked: \(reason)"
        case .resumed(let person, let reason): "\(person) let the run go on\(said(reason))"
        case .instructed(let id): instruction(id, title(id), state)
        case .personDone(let id, let person, let reason):
            "\(title(id)): \(person) said that it is done\(said(reason))"
        case .personTimedOut(let id): "\(title(id)): nobody did it in time"
        case .aborting(let person, let reason):
            "\(person) ordered the run undone\(said(reason)). It takes back"
                + " \(state.undoing?.steps.count ?? 0) steps, the newest first"
        case .forced(let id, let person, let reason):
            "\(title(id)): FORCED by \(person), who took the responsibility; nothing checked"
                + " it\(said(reason))"
        case .taken(let person, let reason):
            "\(person) took the stuck run into their hands\(said(reason))"
        case .finished(let outcome): "the run ended: \(outcome.inWords)"
        }
    }

    private static func beginning(_ opening: RunOpening) -> String {
        let moves = opening.plan.moves.map(\.description).joined(separator: ", ")
        let what = opening.isRehearsal ? "a rehearsal, which changes nothing, began" : "run began"
        return "\(what): \(moves) (\(opening.authority.inWords))"
    }

    /// What was under way when the agent went away.
    private static func unfinished(_ before: RunState?) -> String {
        guard let before, !before.isParked, let step = before.currentStep else { return "" }
        let title = "step \(step.id), \(step.title)"
        return switch before.phases[step.id] {
        case .acting?:
            ". It had gone away in the middle of \(title): that had been begun and had not"
                + " answered, so what came of it is read first"
        case .waiting?: ". It had gone away while a person was waited for in \(title)"
        default: ". It had gone away at \(title)"
        }
    }

    private static func isForPerson(_ id: StepID, _ state: RunState) -> Bool {
        state.step(id)?.operation.operationClass == .person
    }

    private static func instruction(_ id: StepID, _ title: String, _ state: RunState) -> String {
        guard case .person(let task)? = state.step(id)?.operation else {
            return "\(title): a person was asked"
        }
        return "\(title): a person was asked. \(task.instruction). Why a person: \(task.reason)."
            + " The machine then checks that \(task.check)"
    }

    private static func words(
        _ observed: Observed,
        _ id: StepID,
        _ title: String,
        _ state: RunState
    ) -> String? {
        switch observed {
        case .initial(let text):
            // What a rehearsal only shows would otherwise be missing from it.
            guard state.opening.isRehearsal, case .skipped(let shown)? = state.phases[id] else {
                return nil
            }
            return "\(title): \(shown.isEmpty ? text : shown)"
        case .intended(let text): return "\(title): found done: \(text)"
        case .foreign(let text): return "\(title): CHANGED BY SOMEBODY ELSE: \(text)"
        case .unreadable(let text): return "\(title): not readable: \(text)"
        }
    }

    private static func words(_ result: ActResult, _ title: String) -> String {
        switch result {
        case .done(let text): "\(title): \(text)"
        case .failed(let text): "\(title): FAILED: \(text)"
        case .answerLost(let text):
            "\(title): NO ANSWER, so whether it was carried out is looked at again: \(text)"
        case .foreign(let text): "\(title): CHANGED BY SOMEBODY ELSE: \(text)"
        }
    }
}

extension ActResult {
    /// What came back, in words.
    var detail: String {
        switch self {
        case .done(let text), .failed(let text), .answerLost(let text), .foreign(let text): text
        }
    }
}
