public import FailoverCore
import Synchronization

/// Where people's words reach the run under way.
///
/// One run waits at most: the topology has one lock.
public final class PersonDesk: Sendable {
    /// What a person can say to a run that waits for a step of theirs.
    public enum Word: Sendable, Hashable {
        /// The step is done.
        case done(by: Person, reason: String)
        /// The step counts as done, whatever the machine sees.
        case force(by: Person, reason: String)
        /// The run is to be undone.
        case abort(by: Person, reason: String)
    }

    private struct Wait {
        var run: RunID
        var step: StepID
        var word: Word?
    }

    /// An order to undo the run under way, whatever it does.
    private struct Undo {
        var run: RunID
        var person: Person
        var reason: String
    }

    private let wait = Mutex<Wait?>(nil)
    private let undo = Mutex<Undo?>(nil)

    /// Makes a desk at which nobody waits.
    public init() {}

    /// Says that a run waits for a step; called by the runner.
    func open(_ run: RunID, _ step: StepID) {
        wait.withLock { wait in
            if wait?.run == run, wait?.step == step { return }
            wait = Wait(run: run, step: step)
        }
    }

    /// Takes the word that was left, if one was: nobody waits any more then; called by the runner.
    func take() -> Word? {
        wait.withLock { wait in
            guard let word = wait?.word else { return nil }
            wait = nil
            return word
        }
    }

    /// Says that nobody waits any more; called by the runner.
    func close() { wait.withLock { $0 = nil } }

    /// Orders that a run be undone at its next safe point: what was sent is waited for, and what only
    /// waits ends.
    ///
    /// - Returns: false when that was ordered already.
    public func orderUndo(of run: RunID, by person: Person, reason: String) -> Bool {
        undo.withLock { undo in
            guard undo?.run != run else { return false }
            undo = Undo(run: run, person: person, reason: reason)
            return true
        }
    }

    /// Whether what only waits is to end, because the run is to be undone.
    var wantsUndo: Bool { undo.withLock { $0 != nil } }

    /// Takes the order to undo a run, and forgets any about another; nil when there is none.
    func takeUndo(of run: RunID) -> RunEvent? {
        undo.withLock { undo in
            defer { undo = nil }
            guard let undo, undo.run == run else { return nil }
            return .aborting(by: undo.person, reason: undo.reason)
        }
    }

    /// The step that a run waits for; nil when none does.
    public func waitingStep(of run: RunID) -> StepID? {
        wait.withLock { wait in wait?.run == run ? wait?.step : nil }
    }

    /// Leaves a word for a run.
    ///
    /// - Parameters:
    ///   - word: what the person says.
    ///   - run: the run.
    ///   - step: the step they mean; nil for an abort.
    /// - Returns: false when the run does not wait for that step, or has a word already.
    public func leave(_ word: Word, for run: RunID, _ step: StepID?) -> Bool {
        wait.withLock { wait in
            guard let current = wait, current.run == run, current.word == nil,
                step == nil || current.step == step
            else { return false }
            wait?.word = word
            return true
        }
    }
}
