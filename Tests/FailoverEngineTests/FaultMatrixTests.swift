import FailoverCore
import FailoverEngine
import FailoverTestKit
import Synchronization
import Testing

/// At every act of every plan of the matrix an answer is lost, or the act is only said to be done.
@Suite
struct FaultMatrixTests {
    /// A plan of the matrix, and the run of it in which nothing goes wrong.
    private struct Course {
        let start: RunBench
        let opening: RunOpening
        let whole: RunBench
        /// The steps that the agent carries out.
        let acts: [Step]

        init(_ entry: PlanMatrix.Entry) async throws {
            (start, opening) = try await entry.begin()
            whole = start.copy()
            let end = try await whole.run(opening)
            try #require(end == .finished(.done), "the run in which nothing goes wrong: \(end)")
            let begun = Set(whole.journal.newestRun.filter(\.isActing).compactMap(\.step))
            acts = opening.plan.steps.filter {
                begun.contains($0.id) && $0.operation.occasion != nil
            }
            try #require(!acts.isEmpty, "\(entry.name) has no act that can go wrong")
        }

        /// Runs with a fault at the first act of a step.
        func run(
            _ fault: Fault,
            at step: Step
        ) async throws -> (bench: RunBench, end: Runner.End) {
            let occasion = try #require(step.operation.occasion)
            let bench = start.copy()
            let (world, isOrdered) = (bench.world, Shared(false))
            bench.journal.whenWritten { event in
                guard event == .acting(step.id), !isOrdered.value else { return }
                isOrdered.set(true)
                world.order(fault, at: occasion)
            }
            let end = try await bench.run(opening)
            bench.journal.whenWritten(nil)
            #expect(isOrdered.value, "step \(step.id) \(step.title) was not reached")
            return (bench, end)
        }

        /// Services that stand still and did not before the run.
        func stoppedServices(_ world: ScriptedOrganisation) -> [String] {
            func stopped(_ world: ScriptedOrganisation) -> Set<String> {
                world.look { model in
                    Set(
                        model.machines.flatMap { server, machine in
                            machine.services.filter { !$0.isStarted }.map {
                                "\($0.name) of \(server)"
                            }
                        }
                    )
                }
            }
            return stopped(world).subtracting(stopped(start.world)).sorted()
        }
    }

    /// Plans and acts that each test has been through, by its fault.
    private static let tally = Mutex<[Fault: (plans: Int, acts: Int)]>([:])

    private func count(_ fault: Fault, _ acts: Int) {
        let (plans, acts) = Self.tally.withLock { tally in
            let old = tally[fault] ?? (0, 0)
            tally[fault] = (old.plans + 1, old.acts + acts)
            return (old.plans + 1, old.acts + acts)
        }
        if plans == PlanMatrix.entries.count {
            print("fault matrix, \(fault): \(plans) plans, \(acts) acts")
        }
    }

    // MARK: Lost answers

    private static let losses: [Fault] = [.answerLost, .hangs]

    @Test(arguments: PlanMatrix.entries, losses)
    func `after a lost answer every run looks again, and ends as if it had come`(
        entry: PlanMatrix.Entry,
        fault: Fault
    ) async throws {
        let course = try await Course(entry)
        let wanted = entry.shortcomings(course.whole.world)
        for step in course.acts {
            let note: Comment = "\(entry.name), \(fault) at step \(step.id) \(step.title)"
            var (bench, end) = try await course.run(fault, at: step)
            if case .finished(.stopped) = end, step.operation.operationClass == .once {
                end = try await bench.takeUp(with: orderAfterLostOnce(step, fault))
            }
            #expect(end == .finished(.done), note)
            #expect(entry.shortcomings(bench.world) == wanted, note)
            #expect(course.stoppedServices(bench.world) == [], note)
            checkCounts(course, bench.world, lost: step, note)
        }
        count(fault, course.acts.count)
    }

    /// What a person orders who looked whether an act of class *once* was carried out.
    private func orderAfterLostOnce(_ step: Step, _ fault: Fault) -> RunEvent {
        fault == .hangs
            ? .resumed(by: RunBench.person, reason: "it was not run")
            : .forced(step.id, by: RunBench.person, reason: "it was run")
    }

    /// As many acts as in the run in which nothing went wrong; what may be repeated once more.
    private func checkCounts(
        _ course: Course,
        _ world: ScriptedOrganisation,
        lost: Step,
        _ note: Comment
    ) {
        func counts(_ world: ScriptedOrganisation) -> [String: Int] {
            world.acts.reduce(into: [:]) { $0[$1.key, default: 0] += 1 }
        }
        let (found, wanted) = (counts(world), counts(course.whole.world))
        for step in course.acts {
            guard let key = step.operation.actKey else { continue }
            let excess = found[key, default: 0] - wanted[key, default: 0]
            let mayRepeat = step == lost && step.operation.operationClass == .repeatable
            #expect(excess == 0 || mayRepeat && excess == 1, "\(key): \(world.acts); \(note)")
        }
    }

    // MARK: Acts that are only said to be done

    @Test(arguments: PlanMatrix.entries)
    func `an act that was only said to be done stops every run before anything follows`(
        entry: PlanMatrix.Entry
    ) async throws {
        let course = try await Course(entry)
        for step in course.acts {
            let note: Comment = "\(entry.name), step \(step.id) \(step.title)"
            let (bench, end) = try await course.run(.pretends, at: step)
            if case .fence(let server, _) = step.operation {
                // It is tried again when the member can be reached.
                let state = try RunState(replaying: bench.journal.newestRun)
                #expect(end == .finished(.done), note)
                #expect(state?.pendingFences == [server], note)
                continue
            }
            if step.operation == .enableTopology, course.opening.snapshot.replicas.isEmpty {
                // Of a store that was dead no replica's state is known that would have to change.
                #expect(end == .finished(.done), note)
                continue
            }
            guard case .finished(.stopped(let reason)) = end else {
                Issue.record("it was to stop, not to end as \(end); \(note)")
                continue
            }
            // Setup says how it ended, or it did not run.
            let isSetup = step.operation.operationClass == .once
            #expect(reason.contains(isSetup ? "said no exit code" : "not verified in time"), note)
            #expect(course.stoppedServices(bench.world) == [], note)
            checkNothingAfter(step, course.opening.plan, bench.world, note)
        }
        count(.pretends, course.acts.count)
    }

    /// No act of a later step, but for services that are started again.
    private func checkNothingAfter(
        _ step: Step,
        _ plan: Plan,
        _ world: ScriptedOrganisation,
        _ note: Comment
    ) {
        let late = plan.steps.filter { $0.id > step.id }.compactMap(\.operation.actKey)
        let compensations = plan.steps.filter { $0.id <= step.id }.compactMap {
            if case .stopServices = $0.operation { $0.operation.undo?.actKey } else { nil }
        }
        for act in world.acts where late.contains(act.key) && !compensations.contains(act.key) {
            Issue.record("\(act) was done all the same; \(note)")
        }
    }
}

extension RunEvent {
    fileprivate var isActing: Bool { if case .acting = self { true } else { false } }
}
