import Testing

@testable import FailoverCore

@Suite("ProbeTrack: how one vantage counts")
struct ProbeTrackTests {
    @Test func `a server never probed is unknown`() {
        #expect(HealthBench().server("edge11", at: 0) == .unknown)
    }

    @Test func `one clean probe is enough for a server that never failed`() {
        var bench = HealthBench()
        bench.see("edge11", .answered, at: 0)
        #expect(bench.server("edge11", at: 0) == .up)
    }

    @Test(arguments: [1, 2, 3, 7])
    func `it takes fall failures in a row to be down`(fall: Int) {
        var bench = HealthBench(settings: HealthSettings(fall: fall))
        bench.see("edge11", .refused, fall - 1, at: 0)
        #expect(bench.server("edge11", at: 0) == .unknown)
        bench.see("edge11", .refused, at: 0)
        #expect(bench.server("edge11", at: 0) == .down)
    }

    @Test(arguments: [1, 2, 5])
    func `it takes rise clean probes in a row to come up from down`(rise: Int) {
        var bench = HealthBench(settings: HealthSettings(rise: rise))
        bench.see("edge11", .silent, 3, at: 0)
        bench.see("edge11", .answered, rise - 1, at: 1)
        #expect(bench.server("edge11", at: 1) == .down)
        bench.see("edge11", .answered, at: 2)
        #expect(bench.server("edge11", at: 2) == .up)
    }

    @Test(arguments: [1, 2, 4])
    func `failures add up until ok_reset clean probes in a row heal them`(okReset: Int) {
        var bench = HealthBench(settings: HealthSettings(okReset: okReset))
        bench.see("edge11", .answered, at: 0)
        bench.see("edge11", .refused, 2, at: 1)
        bench.see("edge11", .answered, okReset - 1, at: 2)
        var isDown = bench
        isDown.see("edge11", .refused, at: 3)
        #expect(isDown.server("edge11", at: 3) == .down)
        bench.see("edge11", .answered, at: 3)
        bench.see("edge11", .refused, 2, at: 4)
        #expect(bench.server("edge11", at: 4) == .up)
        bench.see("edge11", .refused, at: 5)
        #expect(bench.server("edge11", at: 5) == .down)
    }

