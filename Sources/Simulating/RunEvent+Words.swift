import FailoverCore

extension RunEvent {
    /// What happened in a few words; nil for a beginning that says nothing by itself.
    func words(_ state: RunState) -> String? {
        func title(_ id: StepID) -> String { state.step(id)?.title ?? "step \(id)" }
        switch self {
        case .opened, .observing, .verifying, .compensating: return nil
        case .observed(let id, .initial): return "\(id) due: \(title(id))"
        case .observed(let id, .intended): return "\(id) as wanted already: \(title(id))"
        case .observed(let id, .foreign(let text)): return "\(id) changed by somebody else: \(text)"
        case .observed(let id, .unreadable(let text)): return "\(id) cannot be read: \(text)"
        case .acting(let id): return "\(id) acts"
        case .acted(let id, .done): return "\(id) acted"
        case .acted(let id, .failed(let text)): return "\(id) failed: \(text)"
        case .acted(let id, .answerLost): return "\(id) may have acted: no answer came"
        case .acted(let id, .foreign(let text)): return "\(id) changed by somebody else: \(text)"
        case .verified(let id, .holds): return "\(id) verified"
        case .verified(let id, .doesNot(let text)): return "\(id) not verified: \(text)"
        case .compensated(let id, let result): return "\(id) started again: \(result)"
        case .recovered(let reason): return "taken up again: \(reason)"
        case .parked(let reason): return "parked: \(reason)"
        case .instructed(let id): return "\(id) is a person's: \(title(id))"
        case .personDone(let id, let person, _): return "\(person) says that \(id) is done"
        case .personTimedOut(let id): return "nobody did \(id)"
        case .resumed(let person, _): return "\(person) lets it go on"
        case .aborting(let person, _): return "\(person) has it undone"
        case .forced(let id, let person, _): return "\(person) takes the responsibility for \(id)"
        case .taken(let person, _): return "\(person) took it"
        case .finished(let outcome): return "over: \(outcome.inWords)"
        }
    }
}
