import FailoverCore
import FailoverTestKit
import Testing

@testable import ControlAPI

/// `explain` and `shadow-report`: from the core's words to the terminal.
@Suite struct ExplainingTests {
    private static let start = Instant(nanoseconds: 0)

    /// A route in mode auto whose holder has been down for half a minute.
    private static func explanation() throws -> ExplanationBody {
        let route = Contoso.sipRoute(mode: .auto)
        var policy = FailoverPolicy(
            routes: [route],
            settings: PolicySettings(readiness: nil),
            at: start
        )
        func verdict(_ pool: FQDN, _ verdict: VerdictClass) {
            let leg = PoolLeg(pool: pool, kind: .sip)
            _ = policy.step(.verdict(leg, Verdict(verdict, reason: "so it is")), at: start)
        }
        verdict(Contoso.pool2, .up)
        _ = policy.step(.holder(route.name, .pool(Contoso.pool1)), at: start)
        verdict(Contoso.pool1, .down)
        let now = start + .seconds(30)
        let explanation = try #require(policy.explanation(of: route.name, at: now))
        return ExplanationBody(explanation, now: now)
    }

    @Test func `explain says the rule, the facts, and what would have to change`() async throws {
        var world = FakeAgent.World()
        world.explanation = try ExplainingTests.explanation()
        try await FakeAgent.with(world) { agent, socket in
            let result = try await Command("explain", "sip", "--socket", socket).run()
            #expect(result.status == 0)
            #expect(agent.questions == ["explain?route=sip"])
            #expect(
                result.output == """
                    Route sip: confirming
                      edgepool1 has been down for 30s; a failover begins when it has been down for
                      1m

                    Rule
                      the holder is down, not confirmed yet: wait

                    Facts
                      - mode auto, failback approve
                      - edgepool1 holds SIP federation
                      - home: edgepool1 has been down for 30s: so it is
                      - standby: edgepool2 has been up for 30s: so it is
                      - 0 of 2 automatic failovers within 1d

                    What would have to change
                      - edgepool1 stays down for another 30s

                    What changes by itself
                      - in 30s: the down verdict is confirmed

                    """
            )
        }
    }

    @Test func `explain as JSON, and of a route that is not there`() async throws {
        var world = FakeAgent.World()
        world.explanation = try ExplainingTests.explanation()
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("explain", "sip", "--json", "--socket", socket).run()
            #expect(result.output.jsonObject?["needs"] is [String])
            #expect(result.output.jsonObject?["phase"] as? String == "confirming")
        }
        world.explanation = nil
        world.refusals = ["there is no route 'sib' (there are: sip)"]
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("explain", "sib", "--socket", socket).run()
            #expect(result.status == 1)
            #expect(result.errors == "there is no route 'sib' (there are: sip)\n")
        }
    }

    // MARK: shadow-report

    private static func at(_ minutes: Int64) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: 1_795_250_400_000 + minutes * 60_000)
    }

    private static func decided(_ asks: String? = nil) -> ShadowRecord {
        .decided(
            ShadowDecision(
                move: Move(route: Contoso.sip, kind: .sip, from: Contoso.pool1, to: Contoso.pool2),
                trigger: .poolDown(reason: "edgepool1 has been down for 5m: all members are down"),
                asks: asks,
                basis: DecisionBasis()
            )
        )
    }

    private static func moved(_ from: FQDN, _ to: FQDN, _ meanwhile: String?) -> ShadowRecord {
        .moved(
            PeopleMove(
                route: Contoso.sip,
                from: from.name,
                to: to.name,
                how: "by hand",
                meanwhile: meanwhile
            )
        )
    }

    private static var report: ShadowReportBody {
        let records: [(Int64, ShadowRecord)] = [
            (0, decided()), (12, moved(Contoso.pool1, Contoso.pool2, nil)),
            (12, .ended(Contoso.sip, reason: "the holder changed")),
            (90, moved(Contoso.pool2, Contoso.pool1, "SIP federation is held by edgepool2")),
            (120, decided("the target is not ready")),
            (127, .ended(Contoso.sip, reason: "edgepool1 is up again: 2 of 2 members are up")),
        ]
        return ShadowReportBody(
            ShadowReport(
                records.map { ShadowReport.Entry(at: at($0.0), record: $0.1) },
                since: at(0),
                now: at(200)
            ),
            observed: [
                RouteStatus(route: Contoso.sip, phase: .watching, reason: "edgepool1 is up")
            ],
            since: at(0)
        )
    }

    @Test func `shadow-report says what auto would have done, and what people did`() async throws {
        var world = FakeAgent.World()
        world.shadowReport = ExplainingTests.report
        try await FakeAgent.with(world) { agent, socket in
            let result = try await Command("shadow-report", "--socket", socket).run()
            #expect(result.status == 0)
            #expect(agent.questions == ["shadow-report"])
            #expect(
                result.output == """
                    What mode auto would have done, since 2026-11-21T08:40:00Z

                      2026-11-21T08:40:00Z sip: edgepool1.contoso.net → edgepool2.contoso.net
                        would have moved it by itself: edgepool1 has been down for 5m: all members
                        are down
                        → people moved it there: seen 12m later, by hand

                      2026-11-21T10:40:00Z sip: edgepool1.contoso.net → edgepool2.contoso.net
                        would have asked, because the target is not ready: edgepool1 has been down
                        for 5m: all members are down
                        → nobody moved it; 7m later it was needed no longer: edgepool1 is up again:
                          2 of 2 members are up

                    What people did that it would not have done then

                      2026-11-21T10:10:00Z sip: edgepool2.contoso.net → edgepool1.contoso.net
                        by hand
                        → mode auto: SIP federation is held by edgepool2

                    In all
                      It would have moved by itself once and asked a person once.
                      People made the same move once, 12m after it would have begun or asked.
                      Nobody moved the route, and it was needed no longer, once: whether people
                      mended what was broken or it healed by itself is not seen.
                      People moved a route once when it would not have.

                    Routes in mode observe now
                      sip: edgepool1 is up

                    Moves of people are seen when the holders are read, once a minute. No plan is
                    made for what is not done: what the checks before a run would have found is not
                    known. What it wanted and could not do, for want of a target or of a Front End
                    that says who holds the route, is not counted: that is told at the time
                    (cannot_act).

                    """
            )
        }
    }

    @Test func `shadow-report as JSON, and from a moment on`() async throws {
        var world = FakeAgent.World()
        world.shadowReport = ExplainingTests.report
        try await FakeAgent.with(world) { agent, socket in
            let arguments = ["shadow-report", "--json", "--socket", socket, "--since"]
            let result = try await Command(
                arguments + ["2020-01-01"],
                environment: ["TZ": "UTC"]
            ).run()
            let totals = result.output.jsonObject?["totals"] as? [String: Any]
            #expect(totals?["agreed"] as? Int == 1)
            #expect(totals?["sooner_seconds"] as? [Double] == [720])
            #expect(agent.questions == ["shadow-report?since=1577836800000"])
            for wrong in ["yesterday", "05:00", "2999-01-01", "-3d", "2026-13-01"] {
                let result = try await Command(arguments + [wrong]).run()
                #expect(result.status == 2, "\(wrong)")
            }
        }
    }

    @Test func `shadow-report with nothing to tell says so`() async throws {
        var world = FakeAgent.World()
        world.shadowReport = ShadowReportBody(
            ShadowReport([], since: nil, now: ExplainingTests.at(0)),
            observed: [],
            since: nil
        )
        try await FakeAgent.with(world) { _, socket in
            let result = try await Command("shadow-report", "--socket", socket).run()
            #expect(result.output.contains("as far as is on record\n\n  nothing\n"))
            #expect(
                result.output.contains(
                    "It would have moved nothing and asked nobody, and people moved nothing."
                )
            )
            #expect(result.output.contains("none: nothing is being recorded"))
        }
    }
}
