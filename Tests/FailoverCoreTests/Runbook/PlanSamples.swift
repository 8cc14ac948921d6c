import FailoverCore

/// Sample organisations with what is moved in them: procedure × version × option.
struct PlanSample: Sendable, CustomStringConvertible {
    /// The name of its transcript.
    var name: String
    var moves: [Move]
    /// Whether the plan is the failback after the failover.
    var isFailback = false
    var prepare: @Sendable (inout RunbookFixture) -> Void

    var description: String { name }

    /// The plan that the planner makes.
    func planning() -> Planning {
        var fixture = RunbookFixture()
        prepare(&fixture)
        let away = Planner(organisation: fixture.organisation)
            .failover(moves, snapshot: fixture.snapshot)
        guard isFailback, case .plan(let plan) = away else { return away }
        let record = FailoverRecord(snapshot: fixture.snapshot, plan: plan)
        fixture.carryOut(plan)
        fixture.certifyHome()
        fixture.snapshot.deadSites = []
        fixture.snapshot.silentNextHops = [:]
        if fixture.snapshot.replicas.isEmpty {
            fixture.snapshot.replicas = RunbookFixture().snapshot.replicas
        }
        fixture.snapshot.storeMaster = "fe21.contoso.net"
        fixture.snapshot.storeFailure = nil
        return Planner(organisation: fixture.organisation).failback(
            moves.map { Move(route: $0.route, kind: $0.kind, from: $0.to, to: $0.from) },
            snapshot: fixture.snapshot,
            record: record
        )
    }

    /// All samples; failbacks where there is something of their own to see.
    static let all: [PlanSample] =
        federation + switches + messaging + restarts + media + associations + surroundings

    private static let sip = RunbookFixture.move(.sip)
    private static let xmpp = RunbookFixture.move(.xmpp)

    /// Procedure A of every version, both ways of keeping the flag.
    private static let federation: [PlanSample] = ProductVersion.allCases.flatMap { version in
        [
            PlanSample(name: "a-\(version.rawValue)-pre-staged", moves: [sip]) { fixture in
                fixture.use(version)
            },
            PlanSample(name: "a-\(version.rawValue)-strict-single", moves: [sip]) { fixture in
                fixture.use(version)
                fixture.keepFlagSingle()
            },
            PlanSample(
                name: "c-\(version.rawValue)-strict-single",
                moves: [sip],
                isFailback: true
            ) { fixture in
                fixture.use(version)
                fixture.keepFlagSingle()
                fixture.organisation.routes[0].fence = .accessEdge
                fixture.snapshot.sites[0].xmppRoute = nil
                fixture.snapshot.sites[1].xmppRoute = nil
            },
        ]
    }

    /// Setup and fences.
    private static let switches: [PlanSample] = [
        PlanSample(name: "a-setup-by-agent", moves: [sip]) { fixture in
            fixture.organisation.routes[0].setup = .always
            fixture.organisation.routes[0].setupBy = .agent
            fixture.snapshot.unreachableEdges = [RunbookFixture.edge22: "no route to host"]
        },
        PlanSample(name: "a-fence", moves: [sip, xmpp], prepare: fence),
        PlanSample(name: "c-fence", moves: [sip, xmpp], isFailback: true, prepare: fence),
    ]

    @Sendable
    private static func fence(_ fixture: inout RunbookFixture) {
        fixture.organisation.routes[0].fence = .accessEdge
        fixture.watchMedia(home: .up)
    }

    /// Procedure B of the versions that have XMPP.
    private static let messaging: [PlanSample] = [ProductVersion.lync2013, .sfb2015].flatMap {
        version in
        [EdgeServices.untouched, .xmppOnly, .documented].map { services in
            PlanSample(name: "b-\(version.rawValue)-\(services.rawValue)", moves: [xmpp]) {
                $0.use(version)
                $0.organisation.routes[1].edgeServices = services
                if services != .untouched { $0.verdict(RunbookFixture.pool2, .xmpp, .down) }
            }
        }
    }

    /// Restarts by people, and after SIP.
    private static let restarts: [PlanSample] = [
        PlanSample(name: "b-unreachable-member", moves: [xmpp]) { fixture in
            fixture.verdict(RunbookFixture.pool2, .xmpp, .down)
            fixture.snapshot.unreachableEdges = [RunbookFixture.edge22: "no route to host"]
        },
        PlanSample(name: "a-b-documented", moves: [sip, xmpp]) { fixture in
            fixture.organisation.routes[1].edgeServices = .documented
        },
    ]

    /// Procedure D of every version.
    private static let media: [PlanSample] = ProductVersion.allCases.flatMap { version in
        [false, true].map { isFailback in
            PlanSample(
                name: "\(isFailback ? "c" : "d")-\(version.rawValue)-media",
                moves: [RunbookFixture.mediaMove()],
                isFailback: isFailback
            ) { fixture in
                fixture.use(version)
                fixture.associate()
                fixture.watchMedia(home: .down)
                fixture.addMediaRoutes()
            }
        }
    }

    /// Procedure D within others.
    private static let associations: [PlanSample] = [
        PlanSample(name: "a-with-media", moves: [sip]) { fixture in
            fixture.associate()
            fixture.watchMedia(home: .down)
        },
        PlanSample(name: "c-with-media", moves: [sip], isFailback: true) { fixture in
            fixture.associate()
            fixture.watchMedia(home: .down)
        },
        PlanSample(name: "a-media-stays", moves: [sip]) { fixture in
            fixture.associate()
            fixture.watchMedia(home: .up)
        },
        PlanSample(name: "a-b-d", moves: [sip, xmpp, RunbookFixture.mediaMove()]) { fixture in
            fixture.associate()
            fixture.watchMedia(home: .down)
            fixture.addMediaRoutes()
            fixture.organisation.routes[0].fence = .accessEdge
        },
    ]

    /// A whole site lost with the store; zones of people; two views.
    private static let surroundings: [PlanSample] = [
        PlanSample(name: "a-dead-store", moves: [sip]) { $0.loseStore() },
        PlanSample(name: "a-dead-store-2010", moves: [sip]) { fixture in
            fixture.use(.lync2010)
            fixture.loseStore()
        },
        PlanSample(name: "c-dead-store", moves: [sip], isFailback: true) { $0.loseStore() },
        PlanSample(name: "a-manual-internal-view", moves: [sip, xmpp]) { fixture in
            fixture.addInternalView(provider: .manual)
        },
        PlanSample(name: "a-hybrid", moves: [sip], prepare: shareDomains),
        PlanSample(name: "c-hybrid", moves: [sip], isFailback: true, prepare: shareDomains),
        PlanSample(name: "b-missing-record", moves: [xmpp]) { fixture in
            fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 0, [])
        },
    ]

    /// Microsoft 365 shares the domains; one member of the target has no endpoint that answers.
    @Sendable
    private static func shareDomains(_ fixture: inout RunbookFixture) {
        fixture = RunbookFixture(domains: ["contoso.com", "adatum.com"])
        fixture.organisation.sharesAddressSpace = true
        fixture.snapshot.unreachableEdges = [RunbookFixture.edge22: "no route to host"]
    }
}
