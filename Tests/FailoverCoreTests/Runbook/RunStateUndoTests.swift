import FailoverCore
import Testing

/// Runs that a person has undone.
@Suite
struct RunStateUndoTests {
    private typealias Fixture = RunStateFixture

    private static let order = RunEvent.aborting(by: Fixture.anna, reason: "not today")

    /// A failover as far as it came, aborted.
    private func aborted(
        _ ids: [StepID],
        done: [StepID],
        failing: StepID
    ) throws -> RunState {
        try Fixture.state(ids, Fixture.done(done) + Fixture.stopped(failing) + [Self.order])
    }

    /// Carries an undo out as far as everything is as expected.
    private func carryOut(_ state: inout RunState, upTo limit: Int = .max) throws {
        var count = 0
        while case .observe(let step) = state.next, count < limit {
            let events: [RunEvent] =
                step.operation.operationClass == .reading
                ? [
                    .observing(step.id), .observed(step.id, .initial("")), .verifying(step.id),
                    .verified(step.id, .holds("")),
                ]
                : [
                    .observing(step.id), .observed(step.id, .initial("")), .acting(step.id),
                    .acted(step.id, .done("")), .verifying(step.id),
                    .verified(step.id, .holds("")),
                ]
            for event in events { try state.apply(event) }
            count += 1
        }
    }

    // MARK: the steps

    @Test
    func `what was done is undone newest first, and the topology enabled once`() throws {
        let ids = [
            Fixture.route, Fixture.media, Fixture.enable, Fixture.gate, Fixture.records,
            Fixture.check,
        ]
        let state = try aborted(ids, done: Array(ids.dropLast()), failing: Fixture.check)
        let pool1 = ServiceIdentity.edgeServer(RunbookFixture.pool1)
        let pool2 = ServiceIdentity.edgeServer(RunbookFixture.pool2)
        let registrar = ServiceIdentity(role: "Registrar", pool: name("fepool1.contoso.net"))
        let back = Fixture.changes.reversed().map(\.reversed)
        func expectation(_ change: DNSChange) -> RecordExpectation {
            RecordExpectation(name: change.name, type: change.type, set: change.to)
        }
        let expected: [FailoverCore.Operation] = [
            .changeRecords(zone: Fixture.zone, [back[0]]),
            .checkRecords(zone: Fixture.zone, [expectation(back[0])]),
            .changeRecords(zone: Fixture.zone, [back[1]]),
            .checkRecords(zone: Fixture.zone, [expectation(back[1])]),
            .setAssociation(service: registrar, from: pool2, to: pool1),
            .setSiteRoute(site: SiteName("Redmond"), kind: .sip, from: pool2, to: pool1),
            .enableTopology,
            Fixture.operation(Fixture.gate),
        ]
        #expect(state.steps.map(\.operation) == expected)
        #expect(state.steps.map(\.id).min()?.number == ids.map(\.number).max().map { $0 + 1 })
        #expect(state.undoing?.by == Fixture.anna)
        #expect(back[0].to?.ttl == 3_600, "the old TTL comes back too")
    }

    @Test
    func `an undo that gets through says who wanted it and that all is as it was`() throws {
        let ids = [Fixture.route, Fixture.enable, Fixture.gate, Fixture.records, Fixture.check]
        var state = try aborted(ids, done: Array(ids.dropLast()), failing: Fixture.check)
        try carryOut(&state)
        guard case .aborted(let reason)? = state.due else {
            Issue.record("\(state.next)")
            return
        }
        #expect(reason.contains("anna"))
        #expect(reason.contains("not today"))
        #expect(reason.contains("everything is as it was"))
        try state.apply(.finished(.aborted(reason: reason)))
        #expect(state.next == .nothing)
        #expect(!Fixture.isLegal(.resumed(by: Fixture.anna, reason: ""), in: state))
    }

