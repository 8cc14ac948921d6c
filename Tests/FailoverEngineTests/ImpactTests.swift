import FailoverCore
import FailoverTestKit
import Testing

@Suite("ImpactJudge: which direction is hurt, for which domains")
struct ImpactTests {
    private let organisation = Contoso.organisation(routes: [Contoso.sipRoute()])
    private let route = Contoso.sipRoute()

    private func judge(
        holder: FQDN? = Contoso.pool1,
        readings: [RecordReading] = [],
        _ verdicts: [FQDN: VerdictClass]
    ) -> Impact {
        ImpactJudge(organisation: organisation).impact(
            on: route,
            holder: holder,
            readings: readings
        ) { leg in Verdict(verdicts[leg.pool] ?? .unknown, reason: "") }
    }

    /// What one server says: SRV targets in order of priority, each with the addresses of a pool.
    private func dns(_ targets: [(name: String, pool: FQDN)]) -> [RecordReading] {
        let domain = organisation.domains(for: .sip)[0]
        guard let service = RouteKind.sip.serviceName(in: domain) else { return [] }
        let zone = ZoneKey(name: domain)
        let server = DNSServer(address: .v4([192, 0, 2, 53]))
        func reading(_ name: FQDN, _ type: RecordType, _ data: [RecordData]) -> RecordReading {
            RecordReading(
                zone: zone,
                server: server,
                name: name,
                type: type,
                set: RecordSet(name: name, type: type, ttl: 300, data: data)
            )
        }
        let services = targets.enumerated().map { index, target in
            RecordData.service(
                ServiceRecord(
                    priority: UInt16(index * 10),
                    weight: 0,
                    port: 5_061,
                    target: .of(target.name)
                )
            )
        }
        return [reading(service, .srv, services.reversed())]
            + targets.map { target in
                let addresses = organisation.edgePool(target.pool)?.publishedAddresses ?? []
                return reading(.of(target.name), .a, addresses.map { .address($0) })
            }
    }

    @Test func `a dead holder to which DNS leads hurts both directions`() {
        let impact = judge(
            readings: dns([("sip.contoso.com", Contoso.pool1)]),
            [Contoso.pool1: .down, Contoso.pool2: .up]
        )
        #expect(impact.outbound == .lost && impact.inbound.first?.harm == .lost)
        #expect(impact.isHurt)
        #expect(
            impact.sentence.hasPrefix(
                "outbound SIP federation is lost (edgepool1); inbound is lost for contoso.com "
                    + "(sip.contoso.com, edgepool1)"
            )
        )
    }

    @Test func `a later SRV target that works makes the loss one in part`() {
        let impact = judge(
            readings: dns([
                ("sip.contoso.com", Contoso.pool1), ("sip2.contoso.com", Contoso.pool2),
            ]),
            [Contoso.pool1: .down, Contoso.pool2: .up]
        )
        #expect(impact.inbound.first?.harm == .partial)
        #expect(impact.inbound.first?.path.contains("edgepool1, then sip2.contoso.com") == true)
    }

    @Test func `DNS that leads to a live pool keeps what partners send alive`() {
        let impact = judge(
            readings: dns([("sip.contoso.com", Contoso.pool2)]),
            [Contoso.pool1: .down, Contoso.pool2: .up]
        )
        #expect(impact.outbound == .lost)
        #expect(impact.inbound.first?.harm == Harm.none)
    }

    @Test func `DNS that leads to a dead pool hurts although the holder works`() {
        let impact = judge(
            readings: dns([("sip.contoso.com", Contoso.pool2)]),
            [Contoso.pool1: .up, Contoso.pool2: .down]
        )
        #expect(impact.outbound == Harm.none && impact.inbound.first?.harm == .lost)
        #expect(impact.isHurt)
    }

    @Test func `without a look at DNS it is taken to lead to the holder, and says so`() {
        let impact = judge([Contoso.pool1: .down])
        #expect(impact.inbound.allSatisfy { $0.harm == .lost })
        #expect(impact.sentence.contains("by the configuration edgepool1"))
    }

    @Test func `nothing is said to be hurt of what is not known`() {
        #expect(!judge(holder: nil, [:]).isHurt)
        #expect(!judge([Contoso.pool1: .unknown]).isHurt)
        #expect(!judge([Contoso.pool1: .up]).isHurt)
    }
}
