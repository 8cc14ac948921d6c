import FailoverCore
import FailoverEngine
import FailoverTestKit
import Synchronization
import Testing

/// Which legs are probed, how often, and what becomes of the outcomes.
@Suite("ProbeLoop and ProbeBoard")
struct ProbeLoopTests {
    /// What was probed; whatever answers takes no time, silence takes all of it.
    private final class RecordingProber: Prober {
        struct Place: Hashable {
            var kind: ProbeKind
            var address: IPAddress
            var port: UInt16
        }

        let clock: VirtualClock
        let begun = Shared<[Place: [Instant]]>([:])
        private let answer: @Sendable (ProbeTarget) -> ProbeFinding

        init(
            _ clock: VirtualClock,
            _ answer: @escaping @Sendable (ProbeTarget) -> ProbeFinding
        ) {
            self.clock = clock
            self.answer = answer
        }

        func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
            let place = Place(kind: target.kind, address: target.address, port: target.port)
            let now = clock.now()
            begun.change { $0[place, default: []].append(now) }
            let finding = answer(target)
            if [.silent, .connectTimeout, .unanswered].contains(finding) {
                // A cancelled probe has found nothing.
                try? await clock.sleep(until: now + timeout)
            }
            return ProbeOutcome(
                finding: finding,
                reason: "\(target.address):\(target.port) \(finding.code)",
                totalTime: .zero
            )
        }
    }

    /// Sample pools, with A/V addresses 192.0.2.11 and so on when wanted.
    private static func organisation(
        _ routes: [FederationRoute],
        media: Bool = false
    ) -> Organisation {
        var organisation = Contoso.organisation(routes: routes)
        guard media else { return organisation }
        for pool in organisation.edgePools.indices {
            for server in organisation.edgePools[pool].servers.indices {
                organisation.edgePools[pool].servers[server].mediaAddresses = [
                    mediaAddress(pool + 1, server + 1)
                ]
            }
        }
        return organisation
    }

    private static func mediaAddress(_ pool: Int, _ member: Int) -> IPAddress {
        .of("192.0.2.\(pool)\(member)")
    }

    private static func mediaRoute() -> FederationRoute {
        var route = Contoso.sipRoute()
        route.name = RouteName("media")
        route.kind = .media
        return route
    }

    private struct Result {
        /// When each place was probed, until the loop was told to stop.
        var begun: [RecordingProber.Place: [Instant]]
        var board: ProbeBoard
        var progress: Int

        func times(_ kind: ProbeKind, _ address: IPAddress) -> [Instant] {
            begun.filter { $0.key.kind == kind && $0.key.address == address }
                .flatMap(\.value).sorted()
        }
    }

    /// Runs a loop for a while.
    private func run(
        _ organisation: Organisation = organisation([Contoso.sipRoute()]),
        for seconds: Int,
        interval: Int,
        fastInterval: Int? = nil,
        _ answer: @escaping @Sendable (ProbeTarget) -> ProbeFinding = { _ in .answered }
    ) async -> Result {
        let clock = VirtualClock()
        let prober = RecordingProber(clock, answer)
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
                organisation: organisation,
                localDomains: [.sip: .of("us.test")]
            ),
            board: board,
            interval: .seconds(interval),
            fastInterval: .seconds(fastInterval ?? interval),
            clock: clock,
            wallClock: FixedWallClock(following: clock),
            progress: progress,
            stop: stop
        )
        let stage = Stage(clock: clock)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: stage) { await loop.run {} }
            await stage.pass(.seconds(seconds))
            let result = Result(begun: prober.begun.value, board: board, progress: progress.count)
            stop.raise()
            await stage.pass(.seconds(3 * interval + 5))
            return result
        }
    }

    private static func leg(_ pool: FQDN, _ kind: LegKind) -> PoolLeg {
        PoolLeg(pool: pool, kind: kind)
    }

    private func gaps(_ times: [Instant]) -> Set<Duration> {
        Set(zip(times, times.dropFirst()).map { $1 - $0 })
    }

    @Test
    func `a suspect is probed faster until it is decided, and nobody else is`() async throws {
        let organisation = Self.organisation([Contoso.sipRoute()])
        let servers = organisation.edgePools.flatMap(\.servers)
        let addresses = servers.compactMap { $0.probeAddress(from: "warden-1") }
        let suspect = try #require(addresses.first)
        let result = await run(organisation, for: 60, interval: 5, fastInterval: 1) {
            $0.address == suspect && $0.kind == .sip ? .refused : .answered
        }
        let times = result.times(.sip, suspect)
        let steps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(steps.prefix(4) == [.seconds(1), .seconds(1), .seconds(5), .seconds(5)])
        for other in addresses.dropFirst() {
            #expect(gaps(result.times(.sip, other)) == [.seconds(5)])
        }
    }

    @Test
    func `every member is probed once per interval, spread over it`() async {
        let result = await run(for: 60, interval: 5)
        let begun = result.begun.filter { $0.key.kind == .sip }
        #expect(begun.count == 4)
        #expect(Set(begun.values.compactMap(\.first)).count == 4, "not all at once")
        for times in begun.values {
            #expect(times.count == 12)
            #expect(gaps(times) == [.seconds(5)])
        }
        #expect(result.progress == result.begun.values.map(\.count).reduce(0, +))
    }

    @Test
    func `the client port comes with SIP, at a third of the pace`() async {
        let result = await run(for: 59, interval: 5)
        let begun = result.begun.filter { $0.key.kind == .tls }
        #expect(begun.count == 4)
        #expect(begun.keys.allSatisfy { $0.port == 443 })
        for times in begun.values { #expect(gaps(times) == [.seconds(15)]) }
        #expect(result.board.verdicts()[Self.leg(Contoso.pool2, .access)]?.verdict == .up)
        #expect(result.begun.keys.allSatisfy { [.sip, .tls].contains($0.kind) })
    }

    @Test(arguments: [(2, 6), (5, 15), (8, 15), (14, 15), (20, 20)])
    func `the slower pace never lets evidence grow stale`(interval: Int, pace: Int) {
        let board = ProbeBoard(
            organisation: Self.organisation([Contoso.sipRoute()]),
            settings: HealthSettings(staleAfter: .seconds(30)),
            clock: VirtualClock()
        )
        let access = board.pace(
            of: Self.leg(Contoso.pool1, .access),
            interval: .seconds(interval)
        )
        #expect(access == .seconds(pace))
        let sip = board.pace(of: Self.leg(Contoso.pool1, .sip), interval: .seconds(interval))
        #expect(sip == .seconds(interval))
    }

    @Test
    func `an XMPP route that leaves services alone watches nothing but XMPP`() async {
        let result = await run(
            Self.organisation([Contoso.xmppRoute(services: .untouched)], media: true),
            for: 30,
            interval: 5
        )
        #expect(Set(result.board.watchedLegs.map(\.kind)) == [.xmpp])
        #expect(Set(result.begun.keys.map(\.port)) == [5_269])
    }

    @Test(arguments: [nil, EdgeServices.documented, .xmppOnly])
    func `the client port tells of a standby whose XMPP service a run would start`(
        services: EdgeServices?
    ) async {
        let result = await run(
            Self.organisation([Contoso.xmppRoute(services: services)], media: true),
            for: 59,
            interval: 5
        ) { $0.kind == .xmpp ? .refused : .answered }
        #expect(Set(result.board.watchedLegs.map(\.kind)) == [.xmpp, .access])
        #expect(gaps(result.times(.xmpp, Contoso.address(2, 1))) == [.seconds(5)])
        #expect(gaps(result.times(.tls, Contoso.address(2, 1))) == [.seconds(15)])
        let verdicts = result.board.verdicts()
        #expect(verdicts[Self.leg(Contoso.pool2, .xmpp)]?.verdict == .down)
        #expect(verdicts[Self.leg(Contoso.pool2, .access)]?.verdict == .up)
    }

    @Test
    func `media addresses of a SIP route's pools are watched, over TCP and UDP, slowly`() async {
        let result = await run(
            Self.organisation([Contoso.sipRoute()], media: true),
            for: 59,
            interval: 5
        )
        #expect(Set(result.board.watchedLegs.map(\.kind)) == [.sip, .access, .media])
        let address = Self.mediaAddress(2, 1)
        let (tcp, udp) = (
            result.times(.tcp, address), result.times(.stun, address)
        )
        #expect(tcp == udp)
        #expect(gaps(tcp) == [.seconds(15)])
        let places = result.begun.keys.filter { $0.address == address }
        #expect(Set(places.map(\.port)) == [443, 3_478])
        #expect(result.board.verdicts()[Self.leg(Contoso.pool2, .media)]?.verdict == .up)
    }

    @Test
    func `what is down is probed at the full pace until it is back`() async throws {
        let home = Self.mediaAddress(1, 1)
        let result = await run(
            Self.organisation([Contoso.sipRoute()], media: true),
            for: 90,
            interval: 5,
            fastInterval: 1
        ) { target in target.address == home ? .refused : .answered }
        let steps = result.times(.tcp, home)
        let pauses = zip(steps, steps.dropFirst()).map { $1 - $0 }
        #expect(pauses.prefix(2) == [.seconds(1), .seconds(1)])
        #expect(Set(pauses.dropFirst(2)) == [.seconds(5)])
        #expect(gaps(result.times(.tcp, Self.mediaAddress(1, 2))) == [.seconds(15)])
    }

    @Test
    func `where one leg fails the others are looked at soon, once`() async throws {
        let organisation = Self.organisation([Contoso.sipRoute()], media: true)
        let server = try #require(organisation.edgePools.first?.servers.first)
        let access = try #require(server.probeAddress(from: "warden-1"))
        let asked = Mutex(0)
        let result = await run(organisation, for: 90, interval: 5, fastInterval: 1) { target in
            guard target.address == access, target.kind == .sip else { return .answered }
            return asked.withLock { count in
                count += 1
                return count > 7 ? .refused : .answered
            }
        }
        let failed = result.times(.sip, access)[7]
        let media = result.times(.tcp, Self.mediaAddress(1, 1))
        let next = try #require(media.firstIndex { $0 > failed })
        #expect(media[next] - failed <= .seconds(5))
        #expect(media[next] - media[next - 1] < .seconds(15))
        #expect(gaps(Array(media[next...])) == [.seconds(15)])
        #expect(gaps(result.times(.tcp, Self.mediaAddress(1, 2))) == [.seconds(15)])
    }

    @Test
    func `a media route probes media at the full pace, and nothing else`() async {
        let result = await run(
            Self.organisation([Self.mediaRoute()], media: true),
            for: 59,
            interval: 5
        )
        #expect(Set(result.board.watchedLegs.map(\.kind)) == [.media])
        #expect(gaps(result.times(.stun, Self.mediaAddress(1, 1))) == [.seconds(5)])
    }

    @Test
    func `a media route and a SIP route of the same pools share one media leg at the full pace`()
        async
    {
        let result = await run(
            Self.organisation([Contoso.sipRoute(), Self.mediaRoute()], media: true),
            for: 59,
            interval: 5
        )
        #expect(result.board.watchedLegs.filter { $0.kind == .media }.count == 2)
        #expect(gaps(result.times(.tcp, Self.mediaAddress(1, 1))) == [.seconds(5)])
    }

    @Test
    func `silence on UDP degrades the media leg and never takes it down`() async {
        let result = await run(
            Self.organisation([Self.mediaRoute()], media: true),
            for: 60,
            interval: 5
        ) { $0.kind == .stun ? .unanswered : .answered }
        let verdict = result.board.verdicts()[Self.leg(Contoso.pool1, .media)]
        #expect(verdict?.verdict == .degraded)
        #expect(verdict?.reason.contains("but not on UDP 3478") == true)
        #expect(result.board.members().allSatisfy { $0.liveness == .alive })
    }

    @Test
    func `the media leg is down when TCP is dead and UDP says nothing`() async {
        let result = await run(
            Self.organisation([Self.mediaRoute()], media: true),
            for: 60,
            interval: 5
        ) { $0.kind == .stun ? .unanswered : .refused }
        #expect(result.board.verdicts()[Self.leg(Contoso.pool1, .media)]?.verdict == .down)
    }

    @Test
    func `the client port tells of a host on which federation is not enabled yet`() async {
        let result = await run(for: 60, interval: 5) { $0.kind == .sip ? .refused : .answered }
        let verdicts = result.board.verdicts()
        #expect(verdicts[Self.leg(Contoso.pool2, .sip)]?.verdict == .down)
        #expect(verdicts[Self.leg(Contoso.pool2, .access)]?.verdict == .up)
    }

    @Test
    func `a probe that takes longer than the interval leaves turns out and piles none up`() async {
        let slow = Contoso.address(1, 1)
        let result = await run(for: 60, interval: 2) { target in
            target.address == slow ? .silent : .answered
        }
        #expect(gaps(result.times(.sip, slow)) == [.seconds(4)])
        let others = result.times(.sip, Contoso.address(1, 2))
        #expect(others.count == 30, "others keep their turns")
        #expect(result.board.verdicts()[Self.leg(Contoso.pool1, .sip)]?.verdict == .degraded)
    }

    @Test
    func `what was found stands on the board`() async {
        let dead = [Contoso.address(1, 1), Contoso.address(1, 2)]
        let result = await run(for: 30, interval: 5) { target in
            dead.contains(target.address) ? .refused : .answered
        }
        let verdicts = result.board.verdicts()
        #expect(verdicts[Self.leg(Contoso.pool1, .sip)]?.verdict == .down)
        #expect(verdicts[Self.leg(Contoso.pool2, .sip)]?.verdict == .up)
        let entries = result.board.entries().filter { $0.kind == .sip }
        #expect(entries.count == 4)
        #expect(entries.first?.target == "203.0.113.11:5061")
        let members = result.board.members().filter { $0.kind == .sip && $0.liveness == .dead }
        #expect(members.map(\.server) == [Contoso.edge(1, 1), Contoso.edge(1, 2)])
    }

    @Test
    func `a reload keeps what is known of the legs that are still watched, and no others`() async {
        let result = await run(for: 60, interval: 5) { $0.kind == .sip ? .refused : .answered }
        let later = VirtualClock()
        let board = ProbeBoard(
            organisation: Self.organisation([Contoso.xmppRoute(), Contoso.sipRoute()]),
            settings: HealthSettings(fall: 3, rise: 3, staleAfter: .seconds(300)),
            clock: later,
            continuing: result.board
        )
        #expect(board.entries().count == 8)
        let without = ProbeBoard(
            organisation: Self.organisation([Contoso.xmppRoute(services: .untouched)]),
            settings: HealthSettings(),
            clock: later,
            continuing: result.board
        )
        #expect(without.entries().isEmpty)
    }
}
