import FailoverCore
import Testing

/// Services that a run stopped, members that it fences, and rehearsals.
@Suite
struct RunStateServicesTests {
    private typealias Fixture = RunStateFixture

    // MARK: stopped services

    @Test
    func `what a step stopped may be started again once its act was begun`() throws {
        let id = Fixture.stop
        for phase in Fixture.phases(of: id) {
            let state = try Fixture.state([id, Fixture.start], Fixture.path(id, to: phase))
            let hasBegun = ["acting", "acted", "verifying", "verified"].contains(phase)
            #expect(Fixture.isLegal(.compensating(id), in: state) == hasBegun, "\(phase)")
            #expect(
                !Fixture.isLegal(.compensated(id, .done("")), in: state),
                "not before it was begun"
            )
            #expect(!Fixture.isLegal(.compensating(Fixture.start), in: state))
        }
    }

    @Test(arguments: ["acting", "acted", "verifying", "verified"])
    func `after recovery stopped services come first`(phase: String) throws {
        let id = Fixture.stop
        var state = try Fixture.state(
            [id, Fixture.start],
            Fixture.path(id, to: phase) + [.recovered(reason: "")]
        )
        #expect(state.hasStoppedServices)
        #expect(state.next == .compensate(Fixture.step(id)))
        let current = try #require(state.currentStep?.id)
        for event in Fixture.events(current) where event.word != "compensating" {
            #expect(!Fixture.isLegal(event, in: state), "\(event) before the services")
        }
        try state.take(.compensating(id), .compensated(id, .done("they run")))
        #expect(!state.hasStoppedServices)
        let due = phase == "verified" ? Fixture.start : id
        #expect(state.next == .observe(Fixture.step(due)), "a stop that was undone is done anew")
    }

    @Test
    func `after recovery without stopped services later stops are not undone at once`() throws {
        let ids = [Fixture.route, Fixture.stop, Fixture.start]
        let state = try Fixture.state(
            ids,
            Fixture.path(Fixture.route, to: "acting") + [.recovered(reason: "")]
                + Fixture.done([Fixture.route]) + Fixture.path(Fixture.stop, to: "acted")
        )
        #expect(state.next == .verify(Fixture.step(Fixture.stop)))
    }

    @Test
    func `when a later step fails stopped services come first, and if they cannot it is stuck`()
        throws
    {
        var state = try Fixture.state(
            [Fixture.stop, Fixture.start],
            Fixture.done([Fixture.stop]) + Fixture.path(Fixture.start, to: "acting")
                + [.acted(Fixture.start, .failed("it does not start"))]
        )
        #expect(state.next == .compensate(Fixture.step(Fixture.stop)))
        #expect(!Fixture.isLegal(.finished(.stopped(reason: "")), in: state))
        var mended = state
        try mended.take(
            .compensating(Fixture.stop),
            .compensated(Fixture.stop, .done("they run"))
        )
        #expect(mended.due?.label == "stopped", "a stop in good order, not stuck")

        try state.take(
            .compensating(Fixture.stop),
            .compensated(Fixture.stop, .failed("still not"))
        )
        guard case .stuck(let reason)? = state.due else {
            Issue.record("\(state.next)")
            return
        }
        #expect(!Fixture.isLegal(.finished(.stopped(reason: reason)), in: state))
        #expect(reason.contains("it does not start"))
        #expect(reason.contains("still not"))
        #expect(reason.contains("by hand"))
        try state.take(
            .finished(.stuck(reason: reason)),
            .resumed(by: Fixture.anna, reason: "the server is back")
        )
        #expect(state.next == .compensate(Fixture.step(Fixture.stop)), "they still come first")
    }

    @Test
    func `a start whose answer is lost is repeated before it is given up`() throws {
        var state = try Fixture.state(
            [Fixture.stop],
            Fixture.done([Fixture.stop]) + [.recovered(reason: "")]
        )
        for attempt in 1...RunState.attemptLimit {
            #expect(state.next == .compensate(Fixture.step(Fixture.stop)), "attempt \(attempt)")
            try state.take(
                .compensating(Fixture.stop),
                .compensated(Fixture.stop, .answerLost("no answer"))
            )
        }
        #expect(state.due?.label == "stuck")
        try state.take(
            .finished(.stuck(reason: "x")),
            .resumed(by: Fixture.anna, reason: "the network is back"),
            .compensating(Fixture.stop),
            .compensated(Fixture.stop, .answerLost("no answer"))
        )
        #expect(
            state.next == .compensate(Fixture.step(Fixture.stop)),
            "an order gives it new attempts"
        )
    }

    @Test
    func `while services are started again nothing else begins`() throws {
        var state = try Fixture.state(
            [Fixture.stop, Fixture.start],
            Fixture.done([Fixture.stop]) + [.compensating(Fixture.stop)]
        )
        for event in Fixture.events(Fixture.start) {
            #expect(!Fixture.isLegal(event, in: state), "\(event)")
        }
        try state.apply(.compensated(Fixture.stop, .done("they run")))
        #expect(Fixture.isLegal(.observing(Fixture.start), in: state))
    }

    @Test
    func `a crash while services are started again begins it anew`() throws {
        let state = try Fixture.state(
            [Fixture.stop, Fixture.start],
            Fixture.done([Fixture.stop])
                + [.recovered(reason: ""), .compensating(Fixture.stop), .recovered(reason: "")]
        )
        #expect(state.next == .compensate(Fixture.step(Fixture.stop)))
        #expect(Fixture.isLegal(.compensating(Fixture.stop), in: state))
    }

    @Test
    func `a plan that forgets to start services does not leave them stopped`() throws {
        let id = Fixture.stop
        let state = try Fixture.state([id], Fixture.done([id]))
        #expect(state.next == .compensate(Fixture.step(id)))
        #expect(!Fixture.isLegal(.finished(.done), in: state))
    }

    @Test
    func `services that a step started are no longer a concern`() throws {
        let state = try Fixture.state(
            [Fixture.stop, Fixture.start, Fixture.check],
            Fixture.done([Fixture.stop, Fixture.start]) + [.recovered(reason: "")]
        )
        #expect(!state.hasStoppedServices)
        #expect(state.next == .observe(Fixture.step(Fixture.check)))
    }

    @Test
    func `starting one service does not make up for stopping all`() throws {
        var opening = Fixture.opening([Fixture.stop, Fixture.start])
        opening.plan.steps[0].operation = .stopServices(server: Fixture.server, .all)
        var state = RunState(opening)
        for event in Fixture.done([Fixture.stop, Fixture.start]) { try state.apply(event) }
        #expect(state.hasStoppedServices)
        #expect(state.next == .compensate(opening.plan.steps[0]))
    }

    // MARK: fences

    /// How a fence can go wrong at a member that is gone.
    static let troubles: [[RunEvent]] = [
        [.observing(Fixture.fence), .observed(Fixture.fence, .unreadable("no answer"))],
        Fixture.path(Fixture.fence, to: "acting")
            + [.acted(Fixture.fence, .failed("no answer"))],
        Fixture.path(Fixture.fence, to: "acting")
            + [
                .acted(Fixture.fence, .answerLost("")), .observing(Fixture.fence),
                .observed(Fixture.fence, .unreadable("no answer")),
            ],
        Fixture.path(Fixture.fence, to: "verifying")
            + [.verified(Fixture.fence, .doesNot("no answer"))],
    ]

    @Test(arguments: troubles)
    func `a member that cannot be reached is fenced later, and the run goes on`(
        trouble: [RunEvent]
    ) throws {
        let state = try Fixture.state([Fixture.fence, Fixture.check], trouble)
        #expect(state.failure == nil)
        #expect(state.phases[Fixture.fence]?.words.contains("fence pending: ") == true)
        #expect(state.phases[Fixture.fence]?.words.contains("no answer") == true)
        #expect(state.pendingFences == [Fixture.failed])
        #expect(state.next == .observe(Fixture.step(Fixture.check)))
    }

    @Test
    func `a fence that stands is not pending`() throws {
        let state = try Fixture.state([Fixture.fence], Fixture.done([Fixture.fence]))
        #expect(state.pendingFences == [])
        #expect(state.due == .done)
    }

    @Test
    func `what somebody else did to the start type stops a fence like any step`() throws {
        let state = try Fixture.state([Fixture.fence], Fixture.path(Fixture.fence, to: "failed"))
        #expect(state.due?.label == "stopped unchanged")
    }

    // MARK: rehearsals

    @Test
    func `a rehearsal that gets through is rehearsed, not done`() throws {
        let ids = [Fixture.route, Fixture.enable, Fixture.stop, Fixture.check]
        var state = try Fixture.state(ids, Fixture.done(ids), isRehearsal: true)
        #expect(!state.hasStoppedServices, "nothing was really stopped")
        #expect(state.due == .rehearsed)
        #expect(!Fixture.isLegal(.finished(.done), in: state))
        try state.apply(.finished(.rehearsed))
        #expect(!Fixture.isLegal(.resumed(by: Fixture.anna, reason: ""), in: state))
        #expect(!Fixture.isLegal(.aborting(by: Fixture.anna, reason: ""), in: state))
    }

    @Test
    func `a rehearsal that fails has changed nothing`() throws {
        let state = try Fixture.state(
            [Fixture.route],
            Fixture.path(Fixture.route, to: "acting") + [.acted(Fixture.route, .failed("x"))],
            isRehearsal: true
        )
        #expect(state.due?.label == "stopped unchanged")
    }

    @Test(arguments: [Fixture.person, Fixture.setup])
    func `a rehearsal asks nobody for anything and runs nothing that cannot be rehearsed`(
        id: StepID
    ) throws {
        let state = try Fixture.state(
            [id],
            [.observing(id), .observed(id, .initial("5061 is at pool 1"))],
            isRehearsal: true
        )
        #expect(state.word(id) == "skipped")
        #expect(state.phases[id]?.words.contains("not rehearsed") == true)
        #expect(state.due == .rehearsed)
    }
}
