public import FailoverCore
import Synchronization

/// Carries a run from its journal's end to the run's end: asks the state what is due, journals the
/// beginning, does it, journals the result.
public struct Runner: Sendable {
    /// Where people's words reach the run that this runner carries out.
    public let desk: PersonDesk
    private let executor: StepExecutor
    private let journal: any JournalStore
    private let wallClock: any WallClock
    private let stop: StopFlag

    /// Makes a runner; when the flag is raised it parks its run at the next boundary.
    public init(
        executor: StepExecutor,
        journal: any JournalStore,
        wallClock: any WallClock,
        stop: StopFlag,
        desk: PersonDesk = PersonDesk()
    ) {
        var executor = executor
        executor.desk = desk
        self.executor = executor
        self.journal = journal
        self.wallClock = wallClock
        self.stop = stop
        self.desk = desk
    }

    /// How a run was left.
    public enum End: Sendable, Hashable {
        /// It is over; the outcome is in its journal.
        case finished(RunOutcome)
        /// The agent is stopping: the run was parked and goes on at the next start.
        case parked
        /// The journal cannot be written: nothing more was done. The run goes on at a later start.
        case journalFailed(String)
        /// What a person ordered cannot follow what the journal holds; nothing was done.
        case refused(String)
    }

    /// Opens a run and carries it out.
    ///
    /// - Parameters:
    ///   - id: a fresh number.
    ///   - opening: everything that the run needs; journaled first.
    ///   - watch: told of every event once it is durable.
    /// - Returns: how the run was left.
    public func run(
        _ id: RunID,
        opening: RunOpening,
        watch: @Sendable (RunEvent, RunState) async -> Void
    ) async -> End {
        let state = RunState(opening)
        do {
            try await journal.append(.opened(opening), to: id, at: wallClock.now())
        } catch {
            return .journalFailed(error.message)
        }
        await watch(.opened(opening), state)
        return await carryOn(id, state, watch)
    }

    /// Takes up a run where its journal ends: after a crash, a stop, or a person's order.
    ///
    /// - Parameters:
    ///   - id: the run.
    ///   - state: its state, replayed from the journal.
    ///   - event: `recovered`, `resumed`, `aborting`, `forced` or `taken`.
    ///   - watch: told of every event once it is durable.
    /// - Returns: how the run was left; `refused` when the event cannot follow.
    public func takeUp(
        _ id: RunID,
        _ state: RunState,
        with event: RunEvent,
        watch: @Sendable (RunEvent, RunState) async -> Void
    ) async -> End {
        var state = state
        do {
            var trial = state
            try trial.apply(event)
        } catch {
            return .refused(error.description)
        }
        if let end = await note(event, id, &state, watch) { return end }
        return await carryOn(id, state, watch)
    }

    private func carryOn(
        _ id: RunID,
        _ initial: RunState,
        _ watch: @Sendable (RunEvent, RunState) async -> Void
    ) async -> End {
        defer { desk.close() }
        var state = initial
        var deadline = Instant.origin
        while true {
            // An order can come at any time; between two parts of a step nothing is half sent.
            if state.outcome == nil, let order = desk.takeUndo(of: id), canFollow(order, state) {
                if let end = await note(order, id, &state, watch) { return end }
                continue
            }
            var action = state.next
            if stop.isRaised, state.outcome == nil {
                // No healthy pool is left with its services stopped while the agent is away.
                if let step = state.dueCompensation {
                    action = .compensate(step)
                } else if let event = spokenWord(state), canFollow(event, state) {
                    if let end = await note(event, id, &state, watch) { return end }
                    continue
                } else {
                    return await park(id, &state, watch)
                }
            }
            let begin: RunEvent
            switch action {
            case .nothing: return .finished(state.outcome ?? .done)
            case .finish(let outcome):
                if let end = await note(.finished(outcome), id, &state, watch) { return end }
                return .finished(outcome)
            case .instruct(let step):
                // Whoever answers at once finds the desk open.
                desk.open(id, step.id)
                deadline = executor.clock.now() + step.timeout
                if let end = await note(.instructed(step.id), id, &state, watch) { return end }
                continue
            case .awaitPerson(let step):
                guard let event = await awaitPerson(step, id, until: deadline) else {
                    if Task.isCancelled { return await park(id, &state, watch) }
                    continue
                }
                // An undo cannot be undone: whoever asks for that is waited for on.
                guard canFollow(event, state) else { continue }
                if let end = await note(event, id, &state, watch) { return end }
                continue
            case .observe(let step): begin = .observing(step.id)
            case .act(let step): begin = .acting(step.id)
            case .verify(let step): begin = .verifying(step.id)
            case .compensate(let step): begin = .compensating(step.id)
            }
            // Durable before anything is done: if this fails, nothing is done.
            if let end = await note(begin, id, &state, watch) { return end }
            guard let result = await carryOut(action, state) else { continue }
            if case .verified(let step, .doesNot) = result,
                state.step(step)?.operation.operationClass == .person
            {
                // The person is asked again.
                desk.open(id, step)
            }
            if let end = await note(result, id, &state, watch) { return end }
        }
    }

