import FailoverCore
import Testing

/// What may follow what in a run's journal, and what is due next.
@Suite
struct RunStateTests {
    private typealias Fixture = RunStateFixture

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
        "instructed": [],
        "personDone": [],
        "personTimedOut": [],
        "forced": [],
    ]

    /// The same where a person does the step.
    static let legalityOfPersons = legality.merging([
        "acting": [],
        "instructed": ["ready"],
        "personDone": ["waiting"],
        "personTimedOut": ["waiting"],
        "forced": ["waiting"],
    ]) { $1 }

    @Test(arguments: Fixture.ofEachClass)
    func `every event about a step is legal in its phases and no other`(id: StepID) throws {
        let isPerson = Fixture.operation(id).operationClass == .person
        let legality = isPerson ? Self.legalityOfPersons : Self.legality
        for phase in Fixture.phases(of: id) {
            let state = try Fixture.state([id, Fixture.gate], Fixture.path(id, to: phase))
            #expect(state.word(id) == phase)
            for event in Fixture.events(id) {
                let expected = try #require(legality[event.word]).contains(phase)
                #expect(Fixture.isLegal(event, in: state) == expected, "\(event) in \(phase)")
            }
        }
    }

    @Test(arguments: Fixture.ofEachClass)
    func `what is about the whole run is legal in its phases and no other`(id: StepID) throws {
        for phase in Fixture.phases(of: id) {
            let state = try Fixture.state([id], Fixture.path(id, to: phase))
            var legal: Set<String> = ["recovered", "parked", "aborting"]
            switch phase {
            case "verified", "skipped": legal.insert("finished as done")
            case "failed": legal.insert("finished as stopped unchanged")
            default: break
            }
            for event in Fixture.events(of: state.opening) {
                #expect(
                    Fixture.isLegal(event, in: state) == legal.contains(event.word),
                    "\(event.word) in \(phase)"
                )
            }
        }
    }

    @Test
    func `after a lost answer the step is observed before anything else`() throws {
        let id = Fixture.route
        let state = try Fixture.state(
            [id],
            Fixture.path(id, to: "acting") + [.acted(id, .answerLost("no answer"))]
        )
        for event in Fixture.events(id) {
            #expect(Fixture.isLegal(event, in: state) == (event.word == "observing"), "\(event)")
        }
    }

    @Test
    func `only the step that is due may be touched`() throws {
        let state = try Fixture.state([Fixture.route, Fixture.enable], [])
        for event in Fixture.events(Fixture.enable) + Fixture.events(StepID(99)) {
            #expect(!Fixture.isLegal(event, in: state), "\(event)")
        }
    }

    @Test
    func `a parked run is taken up before anything else`() throws {
        for id in Fixture.ofEachClass {
            for phase in Fixture.phases(of: id) {
                let state = try Fixture.state(
                    [id],
                    Fixture.path(id, to: phase) + [.parked(reason: "")]
                )
                #expect(state.isParked)
                for event in Fixture.events(id) + Fixture.events(of: state.opening) {
                    let isLegal = Fixture.isLegal(event, in: state)
                    #expect(isLegal == (event.word == "recovered"), "\(event) in \(phase)")
                }
            }
        }
    }

    @Test
    func `a journal begins with its opening`() throws {
        #expect(try RunState(replaying: []) == nil)
        #expect(throws: IllegalRunEvent.self) {
            try RunState(replaying: [.recovered(reason: "")])
        }
    }

    // MARK: ends

    /// A run for each outcome, and what may follow it.
    static let ends: [(outcome: String, events: [RunEvent], legal: Set<String>)] = [
        ("done", Fixture.done([Fixture.route]) + [.finished(.done)], []),
        (
            "stopped unchanged",
            Fixture.path(Fixture.route, to: "failed")
                + [.finished(.stoppedUnchanged(reason: "x"))],
            ["resumed", "forced"]
        ),
        (
            "stopped",
            Fixture.path(Fixture.route, to: "acting")
                + [
                    .acted(Fixture.route, .failed("x")), .finished(.stopped(reason: "x")),
                ],
            ["resumed", "forced", "aborting"]
        ),
        (
            "aborted",
            Fixture.path(Fixture.route, to: "acting")
                + [
                    .acted(Fixture.route, .failed("x")), .finished(.stopped(reason: "x")),
                    .aborting(by: Fixture.anna, reason: "x"), .observing(StepID(4)),
                    .observed(StepID(4), .intended("as before")), .finished(.aborted(reason: "x")),
                ],
            []
        ),
        (
            "stuck",
            Fixture.path(Fixture.route, to: "acting")
                + [
                    .acted(Fixture.route, .failed("x")), .finished(.stopped(reason: "x")),
                    .aborting(by: Fixture.anna, reason: "x"), .observing(StepID(4)),
                    .observed(StepID(4), .unreadable("x")), .finished(.stuck(reason: "x")),
                ],
            ["resumed", "taken", "forced undo"]
        ),
    ]

    @Test(arguments: ends.map(\.outcome))
    func `after an end only a person's order may follow, and nothing at all after a good one`(
        outcome: String
    ) throws {
        let end = try #require(Self.ends.first { $0.outcome == outcome })
        let state = try Fixture.state([Fixture.route], end.events)
        #expect(state.outcome?.label == outcome)
        #expect(state.next == .nothing)
        for event in Fixture.events(Fixture.route) + Fixture.events(of: state.opening) {
            #expect(Fixture.isLegal(event, in: state) == end.legal.contains(event.word), "\(event)")
        }
        let undo = RunEvent.forced(StepID(4), by: Fixture.anna, reason: "x")
        #expect(Fixture.isLegal(undo, in: state) == end.legal.contains("forced undo"))
    }

    @Test(arguments: ends.map(\.outcome))
    func `a run ends as nothing but what it is`(outcome: String) throws {
        let end = try #require(Self.ends.first { $0.outcome == outcome })
        let state = try Fixture.state([Fixture.route], end.events.dropLast())
        for event in Fixture.events(of: state.opening) where event.word.hasPrefix("finished") {
            #expect(
                Fixture.isLegal(event, in: state) == (event.word == "finished as \(outcome)"),
                "\(event)"
            )
        }
    }

    // MARK: what is due

    @Test
    func `a check has no act`() throws {
        let state = try Fixture.state(
            [Fixture.check],
            Fixture.path(Fixture.check, to: "acted")
        )
        #expect(!Fixture.isLegal(.acting(Fixture.check), in: state))
        #expect(state.next == .verify(Fixture.step(Fixture.check)))
        #expect(!state.hasActed)
    }

    @Test
    func `a state step acts once for each time that it was seen as it was before`() throws {
        let id = Fixture.route
        let lost = Fixture.path(id, to: "acting") + [.acted(id, .answerLost("no answer"))]
        let again = try Fixture.state([id], lost)
        #expect(again.next == .observe(Fixture.step(id)), "it looks before it acts again")
        #expect(!Fixture.isLegal(.acting(id), in: again))
        let done = try Fixture.state(
            [id],
            lost + [.observing(id), .observed(id, .intended("there"))]
        )
        #expect(done.next == .verify(Fixture.step(id)), "what was read is verified, not repeated")
        #expect(done.attempts[id] == 1)
        let undone = try Fixture.state(
            [id],
            lost + [.observing(id), .observed(id, .initial("as before"))]
        )
        #expect(undone.next == .act(Fixture.step(id)))
    }

    @Test
    func `a repeatable step is repeated after a lost answer`() throws {
        let id = Fixture.enable
        let lost = Fixture.path(id, to: "acting") + [.acted(id, .answerLost("no answer"))]
        let again = try Fixture.state([id], lost + [.observing(id), .observed(id, .initial(""))])
        #expect(again.next == .act(Fixture.step(id)))
    }

    @Test(arguments: [Fixture.route, Fixture.enable])
    func `after so many lost answers the run stops and says so`(id: StepID) throws {
        var events: [RunEvent] = []
        for _ in 0..<RunState.attemptLimit {
            events += Fixture.path(id, to: "acting") + [.acted(id, .answerLost(""))]
        }
        var state = try Fixture.state(
            [id],
            events + [.observing(id), .observed(id, .initial("unchanged"))]
        )
        guard case .stopped(let reason)? = state.due else {
            Issue.record("\(state.next)")
            return
        }
        #expect(reason.contains("do step \(id)"))
        #expect(reason.contains("\(RunState.attemptLimit) attempts"))
        try state.take(
            .finished(.stopped(reason: reason)),
            .resumed(by: Fixture.anna, reason: "the server is back"),
            .observing(id),
            .observed(id, .initial("unchanged"))
        )
        #expect(state.next == .act(Fixture.step(id)), "an order gives it new attempts")
    }

    @Test(arguments: [
        Observed.foreign("edgepool9"), .unreadable("no answer from edgepool9"),
    ])
    func `what cannot be trusted stops the run before anything was changed`(
        observed: Observed
    ) throws {
        let id = Fixture.route
        let state = try Fixture.state([id], [.observing(id), .observed(id, observed)])
        guard case .stoppedUnchanged(let reason)? = state.due else {
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
        let state = try Fixture.state([id], Fixture.path(id, to: "acting") + [.acted(id, result)])
        guard case .stopped(let reason)? = state.due else {
            Issue.record("\(state.next)")
            return
        }
        #expect(reason.contains("edgepool9"))
    }

    @Test
    func `what was found done already is skipped, not acted on`() throws {
        let state = try Fixture.state(
            [Fixture.route, Fixture.check],
            Fixture.path(Fixture.route, to: "skipped")
        )
        #expect(state.next == .observe(Fixture.step(Fixture.check)))
        #expect(!state.hasActed)
    }

    @Test
    func `what was begun when the agent died is looked at anew, what was done is verified`() throws
    {
        for id in Fixture.ofEachClass {
            for phase in Fixture.phases(of: id) where !["failed"].contains(phase) {
                let state = try Fixture.state(
                    [id, Fixture.gate],
                    Fixture.path(id, to: phase) + [.recovered(reason: "crash")]
                )
                let step = Fixture.step(id)
                let expected: RunnerAction =
                    switch phase {
                    case "acted", "verifying": .verify(step)
                    case "verified", "skipped": .observe(Fixture.step(Fixture.gate))
                    default: .observe(step)
                    }
                #expect(state.next == expected, "\(phase) of step \(id)")
            }
        }
    }

    // MARK: a setup is carried out once

    @Test
    func `a lost answer of what may run only once goes to a person`() throws {
        let id = Fixture.setup
        let lost: [RunEvent] = [
            .acting(id), .acted(id, .answerLost("x")), .observing(id),
            .observed(id, .initial("nobody listens")),
        ]
        var state = try Fixture.state([id], Fixture.path(id, to: "ready") + lost)
        guard case .stopped(let reason)? = state.due else {
            Issue.record("\(state.next)")
            return
        }
        #expect(reason.contains("not repeated"))
        #expect(reason.contains("nobody listens"))

        try state.take(
            .finished(.stopped(reason: reason)),
            .resumed(by: Fixture.anna, reason: "it did not run"),
            .observing(id),
            .observed(id, .initial("nobody listens")),
            .recovered(reason: "crash before the act"),
            .observing(id),
            .observed(id, .initial("nobody listens"))
        )
        #expect(state.next == .act(Fixture.step(id)), "the order holds until it is used")
        for event in lost { try state.apply(event) }
        #expect(state.due?.label == "stopped", "an order allows one more, not two")
    }

    @Test
    func `an order before the first act does not allow two`() throws {
        let id = Fixture.setup
        let state = try Fixture.state(
            [id],
            [
                .observing(id), .observed(id, .unreadable("x")),
                .finished(.stoppedUnchanged(reason: "x")),
                .resumed(by: Fixture.anna, reason: ""), .observing(id),
                .observed(id, .initial("")), .acting(id), .acted(id, .answerLost("x")),
                .observing(id), .observed(id, .initial("")),
            ]
        )
        #expect(state.due?.label == "stopped")
    }

    @Test
    func `a setup that is seen to have had its effect is verified`() throws {
        let id = Fixture.setup
        let state = try Fixture.state(
            [id],
            Fixture.path(id, to: "acting")
                + [
                    .acted(id, .answerLost("x")), .observing(id),
                    .observed(id, .intended("it listens")),
                ]
        )
        #expect(state.next == .verify(Fixture.step(id)))
    }
}
