import FailoverCore
import Testing

/// Every fact that blocks: what it says, where it was read, what clears it.
@Suite
struct PreflightTests {
    private typealias Fixture = RunbookFixture

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind = RouteKind.sip
        var style = DNSStyle.address
        /// What is wrong.
        var change: @Sendable (inout RunbookFixture) -> Void
        var check: String
        var sentence: String
        var readFrom: String
        var clearedBy: String
    }

    @Test
    func `in good order nothing blocks`() {
        for kind in RouteKind.allCases {
            #expect(Fixture.checks(Fixture().failover(kind)) == [])
        }
        #expect(Fixture.checks(Fixture(style: .srv).failover(.sip)) == [])
    }

    @Test(arguments: topology + probes + records)
    func `it blocks, and says what, where it was read and what clears it`(fault: Case) throws {
        var fixture = Fixture(style: fault.style)
        fault.change(&fixture)
        let blockers = Fixture.blockers(fixture.failover(fault.kind))
        let found = try #require(
            blockers.first { $0.check == fault.check && $0.sentence.contains(fault.sentence) },
            "\(blockers)"
        )
        #expect(found.readFrom.contains(fault.readFrom))
        #expect(found.clearedBy.contains(fault.clearedBy))
        #expect(blockers.allSatisfy { $0.check == fault.check }, "nothing else: \(blockers)")
        #expect("\(found)".contains("To clear it: "))
    }

    @Test(arguments: [ProductVersion.lync2010, .sfb2019, .sfbse])
    func `a product without XMPP is refused`(version: ProductVersion) {
        var fixture = Fixture()
        fixture.organisation.edgePools[1].version = version
        let blockers = Fixture.blockers(fixture.failover(.xmpp))
        #expect(blockers.map(\.check) == ["capability"])
        #expect(blockers.first?.sentence.contains(version.productName) == true)
        #expect(Fixture.checks(fixture.failover(.sip)) == [])
    }

    @Test
    func `a pool that is not configured is refused`() {
        var fixture = Fixture()
        fixture.organisation.edgePools.removeLast()
        #expect(Fixture.checks(fixture.failover(.sip)).contains("configuration"))
    }

    @Test
    func `all that blocks is said at once`() {
        var fixture = Fixture()
        fixture.snapshot.storeMaster = nil
        fixture.verdict(Fixture.pool2, .sip, .down)
        fixture.put("sip.contoso.com", .a, ttl: 0, [])
        #expect(Set(Fixture.checks(fixture.failover(.sip))) == ["store", "target", "dns"])
    }

    @Test
    func `shared names do not block when both routes move together`() {
        var fixture = Fixture()
        let target = ServiceRecord(
            priority: 10,
            weight: 0,
            port: 5269,
            target: name("sip.contoso.com")
        )
        fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 600, [.service(target)])
        let planning = fixture.failover(.sip, .xmpp)
        #expect(Fixture.checks(planning) == [])
        let changes = Fixture.plan(planning)?.steps.filter {
            if case .changeRecords = $0.operation { true } else { false }
        }
        #expect(changes?.count == 1, "the shared name is changed once")
    }

    @Test
    func `with DNS left alone DNS does not block`() {
        var fixture = Fixture(style: .none)
        fixture.snapshot.updateRefusals = [name("contoso.com"): "REFUSED"]
        #expect(Fixture.checks(fixture.failover(.sip)) == [])
    }

    @Test(arguments: [CertificateProblem.noClientUsage])
    func `a missing client usage does not block`(problem: CertificateProblem) {
        var fixture = Fixture()
        fixture.certificates(of: Fixture.pool2) { $0.problems = [problem] }
        #expect(Fixture.checks(fixture.failover(.sip)) == [])
    }

    @Test
    func `an XMPP certificate may carry the XMPP name or the domain, also by wildcard`() {
        for names in [["contoso.com"], ["xmpp.contoso.com"], ["*.contoso.com"]] {
            var fixture = Fixture()
            fixture.certificates(of: Fixture.pool2) { $0.subjectAlternativeNames = names }
            #expect(Fixture.checks(fixture.failover(.xmpp)) == [])
        }
    }

    @Test
    func `silent XMPP does not block when the plan itself starts it`() {
        var fixture = Fixture()
        fixture.verdict(Fixture.pool2, .xmpp, .down)
        #expect(Fixture.checks(fixture.failover(.xmpp)) == [])
    }
}
