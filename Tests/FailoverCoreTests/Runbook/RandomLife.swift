import FailoverCore

/// Random numbers by seed (SplitMix64).
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A number below the bound.
    mutating func roll(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    /// One of several.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[roll(elements.count)]
    }
}

/// A run with a step of every kind, lived at random: what it did and every state on the way.
struct RandomLife {
    private typealias Fixture = RunStateFixture

    static let ids = [
        Fixture.unfence, Fixture.person, Fixture.route, Fixture.media, Fixture.enable,
        Fixture.gate, Fixture.setup, Fixture.stop, Fixture.start, Fixture.records,
        Fixture.byHand, Fixture.check, Fixture.fence,
    ]
    /// Enough for several orders after the first end.
    static let limit = 300

    private(set) var events: [RunEvent] = []
    private(set) var states: [RunState]
    private var dice: Dice

    var state: RunState { states[states.count - 1] }

    private init(_ seed: UInt64) {
        dice = Dice(seed: seed)
        states = [RunState(Fixture.opening(Self.ids, isRehearsal: seed % 8 == 0))]
    }

    private mutating func take(_ event: RunEvent) throws {
        var next = state
        try next.apply(event)
        events.append(event)
        states.append(next)
    }

    // MARK: as the runner lives

    /// Does what is due with random results, dies now and then, and hears people's orders.
    static func asRunner(_ seed: UInt64) throws -> RandomLife {
        var life = RandomLife(seed)
        while life.events.count < limit {
            if life.state.outcome != nil {
                guard let order = life.order() else { break }
                try life.take(order)
                continue
            }
            switch life.dice.roll(25) {
            case 0: try life.take(.recovered(reason: "crash"))
            case 1:
                try life.take(.parked(reason: "stop"))
                try life.take(.recovered(reason: "start"))
            case 2 where life.mayAbort: try life.take(.aborting(by: Fixture.anna, reason: "x"))
            default: break
            }
            for event in life.part(life.state.next) { try life.take(event) }
        }
        return life
    }

    /// Now and then a run under way is to be undone; an undo and a rehearsal cannot be.
    private var mayAbort: Bool { state.undoing == nil && !state.opening.isRehearsal }

    /// What a person orders after an end; nil when nobody does.
    private mutating func order() -> RunEvent? {
        let orders: [RunEvent] =
            [
                .resumed(by: Fixture.anna, reason: "x"), .aborting(by: Fixture.anna, reason: "x"),
                .taken(by: Fixture.berta, reason: "x"),
            ] + (state.currentStep.map { [.forced($0.id, by: Fixture.anna, reason: "x")] } ?? [])
        let state = state
        let legal = orders.filter { Fixture.isLegal($0, in: state) }
        return legal.isEmpty || dice.roll(6) == 0 ? nil : dice.pick(legal)
    }

    /// The beginning and the end of a part; now and then only the beginning.
    private mutating func part(_ action: RunnerAction) -> [RunEvent] {
        let odd = dice.roll(30)
        let events: [RunEvent]
        switch action {
        case .observe(let step):
            events = [.observing(step.id), .observed(step.id, observed(odd))]
        case .act(let step): events = [.acting(step.id), .acted(step.id, result(odd))]
        case .verify(let step):
            events = [
                .verifying(step.id), .verified(step.id, odd == 0 ? .doesNot("x") : .holds("x")),
            ]
        case .compensate(let step):
            events = [.compensating(step.id), .compensated(step.id, result(odd))]
        case .instruct(let step): return [.instructed(step.id)]
        case .awaitPerson(let step): return [word(step.id, odd)]
        case .finish(let outcome): return [.finished(outcome)]
        case .nothing: return []
        }
        return dice.roll(15) == 0 ? [events[0], .recovered(reason: "crash in the middle")] : events
    }

    private func observed(_ odd: Int) -> Observed {
        switch odd {
        case 0: .foreign("x")
        case 1: .unreadable("x")
        case 2...5: .intended("x")
        default: .initial("x")
        }
    }

    private func result(_ odd: Int) -> ActResult {
        switch odd {
        case 0: .failed("x")
        case 1...4: .answerLost("x")
        case 5: .foreign("x")
        default: .done("x")
        }
    }

    private func word(_ id: StepID, _ odd: Int) -> RunEvent {
        switch odd {
        case 0: .personTimedOut(id)
        // An undo cannot be undone.
        case 1 where state.undoing == nil: .aborting(by: Fixture.anna, reason: "x")
        case 2: .forced(id, by: Fixture.anna, reason: "x")
        default: .personDone(id, by: Fixture.anna, reason: "x")
        }
    }

    // MARK: as nobody would live

    /// Takes in any event that is legal, whether it makes sense or not.
    static func atRandom(_ seed: UInt64) throws -> RandomLife {
        var life = RandomLife(seed)
        while life.events.count < limit {
            let state = life.state
            // Steps that aren't due are tried as well; that their events are refused is tested.
            let ids = [state.currentStep?.id, Fixture.stop, life.dice.pick(Self.ids)]
            let candidates =
                ids.compactMap(\.self).flatMap(Fixture.events) + Fixture.events(of: state.opening)
            let legal = candidates.filter { Fixture.isLegal($0, in: state) }
            guard !legal.isEmpty else { break }
            try life.take(life.dice.pick(legal))
        }
        return life
    }
}
