import FailoverCore
import Testing

@Suite("Health: servers in maintenance")
struct MaintenanceTableTests {
    private enum Member { case answers, silent, notProbed }

    /// What edge11 does, which is in maintenance; what edge12 does; and how the pool is then.
    private static let table: [(Member, Member, VerdictClass)] = [
        (.answers, .answers, .up), (.silent, .answers, .up), (.notProbed, .answers, .up),
        (.answers, .silent, .down), (.silent, .silent, .down), (.notProbed, .silent, .down),
        (.answers, .notProbed, .unknown), (.silent, .notProbed, .unknown),
        (.notProbed, .notProbed, .unknown),
    ]

    private func see(_ bench: inout HealthBench, _ server: String, _ member: Member) {
        switch member {
        case .answers: bench.see(server, .answered, 5, at: 0)
        case .silent: bench.see(server, .refused, 5, at: 0)
        case .notProbed: break
        }
    }

    @Test func `a pool is as its members that are not in maintenance are`() {
        for (maintained, other, expected) in Self.table {
            var bench = HealthBench()
            see(&bench, "edge11", maintained)
            see(&bench, "edge12", other)
            bench.health.leaveOut([name("edge11.test")])
            let now = Instant.at(25)
            let verdict = bench.health.verdict(on: bench.leg1, at: now)
            #expect(verdict.verdict == expected, "\(maintained) \(other)")
            #expect(bench.health.verdictClass(on: bench.leg1, at: now) == expected)
            #expect(verdict.reason.hasSuffix("; not counted, for it is in maintenance: edge11"))
            // The server itself is judged all the same.
            let own = bench.health.verdict(on: name("edge11.test"), .sip, at: now).verdict
            #expect(
                own == (maintained == .answers ? .up : maintained == .silent ? .down : .unknown)
            )
        }
    }

    @Test func `a pool with all its servers in maintenance is unknown, never down`() {
        var bench = HealthBench()
        see(&bench, "edge11", .silent)
        see(&bench, "edge12", .silent)
        bench.health.leaveOut([name("edge11.test"), name("edge12.test")])
        let verdict = bench.health.verdict(on: bench.leg1, at: .at(25))
        #expect(verdict.verdict == .unknown)
        #expect(verdict.reason == "pool1.test has all its servers in maintenance")
        bench.health.leaveOut([])
        #expect(bench.health.verdict(on: bench.leg1, at: .at(25)).verdict == .down)
    }
}
