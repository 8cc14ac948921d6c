import FailoverCore
import Synchronization

/// The run under way, as people hear of it.
extension Warden {
    /// Takes in what a run has just journaled.
    func watch(_ id: RunID, _ event: RunEvent, _ state: RunState) async {
        let request = state.opening.request
        let (changed, progress) = shared.withLock { shared in
            (shared.progress(id, state), shared.running)
        }
        if changed { post(.event(.runWaits(request.id, for: progress?.waitsFor))) }
        guard let step = state.waitingStep, case .person(let task) = step.operation else { return }
        switch event {
        case .instructed: await want(task, step, id, request)
        case .verified(_, .doesNot(let seen)):
            // Somebody said that it is done, and the machine does not see it.
            await wantAgain(task, step, id, request, seen)
        default: return
        }
    }

    private func want(
        _ task: PersonTask,
        _ step: Step,
        _ id: RunID,
        _ request: MoveRequest
    ) async {
        await tellWanted(
            request,
            "run \(id) (\(request.movesInWords)) waits for a person: step \(step.id), \(step.title)."
                + " \(task.instruction). The agent does not do it: \(task.reason)."
                + " What it will check: \(task.check)."
                + " Within \(step.timeout.inWords), when it is done: edgewarden done \(step.id)"
        )
    }

    private func wantAgain(
        _ task: PersonTask,
        _ step: Step,
        _ id: RunID,
        _ request: MoveRequest,
        _ seen: String
    ) async {
        await tellWanted(
            request,
            "run \(id) (\(request.movesInWords)) still waits for step \(step.id), \(step.title): somebody"
                + " said that it is done, but \(seen). What the agent checks: \(task.check)."
                + " To be done: \(task.instruction). Then: edgewarden done \(step.id)"
        )
    }

    private func tellWanted(_ request: MoveRequest, _ sentence: String) async {
        await tell(
            Notice(
                .personWanted,
                .critical,
                route: request.move.route,
                pool: request.move.to,
                request: request.id,
                sentence: sentence
            )
        )
    }
}
