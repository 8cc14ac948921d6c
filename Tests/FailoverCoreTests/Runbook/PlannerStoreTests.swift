import FailoverCore
import Testing

/// A dead store that a person fails over, and the replicas that are waited for.
@Suite
struct PlannerStoreTests {
    private typealias Fixture = RunbookFixture

    // MARK: The store

    @Test
    func `a dead store is failed over by a person, and then looked at, before any write`() throws {
        let plan = try Fixture.planned { $0.loseStore() }
        #expect(plan.needsApproval)
        #expect(
            plan.steps[0].task
                == .failOverStore(hasCmdlet: true, at: "a Front End of fepool2.contoso.net")
        )
        #expect(
            plan.steps[1].operation
                == .checkReplicationPath(servers: [Fixture.edge21, Fixture.edge22])
        )
        guard case .tryRights(let site, .sip, _) = plan.steps[2].operation else {
            Issue.record("\(plan.steps[2].title)")
            return
        }
        #expect(site == SiteName("Dublin"))
        #expect(plan.steps[3].operation.editsTopology)
    }

    @Test
    func `rights are tried with a site whose route is to be moved`() throws {
        let plan = try Fixture.planned { fixture in
            fixture.loseStore()
            fixture.snapshot.sites.append(
                SiteSnapshot(name: SiteName("Amsterdam"), sipRoute: nil, xmppRoute: nil)
            )
        }
        guard case .tryRights(let site, _, _) = plan.steps[2].operation else {
            Issue.record("\(plan.steps[2].title)")
            return
        }
        #expect(site == SiteName("Dublin"))
    }

    @Test
    func `Lync 2010 has no cmdlet for the store`() throws {
        let plan = try Fixture.planned {
            $0.use(.lync2010)
            $0.loseStore()
        }
        guard case .failOverStore(false, _)? = plan.steps[0].task else {
            Issue.record("\(plan.steps[0].title)")
            return
        }
        let text = plan.steps.flatMap(\.operation.commands).joined(separator: "\n")
        #expect(!text.contains("Invoke-CsManagementServerFailover"))
    }

    @Test
    func `without replicas to read every living server is waited for, the dead by name`() throws {
        let plan = try Fixture.planned { $0.loseStore() }
        let gate = plan.steps.first(where: \.isGate)?.operation
        #expect(
            gate
                == .awaitReplication(
                    servers: ["edge21", "edge22", "fe21", "fe22"].map { name("\($0).contoso.net") },
                    leftOut: ["fe11", "fe12"].map { name("\($0).contoso.net") }
                )
        )
    }

    @Test
    func `a dead store in a media move is tried with a site's route`() throws {
        let plan = try Fixture.planned([Fixture.mediaMove()]) { fixture in
            fixture.associate()
            fixture.watchMedia(home: .down)
            fixture.addMediaRoutes()
            fixture.snapshot.storeMaster = nil
        }
        let trials = plan.steps.filter {
            if case .tryRights(_, .sip, .edgeServer(Fixture.pool2)) = $0.operation {
                true
            } else {
                false
            }
        }
        #expect(trials.count == 1)
        #expect(trials.flatMap(\.operation.commands).allSatisfy { $0.hasSuffix("-WhatIf") })
    }

    // MARK: The gate

    /// Replicas of `fe1` or of all servers are stale; the store is held by that server.
    private func waitedFor(stale: String, master: String) throws -> [String] {
        let plan = try Fixture.planned { fixture in
            fixture.snapshot.storeMaster = master
            for index in fixture.snapshot.replicas.indices
            where fixture.snapshot.replicas[index].server.host.hasPrefix(stale) {
                fixture.snapshot.replicas[index].isUpToDate = false
            }
        }
        guard case .awaitReplication(let servers, _)? = plan.steps.first(where: \.isGate)?.operation
        else { return [] }
        return servers.map(\.host)
    }

    @Test
    func `a pool none of whose replicas is up to date is not waited for, a single server is`()
        throws
    {
        let four = ["edge21", "edge22", "fe21", "fe22"]
        let all = ["edge21", "edge22", "fe11", "fe12", "fe21", "fe22"]
        #expect(try waitedFor(stale: "fe1", master: "fe21.contoso.net") == four)
        #expect(try waitedFor(stale: "fe11", master: "fe21.contoso.net") == all)
    }

    @Test
    func `a pool that holds the store is alive, and so is everything while all replicas lag`()
        throws
    {
        let all = ["edge21", "edge22", "fe11", "fe12", "fe21", "fe22"]
        #expect(try waitedFor(stale: "fe1", master: "fe11.contoso.net") == all)
        #expect(try waitedFor(stale: "", master: "fe21.contoso.net") == all)
    }
}
