import Testing

@testable import FailoverCore

@Suite("PoolService: what a pool does by its verdict, and when a move helps")
struct PoolServiceTests {
    /// Every verdict that there is.
    private static let verdicts: [Verdict] = VerdictClass.allCases.flatMap { verdict in
        verdict == .impaired
            ? Impairment.allCases.map { Verdict(.impaired, $0, reason: "") }
            : [Verdict(verdict, reason: "")]
    }

    private static func service(
        _ verdict: VerdictClass,
        _ cause: Impairment? = nil
    ) -> PoolService {
        PoolService(Verdict(verdict, cause, reason: ""))
    }

    @Test func `every verdict has its row`() {
        let rows: [(VerdictClass, Impairment?, Harm, Harm)] = [
            (.up, nil, .none, .none), (.degraded, nil, .partial, .partial),
            (.impaired, .nextHop, .none, .lost), (.impaired, .certificate, .lost, .lost),
            (.down, nil, .lost, .lost), (.unknown, nil, .unknown, .unknown),
        ]
        #expect(rows.count == Self.verdicts.count)
        for (verdict, cause, outbound, inbound) in rows {
            let expected = PoolService(outbound: outbound, inbound: inbound)
            #expect(Self.service(verdict, cause) == expected)
        }
    }

    @Test(arguments: Self.verdicts, Self.verdicts)
    func `a move that helps is never one back, and never to the same`(from: Verdict, to: Verdict) {
        let (from, to) = (PoolService(from), PoolService(to))
        for moves in [true, false] {
            let helps = PoolService.improves(from: from, to: to, movesInbound: moves)
            if helps {
                #expect(from != to)
                #expect(!PoolService.improves(from: to, to: from, movesInbound: moves))
                #expect(from.outbound != .unknown && to.outbound != .unknown)
            }
        }
    }

    @Test(
        arguments: [
            (.up, nil, true), (.degraded, nil, true), (.impaired, .nextHop, true),
            (.impaired, .certificate, false), (.down, nil, false), (.unknown, nil, false),
        ] as [(VerdictClass, Impairment?, Bool)]
    )
    func `from a dead pool it helps to go to one that does anything`(
        to: VerdictClass,
        cause: Impairment?,
        helps: Bool
    ) {
        for moves in [true, false] {
            let improves = PoolService.improves(
                from: Self.service(.down),
                to: Self.service(to, cause),
                movesInbound: moves
            )
            #expect(improves == helps)
        }
    }

    @Test func `one direction better and the other worse is no improvement`() {
        let degraded = Self.service(.degraded)
        let nextHop = Self.service(.impaired, .nextHop)
        #expect(!PoolService.improves(from: degraded, to: nextHop, movesInbound: true))
        // What partners send stays where it is when DNS is left alone.
        #expect(PoolService.improves(from: degraded, to: nextHop, movesInbound: false))
        #expect(!PoolService.improves(from: nextHop, to: Self.service(.up), movesInbound: false))
    }
}
