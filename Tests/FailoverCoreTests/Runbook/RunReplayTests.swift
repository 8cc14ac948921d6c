import FailoverCore
import Foundation
import Testing

/// Random lives of a run, by seed: what is lived and what is replayed must agree, and nothing forbidden
/// may happen on the way.
@Suite
struct RunReplayTests {
    private typealias Fixture = RunStateFixture

    private static let seeds = [UInt64](0..<150)
    private static let fewSeeds = [UInt64](0..<40)

    // MARK: replaying

    @Test(arguments: fewSeeds)
    func `replaying any prefix is legal and leads to what was lived`(seed: UInt64) throws {
        let life = try RandomLife.asRunner(seed)
        let opening = RunEvent.opened(life.states[0].opening)
        for count in 0...life.events.count {
            let replayed = try RunState(replaying: [opening] + life.events.prefix(count))
            #expect(replayed == life.states[count], "seed \(seed), \(count) events")
        }
    }

    @Test(arguments: fewSeeds)
    func `a journal that was written and read again leads to what was lived`(seed: UInt64) throws {
        let life = try RandomLife.asRunner(seed)
        let journal = [RunEvent.opened(life.states[0].opening)] + life.events
        let data = try JSONEncoder().encode(journal)
        let read = try JSONDecoder().decode([RunEvent].self, from: data)
        #expect(read == journal, "seed \(seed)")
        #expect(try RunState(replaying: read) == life.state, "seed \(seed)")
    }

    // MARK: no dead ends

    @Test(arguments: fewSeeds)
    func `whatever legal events come, what is due next is legal, and the end is reached`(
        seed: UInt64
    ) throws {
        let life = try RandomLife.atRandom(seed)
        for (index, state) in life.states.enumerated() where !state.isParked {
            let note: Comment = "seed \(seed), \(index) events"
            if index > 0, case .compensating = life.events[index - 1] { continue }
            switch state.next {
            case .observe(let step): #expect(Fixture.isLegal(.observing(step.id), in: state), note)
            case .act(let step): #expect(Fixture.isLegal(.acting(step.id), in: state), note)
            case .verify(let step): #expect(Fixture.isLegal(.verifying(step.id), in: state), note)
            case .instruct(let step):
                #expect(Fixture.isLegal(.instructed(step.id), in: state), note)
            case .awaitPerson(let step):
                #expect(Fixture.isLegal(.personTimedOut(step.id), in: state), note)
                #expect(state.waitingStep == step, note)
            case .compensate(let step):
                #expect(Fixture.isLegal(.compensating(step.id), in: state), note)
            case .finish(let outcome):
                #expect(Fixture.isLegal(.finished(outcome), in: state), note)
            case .nothing: #expect(state.outcome != nil, note)
            }
        }
        #expect(life.events.count == RandomLife.limit || life.state.outcome != nil, "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `every run comes to an end that says what it is`(seed: UInt64) throws {
        let life = try RandomLife.asRunner(seed)
        let last = life.state
        guard life.events.count < RandomLife.limit else { return }
        let outcome = try #require(last.outcome, "seed \(seed)")
        if last.opening.isRehearsal {
            #expect(["rehearsed", "stopped unchanged"].contains(outcome.label), "seed \(seed)")
        }
        if last.hasStoppedServices {
            guard case .stuck(let reason) = outcome else {
                Issue.record("seed \(seed): \(outcome)")
                return
            }
            #expect(reason.contains("by hand"), "seed \(seed)")
        }
        switch outcome {
        case .done, .aborted, .rehearsed:
            #expect(last.steps.allSatisfy { last.phases[$0.id]?.isSettled == true })
            #expect(last.failure == nil)
        case .stoppedUnchanged:
            #expect(!last.hasActed || last.opening.isRehearsal, "seed \(seed)")
        case .stopped: #expect(last.undoing == nil, "seed \(seed)")
        case .stuck: #expect(last.undoing != nil || last.hasStoppedServices, "seed \(seed)")
        }
    }

    // MARK: nothing forbidden

    @Test(arguments: seeds)
    func `nothing forbidden happens in any life`(seed: UInt64) throws {
        let life = try RandomLife.asRunner(seed)
        var book = Bookkeeping(life.states[0].opening)
        for (index, event) in life.events.enumerated() {
            for violation in book.judge(event, life.states[index + 1]) {
                Issue.record("seed \(seed), event \(index), \(event.word): \(violation)")
            }
        }
    }

    @Test
    func `the lives reach every end and every order`() throws {
        var seen: Set<String> = []
        for seed in Self.seeds {
            for event in try RandomLife.asRunner(seed).events { seen.insert(event.word) }
        }
        let wanted = [
            "instructed", "personDone", "personTimedOut", "resumed", "aborting", "forced", "taken",
            "compensated", "parked", "finished as done", "finished as stopped unchanged",
            "finished as stopped", "finished as stuck", "finished as aborted",
            "finished as rehearsed",
        ]
        #expect(seen.isSuperset(of: wanted), "\(Set(wanted).subtracting(seen))")
    }
}

/// A second, naive account of a run, which judges every event (design, section 5).
private struct Bookkeeping {
    private let opening: RunOpening
    private var initial: Set<StepID> = []
    private var acts: [StepID: Int] = [:]
    private var orders = 0
    private var hasFailed = false
    private var isUndone = false
    private var owesServices = false

    init(_ opening: RunOpening) { self.opening = opening }

    mutating func judge(_ event: RunEvent, _ after: RunState) -> [String] {
        var violations: [String] = []
        func demand(_ holds: Bool, _ what: String) { if !holds { violations.append(what) } }
        switch event {
        case .observing(let id), .verifying(let id), .instructed(let id), .personDone(let id, _, _):
            demand(!hasFailed, "nothing is done after a failure")
            demand(!owesServices, "stopped services come before anything else")
            demand(!isUndone || opening.plan.step(id) == nil, "an undo does not go forward")
        case .observed(let id, let observed):
            if case .initial = observed { initial.insert(id) }
        case .acting(let id):
            acts[id, default: 0] += 1
            demand(initial.remove(id) != nil, "one act for each initial reading")
            demand(!hasFailed, "nothing is done after a failure")
            demand(!owesServices, "stopped services come before anything else")
            demand(!isUndone || opening.plan.step(id) == nil, "an undo does not go forward")
            if after.step(id)?.operation.operationClass == .once {
                demand(acts[id, default: 0] <= 1 + orders, "once, and once more for each order")
                demand(!opening.isRehearsal, "what cannot be rehearsed is not run")
            }
        case .verified(let id, .doesNot):
            if after.step(id)?.operation.operationClass == .person {
                demand(after.failure == nil, "a person is asked again")
            }
        case .recovered, .resumed, .forced, .aborting:
            initial = []
            if case .resumed = event { orders += 1 }
            if case .aborting = event { isUndone = true }
            owesServices = after.hasStoppedServices
        case .finished(.done):
            demand(
                opening.plan.steps.allSatisfy { after.phases[$0.id]?.isSettled == true },
                "done means that every step is settled"
            )
            demand(!after.hasStoppedServices, "done leaves no services stopped")
            demand(!isUndone, "an undone run is not done")
        case .finished(.aborted): demand(isUndone, "only an ordered undo ends as aborted")
        default: break
        }
        if !after.hasStoppedServices { owesServices = false }
        hasFailed = after.failure != nil
        return violations
    }
}
