import FailoverCore
import Testing

/// Steps that a person does, and orders that a person gives.
@Suite
struct RunStatePersonTests {
    private typealias Fixture = RunStateFixture
    private let id = Fixture.person

    // MARK: a person's step

    @Test
    func `a person is told, waited for, and then the machine looks`() throws {
        var state = try Fixture.state([id], [])
        let step = Fixture.step(id)
        #expect(state.next == .observe(step))
        try state.take(.observing(id), .observed(id, .initial("5061 is at pool 1")))
        #expect(state.next == .instruct(step))
        #expect(state.waitingStep == nil)
        try state.apply(.instructed(id))
        #expect(state.next == .awaitPerson(step))
        #expect(state.waitingStep == step)
        try state.apply(.personDone(id, by: Fixture.anna, reason: ""))
        #expect(state.next == .verify(step), "a person's word is not taken")
        #expect(state.phases[id]?.words.contains("anna") == true)
        try state.take(.verifying(id), .verified(id, .holds("5061 is at pool 2")))
        #expect(state.due == .done)
    }

    @Test
    func `a person whose word does not hold is asked again, as often as needed`() throws {
        var state = try Fixture.state([id], Fixture.path(id, to: "verifying"))
        for round in 1...(RunState.attemptLimit + 2) {
            try state.apply(.verified(id, .doesNot("still at pool 1, look \(round)")))
            #expect(state.next == .awaitPerson(Fixture.step(id)))
            #expect(state.phases[id]?.words == "still at pool 1, look \(round)")
            #expect(state.failure == nil)
            try state.take(.personDone(id, by: Fixture.anna, reason: ""), .verifying(id))
        }
        try state.apply(.verified(id, .holds("at pool 2")))
        #expect(state.due == .done)
    }

    @Test
    func `when nobody does it in time the run stops and says what was seen`() throws {
        let state = try Fixture.state(
            [id],
            Fixture.path(id, to: "verifying")
                + [.verified(id, .doesNot("still at pool 1")), .personTimedOut(id)]
        )
        guard case .stopped(let reason)? = state.due else {
            Issue.record("\(state.next)")
            return
        }
        #expect(reason.contains("nobody did 'do step 6' in time"))
        #expect(reason.contains("still at pool 1"))
        #expect(state.hasActed, "they may have begun")
    }

    @Test
    func `what a person has done already nobody is asked for`() throws {
        let state = try Fixture.state([id, Fixture.check], Fixture.path(id, to: "skipped"))
        #expect(state.next == .observe(Fixture.step(Fixture.check)))
        #expect(state.attempts[id] == nil)
    }

    @Test(arguments: [RunEvent.recovered(reason: "crash"), .parked(reason: "stop")])
    func `after a restart in the middle it looks, and asks again if need be`(
        event: RunEvent
    ) throws {
        var state = try Fixture.state([id], Fixture.path(id, to: "waiting") + [event])
        if state.isParked {
            #expect(state.waitingStep == nil)
            try state.apply(.recovered(reason: "start"))
        }
        #expect(state.next == .observe(Fixture.step(id)))
        var done = state
        try done.take(.observing(id), .observed(id, .intended("5061 is at pool 2")))
        #expect(done.next == .verify(Fixture.step(id)), "it may have been done in the meantime")
        try state.take(.observing(id), .observed(id, .initial("5061 is at pool 1")))
        #expect(state.next == .instruct(Fixture.step(id)))
    }

    @Test
    func `restarts do not use up a person's patience`() throws {
        var state = try Fixture.state([id], [])
        for _ in 0...RunState.attemptLimit {
            for event in Fixture.path(id, to: "waiting") { try state.apply(event) }
            try state.apply(.recovered(reason: "crash"))
        }
        try state.take(.observing(id), .observed(id, .initial("")))
        #expect(state.next == .instruct(Fixture.step(id)))
    }

    @Test
    func `a person can be asked even where the machine cannot look`() throws {
        let state = try Fixture.state(
            [id],
            [.observing(id), .observed(id, .unreadable("an unknown value of the port: 'x'"))]
        )
        #expect(state.next == .instruct(Fixture.step(id)))
        #expect(state.phases[id]?.words.contains("an unknown value") == true)
    }

    // MARK: going on

    @Test
    func `a person's order lets the failed step be tried again`() throws {
        let id = Fixture.route
        let state = try Fixture.state(
            [id, Fixture.check],
            Fixture.path(id, to: "acting")
                + [
                    .acted(id, .failed("no rights")), .finished(.stopped(reason: "no rights")),
                    .resumed(by: Fixture.anna, reason: "rights are back"),
                ]
        )
        #expect(state.outcome == nil)
        #expect(state.failure == nil)
        #expect(state.next == .observe(Fixture.step(id)))
    }

    @Test
    func `a step that nobody did in time is asked for again after the order`() throws {
        let state = try Fixture.state(
            [id],
            Fixture.path(id, to: "waiting")
                + [
                    .personTimedOut(id), .finished(.stopped(reason: "x")),
                    .resumed(by: Fixture.anna, reason: ""), .observing(id),
                    .observed(id, .initial("")),
                ]
        )
        #expect(state.next == .instruct(Fixture.step(id)))
    }

    // MARK: forcing a step

    @Test(arguments: ["stopped unchanged", "stopped", "waiting"])
    func `a forced step counts as done, unverified, with whose word it is`(from: String) throws {
        let id = from == "waiting" ? Fixture.person : Fixture.route
        let begin: [RunEvent] =
            switch from {
            case "waiting": Fixture.path(id, to: "waiting")
            case "stopped":
                Fixture.path(id, to: "acting")
                    + [.acted(id, .failed("x")), .finished(.stopped(reason: "x"))]
            default:
                Fixture.path(id, to: "failed") + [.finished(.stoppedUnchanged(reason: "x"))]
            }
        let state = try Fixture.state(
            [id, Fixture.check],
            begin + [.forced(id, by: Fixture.anna, reason: "seen with my own eyes")]
        )
        #expect(state.forcedSteps == [id])
        #expect(
            state.phases[id]
                == .forced("anna took the responsibility: seen with my own eyes")
        )
        #expect(state.next == .observe(Fixture.step(Fixture.check)))
    }

    @Test
    func `a forced start is believed`() throws {
        let state = try Fixture.state(
            [Fixture.stop, Fixture.start],
            Fixture.done([Fixture.stop]) + Fixture.path(Fixture.start, to: "acting")
                + [
                    .acted(Fixture.start, .failed("x")), .compensating(Fixture.stop),
                    .compensated(Fixture.stop, .failed("x")), .finished(.stuck(reason: "x")),
                    .forced(Fixture.start, by: Fixture.anna, reason: "they run"),
                ]
        )
        #expect(!state.hasStoppedServices)
        #expect(state.due == .done)
    }

    // MARK: taking a stuck run

    @Test
    func `a stuck run is taken by a person, and is everybody's again when it goes on`() throws {
        let end = try #require(RunStateTests.ends.first { $0.outcome == "stuck" })
        var state = try Fixture.state([Fixture.route], end.events)
        try state.apply(.taken(by: Fixture.anna, reason: "I look at it"))
        #expect(state.takenBy == Fixture.anna)
        #expect(state.outcome?.label == "stuck")
        #expect(state.next == .nothing)
        try state.apply(.taken(by: Fixture.berta, reason: "my shift"))
        #expect(state.takenBy == Fixture.berta)
        try state.apply(.resumed(by: Fixture.berta, reason: "it can be read again"))
        #expect(state.takenBy == nil, "stuck once more, it alerts once more")
    }
}
