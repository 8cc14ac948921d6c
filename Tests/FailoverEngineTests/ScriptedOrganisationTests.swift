import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// The double must not merely agree with us: each act alone is not enough.
@Suite
struct ScriptedOrganisationTests {
    private let clock = VirtualClock()

    private func world() -> ScriptedOrganisation {
        ScriptedOrganisation(Contoso.organisation(), clock: clock)
    }

    private func run(
        _ command: PowerShellCommand,
        _ world: ScriptedOrganisation,
        at endpoint: ManagementEndpoint = .frontEnd(1)
    ) async throws -> CommandResult {
        try await world.run(command, at: endpoint, timeout: .seconds(5))
    }

    private func setRoutes(_ world: ScriptedOrganisation) async throws {
        for site in ["Redmond", "Dublin"] {
            let command = PowerShellCommand.setRoute(
                of: SiteName(site),
                .sip,
                to: .edgeServer(Contoso.pool2)
            )
            #expect(try await run(command, world).errors == [])
        }
    }

    private func moveRecords(_ world: ScriptedOrganisation) async throws {
        let zone = try #require(world.organisation.zones.first)
        let old = try #require(world.look { $0.recordSets(.of("sip.contoso.com")).first })
        let new = RecordSet(
            name: old.name,
            type: .a,
            ttl: 60,
            data: [1, 2].map { .address(Contoso.address(2, $0)) }
        )
        let change = DNSChange(zone: zone.key, name: old.name, type: .a, from: old, to: new)
        try await world.update([change], in: zone)
    }

    @Test
    func `a message passes until the pool dies`() {
        let world = world()
        #expect(world.obstacles(.sip) == [])
        #expect(world.obstacles(.xmpp) == [])
        world.bring(server: Contoso.edge(1, 1), .off)
        #expect(world.obstacles(.sip) == [], "one member is enough")
        world.bring(Contoso.pool1, .hanging)
        #expect(!world.obstacles(.sip).isEmpty)
        #expect(!world.obstacles(.xmpp).isEmpty)
    }

    @Test
    func `routes, publication, replication and DNS are all needed`() async throws {
        let world = world()
        world.bring(Contoso.pool1, .off)
        func outbound() -> Int { world.obstacles(.sip).filter { $0.contains("sends") }.count }
        func inbound() -> Int { world.obstacles(.sip).filter { $0.contains("inbound") }.count }
        #expect(outbound() == 6)
        #expect(inbound() == 2)
        try await setRoutes(world)
        clock.advance(by: .seconds(600))
        #expect(outbound() == 6, "not published")
        #expect(try await run(.enableTopology(), world).errors == [])
        #expect(outbound() == 6, "not replicated")
        clock.advance(by: .seconds(11))
        #expect(outbound() == 4, "the first of each pool has it")
        clock.advance(by: .seconds(600))
        #expect(outbound() == 0)
        #expect(inbound() == 2, "DNS still leads to the dead pool")
        try await moveRecords(world)
        #expect(inbound() == 1, "the secondary is behind")
        clock.advance(by: .seconds(5))
        #expect(world.obstacles(.sip) == [])
    }

    @Test
    func `partners refuse a certificate without the name that they looked up`() {
        let world = world()
        world.change { $0.certificateNames[Contoso.pool1] = ["contoso.com"] }
        #expect(world.obstacles(.sip).contains { $0.contains("without sip.contoso.com") })
        #expect(world.obstacles(.xmpp) == [])
    }

    @Test
    func `replicas are called up to date with their old state for a while`() async throws {
        let world = world()
        func replicas() async throws -> [ManagementObject] {
            try await run(.readReplicas, world).output
        }
        let before = try await replicas()
        clock.advance(by: .seconds(60))
        try await setRoutes(world)
        _ = try await run(.enableTopology(), world)
        #expect(try await replicas() == before, "True, and old")
        clock.advance(by: .seconds(3))
        #expect(try await replicas().allSatisfy { $0["UpToDate"].bool == false })
        clock.advance(by: .seconds(60))
        let after = try await replicas()
        #expect(after.allSatisfy { $0["UpToDate"].bool == true })
        #expect(after != before)
    }

