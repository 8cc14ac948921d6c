import FailoverCore
import Testing

@Suite
struct RunStateTests {
    private typealias Fixture = RunStateFixture

    private func state(
        _ ids: [StepID],
        _ events: [RunEvent]
    ) throws -> RunState {
        var state = RunState(Fixture.opening(ids))
        for event in events { try state.apply(event) }
        return state
    }

    private func isLegal(_ event: RunEvent, in state: RunState) -> Bool {
        var copy = state
        do {
            try copy.apply(event)
            return true
        } catch {
            #expect(copy == state, "an illegal event changes nothing")
            return false
        }
    }

    // MARK: what may follow

    /// In which phases of the step that is due an event about it may come.
    static let legality: [String: Set<String>] = [
        "observing": ["pending", "observing", "acting"],
        "observed": ["observing"],
        "acting": ["ready"],
        "acted": ["acting"],
        "verifying": ["acted", "verifying"],
        "verified": ["verifying"],
        "compensating": [],
        "compensated": [],
    ]

    @Test(arguments: [Fixture.route, Fixture.enable], Fixture.phases)
    func `every event about a step is legal in its phases and no other`(
        id: StepID,
        phase: StepPhase
    ) throws {
        let state = try state([id, Fixture.check], Fixture.path(id, to: phase))
        #expect(state.phases[id]?.word == phase.word)
        for event in Fixture.events(id) {
            let expected = Self.legality[event.word]?.contains(phase.word)
            #expect(isLegal(event, in: state) == expected, "\(event) in \(phase)")
        }
    }

    @Test(arguments: Fixture.phases)
    func `a step that stops services may be compensated once its act was begun`(
        phase: StepPhase
    ) throws {
        let id = Fixture.stop
        let state = try state([id, Fixture.start], Fixture.path(id, to: phase))
        let hasBegun = ["acting", "acted", "verifying", "verified"].contains(phase.word)
        #expect(isLegal(.compensating(id), in: state) == hasBegun)
        #expect(!isLegal(.compensated(id, .done("")), in: state), "not before it was begun")
        #expect(!isLegal(.compensating(Fixture.start), in: state))
    }

    @Test
    func `a check has no act`() throws {
        let id = Fixture.check
        let observed = Array(Fixture.path(id, to: .ready("")))
        let state = try state([id], observed)
        #expect(!isLegal(.acting(id), in: state))
        #expect(state.next == .verify(Fixture.step(id)))
    }

    @Test
    func `only the step that is due may be touched`() throws {
        let state = try state([Fixture.route, Fixture.enable], [])
        for event in Fixture.events(Fixture.enable) + Fixture.events(StepID(99)) {
            #expect(!isLegal(event, in: state), "\(event)")
        }
    }

    @Test(arguments: Fixture.phases)
    func `a run ends as done only when every step is settled`(phase: StepPhase) throws {
        let id = Fixture.route
        let state = try state([id], Fixture.path(id, to: phase))
        let isSettled = ["verified", "skipped"].contains(phase.word)
        #expect(isLegal(.finished(.done), in: state) == isSettled)
        let hasFailed = phase.word == "failed"
        #expect(isLegal(.finished(.stopped(reason: "")), in: state) == hasFailed)
        #expect(isLegal(.finished(.stoppedUnchanged(reason: "")), in: state) == hasFailed)
        #expect(!isLegal(.opened(Fixture.opening([id])), in: state))
        #expect(!isLegal(.resumed(by: Fixture.anna, reason: ""), in: state))
        #expect(isLegal(.parked(reason: ""), in: state))
        #expect(isLegal(.recovered(reason: ""), in: state))
    }

