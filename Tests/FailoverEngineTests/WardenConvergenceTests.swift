import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// Resolvers after runs: `sip.contoso.com` has 100 s to live, so they have 110.
@Suite
struct WardenConvergenceTests {
    private static let near = DNSServer(address: .of("192.0.2.153"))
    private static let far = DNSServer(address: .of("192.0.2.154"))
    private static let sip = FQDN.of("sip.contoso.com")
    private static let codes: Set<NoticeCode> = [.dnsConverged, .dnsNotConverged]

    private func world(_ lag: Duration, mode: RouteMode = .auto) -> ScriptedOrganisation {
        let world = WardenBench.world([Contoso.sipRoute(mode: mode)])
        world.change { model in
            for set in model.recordSets(Self.sip) {
                model.put(RecordSet(name: set.name, type: set.type, ttl: 100, data: set.data))
            }
            model.addResolver(Self.near, lag: .seconds(5))
            model.addResolver(Self.far, lag: lag)
        }
        return world
    }

    private func failOver(_ bench: WardenBench) async {
        await bench.pass(40)
        bench.world.bring(Contoso.pool1, .off)
        #expect(await bench.pass(400) { $0.runsDone == 1 })
    }

    private func told(_ journal: MemoryJournal) -> [Notice] {
        journal.notices.filter { Self.codes.contains($0.code) }
    }

    @Test
    func `resolvers that take the new data over are told of once, and do not hold the lock`()
        async throws
    {
        let journal = MemoryJournal()
        let world = world(.seconds(80))
        let resolvers = [Self.near, Self.far]
        try await WardenBench.live(in: world, journal: journal, resolvers: resolvers) { bench in
            await failOver(bench)
            #expect(told(journal).isEmpty, "one of them is behind")
            #expect(bench.run == nil)
            #expect(await bench.pass(110) { $0.has(.dnsConverged) })
            await bench.pass(200)
            let notice = try #require(told(journal).first)
            #expect(told(journal).count == 1)
            #expect(notice.severity == .info && notice.route == Contoso.sip)
            #expect(notice.sentence.contains("192.0.2.153, 192.0.2.154"))
            #expect(notice.sentence.contains(" after its end all resolvers"))
            #expect(notice.sentence.contains(" run 1 "))
        }
    }

    @Test
    func `a resolver that keeps old data is named once, when its time is over`() async throws {
        let journal = MemoryJournal()
        let world = world(.seconds(1_000))
        let resolvers = [Self.near, Self.far]
        try await WardenBench.live(in: world, journal: journal, resolvers: resolvers) { bench in
            await failOver(bench)
            await bench.pass(105)
            #expect(told(journal).isEmpty)
            #expect(await bench.pass(40) { $0.has(.dnsNotConverged) })
            await bench.pass(200)
            #expect(told(journal).count == 1)
            let notice = try #require(told(journal).first)
            #expect(notice.severity == .warning && notice.pool == Contoso.pool2)
            #expect(
                notice.sentence.contains(
                    "192.0.2.154 says 203.0.113.11, 203.0.113.12 for sip.contoso.com A, not"
                        + " 198.51.100.21, 198.51.100.22"
                )
            )
            #expect(!notice.sentence.contains("192.0.2.153"))
        }
    }

    @Test
    func `a resolver that is silent does not count as converged`() async throws {
        let journal = MemoryJournal()
        let world = world(.seconds(5))
        world.order(.hangs, at: .question(Self.far), times: 1_000)
        let resolvers = [Self.near, Self.far]
        try await WardenBench.live(in: world, journal: journal, resolvers: resolvers) { bench in
            await failOver(bench)
            #expect(await bench.pass(180) { $0.has(.dnsNotConverged) })
            #expect(bench.sentence(.dnsNotConverged).contains("192.0.2.154 gives no answer"))
            #expect(!bench.has(.dnsConverged))
        }
    }

    @Test
    func `a restart goes on watching, with the time that has passed, and tells nothing twice`()
        async throws
    {
        let journal = MemoryJournal()
        let world = world(.seconds(1_000))
        let resolvers = [Self.far]
        try await WardenBench.live(in: world, journal: journal, resolvers: resolvers) { bench in
            await failOver(bench)
            #expect(told(journal).isEmpty)
        }
        // A life takes ten minutes to end.
        let second = journal.revived()
        try await WardenBench.live(in: world, journal: second, resolvers: resolvers) { bench in
            #expect(await bench.pass(35) { $0.has(.dnsNotConverged) })
            #expect(bench.sentence(.dnsNotConverged).hasPrefix("10m"))
        }
        let third = second.revived()
        try await WardenBench.live(in: world, journal: third, resolvers: resolvers) { bench in
            await bench.pass(120)
            #expect(told(third).count == 1)
        }
    }

    @Test
    func `a later run takes the names over`() async throws {
        let journal = MemoryJournal()
        let world = world(.seconds(5), mode: .approve)
        world.order(.hangs, at: .question(Self.far), times: 1_000)
        try await WardenBench.live(in: world, journal: journal, resolvers: [Self.far]) { bench in
            await bench.pass(40)
            bench.world.bring(Contoso.pool1, .off)
            await bench.approveNext()
            #expect(await bench.pass(400) { $0.runsDone == 1 })
            world.bring(Contoso.pool1, .well)
            await bench.pass(30)
            let back = PolicyEvent.failbackOrdered(
                Contoso.sip,
                by: WardenBench.anna,
                reason: "home is well",
                isDrill: false,
                overriding: Overrides([.soak, .coolDown], reason: "home is well")
            )
            #expect(await bench.order(back) == .accepted)
            await bench.approveNext()
            #expect(await bench.pass(400) { $0.runsDone == 2 })
            await bench.pass(500)
            let runs = told(journal).map(\.request?.number)
            #expect(runs == [2], "\(told(journal).map(\.sentence))")
        }
    }

    @Test
    func `without resolvers nothing is told`() async throws {
        let journal = MemoryJournal()
        try await WardenBench.live(in: world(.seconds(1_000)), journal: journal) { bench in
            await failOver(bench)
            await bench.pass(300)
            #expect(told(journal).isEmpty)
        }
    }
}
