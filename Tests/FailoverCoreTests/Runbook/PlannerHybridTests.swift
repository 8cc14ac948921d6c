import FailoverCore
import Testing

/// What a hybrid organisation's plans check besides.
@Suite
struct PlannerHybridTests {
    private typealias Fixture = RunbookFixture

    private func plan(
        _ kind: RouteKind = .sip,
        style: DNSStyle = .address,
        _ change: (inout RunbookFixture) -> Void = { _ in }
    ) throws -> Plan {
        var fixture = Fixture(style: style)
        fixture.organisation.sharesAddressSpace = true
        change(&fixture)
        return try #require(Fixture.plan(fixture.failover(kind)))
    }

    private func cloudChecks(_ plan: Plan) -> [String] {
        plan.steps.compactMap { step in
            switch step.operation {
            case .checkCloudPath(let server): "cloud \(server.host)"
            case .checkResolution(let server, _): "names \(server.host)"
            default: nil
            }
        }
    }

    private func resolutions(_ plan: Plan) -> [(Step, ResolutionExpectation)] {
        plan.steps.compactMap { step in
            guard case .checkResolution(_, let wanted) = step.operation else { return nil }
            return (step, wanted)
        }
    }

    @Test
    func `every member of the target is asked, for names last`() throws {
        let plan = try plan()
        #expect(
            cloudChecks(plan) == ["cloud edge21", "cloud edge22", "names edge21", "names edge22"]
        )
        #expect(plan.steps.suffix(4).allSatisfy { $0.operation.operationClass == .reading })
        #expect(plan.impact.contains { $0.contains("Microsoft 365") })
    }

    @Test
    func `an organisation of its own asks nothing`() throws {
        let plan = try plan { $0.organisation.sharesAddressSpace = false }
        #expect(cloudChecks(plan) == [])
        #expect(!plan.impact.contains { $0.contains("Microsoft 365") })
    }

    @Test
    func `XMPP does not go through Microsoft 365`() throws {
        #expect(cloudChecks(try plan(.xmpp)) == [])
    }

    @Test
    func `every SIP domain must lead to the target's addresses`() throws {
        var fixture = Fixture(domains: ["contoso.com", "adatum.com"])
        fixture.organisation.sharesAddressSpace = true
        fixture.organisation.edgePools[1].ports[.sip] = 5_062
        let plan = try #require(Fixture.plan(fixture.failover(.sip)))
        let wanted = try #require(resolutions(plan).first?.1)
        #expect(
            wanted.names.map(\.name)
                == ["_sipfederationtls._tcp.contoso.com", "_sipfederationtls._tcp.adatum.com"]
        )
        #expect(wanted.pool == Fixture.pool2)
        #expect(wanted.port == 5_062)
        #expect(wanted.addresses == fixture.organisation.edgePools[1].publishedAddresses)
        #expect(wanted.formerAddresses == fixture.organisation.edgePools[0].publishedAddresses)
    }

    @Test(arguments: [(60 as UInt32, 120 as Int64, false), (300, 330, false), (3_600, 600, true)])
    func `it waits as long as old data may be cached, but for ten minutes at most`(
        ttl: UInt32,
        seconds: Int64,
        isTold: Bool
    ) throws {
        let plan = try plan { fixture in
            let old = fixture.snapshot.recordSet(name("sip.contoso.com"), .a)?.data ?? []
            fixture.put("sip.contoso.com", .a, ttl: ttl, old)
        }
        for (step, wanted) in resolutions(plan) {
            #expect(step.timeout == .seconds(seconds))
            #expect(wanted.oldTTL == ttl)
        }
        #expect(resolutions(plan).count == 2)
        #expect(plan.warnings.contains { $0.contains("Clear-DnsClientCache") } == isTold)
    }

    @Test
    func `what moves the names by itself gets its time, and no excuse`() throws {
        let plan = try plan(style: .none)
        for (step, wanted) in resolutions(plan) {
            #expect(step.timeout == .seconds(600))
            #expect(wanted.oldTTL == 0)
        }
        #expect(resolutions(plan).count == 2)
    }

    @Test
    func `members that cannot be asked are named`() throws {
        let without = try plan { fixture in
            fixture.snapshot.manageableEdges.removeAll { $0 == Fixture.edge21 }
        }
        #expect(cloudChecks(without) == ["cloud edge22", "names edge22"])
        #expect(
            without.warnings.contains {
                $0.contains("edge21.contoso.net cannot be managed by the agent")
                    && $0.contains("sipfed.online.lync.com answers on 5061")
            }
        )
        let silent = try plan { $0.snapshot.unreachableEdges = [Fixture.edge22: "refused"] }
        #expect(cloudChecks(silent) == ["cloud edge21", "names edge21"])
    }

    @Test
    func `a dead member is left out by name`() throws {
        let plan = try plan { fixture in
            for index in fixture.snapshot.members.indices
            where fixture.snapshot.members[index].server == Fixture.edge22 {
                fixture.snapshot.members[index].liveness = .dead
            }
        }
        #expect(cloudChecks(plan) == ["cloud edge21", "names edge21"])
        #expect(
            plan.warnings.contains(
                "edge22.contoso.net answers nothing: what it sees of Microsoft 365 is not looked at"
            )
        )
    }

    /// The probes of these servers found nothing just now; the verdicts stand until several have.
    private func silence(_ servers: [String], _ fixture: inout RunbookFixture) {
        for index in fixture.snapshot.members.indices
        where servers.contains(fixture.snapshot.members[index].server.host) {
            fixture.snapshot.members[index].liveness = .dead
        }
        fixture.snapshot.startTypes = [:]
    }

    @Test
    func `of a target that has just fallen silent nobody is asked`() throws {
        let plan = try plan { silence(["edge21", "edge22"], &$0) }
        #expect(cloudChecks(plan) == [])
        #expect(plan.warnings.filter { $0.contains("is not looked at") }.count == 2)
    }

    @Test(arguments: [
        (["edge11"], ["edge12"]), (["edge11", "edge12"], ["edge11", "edge12"]),
    ])
    func `of a home that is silent as a whole every member is asked, for the run starts it`(
        silent: [String],
        asked: [String]
    ) throws {
        var fixture = Fixture()
        fixture.organisation.sharesAddressSpace = true
        let away = try #require(Fixture.plan(fixture.failover(.sip)))
        let record = FailoverRecord(snapshot: fixture.snapshot, plan: away)
        fixture.carryOut(away)
        fixture.certifyHome()
        silence(silent, &fixture)
        let planning = fixture.failback(.sip, record: record)
        let plan = try #require(Fixture.plan(planning), "\(planning)")
        #expect(cloudChecks(plan) == asked.map { "cloud \($0)" } + asked.map { "names \($0)" })
    }

    @Test
    func `nobody who can be asked leaves no step, and no word about caches`() throws {
        let plan = try plan { $0.snapshot.manageableEdges = [] }
        #expect(cloudChecks(plan) == [])
        #expect(!plan.warnings.contains { $0.contains("Clear-DnsClientCache") })
    }

    @Test
    func `a script asks on the Edge server and stops where it leads elsewhere`() throws {
        let plan = try plan()
        let text = PlanScript(
            plan: plan,
            digest: nil,
            endpoint: "https://fe21.contoso.net",
            organisation: Fixture().organisation
        ).text
        #expect(text.contains("$edgeCredential = Get-Credential"))
        #expect(
            text.contains("Test-NetConnection -ComputerName 'sipfed.online.lync.com' -Port 5061")
        )
        #expect(text.contains("$wanted = @('198.51.100.21', '198.51.100.22')"))
        #expect(text.contains("foreach ($name in @('_sipfederationtls._tcp.contoso.com'))"))
        #expect(text.contains("$record.Port -ne 5061"))
        #expect(text.contains("throw \"edge22.contoso.net does not reach"))
    }
}