    @Test
    func `nothing follows the end but an order to go on, and nothing at all a good end`() throws {
        let id = Fixture.route
        let done = try state([id], Fixture.path(id, to: .verified("")) + [.finished(.done)])
        let stopped = try state(
            [id],
            Fixture.path(id, to: .failed("")) + [.finished(.stoppedUnchanged(reason: "x"))]
        )
        let others: [RunEvent] =
            Fixture.events(id) + [
                .recovered(reason: ""), .parked(reason: ""), .finished(.done),
                .finished(.stopped(reason: "")),
            ]
        for event in others {
            #expect(!isLegal(event, in: done), "\(event)")
            #expect(!isLegal(event, in: stopped), "\(event)")
        }
        let order = RunEvent.resumed(by: Fixture.anna, reason: "mended")
        #expect(!isLegal(order, in: done))
        #expect(isLegal(order, in: stopped))
        #expect(done.next == .nothing)
    }

    @Test
    func `a parked run is taken up before anything else`() throws {
        let id = Fixture.route
        let parked = try state([id], Fixture.path(id, to: .ready("")) + [.parked(reason: "")])
        #expect(parked.isParked)
        for event in Fixture.events(id) + [.parked(reason: ""), .finished(.done)] {
            #expect(!isLegal(event, in: parked), "\(event)")
        }
        #expect(isLegal(.recovered(reason: ""), in: parked))
    }

