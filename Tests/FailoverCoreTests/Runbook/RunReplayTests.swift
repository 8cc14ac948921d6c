import FailoverCore
import Testing

/// Random lives of a run, by seed: what is lived and what is replayed must agree, and nothing forbidden
/// may happen on the way.
@Suite
struct RunReplayTests {
    private typealias Fixture = RunStateFixture

    private struct Dice {
        var state: UInt64

        /// A number below the bound (SplitMix64).
        mutating func roll(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
        }
    }

    /// Lives a run to its end; the events besides the opening.
    private func live(_ seed: UInt64) throws -> (events: [RunEvent], states: [RunState]) {
        var dice = Dice(state: seed)
        let ids = [Fixture.stop, Fixture.start, Fixture.route, Fixture.enable, Fixture.check]
        var state = RunState(Fixture.opening(ids))
        var events: [RunEvent] = []
        var states = [state]
        func take(_ event: RunEvent) throws {
            try state.apply(event)
            events.append(event)
            states.append(state)
        }
        while state.outcome == nil, events.count < 500 {
            switch dice.roll(20) {
            case 0: try take(.recovered(reason: "crash"))
            case 1:
                try take(.parked(reason: "stop"))
                try take(.recovered(reason: "start"))
            default: break
            }
            let action = state.next
            guard let (begin, end) = parts(action, &dice) else {
                if case .finish(let outcome) = action { try take(.finished(outcome)) }
                break
            }
            try take(begin)
            // Now and then the process dies in the middle.
            if dice.roll(12) == 0 {
                try take(.recovered(reason: "crash in the middle"))
            } else {
                try take(end)
            }
        }
        return (events, states)
    }

    private func parts(_ action: RunnerAction, _ dice: inout Dice) -> (RunEvent, RunEvent)? {
        let odd = dice.roll(12)
        switch action {
        case .observe(let step):
            let observed: Observed =
                switch odd {
                case 0: .foreign("x")
                case 1: .unreadable("x")
                case 2, 3: .intended("x")
                default: .initial("x")
                }
            return (.observing(step.id), .observed(step.id, observed))
        case .act(let step):
            return (.acting(step.id), .acted(step.id, result(odd)))
        case .verify(let step):
            return (
                .verifying(step.id), .verified(step.id, odd == 0 ? .doesNot("x") : .holds("x"))
            )
        case .compensate(let step):
            return (.compensating(step.id), .compensated(step.id, result(odd)))
        case .finish, .nothing: return nil
        }
    }

    private func result(_ odd: Int) -> ActResult {
        switch odd {
        case 0: .failed("x")
        case 1, 2: .answerLost("x")
        case 3: .foreign("x")
        default: .done("x")
        }
    }

    @Test(arguments: [UInt64](0..<400))
    func `replaying any prefix is legal and leads to what was lived`(seed: UInt64) throws {
        let (events, states) = try live(seed)
        let opening = RunEvent.opened(states[0].opening)
        for count in 0...events.count {
            let replayed = try RunState(replaying: [opening] + events.prefix(count))
            #expect(replayed == states[count], "seed \(seed), \(count) events")
        }
    }

    @Test(arguments: [UInt64](0..<400))
    func `nothing forbidden happens in any life`(seed: UInt64) throws {
        let (events, states) = try live(seed)
        let last = try #require(states.last)
        #expect(last.outcome != nil, "seed \(seed): every run comes to an end")
        var initial: Set<StepID> = []
        var hasFailed = false
        for (index, event) in events.enumerated() {
            let note: Comment = "seed \(seed), event \(index): \(event)"
            switch event {
            case .observed(let id, .initial): initial.insert(id)
            case .acting(let id):
                #expect(initial.remove(id) != nil, "one act for each initial reading; \(note)")
                #expect(!hasFailed, "nothing is done after a failure; \(note)")
            case .recovered:
                initial = []
                if states[index + 1].hasStoppedServices, index + 1 < events.count,
                    case .finished = events[index + 1]
                {
                    Issue.record("stopped services come before the end; \(note)")
                }
            case .finished(.done):
                for step in last.plan.steps {
                    #expect(last.phases[step.id]?.isSettled == true, note)
                }
                #expect(!last.hasStoppedServices, note)
            default: break
            }
            hasFailed = states[index + 1].failure != nil
        }
        if last.hasStoppedServices, case .stopped(let reason)? = last.outcome {
            #expect(reason.contains("by hand"), "seed \(seed)")
        }
    }
}
