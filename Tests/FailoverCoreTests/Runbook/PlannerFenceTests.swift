import FailoverCore
import Testing

/// Whether and how the failed pool is switched off at the end.
@Suite
struct PlannerFenceTests {
    private typealias Fixture = RunbookFixture

    // MARK: The fence

    @Test
    func `a fence closes the plan, one step per member, with the start type that was read`() throws
    {
        let plan = try Fixture.planned([Fixture.move(.sip), Fixture.move(.xmpp)]) { fixture in
            fixture.organisation.routes[0].fence = .accessEdge
            fixture.snapshot.startTypes = [name("edge11.contoso.net"): .manual]
            fixture.snapshot.unreachableEdges = [name("edge12.contoso.net"): "no route to host"]
            fixture.snapshot.manageableEdges.removeAll { $0 == name("edge11.contoso.net") }
        }
        #expect(plan.warnings.contains { $0.contains("its fence stays pending") })
        #expect(
            plan.steps.suffix(2).map(\.operation) == [
                .fence(server: name("edge11.contoso.net"), startType: .manual),
                .fence(server: name("edge12.contoso.net"), startType: .automatic),
            ]
        )
    }

    @Test
    func `a member that is switched off already is not fenced again, and the plan says so`() throws
    {
        let plan = try Fixture.planned([Fixture.move(.sip), Fixture.move(.xmpp)]) { fixture in
            fixture.organisation.routes[0].fence = .accessEdge
            fixture.snapshot.startTypes = [name("edge11.contoso.net"): .disabled]
        }
        #expect(
            plan.warnings.contains { $0.contains("edge11.contoso.net is switched off already") }
        )
        #expect(
            plan.steps.last?.operation
                == .fence(server: name("edge12.contoso.net"), startType: .automatic)
        )
        #expect(plan.steps.filter { $0.title.contains("edge11") } == [])
    }

    static let carriers: [(String, @Sendable (inout RunbookFixture) -> Void)] = [
        ("XMPP", { _ in }),
        (
            "media",
            { fixture in
                fixture.snapshot.sites[0].xmppRoute = nil
                fixture.snapshot.sites[1].xmppRoute = nil
                fixture.associate()
                fixture.watchMedia(home: .up)
            }
        ),
    ]

    @Test(arguments: [0, 1])
    func `a pool that still carries something is not fenced, and the plan says so`(
        index: Int
    ) throws {
        let (word, change) = Self.carriers[index]
        let plan = try Fixture.planned { fixture in
            fixture.organisation.routes[0].fence = .accessEdge
            change(&fixture)
        }
        #expect(!plan.steps.contains { $0.operation.isFence })
        #expect(plan.warnings.contains { $0.contains("is not fenced") && $0.contains(word) })
    }

    @Test
    func `a pool that takes another route over in the same plan is not fenced`() throws {
        var xmpp = Fixture.move(.xmpp)
        swap(&xmpp.from, &xmpp.to)
        let plan = try Fixture.planned([Fixture.move(.sip), xmpp]) { fixture in
            fixture.organisation.routes[0].fence = .accessEdge
            fixture.organisation.routes[1].home = Fixture.pool2
            fixture.organisation.routes[1].standby = [Fixture.pool1]
            for index in fixture.snapshot.sites.indices {
                fixture.snapshot.sites[index].xmppRoute = "EdgeServer:edgepool2.contoso.net"
            }
            fixture.verdict(Fixture.pool1, .xmpp, .up)
            fixture.certifyHome()
            let pool2 = ["198.51.100.21", "198.51.100.22"].map { RecordData.address(address($0)) }
            fixture.put("xmpp.contoso.com", .a, ttl: 60, pool2)
        }
        #expect(!plan.steps.contains { $0.operation.isFence })
        #expect(
            plan.warnings.contains { $0.contains("is not fenced: XMPP federation moves to it") }
        )
        #expect(plan.steps.filter { $0.operation == .enableTopology }.count == 1)
    }

    // MARK: Media that the pool carries

    private static let both = [Fixture.move(.sip), Fixture.move(.xmpp)]

    /// A plan with a fence for a pool that Front Ends use for media.
    private func planWithMedia(
        _ moves: [Move] = both,
        home: VerdictClass,
        _ change: (inout RunbookFixture) -> Void = { _ in }
    ) throws -> Plan {
        try Fixture.planned(moves) { fixture in
            fixture.organisation.routes[0].fence = .accessEdge
            fixture.associate()
            fixture.watchMedia(home: home)
            change(&fixture)
        }
    }

    private func fences(_ plan: Plan) -> Int { plan.steps.filter(\.operation.isFence).count }

    @Test
    func `media that the plan takes along does not keep the pool from being fenced`() throws {
        #expect(try fences(planWithMedia(home: .down)) == 2)
        let routed = try planWithMedia(Self.both + [Fixture.mediaMove()], home: .down) {
            $0.addMediaRoutes()
        }
        #expect(fences(routed) == 2)
    }

    @Test
    func `a service that no cmdlet moves keeps the pool from being fenced`() throws {
        let plan = try planWithMedia(home: .down) { fixture in
            fixture.snapshot.associations.append(
                AssociationSnapshot(
                    service: Fixture.service("UserServer", "fepool1"),
                    site: SiteName("Redmond"),
                    edgeServer: .edgeServer(Fixture.pool1)
                )
            )
        }
        #expect(fences(plan) == 0)
        #expect(
            plan.warnings.contains {
                $0.hasSuffix("still carries media of UserServer:fepool1.contoso.net")
            }
        )
    }

    @Test
    func `media of a pool that is down is not carried, of one that only lags it is`() throws {
        func lag(_ fixture: inout RunbookFixture, _ stem: String) {
            for index in fixture.snapshot.replicas.indices
            where fixture.snapshot.replicas[index].server.host.hasPrefix(stem) {
                fixture.snapshot.replicas[index].isUpToDate = false
            }
        }
        let down = try planWithMedia(home: .up) { $0.snapshot.deadSites = [SiteName("Redmond")] }
        #expect(fences(down) == 2)
        let partly = try planWithMedia(home: .up) { lag(&$0, "fe1") }
        #expect(
            partly.warnings.contains {
                $0.hasSuffix("still carries media of Director:dirpool.contoso.net")
            }
        )
        // As right after a publication.
        let lagging = try planWithMedia(home: .up) { lag(&$0, "") }
        #expect(fences(lagging) == 0)
        #expect(lagging.warnings.contains { $0.contains("Registrar:fepool1.contoso.net") })
    }
}

extension Operation {
    /// Whether it switches an Access Edge off.
    var isFence: Bool {
        if case .fence = self { true } else { false }
    }
}
