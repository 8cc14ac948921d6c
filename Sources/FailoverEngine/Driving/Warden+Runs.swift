public import FailoverCore
import Synchronization

/// What people say to runs that stopped, are stuck, or wait for them.
extension Warden {
    /// Orders a run that stopped to go on.
    public func resumeRun(_ id: RunID, by person: Person, reason: String) async -> OrderReply {
        await takeUp(id, .resumed(by: person, reason: reason)) {
            .runResumed($0, by: person)
        }
    }

    /// A person says that a step of theirs is done; the machine looks next.
    ///
    /// After a run that gave up waiting for them, it goes on.
    public func personDone(
        _ step: StepID,
        of run: RunID,
        by person: Person,
        reason: String
    ) async -> OrderReply {
        if let reply = leave(.done(by: person, reason: reason), for: run, step) { return reply }
        return await takeUp(run, .resumed(by: person, reason: reason)) { state in
            guard let current = state.currentStep, current.id == step,
                current.operation.operationClass == .person
            else { return "\(self.words(for: run, state)): no step \(step) waits for a person" }
            return nil
        } policy: {
            .runResumed($0, by: person)
        }
    }

    /// A person takes the responsibility for the step at which a run stopped or waits: it counts as
    /// done, unverified, and the run goes on.
    public func forceStep(
        _ step: StepID,
        of run: RunID,
        by person: Person,
        reason: String
    ) async -> OrderReply {
        guard !reason.isEmpty else { return .refused("forcing a step needs a reason") }
        if let reply = leave(.force(by: person, reason: reason), for: run, step) { return reply }
        return await takeUp(run, .forced(step, by: person, reason: reason)) {
            .runForced($0, step, by: person, reason: reason)
        }
    }

    /// A person wants a run undone that is under way, stopped, is stuck, or waits for them.
    ///
    /// One that is under way is taken back from its next safe point on.
    public func abortRun(_ run: RunID, by person: Person, reason: String) async -> OrderReply {
        if let reply = leave(.abort(by: person, reason: reason), for: run, nil) { return reply }
        return await takeUp(run, .aborting(by: person, reason: reason)) {
            .runAborting($0, by: person, reason: reason)
        }
    }

    /// A person takes a stuck run into their hands: it stops alerting, and keeps the lock.
    public func takeRun(_ run: RunID, by person: Person, reason: String) async -> OrderReply {
        do throws(JournalFailure) {
            guard let state = try await replay(run) else { return .refused(unknown(run)) }
            return await order(
                .runTaken(state.opening.request.id, by: person, reason: reason),
                then: .take(run, .taken(by: person, reason: reason))
            )
        } catch {
            return .refused(error.message)
        }
    }

    /// Orders a rehearsal: planned and run like a real move, and nothing is changed.
    public func rehearse(
        _ direction: MoveDirection,
        _ route: RouteName,
        to pool: FQDN?,
        by person: Person,
        reason: String
    ) async -> OrderReply {
        await order(.rehearsalOrdered(route, to: pool, direction, by: person, reason: reason))
    }

    /// Leaves a word for the run under way; nil when that run is not under way.
    private func leave(
        _ word: PersonDesk.Word,
        for run: RunID,
        _ step: StepID?
    ) -> OrderReply? {
        guard let progress = shared.withLock({ $0.running }), progress.id == run else { return nil }
        if case .abort = word, progress.state?.undoing != nil {
            return .refused("\(progress.inWords): it is being undone already")
        }
        if parts.runner.desk.leave(word, for: run, step) { return .accepted }
        if case .abort(let person, let reason) = word {
            return orderUndo(progress, by: person, reason: reason)
        }
        guard let waits = progress.waitsFor else {
            return .refused(
                "\(progress.inWords): nobody is asked for anything now; wait until it asks or ends"
            )
        }
        if let step, step != waits.step { return .refused("\(progress.inWords), not \(step)") }
        return .refused("\(progress.inWords), and was answered a moment ago")
    }

    private func orderUndo(
        _ progress: RunProgress,
        by person: Person,
        reason: String
    ) -> OrderReply {
        if progress.state?.opening.isRehearsal == true {
            return .refused(
                "\(progress.inWords): it is a rehearsal, which changes nothing and ends by itself"
            )
        }
        guard parts.runner.desk.orderUndo(of: progress.id, by: person, reason: reason) else {
            return .refused("\(progress.inWords): it was ordered to be undone a moment ago")
        }
        return .accepted
    }

    /// Has a stopped run taken up by the worker, once the policy has agreed.
    ///
    /// - Parameters:
    ///   - id: the run.
    ///   - event: what its journal is told first.
    ///   - objection: what speaks against it besides.
    ///   - policy: what the policy is told.
    /// - Returns: whether it was taken, or why not.
    private func takeUp(
        _ id: RunID,
        _ event: RunEvent,
        unless objection: (RunState) -> String? = { _ in nil },
        policy: (RequestID) -> PolicyEvent
    ) async -> OrderReply {
        if let running = shared.withLock({ $0.running }) {
            return .refused("another run is on its way: \(running.inWords)")
        }
        do throws(JournalFailure) {
            guard let state = try await replay(id) else { return .refused(unknown(id)) }
            if let words = objection(state) { return .refused(words) }
            var trial = state
            do throws(IllegalRunEvent) {
                try trial.apply(event)
            } catch {
                return .refused("\(words(for: id, state)): \(cause(of: event, state))")
            }
            return await order(policy(state.opening.request.id), then: .takeUp(id, state, event))
        } catch {
            return .refused(error.message)
        }
    }

    /// Gives an order to the policy, and a job to the worker if it is taken.
    private func order(_ event: PolicyEvent, then job: Job) async -> OrderReply {
        await withCheckedContinuation { continuation in
            if !post(.orderJob(event, job, continuation)) {
                continuation.resume(returning: .refused("the agent is busy or stopping: try again"))
            }
        }
    }

    private func unknown(_ run: RunID) -> String { "there is no run \(run)" }

    /// `run 3 stopped at step 4 (Enable the topology): …`.
    private func words(for id: RunID, _ state: RunState) -> String {
        guard let outcome = state.outcome else { return "run \(id) is about to be taken up again" }
        switch outcome {
        case .done, .aborted, .rehearsed, .stoppedUnchanged:
            return "run \(id) is over (\(outcome.inWords))"
        case .stopped(let reason), .stuck(let reason):
            let place = state.currentStep.map { " at step \($0.id) (\($0.title))" } ?? ""
            let kind = if case .stuck = outcome { "is stuck" } else { "stopped" }
            return "run \(id) \(kind)\(place): \(reason)"
        }
    }

    /// Why a run in that state does not take an order.
    private func cause(of event: RunEvent, _ state: RunState) -> String {
        switch event {
        case .aborting where state.undoing != nil:
            return "it is being undone already; edgewarden resume-run goes on with that"
        case .forced(let step, _, _): return "it does not stand at step \(step)"
        default: return "that cannot be done to it any more"
        }
    }
}
