import FailoverCore
import Testing

@Suite("ReadinessJudgement")
struct ReadinessJudgementTests {
    private static let states: [ReadinessReading.State?] = [nil] + ReadinessReading.State.allCases

    /// The table, said once more: every reading, fresh and old, has one class.
    private static let table: [(ReadinessReading.State?, Bool, ReadinessClass)] = [
        (nil, false, .notKnown), (nil, true, .notKnown),
        (.ready, false, .ready), (.ready, true, .stale),
        (.notReady, false, .notReady), (.notReady, true, .notReady),
        (.notKnown, false, .notKnown), (.notKnown, true, .notKnown),
        (.notNeeded, false, .notNeeded), (.notNeeded, true, .notNeeded),
    ]

    @Test(arguments: states, [false, true])
    func `every combination has exactly one row`(state: ReadinessReading.State?, isOld: Bool) {
        let rows = Self.table.filter { $0.0 == state && $0.1 == isOld }
        #expect(rows.count == 1)
        #expect(rows.first?.2 == ReadinessClass(state, isTooOld: isOld))
    }

    @Test(arguments: ReadinessItem.allCases.filter { $0 != .legs }, states)
    func `a pool is ready as long as each item that counts is well and fresh`(
        item: ReadinessItem,
        state: ReadinessReading.State?
    ) {
        let settings = ReadinessSettings()
        for (age, isOld) in [(3_599.0, false), (3_600.0, true)] {
            let now = Instant.at(10_000)
            var readiness = Readiness.ready(at: now)
            readiness[item] = state.map {
                ReadinessReading($0, "seen", at: .at(10_000 - age))
            }
            let judgement = settings.judge(readiness, at: now)
            // A drill is a remark, unless somebody wants it enforced.
            let isWell =
                item == .drill || ReadinessClass(state, isTooOld: isOld).isWell
            #expect(judgement.isReady == isWell)
            #expect(judgement.reasons.isEmpty == isWell)
            #expect(judgement.findings.allSatisfy { !$0.reason.isEmpty })
        }
    }

    @Test func `whoever wants drills enforced has old and missing ones stop a pool`() {
        let settings = ReadinessSettings(drillAge: .seconds(90 * 86_400))
        let now = Instant.at(200 * 86_400)
        var readiness = Readiness.ready(at: now)
        for (state, days, isReady) in [
            (ReadinessReading.State.ready, 89.0, true), (.ready, 90, false), (.notKnown, 0, false),
        ] {
            readiness[.drill] = ReadinessReading(
                state,
                "the last drill",
                at: .at((200 - days) * 86_400)
            )
            #expect(settings.judge(readiness, at: now).isReady == isReady)
        }
    }

    @Test func `an old reading says how old it is and may be`() {
        var readiness = Readiness.ready(at: .at(7_200))
        readiness[.rights] = ReadinessReading(.ready, "all cmdlets were found", at: .at(0))
        let judgement = ReadinessSettings().judge(readiness, at: .at(7_200))
        #expect(
            judgement.reasons
                == "rights stale: all cmdlets were found, but that is 2h ago, and may "
                + "be 1h ago at most"
        )
    }

    @Test func `what a decision rests on is compared in words`() {
        let pool = PolicyBench.standby
        func basis(_ verdict: VerdictClass, _ rights: ReadinessClass) -> DecisionBasis {
            DecisionBasis(pools: [
                DecisionBasis.PoolState(
                    route: PolicyBench.sip,
                    pool: pool,
                    verdict: verdict,
                    readiness: [.rights: rights]
                )
            ])
        }
        let before = basis(.up, .ready)
        #expect(before.changes(since: before).isEmpty)
        #expect(
            basis(.degraded, .notReady).changes(since: before) == [
                "edgepool2 was up and is degraded now",
                "edgepool2's rights: was ready and is not ready now",
            ]
        )
        #expect(before.canonicalText != basis(.up, .stale).canonicalText)
        #expect(before.canonicalText != basis(.degraded, .ready).canonicalText)
    }
}
