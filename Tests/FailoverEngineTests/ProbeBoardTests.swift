import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite struct ProbeBoardTests {
    private static let organisation = Contoso.organisation(routes: [Contoso.sipRoute()])
    private static let settings = HealthSettings(fall: 2, staleAfter: .seconds(20))

    /// Numbers that look like chance, the same everywhere (Knuth's linear congruence).
    private struct Chance {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    @Test(arguments: [1, 2, 3, 4])
    func `however often it is asked, its verdicts are those of all evidence`(seed: UInt64) {
        let clock = VirtualClock()
        let board = ProbeBoard(
            organisation: Self.organisation,
            settings: Self.settings,
            clock: clock
        )
        var health = Health(organisation: Self.organisation, settings: Self.settings)
        let members = Self.organisation.edgePools.flatMap { pool in
            pool.servers.map { (pool: pool.fqdn, server: $0.fqdn) }
        }
        let findings = [ProbeFinding.answered, .refused, .inconclusive]
        let vantages = ["warden-1", "warden-2"]
        var chance = Chance(state: seed)
        var seen: Set<VerdictClass> = []
        for _ in 0..<1_500 {
            let vantage = vantages[chance.below(2)]
            switch chance.below(20) {
            case 0: clock.advance(by: .seconds(chance.below(40)))
            case 1..<5: clock.advance(by: .milliseconds(chance.below(4_000)))
            case 5:
                let out = Set(members.filter { _ in chance.below(4) == 0 }.map(\.server))
                board.leaveOut(out)
                health.leaveOut(out)
            case 6:
                let state = [
                    VantageState.sound, .isolated(since: clock.now()), .late(since: clock.now()),
                ][chance.below(3)]
                board.vantage(vantage, is: state)
                health.vantage(vantage, is: state)
            default:
                let (pool, server) = members[chance.below(members.count)]
                let outcome = ProbeOutcome(
                    finding: findings[chance.below(3)],
                    reason: "as thrown",
                    totalTime: .zero
                )
                board.record(
                    ProbeBoard.Entry(
                        server: server,
                        pool: pool,
                        kind: .sip,
                        target: "203.0.113.1:5061",
                        outcome: outcome,
                        at: Timestamp(millisecondsSinceEpoch: 0)
                    ),
                    vantage: vantage
                )
                health.record(
                    Observation(vantage: vantage, server: server, kind: .sip, outcome: outcome),
                    at: clock.now()
                )
            }
            for (leg, verdict) in board.verdicts() {
                #expect(verdict == health.verdict(on: leg, at: clock.now()))
                seen.insert(verdict.verdict)
            }
        }
        #expect(seen.isSuperset(of: [.up, .down, .unknown]), "the story was a dull one: \(seen)")
    }

    @Test(arguments: [
        // Whatever is known is better than nothing.
        ("x", Liveness.dead), ("o", .alive),
        // One lost probe is no fall, and one answer no return.
        ("oooox", .alive), ("ooooxx", .dead), ("oooxxxo", .dead), ("oooxxxooooo", .alive),
    ])
    func `for a plan a server is what its verdict says, not what one probe said`(
        probes: String,
        expected: Liveness
    ) {
        let clock = VirtualClock()
        let board = ProbeBoard(
            organisation: Self.organisation,
            settings: Self.settings,
            clock: clock
        )
        for probe in probes {
            clock.advance(by: .seconds(5))
            board.record(
                ProbeBoard.Entry(
                    server: Contoso.edge(1, 1),
                    pool: Contoso.pool1,
                    kind: .sip,
                    target: "203.0.113.11:5061",
                    outcome: ProbeOutcome(
                        finding: probe == "o" ? .answered : .refused,
                        reason: "as thrown",
                        totalTime: .zero
                    ),
                    at: Timestamp(millisecondsSinceEpoch: 0)
                ),
                vantage: "warden-1"
            )
        }
        #expect(board.members().map(\.liveness) == [expected])
    }
}
