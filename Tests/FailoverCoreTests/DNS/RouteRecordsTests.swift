import FailoverCore
import Testing

/// What the watch over DNS finds.
@Suite
struct RouteRecordsTests {
    private func findings(
        _ fixture: RunbookFixture,
        _ kind: RouteKind = .sip,
        holder: FQDN? = RunbookFixture.pool1
    ) -> [DNSFinding] {
        let route = fixture.organisation.routes.first { $0.kind == kind }
        return route.map {
            RouteRecords(organisation: fixture.organisation)
                .findings($0, holder: holder, readings: fixture.snapshot.records)
        } ?? []
    }

    private func service(_ priority: UInt16, _ port: UInt16, _ target: String) -> RecordData {
        .service(
            ServiceRecord(priority: priority, weight: 0, port: port, target: name(target))
        )
    }

    @Test(arguments: [RouteKind.sip, .xmpp])
    func `DNS that leads to the holder is well`(kind: RouteKind) {
        #expect(findings(RunbookFixture(), kind) == [])
        #expect(findings(RunbookFixture(domains: ["contoso.com", "adatum.com"]), kind) == [])
    }

    @Test
    func `addresses of another pool than the holder are a mismatch`() {
        let found = findings(RunbookFixture(), holder: RunbookFixture.pool2)
        #expect(found.map(\.code) == [.dnsMismatch])
        #expect(found.first?.name == name("sip.contoso.com"))
        #expect(found.first?.sentence.contains("203.0.113.11") == true)
        #expect(found.first?.sentence.contains("198.51.100.21") == true)
    }

    @Test
    func `an address too many or too few is a mismatch`() {
        for addresses in [
            ["203.0.113.11"], ["203.0.113.11", "203.0.113.12", "203.0.113.13"],
        ] {
            var fixture = RunbookFixture()
            fixture.put("sip.contoso.com", .a, ttl: 60, addresses.map { .address(address($0)) })
            #expect(findings(fixture).map(\.code) == [.dnsMismatch])
        }
    }

    @Test
    func `a wrong port is a mismatch`() {
        var fixture = RunbookFixture()
        let owner = "_sipfederationtls._tcp.contoso.com"
        fixture.put(owner, .srv, ttl: 60, [service(0, 5062, "sip.contoso.com")])
        let found = findings(fixture)
        #expect(found.map(\.code) == [.dnsMismatch])
        #expect(found.first?.sentence.contains("5062") == true)
        #expect(found.first?.sentence.contains("5061") == true)
    }

    @Test
    func `servers that disagree are told with what each says`() {
        var fixture = RunbookFixture()
        fixture.change("sip.contoso.com", .a) { place, reading in
            guard place == 1 else { return }
            reading.set = RecordSet(
                name: name("sip.contoso.com"),
                type: .a,
                ttl: 60,
                data: [.address(address("192.0.2.9"))]
            )
        }
        let found = findings(fixture)
        #expect(found.map(\.code) == [.dnsDisagreement])
        #expect(found.first?.sentence.contains("192.0.2.53: ") == true)
        #expect(found.first?.sentence.contains("192.0.2.54: ") == true)
    }

    @Test
    func `a server that gives no answer is told, and the others are judged`() {
        var fixture = RunbookFixture()
        fixture.change("sip.contoso.com", .a) { place, reading in
            if place == 0 { reading.failure = "no answer within 3s" }
        }
        let found = findings(fixture, holder: RunbookFixture.pool2)
        #expect(Set(found.map(\.code)) == [.dnsUnresolved, .dnsMismatch])
        #expect(found.contains { $0.sentence.contains("192.0.2.53 gives no usable answer") })
    }

    @Test
    func `a missing SRV record is told`() {
        var fixture = RunbookFixture()
        fixture.put("_sipfederationtls._tcp.contoso.com", .srv, ttl: 0, [])
        let found = findings(fixture)
        #expect(found.map(\.code) == [.dnsUnresolved])
        #expect(found.first?.sentence.contains("partners cannot find us") == true)
    }

    @Test
    func `a target without addresses is told`() {
        var fixture = RunbookFixture()
        fixture.put("sip.contoso.com", .a, ttl: 0, [])
        let found = findings(fixture)
        #expect(found.map(\.code) == [.dnsUnresolved])
        #expect(found.first?.name == name("sip.contoso.com"))
    }

    @Test
    func `while the holder is not known only what is broken is told`() {
        #expect(findings(RunbookFixture(), holder: nil) == [])
        var fixture = RunbookFixture()
        fixture.put("sip.contoso.com", .a, ttl: 0, [])
        #expect(findings(fixture, holder: nil).map(\.code) == [.dnsUnresolved])
    }

    @Test
    func `the preferred record is judged, the lowest number first`() {
        var fixture = RunbookFixture()
        fixture.put(
            "_xmpp-server._tcp.contoso.com",
            .srv,
            ttl: 60,
            [service(20, 5269, "sip2.contoso.com"), service(10, 5269, "xmpp.contoso.com")]
        )
        #expect(findings(fixture, .xmpp) == [])
        #expect(findings(fixture, .xmpp, holder: RunbookFixture.pool2).count == 1)
    }

    @Test
    func `IPv6 addresses count as IPv4 ones do`() {
        var fixture = RunbookFixture()
        fixture.organisation.edgePools[0].servers[0].publicAddresses.append(address("2001:db8::11"))
        #expect(findings(fixture).map(\.code) == [.dnsMismatch])
        fixture.put("sip.contoso.com", .aaaa, ttl: 60, [.address(address("2001:db8::11"))])
        #expect(findings(fixture) == [])
    }

    @Test
    func `with DNS left alone nothing is judged`() {
        #expect(findings(RunbookFixture(style: .none), holder: RunbookFixture.pool2) == [])
    }

    @Test
    func `each domain is judged by itself`() {
        var fixture = RunbookFixture(domains: ["contoso.com", "adatum.com"])
        fixture.put("sip.adatum.com", .a, ttl: 60, [.address(address("192.0.2.9"))])
        let found = findings(fixture)
        #expect(found.map(\.name) == [name("sip.adatum.com")])
    }

    @Test
    func `each view is judged by itself`() {
        var fixture = RunbookFixture()
        fixture.addInternalView()
        #expect(findings(fixture) == [])
        fixture.put(
            "sip.contoso.com",
            .a,
            view: "internal",
            ttl: 30,
            [
                .address(address("203.0.113.11"))
            ]
        )
        let found = findings(fixture)
        #expect(found.map(\.code) == [.dnsMismatch], "no disagreement with the public servers")
        #expect(found.first?.sentence.contains("in the internal view") == true)
    }

    @Test
    func `an internal name that leads to a Front End is nobody's mistake`() {
        var fixture = RunbookFixture()
        fixture.addInternalView()
        fixture.put(
            "sip.contoso.com",
            .a,
            view: "internal",
            ttl: 30,
            [
                .address(address("10.0.0.5"))
            ]
        )
        #expect(findings(fixture) == [])
        fixture.put("_sipfederationtls._tcp.contoso.com", .srv, view: "internal", ttl: 0, [])
        #expect(findings(fixture) == [], "inside the record may be missing")
        fixture.put("_sipfederationtls._tcp.contoso.com", .srv, view: "public", ttl: 0, [])
        #expect(findings(fixture).map(\.code) == [.dnsUnresolved])
    }
}
