import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// The process dies after every single write of every plan, is started again, and finishes.
@Suite
struct CuttingTests {
    /// Whether what was just begun still happened when the process died.
    enum Death: CaseIterable {
        case beforeTheDeed
        case afterTheDeed
    }

    @Test(arguments: Scenario.allCases, Death.allCases)
    func `a run that dies anywhere is finished, and no state act happens twice`(
        scenario: Scenario,
        death: Death
    ) async throws {
        let (start, opening) = try await scenario.prepare()
        let whole = start.copy()
        #expect(try await whole.run(opening) == .finished(.done))
        let length = whole.journal.newestRun.count
        for cut in 1..<length {
            try await dieAndFinish(scenario, start.copy(), opening, after: cut, death)
        }
    }

    private func dieAndFinish(
        _ scenario: Scenario,
        _ first: RunBench,
        _ opening: RunOpening,
        after cut: Int,
        _ death: Death
    ) async throws {
        let world = first.world
        let written = Shared(0)
        first.journal.fail(afterRunEvents: cut, .other)
        first.journal.whenWritten { _ in
            written.change { $0 += 1 }
            if written.value == cut, death == .beforeTheDeed { world.cutOff() }
        }
        guard case .journalFailed = try await first.run(opening) else {
            Issue.record("cut \(cut): the first process was not killed")
            return
        }
        checkNothingUnannounced(opening.plan, first, "\(scenario) cut after \(cut), \(death)")
        world.cutOff(false)
        let second = RunBench(after: first, journal: first.journal.revived())
        let run = try #require(try await second.journal.runs(limit: 1).first)
        let before = try #require(try RunState(replaying: second.journal.content(of: run)))
        let end = try await second.recover()
        let events = second.journal.content(of: run)
        let note: Comment = "\(scenario) cut after \(cut) (\(events[cut - 1])), \(death)"
        #expect(end == .finished(.done), note)
        #expect(scenario.shortcomings(world) == [], note)
        if before.hasStoppedServices, let next = events.dropFirst(cut + 1).first {
            guard case .compensating = next else {
                Issue.record("stopped services must come first, not \(next); \(note)")
                return
            }
        }
        checkCounts(opening.plan, world, note)
    }

    /// Nothing is done that was not written down before.
    private func checkNothingUnannounced(_ plan: Plan, _ bench: RunBench, _ note: Comment) {
        var announced: [String: Int] = [:]
        for event in bench.journal.newestRun {
            let operation = event.step.flatMap(plan.step)?.operation
            switch event {
            case .acting: announced[operation?.actKey ?? "", default: 0] += 1
            case .compensating: announced[operation?.undo?.actKey ?? "", default: 0] += 1
            default: break
            }
        }
        for act in bench.world.acts {
            announced[act.key, default: 0] -= 1
            #expect(announced[act.key, default: 0] >= 0, "\(act) was not written before; \(note)")
        }
    }

    /// No state act twice, and none lost; of repeatable ones at least one.
    private func checkCounts(_ plan: Plan, _ world: ScriptedOrganisation, _ note: Comment) {
        let acts = world.acts
        for step in plan.steps {
            guard let key = step.operation.actKey else { continue }
            let count = acts.filter { $0.key == key }.count
            switch step.operation.operationClass {
            case .state: #expect(count == 1, "\(key): \(acts); \(note)")
            case .repeatable: #expect(count >= 1, "\(key): \(acts); \(note)")
            case .once: #expect(count == 1, "\(key): \(acts); \(note)")
            case .person, .reading: Issue.record("a check acted: \(key)")
            }
        }
    }
}
