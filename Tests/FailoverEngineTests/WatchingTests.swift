import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

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
