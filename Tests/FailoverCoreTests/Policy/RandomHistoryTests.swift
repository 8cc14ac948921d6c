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
        var histories: [RandomHistory] = []
        for seed in 1...48 as ClosedRange<UInt64> {
            var history = RandomHistory(seed: seed)
            history.live(events: 1_000)
            histories.append(history)
        }
        func sum(_ count: KeyPath<RandomHistory, Int>) -> Int {
            histories.map { $0[keyPath: count] }.reduce(0, +)
        }
        #expect(sum(\.automaticStarts) > 10)
        #expect(sum(\.approvedStarts) > 50)
        #expect(sum(\.restarts) > 50)
        #expect(sum(\.rehearsals) > 5)
        #expect(sum(\.drills) > 5)
        #expect(sum(\.joined) > 5)
        #expect(sum(\.reminders) > 4)
        #expect(sum(\.reliefs) > 5)
        #expect(sum(\.startsOfSilentTargets) > 5)
        #expect(sum(\.overriddenStarts) > 5)
        #expect(sum(\.refusedForChanges) > 5)
        #expect(sum(\.questionsOfUnready) > 5)
        #expect(sum(\.startsInWindow) > 0)
        #expect(sum(\.startsUnanswered) > 0)
        #expect(sum(\.waitsForWindow) > 0)
        #expect(sum(\.shadowMoves) > 20)
        #expect(sum(\.shadowQuestions) > 20)
        #expect(sum(\.shadowPeopleMoves) > 20)
    }
}