    /// Does one part of a step; nil when the agent is stopping, or the run is to be undone, and the
    /// part only waits or reads.
    private func carryOut(_ action: RunnerAction, _ state: RunState) async -> RunEvent? {
        switch action {
        case .observe(let step):
            let observed = await executor.observe(step, of: state)
            if executor.isInterrupted, case .unreadable = observed { return nil }
            return .observed(step.id, observed)
        case .act(let step):
            return .acted(step.id, await executor.act(step, of: state))
        case .verify(let step):
            let result = await executor.verify(step, of: state)
            if executor.isInterrupted, case .doesNot = result { return nil }
            return .verified(step.id, result)
        case .compensate(let step):
            return .compensated(step.id, await executor.compensate(step, of: state))
        case .instruct, .awaitPerson, .finish, .nothing:
            preconditionFailure("nothing to carry out")
        }
    }

    /// Waits for a person's word until the step's time is over; nil when the agent is stopping, the
    /// run is to be undone, or the task was cancelled.
    private func awaitPerson(
        _ step: Step,
        _ id: RunID,
        until deadline: Instant
    ) async -> RunEvent? {
        desk.open(id, step.id)
        while true {
            if let word = desk.take() { return event(word, step) }
            let now = executor.clock.now()
            if executor.isInterrupted { return nil }
            if now >= deadline { return .personTimedOut(step.id) }
            do {
                try await executor.clock.sleep(until: min(now + executor.pollInterval, deadline))
            } catch {
                return nil
            }
        }
    }

    /// A word that was left for the step that is waited for, before the agent stops.
    private func spokenWord(_ state: RunState) -> RunEvent? {
        guard let step = state.waitingStep, let word = desk.take() else { return nil }
        return event(word, step)
    }

    private func canFollow(_ event: RunEvent, _ state: RunState) -> Bool {
        var trial = state
        do {
            try trial.apply(event)
            return true
        } catch {
            return false
        }
    }

    private func event(_ word: PersonDesk.Word, _ step: Step) -> RunEvent {
        switch word {
        case .done(let person, let reason): .personDone(step.id, by: person, reason: reason)
        case .force(let person, let reason): .forced(step.id, by: person, reason: reason)
        case .abort(let person, let reason): .aborting(by: person, reason: reason)
        }
    }

    private func park(
        _ id: RunID,
        _ state: inout RunState,
        _ watch: @Sendable (RunEvent, RunState) async -> Void
    ) async -> End {
        let reason = "the agent is stopping; the run goes on when it starts again"
        return await note(.parked(reason: reason), id, &state, watch) ?? .parked
    }

    /// Journals an event, folds it in, and tells who watches.
    ///
    /// Returns the end when it cannot.
    private func note(
        _ event: RunEvent,
        _ id: RunID,
        _ state: inout RunState,
        _ watch: @Sendable (RunEvent, RunState) async -> Void
    ) async -> End? {
        var next = state
        do {
            try next.apply(event)
        } catch {
            preconditionFailure("run \(id): \(error)")
        }
        do {
            try await journal.append(event, to: id, at: wallClock.now())
        } catch {
            return .journalFailed(error.message)
        }
        state = next
        await watch(event, state)
        return nil
    }
}
