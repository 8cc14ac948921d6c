import Testing

@testable import FailoverCore

@Suite("FailoverPolicy: random histories")
struct RandomHistoryTests {
    @Test(arguments: 1...24 as ClosedRange<UInt64>)
    func `the oracle agrees after every event, and afterwards a dead holder is moved`(
        seed: UInt64
    ) {
        var history = RandomHistory(seed: seed)
        history.live(events: 600)
        #expect(history.disagreement == nil)
        let isHealed = history.heal()
        #expect(isHealed)
        #expect(history.disagreement == nil)
    }

    @Test func `the same seed gives the same effects`() {
        var first = RandomHistory(seed: 7)
        var second = RandomHistory(seed: 7)
        first.live(events: 600)
        second.live(events: 600)
        #expect(first.transcript == second.transcript)
        #expect(!first.transcript.isEmpty)
    }

    @Test func `the histories reach what they are to judge`() {
        var reached: [String: Int] = [:]
        for seed in 101...130 as ClosedRange<UInt64> {
            var history = RandomHistory(seed: seed)
            history.live(events: 600)
            #expect(history.disagreement == nil, "seed \(seed)")
            reached.merge(history.reached, uniquingKeysWith: +)
            reached["shadow of a move", default: 0] += history.shadowMoves
            reached["shadow of a question", default: 0] += history.shadowQuestions
            reached["shadow of what people did", default: 0] += history.shadowPeopleMoves
        }
        let states = [
            "idle", "joined", "queued", "planning", "asked", "approved", "running", "halted",
            "stuck", "declined", "unanswered", "retrying",
        ]
        let acts = [
            "act plan", "act ask", "act withdraw", "act alarm", "begin automatic rescue",
            "begin automatic failback", "begin approved rescue", "begin approved relief",
            "begin approved failback", "begin approved order", "begin approved drill",
            "begin rehearsal rehearsal", "begin several", "begin overridden", "yes",
            "yes refused", "no", "overtaken", "order", "order refused", "restart",
            "shadow of a move",
            "shadow of a question", "shadow of what people did",
        ]
        // A window that was not read while home is back is too rare; the table's tests have it.
        let rows = DecisionRow.allCases.filter { $0 != .windowNotKnown }.map(\.rawValue)
        for word in rows + states + acts {
            #expect(reached[word] ?? 0 > 0, "\(word)")
        }
    }
}
