import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// Whether what was just begun still happened when the process died.
enum Death: CaseIterable {
    case beforeTheDeed
    case afterTheDeed
}

/// Lets a process die after a write of a run, and another one finish it.
struct CutBench {
    /// The world and journal before the run; a copy is used up by every cut.
    let start: RunBench
    let opening: RunOpening
    /// The run that nobody cut: what every other must come to.
    let whole: RunBench

    init(_ start: RunBench, _ opening: RunOpening) async throws {
        self.start = start
        self.opening = opening
        whole = start.copy()
        let end = try await whole.run(opening)
        try #require(end == .finished(.done), "the run that nobody cuts ends as \(end)")
    }

    /// How many events the whole run writes.
    var length: Int { whole.journal.newestRun.count }

    /// Dies after so many events, recovers, finishes, and checks everything.
    ///
    /// - Returns: the second process's bench, for further checks, and what it was.
    @discardableResult
    func dieAndFinish(
        after cut: Int,
        _ death: Death,
        _ name: String
    ) async throws -> (bench: RunBench, note: Comment)? {
        let first = start.copy()
        let world = first.world
        let written = Shared(0)
        first.journal.fail(afterRunEvents: cut, .other)
        first.journal.whenWritten { _ in
            written.change { $0 += 1 }
            if written.value == cut, death == .beforeTheDeed { world.cutOff() }
        }
        guard case .journalFailed = try await first.run(opening) else {
            Issue.record("\(name), cut \(cut): the first process was not killed")
            return nil
        }
        checkNothingUnannounced(first, "\(name) cut after \(cut), \(death)")
        world.cutOff(false)
        let second = RunBench(after: first, journal: first.journal.revived())
        let run = try #require(try await second.journal.runs(limit: 1).first)
        let before = try #require(try RunState(replaying: second.journal.content(of: run)))
        var end = try await second.recover()
        if let order = try await orderAfterLostOnce(second, run, end, death) {
            end = try await second.takeUp(with: order)
        }
        let events = second.journal.content(of: run)
        let note: Comment = "\(name) cut after \(cut) (\(events[cut - 1])), \(death)"
        #expect(end == .finished(.done), note)
        if before.hasStoppedServices, let next = events.dropFirst(cut + 1).first {
            guard case .compensating = next else {
                Issue.record("stopped services must come first, not \(next); \(note)")
                return nil
            }
        }
        checkCounts(world, note)
        return (second, note)
    }

    /// What a person orders who looked whether an act of class *once* was carried out.
    private func orderAfterLostOnce(
        _ bench: RunBench,
        _ run: RunID,
        _ end: Runner.End,
        _ death: Death
    ) async throws -> RunEvent? {
        guard case .finished(.stopped) = end,
            let step = try RunState(replaying: bench.journal.content(of: run))?.currentStep,
            step.operation.operationClass == .once
        else { return nil }
        switch death {
        case .beforeTheDeed: return .resumed(by: RunBench.person, reason: "it was not run")
        case .afterTheDeed: return .forced(step.id, by: RunBench.person, reason: "it was run")
        }
    }

    /// Nothing is done that was not written down before.
    private func checkNothingUnannounced(_ bench: RunBench, _ note: Comment) {
        let plan = opening.plan
        var announced: [String: Int] = [:]
        for event in bench.journal.newestRun {
            let operation = event.step.flatMap(plan.step)?.operation
            switch event {
            case .acting:
                for key in operation?.actKeys ?? [] { announced[key, default: 0] += 1 }
            case .compensating: announced[operation?.undo?.actKey ?? "", default: 0] += 1
            default: break
            }
        }
        for act in bench.world.acts {
            announced[act.key, default: 0] -= 1
            #expect(announced[act.key, default: 0] >= 0, "\(act) was not written before; \(note)")
        }
    }

    /// As many acts as in the run that nobody cut; of repeatable ones at least as many.
    private func checkCounts(_ world: ScriptedOrganisation, _ note: Comment) {
        func counts(_ world: ScriptedOrganisation) -> [String: Int] {
            world.acts.reduce(into: [:]) { $0[$1.key, default: 0] += 1 }
        }
        let (cut, uncut) = (counts(world), counts(whole.world))
        for step in opening.plan.steps {
            guard let key = step.operation.actKey else { continue }
            let (count, wanted) = (cut[key, default: 0], uncut[key, default: 0])
            switch step.operation.operationClass {
            case .state, .once: #expect(count == wanted, "\(key): \(world.acts); \(note)")
            case .repeatable: #expect(count >= min(wanted, 1), "\(key): \(world.acts); \(note)")
            case .person, .reading: Issue.record("a check acted: \(key)")
            }
        }
    }
}
