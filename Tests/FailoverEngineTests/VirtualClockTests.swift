import FailoverCore
import FailoverTestKit
import Testing

@Suite
struct VirtualClockTests {
    @Test
    func `it shows its start and moves only when told to`() {
        let clock = VirtualClock(startingAt: .origin + .seconds(5))
        #expect(clock.now() == .origin + .seconds(5))
        clock.advance(by: .seconds(2))
        #expect(clock.now() == .origin + .seconds(7))
        clock.advance(to: .origin + .seconds(6))
        #expect(clock.now() == .origin + .seconds(7), "it never goes back")
    }

    @Test
    func `a sleeper wakes at its deadline and not before`() async {
        let clock = VirtualClock()
        let deadline = clock.now() + .seconds(10)
        await withTaskGroup(of: Instant.self) { group in
            group.addTask {
                // Nobody cancels it; if it ended early, its time would show.
                try? await clock.sleep(until: deadline)
                return clock.now()
            }
            #expect(await clock.waitForTimer() == deadline)
            clock.advance(by: .seconds(9))
            #expect(clock.sleeperCount == 1)
            #expect(await clock.advanceToNextTimer() == deadline)
            #expect(clock.sleeperCount == 0)
            #expect(await group.next() == deadline)
        }
    }

    @Test
    func `a deadline that has passed does not wait`() async throws {
        let clock = VirtualClock()
        try await clock.sleep(until: clock.now())
        try await clock.sleep(until: .origin)
        #expect(clock.nextTimer == nil)
    }

    @Test
    func `a cancelled sleeper ends with CancellationError`() async {
        let clock = VirtualClock()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await clock.sleep(until: clock.now() + .seconds(10))
                    return false
                } catch { return error is CancellationError }
            }
            _ = await clock.waitForTimer()
            group.cancelAll()
            #expect(await group.next() == true)
        }
        #expect(clock.sleeperCount == 0)
    }

    @Test
    func `a clock that moves by sleeping never waits`() async throws {
        let clock = VirtualClock(movesBySleeping: true)
        let end = clock.now() + .seconds(86_400)
        try await clock.sleep(until: end)
        #expect(clock.now() == end)
    }
}

@Suite
struct StageTests {
    @Test
    func `time passes timer by timer for all tasks on it`() async {
        let clock = VirtualClock()
        let start = clock.now()
        let stage = Stage(clock: clock)
        let seen = Shared<[String]>([])
        let ended = await stage.perform {
            await withDiscardingTaskGroup { group in
                for (name, period) in [("a", 2), ("b", 3)] {
                    group.addTask {
                        for _ in 0..<3 {
                            // The test's own deadline ends it.
                            try? await clock.sleep(until: clock.now() + .seconds(period))
                            let second = (clock.now() - start).components.seconds
                            seen.change { $0.append("\(name)\(second)") }
                        }
                    }
                }
            }
            return clock.now() - start
        }
        #expect(ended == .seconds(9))
        #expect(seen.value == ["a2", "b3", "a4", "b6", "a6", "b9"])
    }

    @Test
    func `passing ends when the condition holds, and says so`() async {
        let clock = VirtualClock()
        let start = clock.now()
        let stage = Stage(clock: clock)
        let count = Shared(0)
        await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: stage) {
                for _ in 0..<5 {
                    try? await clock.sleep(until: clock.now() + .seconds(1))
                    count.change { $0 += 1 }
                }
            }
            #expect(await stage.pass(.seconds(60)) { count.value == 3 })
            #expect(clock.now() - start == .seconds(3))
            #expect(await stage.pass(.seconds(60)) { count.value == 9 } == false)
            #expect(clock.now() - start == .seconds(63))
        }
    }
}
