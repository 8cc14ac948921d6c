import Testing

@testable import FailoverCore

/// Corners of the planner and of runs that only a mutant showed to be without a test.
@Suite
struct MutantPlannerTests {
    private typealias Fixture = RunbookFixture

    // MARK: Warnings that sound alike

    @Test
    func `a restored member that cannot be started is named, and not only for its Setup`() throws {
        let edge12 = name("edge12.contoso.net")
        var fixture = Fixture()
        fixture.snapshot.manageableEdges.removeAll { $0 == edge12 }
        let planner = Planner(organisation: fixture.organisation)
        let away = planner.failover([Fixture.move(.sip)], snapshot: fixture.snapshot)
        let plan = try #require(Fixture.plan(away), "\(away)")
        let record = FailoverRecord(snapshot: fixture.snapshot, plan: plan)
        fixture.carryOut(plan)
        fixture.certifyHome()
        fixture.snapshot.startTypes[edge12] = nil
        for leg in [LegKind.sip, .xmpp, .access] { fixture.silence(edge12, leg) }
        let back = fixture.failback(.sip, record: record)
        let warnings = try #require(Fixture.plan(back), "\(back)").warnings
        #expect(
            warnings.contains { $0.contains("cannot be managed: its services are not started") }
        )
    }

    @Test
    func `a dead member of an XMPP target is left alone and named`() throws {
        var fixture = Fixture(services: .xmppOnly)
        for leg in [LegKind.sip, .xmpp, .access] { fixture.silence(Fixture.edge22, leg) }
        let planning = fixture.failover(.xmpp)
        let plan = try #require(Fixture.plan(planning), "\(planning)")
        #expect(plan.warnings.contains { $0.contains("its services are left alone") })
        let stopped = plan.steps.compactMap { step -> FQDN? in
            if case .stopServices(let server, _) = step.operation { server } else { nil }
        }
        #expect(stopped == [Fixture.edge21])
    }

    // MARK: Certificates

    @Test(arguments: [
        ("xmpp.contoso.com", "*.contoso.com", true, true),
        ("xmpp.contoso.com", "*.contoso.com", false, false),
        ("xmpp.contoso.com", "*.adatum.com", true, false),
        ("xmpp.a.contoso.com", "*.contoso.com", true, false),
        ("xmpp.contoso.com", "XMPP.contoso.com", false, true),
        ("xmpp.contoso.com", "sip.contoso.com", true, false),
    ])
    func `a wildcard covers one label of its own domain, and only XMPP's names`(
        wanted: String,
        carried: String,
        wildcards: Bool,
        isCovered: Bool
    ) {
        #expect(name(wanted).isCovered(by: carried, wildcards: wildcards) == isCovered)
    }

    // MARK: Runs

    @Test
    func `once services were started again a stop that is done anew is not undone at once`() throws
    {
        let stop = RunStateFixture.stop
        let state = try RunStateFixture.state(
            [stop, RunStateFixture.start],
            RunStateFixture.path(stop, to: "acted") + [
                .recovered(reason: ""), .compensating(stop), .compensated(stop, .done("they run")),
            ] + RunStateFixture.path(stop, to: "acted")
        )
        #expect(state.next == .verify(RunStateFixture.step(stop)))
    }

    @Test
    func `services that are found running are nobody's concern any more`() throws {
        let (stop, start) = (RunStateFixture.stop, RunStateFixture.start)
        let state = try RunStateFixture.state(
            [stop, start],
            RunStateFixture.done([stop]) + [
                .observing(start), .observed(start, .intended("they run")),
            ]
        )
        #expect(!state.hasStoppedServices)
    }

    @Test
    func `a start that a person vouches for ends the concern, and a later stop is not undone`()
        throws
    {
        let (stop, start, later) = (
            RunStateFixture.stop, RunStateFixture.start, RunStateFixture.route
        )
        var opening = RunStateFixture.opening([stop, start, later])
        opening.plan.steps[2].operation = .stopServices(server: RunStateFixture.failed, .xmpp)
        var state = RunState(opening)
        let failed =
            RunStateFixture.done([stop]) + RunStateFixture.path(start, to: "acting") + [
                .acted(start, .failed("no")), .compensating(stop),
                .compensated(stop, .failed("no")), .finished(.stuck(reason: "no")),
            ]
        let forced: [RunEvent] = [.forced(start, by: RunStateFixture.anna, reason: "they run")]
        for event in failed + forced + RunStateFixture.path(later, to: "acted") {
            try state.apply(event)
        }
        #expect(state.next == .verify(opening.plan.steps[2]))
    }
}
