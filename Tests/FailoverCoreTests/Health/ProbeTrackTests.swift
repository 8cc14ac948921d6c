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

    @Test func `a clean probe in between starts the count of failures anew`() {
        var bench = HealthBench()
        bench.see("edge11", .answered, at: 0)
        bench.see("edge11", .refused, 2, at: 1)
        bench.see("edge11", .answered, at: 2)
        bench.see("edge11", .refused, 2, at: 3)
        #expect(bench.server("edge11", at: 3) == .up)
        bench.see("edge11", .refused, at: 4)
        #expect(bench.server("edge11", at: 4) == .down)
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

    @Test func `the table of standings and streaks is total and moves only by thresholds`() {
        let settings = HealthSettings(fall: 2, rise: 3)
        let standings: [ProbeTrack.Standing] = [
            .unsure(afterFailure: false), .unsure(afterFailure: true), .up, .down,
        ]
        let streaks: [ProbeTrack.Streak] = [
            .none, .clean(1), .clean(2), .clean(3), .failed(1), .failed(2),
        ]
        let expected: [[ProbeTrack.Standing]] = [
            [standings[0], .up, .up, .up, standings[1], .down],
            [standings[1], standings[1], standings[1], .up, standings[1], .down],
            [.up, .up, .up, .up, .up, .down],
            [.down, .down, .down, .up, .down, .down],
        ]
        for (row, standing) in standings.enumerated() {
            for (column, streak) in streaks.enumerated() {
                #expect(ProbeTrack.next(standing, streak, settings) == expected[row][column])
            }
        }
    }
}
