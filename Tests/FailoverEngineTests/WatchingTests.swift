import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite
struct ProbeLoopTests {
    /// Counts probes and says when each began.
    private final class Counting: Prober {
        let inner: ScriptedProber
        let clock: VirtualClock
        let begun = Shared<[IPAddress: [Instant]]>([:])

        init(_ world: ScriptedOrganisation) {
            inner = ScriptedProber(world)
            clock = world.clock
        }

        func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
            let now = clock.now()
            begun.change { $0[target.address, default: []].append(now) }
            return await inner.probe(target, timeout: timeout)
        }
    }

    /// Runs a loop for a while over a world with the SIP route alone.
    private func run(
        for seconds: Int,
        interval: Int,
        _ prepare: (ScriptedOrganisation) -> Void = { _ in }
    ) async -> (begun: [IPAddress: [Instant]], board: ProbeBoard, progress: Int) {
        let clock = VirtualClock()
        let organisation = Contoso.organisation(routes: [Contoso.sipRoute()])
        let world = ScriptedOrganisation(organisation, clock: clock)
        prepare(world)
        let prober = Counting(world)
        let board = ProbeBoard(
            organisation: organisation,
            settings: HealthSettings(fall: 3, rise: 3, staleAfter: .seconds(30)),
            clock: clock
        )
        let stop = StopFlag()
        let progress = Progress()
        let loop = ProbeLoop(
            organisation: organisation,
            setup: ProbeSetup(
                vantage: "warden-1",
                timeout: .seconds(3),
                prober: prober,
                organisation: organisation
            ),
            board: board,
            interval: .seconds(interval),
            clock: clock,
            wallClock: FixedWallClock(following: clock),
            progress: progress,
            stop: stop
        )
        let stage = Stage(clock: clock)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: stage) { await loop.run {} }
            await stage.pass(.seconds(seconds))
            let result = (prober.begun.value, board, progress.count)
            stop.raise()
            await stage.pass(.seconds(interval + 5))
            return result
        }
    }

    @Test
    func `every member is probed once per interval, spread over it`() async {
        let (begun, _, progress) = await run(for: 59, interval: 5)
        #expect(begun.count == 4)
        #expect(Set(begun.values.compactMap(\.first)).count == 4, "not all at once")
        for times in begun.values {
            #expect(times.count == 12)
            #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == .seconds(5) })
        }
        #expect(progress == 48)
    }

    @Test
    func `a probe that takes longer than the interval leaves turns out and piles none up`() async {
        let (begun, board, _) = await run(for: 60, interval: 2) { world in
            world.bring(server: Contoso.edge(1, 1), .hanging)
        }
        let slow = begun[Contoso.address(1, 1)] ?? []
        #expect(zip(slow, slow.dropFirst()).allSatisfy { $1 - $0 == .seconds(4) })
        #expect(begun[Contoso.address(1, 2)]?.count == 30, "others keep their turns")
        let leg = PoolLeg(pool: Contoso.pool1, kind: .sip)
        #expect(board.verdicts()[leg]?.verdict == .degraded)
    }

    @Test
    func `what was found stands on the board`() async {
        let (_, board, _) = await run(for: 30, interval: 5) { world in
            world.bring(Contoso.pool1, .crashed)
        }
        let verdicts = board.verdicts()
        #expect(verdicts[PoolLeg(pool: Contoso.pool1, kind: .sip)]?.verdict == .down)
        #expect(verdicts[PoolLeg(pool: Contoso.pool2, kind: .sip)]?.verdict == .up)
        #expect(board.entries().count == 4)
        let dead = board.members().filter { $0.liveness == .dead }.map(\.server)
        #expect(dead == [Contoso.edge(1, 1), Contoso.edge(1, 2)])
    }
}

@Suite
struct DNSWatchTests {
    @Test
    func `DNS that leads elsewhere is told once, and when it is over, and moves nothing`()
        async throws
    {
        let world = WardenBench.world([Contoso.sipRoute(mode: .auto)])
        let old = world.look { $0.recordSets(.of("sip.contoso.com")) }
        try await WardenBench.live(in: world) { bench in
            await bench.pass(90)
            world.change { model in
                model.put(
                    RecordSet(
                        name: .of("sip.contoso.com"),
                        type: .a,
                        ttl: 60,
                        data: [.address(.of("192.0.2.99"))]
                    )
                )
            }
            #expect(await bench.pass(60) { $0.has(.dnsMismatch) })
            await bench.pass(300)
            #expect(bench.codes.filter { $0 == .dnsMismatch }.count == 1)
            #expect(bench.warden.overview().dns.map(\.name) == [.of("sip.contoso.com")])
            world.change { model in
                for set in old { model.put(set) }
            }
            #expect(await bench.pass(60) { $0.has(.dnsWell) })
            #expect(bench.warden.overview().dns.isEmpty)
            #expect(world.acts.isEmpty)
        }
    }

    @Test
    func `a name server that is silent is told and fails nothing over`() async throws {
        let world = WardenBench.world([Contoso.sipRoute(mode: .auto)])
        world.order(.hangs, at: .question(Contoso.secondary), times: 1_000)
        try await WardenBench.live(in: world) { bench in
            #expect(await bench.pass(120) { $0.has(.dnsUnresolved) })
            let notice = bench.journal.notices.first { $0.code == .dnsUnresolved }
            #expect(notice?.sentence.contains("192.0.2.54") == true)
            #expect(world.acts.isEmpty)
        }
    }
}
