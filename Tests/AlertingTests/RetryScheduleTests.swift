import FailoverCore
import Testing

@testable import Alerting

@Suite("RetrySchedule")
struct RetryScheduleTests {
    private let schedule = RetrySchedule(first: .seconds(5), longest: .seconds(300))

    @Test(arguments: [(1, 5), (2, 10), (3, 20), (6, 160), (7, 300), (8, 300), (10_000, 300)])
    func `a wait doubles up to the longest and is at least half of it`(failures: Int, full: Int) {
        var generator = SeededGenerator(state: 11)
        let waits = (0..<200).map { _ in
            schedule.wait(afterFailures: failures, using: &generator)
        }
        #expect(waits.allSatisfy { $0 <= .seconds(full) && $0 * 2 >= .seconds(full) })
        // Spread over the whole upper half.
        #expect(waits.contains { $0 < .milliseconds(full * 600) })
        #expect(waits.contains { $0 > .milliseconds(full * 900) })
    }

    @Test func `the same seed gives the same waits`() {
        var one = SeededGenerator(state: 5)
        var two = SeededGenerator(state: 5)
        for failures in 1..<10 {
            #expect(
                schedule.wait(afterFailures: failures, using: &one)
                    == schedule.wait(afterFailures: failures, using: &two)
            )
        }
    }

    @Test func `it is over after the attempts or the age`() {
        let schedule = RetrySchedule(attemptsMax: 3, ageMax: .seconds(60))
        #expect(!schedule.isOver(attempts: 2, age: .seconds(59)))
        #expect(schedule.isOver(attempts: 3, age: .zero))
        #expect(schedule.isOver(attempts: 1, age: .seconds(60)))
    }
}
