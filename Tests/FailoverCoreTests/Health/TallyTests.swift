import Testing

@testable import FailoverCore

/// Every combination of up to two parts of each class.
private let tallies: [Tally] = (0...2).flatMap { up in
    (0...2).flatMap { degraded in
        (0...2).flatMap { impaired in
            (0...2).flatMap { down in
                (0...2).map {
                    Tally(
                        up: up,
                        degraded: degraded,
                        impaired: impaired,
                        down: down,
                        unknown: $0
                    )
                }
            }
        }
    }
}

@Suite("Tally: how vantages and members merge")
struct TallyTests {
    @Test(arguments: tallies)
    func `a pool is down exactly when all of its members are`(tally: Tally) {
        let allDown =
            tally.down > 0 && tally.up + tally.degraded + tally.impaired + tally.unknown == 0
        #expect((tally.ofMembers == .down) == allDown)
    }

    @Test(arguments: tallies)
    func `a pool is up exactly when all of its members are`(tally: Tally) {
        let allUp =
            tally.up > 0 && tally.down + tally.degraded + tally.impaired + tally.unknown == 0
        #expect((tally.ofMembers == .up) == allUp)
    }

    @Test(arguments: tallies)
    func `a pool is unknown when no member works and one is unknown, or there is none`(
        tally: Tally
    ) {
        let nothingWorks = tally.up + tally.degraded + tally.impaired == 0
        let isUnknown = nothingWorks && (tally.unknown > 0 || tally.down == 0)
        #expect((tally.ofMembers == .unknown) == isUnknown)
    }

    @Test(arguments: tallies, 1...3)
    func `a server is down exactly when the quorum says so`(tally: Tally, quorum: Int) {
        #expect((tally.ofVantages(quorum: quorum) == .down) == (tally.down >= quorum))
    }

    @Test(arguments: tallies)
    func `a server that some vantage reaches is never unknown, and up when all agree`(
        tally: Tally
    ) {
        guard tally.up + tally.degraded > 0 else { return }
        let clean = tally.degraded + tally.impaired + tally.down == 0
        #expect(tally.ofVantages(quorum: 3) == (clean ? .up : .degraded))
    }

    @Test(arguments: tallies)
    func `a pool is impaired when some members are refused by peers and none works for them`(
        tally: Tally
    ) {
        let isImpaired =
            tally.impaired > 0 && tally.up + tally.degraded == 0 && tally.unknown == 0
        #expect((tally.ofMembers == .impaired) == isImpaired)
    }

    @Test(arguments: tallies)
    func `a server is impaired when every vantage that knows says so`(tally: Tally) {
        let isImpaired = tally.impaired > 0 && tally.up + tally.degraded + tally.down == 0
        #expect((tally.ofVantages(quorum: 3) == .impaired) == isImpaired)
    }

    // MARK: The two tables as they are written, row by row

    private struct Row: Sendable {
        var verdict: VerdictClass
        var holds: @Sendable (_ tally: Tally, _ quorum: Int) -> Bool
    }

    private static let vantageRows = [
        Row(verdict: .down) { $0.down >= $1 },
        Row(verdict: .up) { tally, _ in
            tally.down == 0 && tally.up > 0 && tally.degraded + tally.impaired == 0
        },
        Row(verdict: .degraded) { tally, quorum in
            tally.down < quorum && tally.up + tally.degraded > 0
                && tally.degraded + tally.impaired + tally.down > 0
        },
        Row(verdict: .impaired) { tally, _ in
            tally.down == 0 && tally.up + tally.degraded == 0 && tally.impaired > 0
        },
        Row(verdict: .degraded) { tally, quorum in
            tally.down > 0 && tally.down < quorum && tally.up + tally.degraded == 0
                && tally.impaired > 0
        },
        Row(verdict: .unknown) { tally, quorum in
            tally.down < quorum && tally.up + tally.degraded + tally.impaired == 0
        },
    ]

    private static let memberRows = [
        Row(verdict: .up) { tally, _ in tally.up > 0 && tally.up == tally.total },
        Row(verdict: .degraded) { tally, _ in
            tally.up + tally.degraded > 0 && tally.up < tally.total
        },
        Row(verdict: .impaired) { tally, _ in
            tally.up + tally.degraded == 0 && tally.impaired > 0 && tally.unknown == 0
        },
        Row(verdict: .degraded) { tally, _ in
            tally.up + tally.degraded == 0 && tally.impaired > 0 && tally.unknown > 0
        },
        Row(verdict: .down) { tally, _ in tally.down > 0 && tally.down == tally.total },
        Row(verdict: .unknown) { tally, _ in
            tally.up + tally.degraded + tally.impaired == 0
                && (tally.down == 0 || tally.unknown > 0)
        },
    ]

    @Test(arguments: 1...3)
    func `every combination is in exactly one row of each table`(quorum: Int) {
        for tally in tallies {
            let seen = Self.vantageRows.filter { $0.holds(tally, quorum) }.map(\.verdict)
            #expect(seen == [tally.ofVantages(quorum: quorum)], "vantages: \(tally)")
            let merged = Self.memberRows.filter { $0.holds(tally, quorum) }.map(\.verdict)
            #expect(merged == [tally.ofMembers], "members: \(tally)")
        }
    }
}
