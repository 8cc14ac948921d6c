import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// Where each leg is probed, and under which names.
@Suite("ProbeSetup")
struct ProbeSetupTests {
    private struct NoProber: Prober {
        func probe(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome {
            ProbeOutcome(finding: .inconclusive, reason: "not meant to probe", totalTime: .zero)
        }
    }

    private func aim(_ kind: LegKind, _ change: (inout EdgePool) -> Void = { _ in }) -> LegAim? {
        let organisation = Contoso.organisation()
        var pool = organisation.edgePools[1]
        change(&pool)
        let setup = ProbeSetup(
            vantage: "warden-1",
            timeout: .seconds(3),
            prober: NoProber(),
            organisation: organisation,
            localDomains: [.sip: .of("us.test")]
        )
        return setup.aim(pool.servers[0], pool, kind)
    }

    @Test
    func `SIP and the client port are judged by the pool's name, XMPP by the domain`() {
        let sip = aim(.sip)?.target
        #expect(sip?.kind == .sip && sip?.port == 5_061)
        #expect(sip?.serverName == .of("sip2.contoso.com"))
        #expect(sip?.domain == .of("contoso.com") && sip?.localDomain == .of("us.test"))
        let access = aim(.access)?.target
        #expect(access?.kind == .tls && access?.port == 443)
        #expect(access?.serverName == .of("sip2.contoso.com"))
        let xmpp = aim(.xmpp)?.target
        #expect(xmpp?.kind == .xmpp && xmpp?.port == 5_269)
        #expect(xmpp?.serverName == .of("contoso.com"))
        #expect(aim(.sip)?.datagrams == nil)
    }

    @Test
    func `media is probed at its own address, and not at all without one`() {
        #expect(aim(.media) == nil)
        let aim = aim(.media) { $0.servers[0].mediaAddresses = [.of("192.0.2.7")] }
        #expect(aim?.target.kind == .tcp && aim?.target.port == 443)
        #expect(aim?.datagrams?.kind == .stun && aim?.datagrams?.port == 3_478)
        #expect(aim?.target.address == .of("192.0.2.7"))
        #expect(aim?.datagrams?.address == .of("192.0.2.7"))
        #expect(aim?.target.serverName == nil)
    }

    @Test
    func `ports follow the topology, the relay's UDP port does not`() {
        let aim = aim(.media) { pool in
            pool.servers[0].mediaAddresses = [.of("192.0.2.7")]
            pool.ports = [.media: 444, .access: 5_061]
        }
        #expect(aim?.target.port == 444)
        #expect(aim?.datagrams?.port == 3_478)
        #expect(self.aim(.access) { $0.ports = [.access: 5_061] }?.target.port == 5_061)
    }
}
