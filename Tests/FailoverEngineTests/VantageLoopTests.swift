import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// What the watch over the watcher asks, notices and tells.
@Suite("VantageLoop")
struct VantageLoopTests {
    /// Answers as it is told at the time; silence takes all of it.
    private struct SwitchedProber: Prober {
        let clock: VirtualClock
        let isCutOff = Shared(false)
        let asked = Shared<[Instant]>([])

        func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
            let now = clock.now()
            asked.change { $0.append(now) }
            guard isCutOff.value else {
                return ProbeOutcome(finding: .refused, reason: "refused", totalTime: .zero)
            }
            // A cancelled probe has found nothing.
            try? await clock.sleep(until: now + timeout)
            return ProbeOutcome(finding: .connectTimeout, reason: "silent", totalTime: timeout)
        }
    }

    private struct Bench {
        let clock = VirtualClock()
        let wallClock: FixedWallClock
        let slept = Shared(Duration.zero)
        let told = Shared<[Notice]>([])
        let stop = StopFlag()
        let prober: SwitchedProber
        let board: ProbeBoard
        let loop: VantageLoop
        let stage: Stage

        init() {
            let (clock, slept, stop) = (clock, slept, stop)
            wallClock = FixedWallClock(following: clock)
            prober = SwitchedProber(clock: clock)
            board = ProbeBoard(
                organisation: Contoso.organisation(routes: [Contoso.sipRoute()]),
                settings: HealthSettings(),
                clock: clock
            )
            loop = VantageLoop(
                name: "warden-1",
                targets: { [ControlTarget(address: .of("192.0.2.1"), port: 80, source: .gateway)] },
                prober: prober,
                timeout: .seconds(3),
                interval: .seconds(5),
                fastInterval: .seconds(1),
                lateAfter: .seconds(9),
                board: board,
                clock: clock,
                wallClock: wallClock,
                slept: { slept.value },
                stop: stop
            )
            stage = Stage(clock: clock)
        }

        /// Runs the loop while a story is told.
        func run(_ story: @escaping () async -> Void) async {
            await withTaskGroup(of: Void.self) { group in
                group.addTask(executorPreference: stage) { [loop, told] in
                    await loop.run { notice in told.change { $0.append(notice) } }
                }
                await story()
                stop.raise()
                await stage.pass(.seconds(20))
            }
        }

        func see(_ finding: ProbeFinding) {
            for pool in Contoso.organisation(routes: [Contoso.sipRoute()]).edgePools {
                for server in pool.servers {
                    board.record(
                        ProbeBoard.Entry(
                            server: server.fqdn,
                            pool: pool.fqdn,
                            kind: .sip,
                            target: "",
                            outcome: ProbeOutcome(finding: finding, reason: "", totalTime: .zero),
                            at: wallClock.now()
                        ),
                        vantage: "warden-1"
                    )
                }
            }
        }

        var verdict: VerdictClass? {
            board.verdicts()[PoolLeg(pool: Contoso.pool1, kind: .sip)]?.verdict
        }

        var codes: [NoticeCode] { told.value.map(\.code) }
    }

    @Test func `a cut-off agent knows that it is, forgets what it saw, and says so once`() async {
        let bench = Bench()
        await bench.run {
            await bench.stage.pass(.seconds(6))
            bench.prober.isCutOff.set(true)
            for _ in 0..<3 { bench.see(.connectTimeout) }
            #expect(bench.verdict == .down)
            await bench.stage.pass(.seconds(20))
            #expect(bench.codes == [.isolated])
            #expect(bench.verdict == .unknown)
            for _ in 0..<9 { bench.see(.connectTimeout) }
            #expect(bench.verdict == .unknown)
            bench.prober.isCutOff.set(false)
            await bench.stage.pass(.seconds(10))
            #expect(bench.codes == [.isolated, .vantageSound])
            #expect(bench.loop.current.state == .sound)
        }
    }

    @Test func `while a server is suspect the control targets are asked faster`() async {
        let bench = Bench()
        await bench.run {
            await bench.stage.pass(.seconds(11))
            #expect(bench.prober.asked.value.count == 3)
            bench.see(.refused)
            await bench.stage.pass(.seconds(9))
            #expect(bench.prober.asked.value.count >= 8)
        }
    }

    @Test func `a machine that slept is late until everything was probed anew`() async {
        let bench = Bench()
        await bench.run {
            bench.see(.answered)
            #expect(bench.verdict == .up)
            await bench.stage.pass(.seconds(2))
            bench.slept.set(.seconds(3_600))
            bench.wallClock.shift(by: .seconds(3_600))
            await bench.stage.pass(.seconds(2))
            #expect(bench.codes == [.late])
            #expect(bench.verdict == .unknown)
            bench.see(.answered)
            #expect(bench.verdict == .up)
            await bench.stage.pass(.seconds(2))
            #expect(bench.codes == [.late, .vantageSound])
        }
    }

    @Test func `a clock that was set is late as well`() async {
        let bench = Bench()
        await bench.run {
            bench.see(.answered)
            await bench.stage.pass(.seconds(2))
            bench.wallClock.shift(by: .seconds(-600))
            await bench.stage.pass(.seconds(2))
            #expect(bench.codes == [.late])
            #expect(bench.told.value.first?.sentence.contains("set back by 10m") == true)
        }
    }
}
