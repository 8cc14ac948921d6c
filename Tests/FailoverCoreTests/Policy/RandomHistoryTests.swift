import FailoverCore
import Testing

@Suite("FailoverPolicy: random histories")
struct RandomHistoryTests {
    @Test(arguments: 1...24 as ClosedRange<UInt64>)
    func `nothing forbidden happens, and afterwards a dead holder is moved`(seed: UInt64) {
        var history = RandomHistory(seed: seed)
        history.live(events: 2_000)
        #expect(history.violations.isEmpty)
        let isHealed = history.heal()
        #expect(isHealed)
        #expect(history.violations.isEmpty)
    }

    @Test func `the same seed gives the same effects`() {
        var first = RandomHistory(seed: 7)
        var second = RandomHistory(seed: 7)
        first.live(events: 2_000)
        second.live(events: 2_000)
        #expect(first.transcript == second.transcript)
        #expect(!first.transcript.isEmpty)
    }

    @Test func `the histories reach what they are to judge`() {
        var automatic = 0
        var approved = 0
        var restarts = 0
        for seed in 1...12 as ClosedRange<UInt64> {
            var history = RandomHistory(seed: seed)
            history.live(events: 1_000)
            automatic += history.automaticStarts
            approved += history.approvedStarts
            restarts += history.restarts
        }
        #expect(automatic > 10)
        #expect(approved > 50)
        #expect(restarts > 50)
    }
}