    @Test
    func `a journal begins with its opening`() throws {
        #expect(try RunState(replaying: []) == nil)
        #expect(throws: IllegalRunEvent.self) {
            try RunState(replaying: [.recovered(reason: "")])
        }
    }

    // MARK: what is due

    @Test
    func `a state step acts once for each time that it was seen as it was before`() throws {
        let id = Fixture.route
        let lost = Fixture.path(id, to: .acting) + [.acted(id, .answerLost("no answer"))]
        let again = try state([id], lost)
        #expect(again.next == .observe(Fixture.step(id)), "it looks before it acts again")
        #expect(!isLegal(.acting(id), in: again))
        let done = try state([id], lost + [.observing(id), .observed(id, .intended("there"))])
        #expect(done.next == .verify(Fixture.step(id)), "what was read is verified, not repeated")
        #expect(done.attempts[id] == 1)
        let undone = try state([id], lost + [.observing(id), .observed(id, .initial("as before"))])
        #expect(undone.next == .act(Fixture.step(id)))
    }

    @Test
    func `a repeatable step is repeated after a lost answer`() throws {
        let id = Fixture.enable
        let lost = Fixture.path(id, to: .acting) + [.acted(id, .answerLost("no answer"))]
        let again = try state([id], lost + [.observing(id), .observed(id, .initial(""))])
        #expect(again.next == .act(Fixture.step(id)))
    }

    @Test
    func `after so many lost answers the run stops and says so`() throws {
        let id = Fixture.route
        var events: [RunEvent] = []
        for _ in 0..<RunState.attemptLimit {
            events += Fixture.path(id, to: .acting) + [.acted(id, .answerLost(""))]
        }
        let state = try state(
            [id],
            events + [.observing(id), .observed(id, .initial("unchanged"))]
        )
        guard case .finish(.stopped(let reason)) = state.next else {
            Issue.record("\(state.next)")
            return
        }
        #expect(reason.contains("do step 3"))
        #expect(reason.contains("\(RunState.attemptLimit) attempts"))
    }

    @Test(arguments: [
        Observed.foreign("edgepool9"), .unreadable("no answer from edgepool9"),
    ])
    func `what cannot be trusted stops the run before anything was changed`(
        observed: Observed
    ) throws {
        let id = Fixture.route
        let state = try state([id], [.observing(id), .observed(id, observed)])
        guard case .finish(.stoppedUnchanged(let reason)) = state.next else {
            Issue.record("\(state.next)")
            return
        }
        #expect(reason.contains("edgepool9"))
    }

    @Test(arguments: [ActResult.failed("edgepool9"), .foreign("edgepool9")])
    func `a failed act stops the run, and something may have been changed`(
        result: ActResult
    ) throws {
        let id = Fixture.route
        let state = try state([id], Fixture.path(id, to: .acting) + [.acted(id, result)])
        guard case .finish(.stopped(let reason)) = state.next else {
            Issue.record("\(state.next)")
            return
        }
        #expect(reason.contains("edgepool9"))
    }

    @Test
    func `what was found done already is skipped, not acted on`() throws {
        let state = try state(
            [Fixture.route, Fixture.check],
            Fixture.path(Fixture.route, to: .skipped(""))
        )
        #expect(state.next == .observe(Fixture.step(Fixture.check)))
        #expect(!state.hasActed)
    }

    // MARK: stopped services

    @Test(arguments: ["acting", "acted", "verifying", "verified"])
    func `after recovery stopped services come first`(word: String) throws {
        let id = Fixture.stop
        let phase = try #require(Fixture.phases.first { $0.word == word })
        var state = try state(
            [id, Fixture.start],
            Fixture.path(id, to: phase) + [.recovered(reason: "")]
        )
        #expect(state.hasStoppedServices)
        #expect(state.next == .compensate(Fixture.step(id)))
        try state.apply(.compensating(id))
        try state.apply(.compensated(id, .done("they run")))
        #expect(!state.hasStoppedServices)
        let due = word == "verified" ? Fixture.start : id
        #expect(state.next == .observe(Fixture.step(due)), "a stop that was undone is done anew")
    }

    @Test
    func `after recovery without stopped services later stops are not undone at once`() throws {
        let ids = [Fixture.route, Fixture.stop, Fixture.start]
        let state = try state(
            ids,
            Fixture.path(Fixture.route, to: .acting) + [.recovered(reason: "")]
                + Fixture.path(Fixture.route, to: .verified(""))
                + Fixture.path(Fixture.stop, to: .acted(""))
        )
        #expect(state.next == .verify(Fixture.step(Fixture.stop)))
    }

    @Test
    func `when a later step fails stopped services come first`() throws {
        let ids = [Fixture.stop, Fixture.start]
        var state = try state(
            ids,
            Fixture.path(Fixture.stop, to: .verified("")) + Fixture.path(Fixture.start, to: .acting)
                + [.acted(Fixture.start, .failed("it does not start"))]
        )
        #expect(state.next == .compensate(Fixture.step(Fixture.stop)))
        #expect(!isLegal(.finished(.stopped(reason: "")), in: state))
        try state.apply(.compensating(Fixture.stop))
        try state.apply(.compensated(Fixture.stop, .failed("still not")))
        guard case .finish(.stopped(let reason)) = state.next else {
            Issue.record("\(state.next)")
            return
        }
        #expect(reason.contains("it does not start"))
        #expect(reason.contains("still not"))
        #expect(reason.contains("by hand"))
    }

    @Test
    func `a plan that forgets to start services does not leave them stopped`() throws {
        let id = Fixture.stop
        let state = try state([id], Fixture.path(id, to: .verified("")))
        #expect(state.next == .compensate(Fixture.step(id)))
        #expect(!isLegal(.finished(.done), in: state))
    }

    @Test
    func `services that a step started are no longer a concern`() throws {
        let state = try state(
            [Fixture.stop, Fixture.start, Fixture.check],
            Fixture.path(Fixture.stop, to: .verified(""))
                + Fixture.path(Fixture.start, to: .verified("")) + [.recovered(reason: "")]
        )
        #expect(!state.hasStoppedServices)
        #expect(state.next == .observe(Fixture.step(Fixture.check)))
    }

    // MARK: going on

    @Test
    func `a person's order lets the failed step be tried again`() throws {
        let id = Fixture.route
        let state = try state(
            [id, Fixture.check],
            Fixture.path(id, to: .acting)
                + [
                    .acted(id, .failed("no rights")), .finished(.stopped(reason: "no rights")),
                    .resumed(by: Fixture.anna, reason: "rights are back"),
                ]
        )
        #expect(state.outcome == nil)
        #expect(state.failure == nil)
        #expect(state.next == .observe(Fixture.step(id)))
    }
}