    @Test
    func `it rejects what PowerShell rejects`() async throws {
        let world = world()
        let value = ParameterValue.string("EdgeServer:\(Contoso.pool2)")
        let commands = [
            PowerShellCommand(
                .setSite,
                [
                    PowerShellCommand.Binding(.identity, .string("Site:Redmond")),
                    PowerShellCommand.Binding(.federationRoute, value),
                ]
            ),
            PowerShellCommand(
                .setSite,
                [
                    PowerShellCommand.Binding(.identity, .string("Redmond")),
                    PowerShellCommand.Binding(.federationRoute, .string(Contoso.pool2.name)),
                ]
            ),
            PowerShellCommand.stopServices(["NOSUCH"]),
        ]
        for command in commands {
            let isSite = command.cmdlet == .setSite
            let endpoint: ManagementEndpoint = isSite ? .frontEnd(0) : .edge(Contoso.edge(2, 1))
            #expect(try await run(command, world, at: endpoint).errors.count == 1, "\(command)")
        }
        #expect(world.acts.isEmpty)
    }

    @Test
    func `trials change nothing and are no acts`() async throws {
        let world = world()
        let before = world.look(\.sites)
        let trial = PowerShellCommand.setRoute(
            of: SiteName("Redmond"),
            .sip,
            to: .edgeServer(Contoso.pool2),
            whatIf: true
        )
        #expect(try await run(trial, world).errors == [])
        #expect(try await run(.enableTopology(whatIf: true), world).errors == [])
        #expect(world.look(\.sites) == before)
        #expect(world.acts.isEmpty)
    }

    @Test
    func `DNS guards compare data and not the TTL`() async throws {
        let world = world()
        let zone = try #require(world.organisation.zones.first)
        let live = try #require(world.look { $0.recordSets(.of("sip.contoso.com")).first })
        var guardSet = live
        guardSet.ttl = 1
        let new = RecordSet(
            name: live.name,
            type: .a,
            ttl: 9,
            data: [.address(Contoso.address(2, 1))]
        )
        let change = DNSChange(zone: zone.key, name: live.name, type: .a, from: guardSet, to: new)
        try await world.update([change], in: zone)
        #expect(world.look { $0.recordSets(live.name) } == [new])
        await #expect(throws: DNSFailure.self) { try await world.update([change], in: zone) }
        #expect(world.acts.count == 1)
    }

    @Test
    func `faults strike as ordered`() async throws {
        let world = world()
        world.order(.refused("no"), at: .command(.getSite), skipping: 1, times: 2)
        var errors: [Int] = []
        for _ in 0..<4 { errors.append(try await run(.readSites(), world).errors.count) }
        #expect(errors == [0, 1, 1, 0])
        world.order(.answerLost, at: .command(.enableTopology))
        await #expect(throws: ManagementFailure.self) {
            try await run(.enableTopology(), world)
        }
        #expect(world.acts.map(\.key) == ["enable"])
    }
}

@Suite
struct MemoryJournalTests {
    private let stamp = Timestamp(millisecondsSinceEpoch: 0)

    @Test
    func `it fails from the ordered write on, and keeps what was written`() async throws {
        let journal = MemoryJournal()
        journal.fail(afterRunEvents: 2, .full)
        let event = RunEvent.recovered(reason: "x")
        try await journal.append(event, to: RunID(1), at: stamp)
        try await journal.append(.agentStopped, at: stamp)
        try await journal.append(event, to: RunID(1), at: stamp)
        for _ in 0..<2 {
            await #expect(throws: JournalFailure(code: .full, message: "the journal is full")) {
                try await journal.append(event, to: RunID(1), at: stamp)
            }
        }
        await #expect(throws: JournalFailure.self) {
            try await journal.append(.agentStopped, at: stamp)
        }
        #expect(journal.content(of: RunID(1)).count == 2)
        let next = journal.revived()
        try await next.append(event, to: RunID(1), at: stamp)
        #expect(next.content(of: RunID(1)).count == 3)
        #expect(journal.content(of: RunID(1)).count == 2, "another process, another journal")
    }

    @Test
    func `the outbox hands out what was not delivered, oldest first`() async throws {
        let journal = MemoryJournal()
        for number in 1...3 {
            let notice = Notice(.routeDown, .critical, sentence: "\(number)")
            try await journal.enqueue(notice, agent: "a", at: stamp, hooks: ["ops"])
        }
        let first = try await journal.pending(hook: "ops", limit: 2)
        #expect(first.map(\.alert.notice.sentence) == ["1", "2"])
        let delivered = DeliveryResult(isDelivered: true, detail: "")
        let entry = try #require(first.first)
        try await journal.record(delivered, entry: entry.id, isAbandoned: false, at: stamp)
        let rest = try await journal.pending(hook: "ops", limit: 9)
        #expect(rest.map(\.alert.notice.sentence) == ["2", "3"])
        #expect(try await journal.pending(hook: "other", limit: 9).isEmpty)
    }
}