    @Test
    func `what was not begun is not undone, what may have been done is looked at`() throws {
        let id = Fixture.records
        let state = try Fixture.state(
            [Fixture.route, id],
            Fixture.path(Fixture.route, to: "skipped") + Fixture.path(id, to: "acting")
                + [
                    .acted(id, .answerLost("x")), .observing(id), .observed(id, .unreadable("x")),
                    .finished(.stopped(reason: "x")), Self.order,
                ]
        )
        #expect(
            state.steps.allSatisfy {
                switch $0.operation {
                case .changeRecords, .checkRecords: true
                default: false
                }
            },
            "the route was there before us"
        )
        #expect(state.steps.count == 4)
    }

    @Test
    func `with no topology changed nothing is enabled`() throws {
        let state = try aborted(
            [Fixture.enable, Fixture.records, Fixture.check],
            done: [Fixture.enable, Fixture.records],
            failing: Fixture.check
        )
        #expect(!state.steps.contains { $0.operation == .enableTopology })
    }

    @Test
    func `with no topology changed no server is waited for`() throws {
        let ids = [Fixture.gate, Fixture.records, Fixture.check]
        let state = try aborted(ids, done: Array(ids.dropLast()), failing: Fixture.check)
        #expect(!state.steps.contains { $0.isGate })
    }

    @Test
    func `an undo before the topology was enabled enables it all the same`() throws {
        let ids = [Fixture.route, Fixture.media, Fixture.enable, Fixture.gate]
        let state = try aborted(ids, done: [Fixture.route], failing: Fixture.media)
        #expect(
            state.steps.map(\.operation).suffix(2)
                == [.enableTopology, Fixture.operation(Fixture.gate)]
        )
    }

    @Test
    func `what a person forced counts as done and is undone`() throws {
        let state = try Fixture.state(
            [Fixture.route, Fixture.check],
            Fixture.path(Fixture.route, to: "failed")
                + [
                    .finished(.stoppedUnchanged(reason: "x")),
                    .forced(Fixture.route, by: Fixture.berta, reason: "done by hand"),
                    .observing(Fixture.check), .observed(Fixture.check, .unreadable("x")),
                    .finished(.stoppedUnchanged(reason: "x")),
                ]
        )
        #expect(!Fixture.isLegal(Self.order, in: state), "the run itself changed nothing")
        var acted = try Fixture.state(
            [Fixture.route, Fixture.person],
            Fixture.path(Fixture.route, to: "failed")
                + [
                    .finished(.stoppedUnchanged(reason: "x")),
                    .forced(Fixture.route, by: Fixture.berta, reason: "done by hand"),
                ] + Fixture.path(Fixture.person, to: "waiting")
        )
        try acted.apply(Self.order)
        #expect(acted.steps.count == 2)
        #expect(
            acted.steps.contains { if case .setSiteRoute = $0.operation { true } else { false } }
        )
    }

    @Test
    func `a person is asked to move the checkbox back, and then it is waited for`() throws {
        let ids = [
            Fixture.person, Fixture.route, Fixture.enable, Fixture.gate, Fixture.check,
        ]
        let state = try aborted(ids, done: Array(ids.dropLast()), failing: Fixture.check)
        let pools = (RunbookFixture.pool1, RunbookFixture.pool2)
        #expect(state.steps.count == 4)
        #expect(
            state.steps[1].operation == .person(.moveFederationFlag(from: pools.1, to: pools.0))
        )
        #expect(state.steps[2].operation == .enableTopology)
        #expect(state.steps[3].operation == Fixture.operation(Fixture.gate))
    }

    @Test
    func `a checkbox that goes back alone is waited for, and nothing is enabled besides`() throws {
        let ids = [Fixture.person, Fixture.enable, Fixture.gate, Fixture.check]
        let state = try aborted(ids, done: Array(ids.dropLast()), failing: Fixture.check)
        #expect(state.steps.count == 2)
        #expect(state.steps[1].operation == Fixture.operation(Fixture.gate))
    }

    @Test
    func `a fence that stands is taken away, an unfenced pool is fenced again`() throws {
        let fenced = try aborted(
            [Fixture.fence, Fixture.check],
            done: [Fixture.fence],
            failing: Fixture.check
        )
        #expect(
            fenced.steps.map(\.operation)
                == [.unfence(server: Fixture.failed, startType: .automatic)]
        )
        var unfenced = try aborted(
            [Fixture.unfence, Fixture.check],
            done: [Fixture.unfence],
            failing: Fixture.check
        )
        #expect(
            unfenced.steps.map(\.operation) == [.fence(server: Fixture.failed, startType: .manual)]
        )
        let id = unfenced.steps[0].id
        try unfenced.take(.observing(id), .observed(id, .unreadable("it is gone again")))
        #expect(unfenced.due?.label == "aborted")
        #expect(unfenced.pendingFences == [Fixture.failed])
    }

    // MARK: services come first

    @Test
    func `stopped services are started before anything is undone`() throws {
        var state = try Fixture.state(
            [Fixture.route, Fixture.stop, Fixture.start],
            Fixture.done([Fixture.route, Fixture.stop]) + Fixture.path(Fixture.start, to: "failed")
                + [
                    .compensating(Fixture.stop), .compensated(Fixture.stop, .failed("x")),
                    .finished(.stuck(reason: "x")), Self.order,
                ]
        )
        #expect(state.next == .compensate(Fixture.step(Fixture.stop)))
        try state.take(.compensating(Fixture.stop), .compensated(Fixture.stop, .done("they run")))
        #expect(state.steps.count == 1, "a stop is not undone twice")
        #expect(state.next == .observe(state.steps[0]))
    }

    // MARK: from where

    @Test
    func `a run that waits for a person can be undone`() throws {
        let state = try Fixture.state(
            [Fixture.route, Fixture.person],
            Fixture.done([Fixture.route]) + Fixture.path(Fixture.person, to: "waiting")
                + [Self.order]
        )
        #expect(state.steps.count == 2, "what the person may have begun, and the route")
        guard case .observe(let step) = state.next, case .person = step.operation else {
            Issue.record("\(state.next)")
            return
        }
    }

    @Test
    func `with nothing to undo the end is there at once`() throws {
        let state = try Fixture.state(
            [Fixture.enable, Fixture.check],
            Fixture.done([Fixture.enable]) + Fixture.stopped(Fixture.check) + [Self.order]
        )
        #expect(state.due?.label == "aborted")
    }

    @Test
    func `an undo cannot be undone`() throws {
        let ids = [Fixture.records, Fixture.check]
        var state = try aborted(ids, done: [Fixture.records], failing: Fixture.check)
        #expect(!Fixture.isLegal(Self.order, in: state))
        let first = state.steps[0].id
        try state.take(
            .observing(first),
            .observed(first, .unreadable("x")),
            .finished(.stuck(reason: "x"))
        )
        #expect(!Fixture.isLegal(Self.order, in: state))
    }

    // MARK: what somebody else changed

    @Test
    func `what somebody else changed is left alone, listed, and not looked for afterwards`() throws
    {
        let ids = [Fixture.route, Fixture.enable, Fixture.records, Fixture.check]
        var state = try aborted(ids, done: Array(ids.dropLast()), failing: Fixture.check)
        let first = state.steps[0].id
        try state.take(
            .observing(first),
            .observed(first, .foreign("sip.contoso.com AAAA is 2001:db8::99"))
        )
        #expect(state.failure == nil)
        #expect(state.word(first) == "skipped")
        #expect(state.word(state.steps[1].id) == "skipped", "the check of that very set")
        #expect(state.word(state.steps[3].id) == "pending", "the other set goes back")
        let second = state.steps[2].id
        try state.take(
            .observing(second),
            .observed(second, .initial("")),
            .acting(second),
            .acted(second, .foreign("sip.contoso.com A is 192.0.2.9"))
        )
        #expect(state.word(second) == "skipped", "also when it is seen only on writing")
        try carryOut(&state)
        guard case .aborted(let reason)? = state.due else {
            Issue.record("\(state.next)")
            return
        }
        #expect(reason.contains("2001:db8::99"))
        #expect(reason.contains("192.0.2.9"))
        #expect(!reason.contains("everything is as it was"))
    }

    // MARK: an undo that fails

    @Test
    func `an undo that fails is stuck, and an order lets it go on where it stands`() throws {
        let ids = [Fixture.route, Fixture.enable, Fixture.gate, Fixture.records, Fixture.check]
        var state = try aborted(ids, done: Array(ids.dropLast()), failing: Fixture.check)
        try carryOut(&state, upTo: 2)
        let third = state.steps[2].id
        try state.take(
            .observing(third),
            .observed(third, .initial("")),
            .acting(third),
            .acted(third, .failed("REFUSED"))
        )
        guard case .stuck(let reason)? = state.due else {
            Issue.record("\(state.next)")
            return
        }
        #expect(reason.contains("REFUSED"))
        try state.take(
            .finished(.stuck(reason: reason)),
            .resumed(by: Fixture.berta, reason: "the key is back")
        )
        #expect(state.next == .observe(state.steps[2]), "what is undone stays undone")
        #expect(state.undoing?.by == Fixture.anna)
        try carryOut(&state)
        #expect(state.due?.label == "aborted")
    }

    @Test
    func `a step of the undo can be forced`() throws {
        let ids = [Fixture.route, Fixture.check]
        var state = try aborted(ids, done: [Fixture.route], failing: Fixture.check)
        let first = state.steps[0].id
        try state.take(
            .observing(first),
            .observed(first, .unreadable("x")),
            .finished(.stuck(reason: "x")),
            .forced(first, by: Fixture.berta, reason: "done by hand")
        )
        try carryOut(&state)
        #expect(state.due?.label == "aborted")
    }

    @Test
    func `an undo survives a crash`() throws {
        let ids = [Fixture.route, Fixture.enable, Fixture.gate, Fixture.check]
        var state = try aborted(ids, done: Array(ids.dropLast()), failing: Fixture.check)
        let first = state.steps[0].id
        try state.take(
            .observing(first),
            .observed(first, .initial("")),
            .acting(first),
            .recovered(reason: "crash")
        )
        #expect(state.next == .observe(state.steps[0]))
        try carryOut(&state)
        #expect(state.due?.label == "aborted")
    }
}
