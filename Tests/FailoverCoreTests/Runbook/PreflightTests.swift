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

    /// The sample organisation, with what a move of that kind needs.
    private static func fixture(_ kind: RouteKind, style: DNSStyle = .address) -> Fixture {
        var fixture = Fixture(style: style)
        guard kind == .media else { return fixture }
        fixture.associate()
        fixture.addMediaRoutes()
        fixture.watchMedia(home: .down)
        return fixture
    }

    private static func failover(_ kind: RouteKind, in fixture: Fixture) -> Planning {
        guard kind == .media else { return fixture.failover(kind) }
        return Planner(organisation: fixture.organisation)
            .failover([Fixture.mediaMove()], snapshot: fixture.snapshot)
    }

    // MARK: what blocks

    @Test(arguments: RouteKind.allCases)
    func `in good order nothing blocks and nobody is asked`(kind: RouteKind) {
        for style in [DNSStyle.address, .srv, .none] {
            let planning = Self.failover(kind, in: Self.fixture(kind, style: style))
            #expect(Fixture.blockers(planning) == [])
            #expect(Fixture.plan(planning)?.needsApproval == false)
        }
    }

    @Test(arguments: topology + probes + certificates + records)
    func `it blocks, and says what, where it was read and what clears it`(fault: Case) throws {
        var fixture = Self.fixture(fault.kind, style: fault.style)
        fault.change(&fixture)
        let blockers = Fixture.blockers(Self.failover(fault.kind, in: fixture))
        let found = try #require(
            blockers.first { $0.check == fault.check && $0.sentence.contains(fault.sentence) },
            "\(blockers)"
        )
        #expect(found.readFrom.contains(fault.readFrom))
        #expect(found.clearedBy.contains(fault.clearedBy))
        #expect(blockers.allSatisfy { $0.check == fault.check }, "nothing else: \(blockers)")
        #expect(Set(blockers).count == blockers.count, "each once")
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
        fixture.snapshot.rightsFailures = ["Enable-CsTopology -WhatIf: access denied"]
        fixture.verdict(Fixture.pool2, .sip, .down)
        fixture.put("sip.contoso.com", .a, ttl: 0, [])
        #expect(Set(Fixture.checks(fixture.failover(.sip))) == ["rights", "target", "dns"])
    }

    @Test
    func `where no topology could be read nothing is said that would follow from it`() {
        var fixture = Fixture()
        fixture.snapshot.topologyFailure = "nobody answers"
        fixture.snapshot.sites = []
        fixture.snapshot.edgeServices = []
        fixture.snapshot.rightsFailures = ["Set-CsSite -WhatIf: nobody answers"]
        let checks = Fixture.checks(fixture.failover(.sip)).filter { $0 != "dns" }
        #expect(checks == ["store"])
    }

    // MARK: the store

    @Test
    func `a dead store does not block: a person fails it over inside the run`() {
        var fixture = Fixture()
        fixture.loseStore()
        fixture.snapshot.rightsFailures = ["Set-CsSite -WhatIf: the store does not answer"]
        let plan = Fixture.plan(fixture.failover(.sip))
        #expect(
            plan?.steps.contains { $0.operation.operationClass == .person } == true,
            "\(Fixture.blockers(fixture.failover(.sip)))"
        )
    }

    @Test
    func `a dead store says nothing of replicas, so they do not block`() {
        var fixture = Fixture()
        fixture.keepFlagSingle()
        fixture.loseStore()
        #expect(!Fixture.checks(fixture.failover(.sip)).contains("replica"))
    }

    // MARK: the target, by stage

    @Test
    func `a checkbox that the plan moves is not demanded before`() {
        var fixture = Fixture()
        fixture.keepFlagSingle()
        #expect(Fixture.checks(fixture.failover(.sip)) == [], "the client port answers")
        fixture.verdict(Fixture.pool2, .access, .down)
        fixture.verdict(Fixture.pool2, .sip, .degraded)
        #expect(Fixture.checks(fixture.failover(.sip)) == [], "the federation port answers already")
    }

    @Test
    func `a dead member's replica is nobody's concern`() {
        var fixture = Fixture()
        fixture.keepFlagSingle()
        fixture.verdict(Fixture.pool2, .access, .degraded)
        for index in fixture.snapshot.members.indices
        where fixture.snapshot.members[index].server == Fixture.edge22 {
            fixture.snapshot.members[index].liveness = .dead
        }
        fixture.replica(of: Fixture.edge22) { $0?.isUpToDate = false }
        #expect(!Fixture.checks(fixture.failover(.sip)).contains("replica"))
    }

    @Test(arguments: [EdgeServices?.none, .xmppOnly, .documented])
    func `silent XMPP does not block when the plan itself starts it`(services: EdgeServices?) {
        var fixture = Fixture(services: services)
        fixture.verdict(Fixture.pool2, .xmpp, .down)
        #expect(Fixture.checks(fixture.failover(.xmpp)) == [])
        fixture.snapshot.manageableEdges = []
        #expect(Fixture.checks(fixture.failover(.xmpp)) == [], "a person starts it")
    }

    /// A failover that fenced pool 1, carried out; pool 1 lives behind its fence.
    private func fenced() throws -> (Fixture, FailoverRecord) {
        var fixture = Fixture()
        fixture.organisation.routes[0].fence = .accessEdge
        for server in fixture.organisation.edgePools[0].servers {
            fixture.snapshot.startTypes[server.fqdn] = .automatic
        }
        // XMPP is on the other pool already: the fenced pool carries nothing else.
        for index in fixture.snapshot.sites.indices {
            fixture.snapshot.sites[index].xmppRoute = nil
        }
        let plan = try #require(Fixture.plan(fixture.failover(.sip)))
        let record = FailoverRecord(snapshot: fixture.snapshot, plan: plan)
        fixture.carryOut(plan)
        fixture.verdict(Fixture.pool1, .sip, .down)
        fixture.verdict(Fixture.pool1, .access, .down)
        return (fixture, record)
    }

    @Test
    func `a fenced pool need not answer before it is unfenced, but its host must`() throws {
        var (fixture, record) = try fenced()
        #expect(Fixture.checks(fixture.failback(.sip, record: record)) == [])
        fixture.snapshot.startTypes = [:]
        fixture.snapshot.manageableEdges = []
        #expect(Fixture.checks(fixture.failback(.sip, record: record)) == ["target"])
        fixture.watchMedia(home: .up)
        #expect(Fixture.checks(fixture.failback(.sip, record: record)) == [], "its media answers")
        #expect(
            Fixture.checks(fixture.failback(.sip, record: nil)) == ["target"],
            "without a record nobody knows of the fence"
        )
    }

    @Test
    func `a fence that somebody took away is a fence no more`() throws {
        var (fixture, record) = try fenced()
        for server in fixture.organisation.edgePools[0].servers {
            fixture.snapshot.startTypes[server.fqdn] = .automatic
        }
        let blockers = Fixture.blockers(fixture.failback(.sip, record: record))
        #expect(blockers.map(\.check) == ["target"])
        #expect(blockers.first?.sentence.contains("is not known to be up") == true)
    }

    @Test
    func `a fenced pool must hear of changes before it is unfenced`() throws {
        var (fixture, record) = try fenced()
        for index in fixture.snapshot.members.indices {
            fixture.snapshot.members[index].liveness = .alive
        }
        fixture.replica(of: name("edge11.contoso.net")) { $0?.isUpToDate = false }
        #expect(Fixture.checks(fixture.failback(.sip, record: record)) == ["replica"])
    }

    @Test
    func `a pool that somebody disabled is no target of a failover`() {
        var fixture = Fixture()
        fixture.verdict(Fixture.pool2, .sip, .down)
        fixture.snapshot.startTypes[Fixture.edge21] = .disabled
        #expect(Fixture.checks(fixture.failover(.sip)) == ["target"])
    }
}
