import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

@Suite struct ReadinessReaderTests {
    private let world = WardenBench.world([Contoso.sipRoute(), Contoso.xmppRoute()])

    private func reader(_ world: ScriptedOrganisation) -> ReadinessReader {
        let organisation = world.organisation
        let wallClock = FixedWallClock(
            Timestamp(millisecondsSinceEpoch: 1_795_250_400_000),
            following: world.clock
        )
        return ReadinessReader(
            snapshotter: Snapshotter(
                organisation: organisation,
                management: world,
                sitesOfEndpoints: organisation.frontEndPools.map(\.site),
                records: RecordReader(organisation: organisation, querying: world),
                updater: world,
                board: ProbeBoard(
                    organisation: organisation,
                    settings: HealthSettings(),
                    clock: world.clock
                ),
                wallClock: wallClock
            ),
            settings: ReadinessSettings(),
            clock: world.clock,
            wallClock: wallClock
        )
    }

    /// What is read of a pool for the SIP route.
    private func read(
        _ pool: FQDN = Contoso.pool2,
        _ route: RouteName = Contoso.sip
    ) async throws -> Readiness {
        let news = await reader(world).readRemotely { true }
        return try #require(news.first { $0.route == route && $0.pool == pool }).readiness
    }

    private static let remote: [ReadinessItem] = [
        .management, .rights, .replication, .dnsPermission,
    ]

    @Test func `all is well, for every pool of every route, and nothing was changed`()
        async throws
    {
        let news = await reader(world).readRemotely { true }
        #expect(news.count == 4)
        for one in news {
            for item in Self.remote {
                let reading = try #require(one.readiness[item])
                #expect(reading.state == .ready, "\(item): \(reading.reason)")
                #expect(!reading.reason.isEmpty)
            }
        }
        #expect(!world.acts.contains { $0.changed })
    }

    @Test func `when no Front End answers that is said, and what it would say is left as it was`()
        async throws
    {
        world.change { $0.deadEndpoints = [0, 1, 2, 3] }
        let readiness = try await read()
        #expect(readiness[.management]?.state == .notReady)
        #expect(
            readiness[.management]?.reason.hasPrefix("no Front End can be managed: ") == true
        )
        #expect(readiness[.rights] == nil)
        #expect(readiness[.replication] == nil)
        #expect(readiness[.dnsPermission]?.state == .ready)
    }

    @Test func `another Front End will do`() async throws {
        world.change { $0.deadEndpoints = [0] }
        let readiness = try await read()
        for item in Self.remote { #expect(readiness[item]?.state == .ready, "\(item)") }
    }

    @Test func `a parameter that may not be used is named`() async throws {
        world.change { $0.missingParameters = [.federationRoute] }
        let rights = try #require(try await read()[.rights])
        #expect(rights.state == .notReady)
        #expect(rights.reason.hasPrefix("not found, or not permitted: "))
        #expect(rights.reason.contains("Set-CsSite"))
    }

    @Test func `an Edge server that cannot be managed stands against its own pool alone`()
        async throws
    {
        world.change { $0.unmanageable = [Contoso.edge(2, 1)] }
        let news = await reader(world).readRemotely { true }
        for one in news {
            // One that is not configured is a person's; its pool needs no more.
            #expect(one.readiness[.management]?.state == .ready, "\(one.pool)")
        }
        world.change {
            $0.unmanageable = []
            $0.machines[Contoso.edge(2, 1)]?.condition = .off
        }
        #expect(try await read(Contoso.pool2)[.management]?.state == .notReady)
        #expect(try await read(Contoso.pool1)[.management]?.state == .ready)
    }

    @Test func `a member that is behind stands against its own pool alone`() async throws {
        world.change { $0.machines[Contoso.edge(2, 2)]?.isCurrentAt = Instant(nanoseconds: .max) }
        await Stage(clock: world.clock).pass(.seconds(60))
        let behind = try #require(try await read(Contoso.pool2)[.replication])
        #expect(behind.state == .notReady)
        #expect(behind.reason == "edge22.contoso.net has not taken the newest configuration")
        #expect(try await read(Contoso.pool1)[.replication]?.state == .ready)
    }

    @Test func `a zone that refuses updates is named`() async throws {
        world.order(.refused("REFUSED"), at: .recordTrial, times: 9)
        let dns = try #require(try await read()[.dnsPermission])
        #expect(dns.state == .notReady)
        #expect(dns.reason.contains("zone contoso.com"))
    }

    @Test func `a route without records needs no zone`() async throws {
        let world = WardenBench.world([Contoso.sipRoute(style: .none)])
        let news = await reader(world).readRemotely { true }
        #expect(news.allSatisfy { $0.readiness[.dnsPermission]?.state == .notNeeded })
    }

    @Test(arguments: [0, 1, 5])
    func `it stops before the next question when something else wants the machines`(
        _ questions: Int
    ) async {
        let left = Shared(questions)
        let news = await reader(world).readRemotely {
            left.change { $0 -= 1 }
            return left.value >= 0
        }
        #expect(news.isEmpty)
        #expect(world.commands.count <= questions)
    }

    @Test func `a drill's reading is as old as the drill, and none is not known`() throws {
        let news = reader(world).readNearby(
            lastDrill: [Contoso.sip: Timestamp(millisecondsSinceEpoch: 1_795_250_400_000 - 60_000)]
        )
        let drilled = try #require(news.first { $0.route == Contoso.sip }?.readiness[.drill])
        #expect(drilled.state == .ready)
        #expect(drilled.at == world.clock.now() + .seconds(-60))
        let never = try #require(news.first { $0.route == Contoso.xmpp }?.readiness[.drill])
        #expect(never.state == .notKnown)
        // No server was probed yet: what was seen before stands.
        let sip = try #require(news.first { $0.route == Contoso.sip })
        #expect(sip.readiness[.certificate] == nil)
    }
}
