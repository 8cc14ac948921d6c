import FailoverCore
import Testing

@Suite struct ShadowReportTests {
    private static let start: Int64 = 1_795_250_400_000

    private static func at(_ minutes: Int64) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: start + minutes * 60_000)
    }

    private static func decided(_ asks: String? = nil) -> ShadowRecord {
        let move = Move(
            route: PolicyBench.sip,
            kind: .sip,
            from: PolicyBench.home,
            to: PolicyBench.standby
        )
        return .decided(
            ShadowDecision(
                move: move,
                trigger: .poolDown(reason: "edgepool1 has been down for 5m"),
                asks: asks,
                basis: DecisionBasis()
            )
        )
    }

    private static func moved(
        to pool: FQDN = PolicyBench.standby,
        from: FQDN = PolicyBench.home,
        meanwhile: String? = nil,
        dueIn: Duration? = nil
    ) -> ShadowRecord {
        .moved(
            PeopleMove(
                route: PolicyBench.sip,
                from: from.name,
                to: pool.name,
                how: "by hand",
                meanwhile: meanwhile,
                dueIn: dueIn
            )
        )
    }

    private static let ended = ShadowRecord.ended(PolicyBench.sip, reason: "it is up again")

    private func report(
        _ records: [(Int64, ShadowRecord)],
        since: Int64? = nil,
        now: Int64 = 100
    ) -> ShadowReport {
        ShadowReport(
            records.map { ShadowReport.Entry(at: Self.at($0.0), record: $0.1) },
            since: since.map(Self.at),
            now: Self.at(now)
        )
    }

    private static let stories: [([(Int64, ShadowRecord)], [String])] = [
        ([], []),
        ([(0, decided())], ["open 1h40m"]),
        ([(0, decided()), (12, moved()), (12, ended)], ["agreed 12m"]),
        ([(0, decided()), (12, moved(to: PolicyBench.third)), (12, ended)], ["elsewhere 12m"]),
        ([(0, decided()), (7, ended)], ["nobody_moved 7m"]),
        ([(0, decided("x")), (20, decided()), (27, ended)], ["replaced 20m", "nobody_moved 7m"]),
        // What is moved after the end is no answer to it.
        ([(0, decided()), (7, ended), (9, moved())], ["nobody_moved 7m"]),
        // A wall clock that went back.
        ([(10, decided()), (7, ended)], ["nobody_moved 0ms"]),
        ([(0, ended), (1, decided())], ["open 1h39m"]),
    ]

    @Test(arguments: stories)
    func `every decision has one outcome`(_ records: [(Int64, ShadowRecord)], _ outcomes: [String])
    {
        let cases = report(records).cases
        #expect(cases.map { "\($0.outcome.code) \($0.outcome.after.inWords)" } == outcomes)
        #expect(cases.allSatisfy { !$0.outcome.inWords.isEmpty })
    }

    @Test func `what was before is left out, and what people answered is not taken for their own`()
    {
        let records: [(Int64, ShadowRecord)] = [
            (0, Self.decided()), (12, Self.moved()), (12, Self.ended),
            (
                20,
                Self.moved(to: PolicyBench.home, from: PolicyBench.standby, meanwhile: "it rests")
            ),
        ]
        let late = report(records, since: 5)
        #expect(late.cases.isEmpty)
        #expect(late.alone.map(\.at) == [Self.at(20)])
        #expect(report(records, since: 0).cases.count == 1)
        #expect(report(records, since: 21) == report([]))
    }

    @Test func `the counts, in sentences`() {
        let whole = report([
            (0, Self.decided()), (12, Self.moved()), (12, Self.ended),
            (20, Self.moved(meanwhile: "it rests")),
            (30, Self.decided("the target is not ready")), (34, Self.moved()), (34, Self.ended),
            (40, Self.decided("x")), (41, Self.decided()), (45, Self.ended),
            (50, Self.moved(meanwhile: "it waits", dueIn: .seconds(90))),
            (60, Self.decided()), (61, Self.moved(to: PolicyBench.third)), (61, Self.ended),
            (70, Self.decided()),
        ])
        #expect(whole.totals.automatic == 4)
        #expect(whole.totals.asked == 1)
        #expect(whole.totals.sooner == [.seconds(240), .seconds(720)])
        #expect(
            whole.totals.inWords == [
                "It would have moved by itself 4 times and asked a person once.",
                "People made the same move twice, between 4m and 12m after it would have begun or "
                    + "asked.",
                "People moved the route elsewhere once.",
                "Nobody moved the route, and it was needed no longer, once: whether people mended "
                    + "what was broken or it healed by itself is not seen.",
                "1 of these still stands.",
                "People moved a route twice when it would not have; once it was about to.",
            ]
        )
        #expect(
            whole.alone.map(\.move.meanwhileInWords) == [
                "it rests", "it waits (people were 1m30s sooner)",
            ]
        )
        #expect(
            report([]).totals.inWords == [
                "It would have moved nothing and asked nobody, and people moved nothing."
            ]
        )
    }
}