    @Test func `a server that answers now and then is found out, and the reason says so`() {
        var bench = HealthBench()
        bench.see("edge21", .answered, at: 0)
        for second in stride(from: 1.0, through: 5, by: 2) {
            bench.see("edge21", .silent, at: second)
            #expect(bench.server("edge21", at: second) == (second < 5 ? .up : .down))
            guard second < 5 else { continue }
            bench.see("edge21", .answered, at: second + 1)
        }
        #expect(
            bench.health.verdict(on: bench.leg2, at: .at(5)).reason
                == "edge21 accepts connections on 5061 but says nothing (3 probes from warden-1, "
                + "with answers in between)"
        )
    }

    @Test func `a failure that counts is told while the server answers`() {
        var bench = HealthBench()
        bench.see("edge21", .answered, at: 0)
        bench.see("edge21", .refused, 2, at: 1)
        bench.see("edge21", .answered, at: 2)
        #expect(
            bench.health.verdict(on: bench.leg2, at: .at(2)).reason
                == "edge21 answers on 5061 (2 of 3 probes from warden-1 failed lately: not down yet)"
        )
    }

    @Test func `a server is suspect from its first failure until it is decided`() {
        var bench = HealthBench()
        func isSuspect(_ second: Double) -> Bool {
            bench.health.isSuspect(name("edge21.test"), .sip, at: .at(second))
        }
        bench.see("edge21", .answered, at: 0)
        #expect(!isSuspect(0))
        bench.see("edge21", .refused, at: 1)
        #expect(isSuspect(1) && isSuspect(31) && !isSuspect(32))
        bench.see("edge21", .answered, at: 2)
        #expect(isSuspect(2))
        bench.see("edge21", .answered, at: 3)
        #expect(!isSuspect(3))
        bench.see("edge21", .refused, 3, at: 4)
        #expect(!isSuspect(4))
    }

    @Test func `a failure in between starts the count of clean probes anew`() {
        var bench = HealthBench()
        bench.see("edge11", .refused, 3, at: 0)
        bench.see("edge11", .answered, 4, at: 1)
        bench.see("edge11", .reset, at: 2)
        bench.see("edge11", .answered, 4, at: 3)
        #expect(bench.server("edge11", at: 3) == .down)
    }

    @Test func `a server that failed before it was decided has to prove itself with rise`() {
        var bench = HealthBench()
        bench.see("edge11", .refused, at: 0)
        bench.see("edge11", .answered, 4, at: 1)
        #expect(bench.server("edge11", at: 1) == .unknown)
        bench.see("edge11", .answered, at: 2)
        #expect(bench.server("edge11", at: 2) == .up)
    }

    @Test func `inconclusive probes count neither way`() {
        var bench = HealthBench()
        bench.see("edge11", .refused, 2, at: 0)
        bench.see("edge11", .inconclusive, 5, at: 1)
        #expect(bench.server("edge11", at: 1) == .unknown)
        bench.see("edge11", .refused, at: 2)
        #expect(bench.server("edge11", at: 2) == .down)
    }

    @Test func `inconclusive probes do not refresh the evidence`() {
        var bench = HealthBench()
        bench.see("edge11", .answered, at: 0)
        for second in 1...31 { bench.see("edge11", .inconclusive, at: Double(second)) }
        #expect(bench.server("edge11", at: 30) == .up)
        #expect(bench.server("edge11", at: 31) == .unknown)
    }

    @Test(arguments: [ProbeFinding.answered, .refused])
    func `old evidence is unknown and never down`(finding: ProbeFinding) {
        var bench = HealthBench()
        bench.see("edge11", finding, 5, at: 0)
        #expect(bench.server("edge11", at: 30) == (finding == .answered ? .up : .down))
        #expect(bench.server("edge11", at: 30.001) == .unknown)
    }

    @Test func `failures before a gap do not stand in a row with those after it`() {
        var bench = HealthBench()
        bench.see("edge11", .refused, 3, at: 0)
        bench.see("edge11", .refused, 2, at: 60)
        #expect(bench.server("edge11", at: 60) == .unknown)
        bench.see("edge11", .refused, at: 61)
        #expect(bench.server("edge11", at: 61) == .down)
    }

    @Test func `a server that was down before a gap needs rise clean probes after it`() {
        var bench = HealthBench()
        bench.see("edge11", .refused, 3, at: 0)
        bench.see("edge11", .answered, 4, at: 60)
        #expect(bench.server("edge11", at: 60) == .unknown)
        bench.see("edge11", .answered, at: 61)
        #expect(bench.server("edge11", at: 61) == .up)
    }

    @Test func `a server that was up before a gap is up after one clean probe`() {
        var bench = HealthBench()
        bench.see("edge11", .answered, at: 0)
        bench.see("edge11", .answered, at: 60)
        #expect(bench.server("edge11", at: 60) == .up)
    }

    @Test(arguments: CertificateProblem.allCases)
    func `a serious certificate problem is impaired and never down`(problem: CertificateProblem) {
        var bench = HealthBench()
        bench.see("edge11", .answered, 10, at: 0, problems: [problem])
        #expect(bench.server("edge11", at: 0) == (problem.isSerious ? .impaired : .up))
        bench.see("edge11", .answered, at: 1)
        #expect(bench.server("edge11", at: 1) == .up)
    }

    @Test func `the table of standings and counts is total and moves only by thresholds`() {
        let settings = HealthSettings(fall: 2, rise: 3, okReset: 2)
        let standings: [ProbeTrack.Standing] = [
            .unsure(afterFailure: false), .unsure(afterFailure: true), .up, .down,
        ]
        // Failures that count, clean probes in a row: all that can be.
        let counts = [(1, 0), (2, 0), (0, 1), (1, 1), (0, 2), (0, 3)]
            .map { ProbeTrack.Counts(failures: $0, cleans: $1) }
        let (fresh, shaken) = (standings[0], standings[1])
        let expected: [[ProbeTrack.Standing]] = [
            [shaken, .down, .up, .up, .up, .up],
            [shaken, .down, shaken, shaken, shaken, .up],
            [.up, .down, .up, .up, .up, .up],
            [.down, .down, .down, .down, .down, .up],
        ]
        #expect(fresh != shaken)
        for (row, standing) in standings.enumerated() {
            for (column, count) in counts.enumerated() {
                let next = ProbeTrack.next(standing, count, settings)
                #expect(next.0 == expected[row][column])
                // What has proved itself starts without a burden.
                let isRisen = next.0 == .up && standing != .up
                #expect(next.1.failures == (isRisen ? 0 : count.failures))
            }
        }
    }

    /// The rule, said again without counters: look back over everything that was seen.
    private func naive(_ probes: [Bool], fall: Int, rise: Int, okReset: Int) -> VerdictClass {
        var standing = VerdictClass.unknown
        var hasFailed = false
        var begin = 0
        for end in probes.indices {
            let seen = probes[begin...end]
            let cleans = seen.reversed().prefix { $0 }.count
            if !probes[end] { hasFailed = true }
            // Failures since the last place where okReset clean probes stood in a row.
            var failures = 0
            var row = 0
            for isClean in seen {
                row = isClean ? row + 1 : 0
                if row >= okReset { failures = 0 }
                if !isClean { failures += 1 }
            }
            if standing != .down, !probes[end], failures >= fall {
                standing = .down
            } else if standing == .down || (standing == .unknown && hasFailed) {
                guard cleans >= rise else { continue }
                standing = .up
                // Nothing from before is held against it.
                begin = end + 1
                hasFailed = false
            } else if standing == .unknown {
                standing = .up
            }
        }
        return standing
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `the counters agree with a naive look back`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let fall = Int.random(in: 1...4, using: &generator)
        let rise = Int.random(in: 1...5, using: &generator)
        let okReset = Int.random(in: 1...4, using: &generator)
        let health = HealthSettings(fall: fall, rise: rise, okReset: okReset)
        var bench = HealthBench(settings: health)
        var probes: [Bool] = []
        let share = Int.random(in: 10...90, using: &generator)
        for _ in 0..<200 {
            let isClean = generator.chance(share)
            probes.append(isClean)
            bench.see("edge11", isClean ? .answered : .refused, at: 0)
            let expected = naive(probes, fall: fall, rise: rise, okReset: okReset)
            #expect(bench.server("edge11", at: 0) == expected, "after \(probes.count) probes")
        }
    }
}
