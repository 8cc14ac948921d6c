import FailoverCore
import Testing

@Suite("VantageWatch and ClockWatch: the watcher doubts itself")
struct VantageWatchTests {
    private static let gateway = target(1, .gateway)
    private static let resolver = target(2, .resolver)

    private static func target(_ last: UInt8, _ source: ControlTarget.Source) -> ControlTarget {
        ControlTarget(address: .v4([192, 0, 2, last]), port: 53, source: source)
    }

    /// A watch with virtual time: a round every five seconds.
    private struct Bench {
        var watch = VantageWatch(name: "warden-1")
        var now = 0.0

        @discardableResult
        mutating func round(_ gateway: Bool, _ resolver: Bool, alive: Double? = nil) -> Notice? {
            now += 5
            return watch.take(
                round: [
                    VantageWatchTests.gateway: gateway, VantageWatchTests.resolver: resolver,
                ],
                begun: .at(now - 1),
                lastAlive: alive.map { .at($0) },
                at: .at(now)
            )
        }
    }

    @Test func `two rounds of silence of all that ever answered are isolation, told once`() {
        var bench = Bench()
        bench.round(true, true)
        #expect(bench.round(false, false) == nil)
        let notice = bench.round(false, false)
        #expect(notice?.code == .isolated && notice?.severity == .critical)
        #expect(notice?.sentence.contains("gateway 192.0.2.1, resolver 192.0.2.2") == true)
        #expect(bench.watch.state == .isolated(since: .at(15)))
        #expect(bench.round(false, false) == nil)
        let over = bench.round(true, false)
        #expect(over?.code == .vantageSound && bench.watch.state == .sound)
    }

    @Test func `one target that answers is enough`() {
        var bench = Bench()
        bench.round(true, true)
        for _ in 0..<5 { bench.round(false, true) }
        #expect(bench.watch.state == .sound)
    }

    @Test func `targets that never answered say nothing, and people see that`() {
        var bench = Bench()
        for _ in 0..<5 { bench.round(false, false) }
        #expect(bench.watch.state == .sound)
        #expect(bench.watch.inWords.contains("no control target has ever answered"))
        bench.round(true, false)
        #expect(bench.watch.inWords == "sound")
        for _ in 0..<2 { bench.round(false, false) }
        #expect(!bench.watch.state.isSound)
    }

    @Test func `without targets it cannot tell`() {
        var watch = VantageWatch(name: "a")
        for second in 0..<9 {
            let now = Instant.at(Double(second))
            #expect(watch.take(round: [:], begun: now, lastAlive: nil, at: now) == nil)
        }
        #expect(watch.inWords.contains("without control targets"))
    }

    @Test func `a pool that answers during the silence shows that the network works`() {
        var bench = Bench()
        bench.round(true, true)
        bench.round(false, false, alive: 8)
        bench.round(false, false, alive: 12)
        #expect(bench.watch.state == .sound)
        bench.round(false, false, alive: 12)
        bench.round(false, false, alive: 12)
        #expect(!bench.watch.state.isSound)
        bench.round(false, false, alive: 29)
        #expect(bench.watch.state == .sound)
    }

    @Test func `both pools dead is no isolation while a control target answers`() {
        var bench = Bench()
        for _ in 0..<9 { bench.round(true, true, alive: nil) }
        #expect(bench.watch.state == .sound)
    }

    @Test func `a gap in time is late until everything was probed anew, told once`() {
        var bench = Bench()
        let first = bench.watch.take(gap: .slept(.seconds(40)), at: .at(1))
        #expect(first?.code == .late && first?.severity == .warning)
        #expect(first?.sentence.contains("the machine slept for 40s") == true)
        #expect(bench.watch.take(gap: .stalled(.seconds(9)), at: .at(2)) == nil)
        #expect(bench.watch.state == .late(since: .at(2)))
        #expect(bench.watch.probedAnew(since: .at(1), at: .at(3)) == nil)
        #expect(bench.watch.probedAnew(since: .at(2), at: .at(3))?.code == .vantageSound)
        #expect(bench.watch.state == .sound)
    }

    @Test func `a late vantage can become isolated, and isolation outlasts a gap`() {
        var bench = Bench()
        bench.round(true, true)
        _ = bench.watch.take(gap: .slept(.seconds(40)), at: .at(6))
        bench.round(false, false)
        bench.round(false, false)
        #expect(bench.watch.state == .isolated(since: .at(15)))
        #expect(bench.watch.take(gap: .slept(.seconds(40)), at: .at(16)) == nil)
        #expect(bench.watch.state == .isolated(since: .at(15)))
    }

    @Test(
        arguments: [
            (1, 0, 1, nil), (8, 0, 8, nil), (9, 0, 9, .stalled(.seconds(9))),
            (1, 1, 2, nil), (1, 2, 3, .slept(.seconds(2))), (1, 40, 41, .slept(.seconds(40))),
            (1, 0, 31, nil), (1, 0, 32, .clockSet(.seconds(31))),
            (1, 0, -29, nil), (1, 0, -30, .clockSet(.seconds(-31))),
            (1, 1, -30, .clockSet(.seconds(-32))),
        ] as [(Int, Int, Int, TimeGap?)]
    )
    func `what the clocks say decides`(passed: Int, slept: Int, wall: Int, gap: TimeGap?) {
        var watch = ClockWatch(periodMax: .seconds(8))
        let start = ClockReading(
            monotonic: .at(100),
            slept: .seconds(7),
            wall: Timestamp(millisecondsSinceEpoch: 1_000_000)
        )
        #expect(watch.take(start) == nil)
        let next = ClockReading(
            monotonic: .at(100 + Double(passed)),
            slept: .seconds(7 + slept),
            wall: Timestamp(millisecondsSinceEpoch: 1_000_000 + Int64(wall) * 1_000)
        )
        #expect(watch.take(next) == gap)
        #expect(watch.take(next) == nil)
    }

    @Test func `a control target lives when it refuses, and not when it is silent`() {
        for finding in [ProbeFinding.answered, .refused, .reset, .closedEarly] {
            #expect(ControlTarget.answers(finding))
        }
        for finding in [ProbeFinding.connectTimeout, .unreachable, .inconclusive, .unanswered] {
            #expect(!ControlTarget.answers(finding))
        }
    }

    @Test func `the default gateways are read from the system's table`() {
        let table = """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask
            eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000
            eth1\t00000000\t010200C0\t0003\t0\t0\t200\t00000000
            eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF
            tun0\t00000000\t00000000\t0003\t0\t0\t100\t00000000
            broken\t00000000\tzz
            """
        #expect(ControlTarget.gateways(in: table) == [.v4([192, 0, 2, 1])])
        #expect(ControlTarget.gateways(in: "").isEmpty)
    }

    @Test func `name servers are read, and this machine is none`() {
        let text = """
            # nameserver 192.0.2.9
            search contoso.net
            nameserver 192.0.2.53
            nameserver 127.0.0.53
            nameserver ::1
            nameserver fe80::1%eth0
            """
        let found = ControlTarget.nameServers(in: text)
        #expect(found.map(\.description) == ["192.0.2.53", "127.0.0.53", "::1"])
        #expect(found.map(ControlTarget.isOwn) == [false, true, true])
    }
}
