import FailoverCore
import Testing

@testable import Simulating

@Suite("Histories as text")
struct HistoryTextTests {
    @Test func `a history that is written down and read is the same`() throws {
        for seed in 1...200 as ClosedRange<UInt64> {
            var history = HistoryMaker.history(seed: seed)
            history.seed = 0
            #expect(try History(text: history.text) == history)
        }
    }

    @Test(arguments: [
        "00:01:00 pool 0 asleep", "00:01 pool 0 dead", "00:01:00 pool", "setup estate=village",
        "setup agents", "00:00:00 celebrate", "setup colour=red", "00:01:00 crash-in-run soon 5",
    ])
    func `a line that is no part of a history is named`(line: String) {
        #expect(throws: TextFault(line: 2, text: line)) {
            try History(text: "# for people\n\(line)\n")
        }
    }

    @Test func `what is left out of a setup is as usual`() throws {
        let history = try History(text: "setup agents=2 sip=approve\n\n# nothing happens\n")
        #expect(history.setup == Setup(sipMode: .approve, agents: 2))
        #expect(history.actions.isEmpty)
    }
}
