public import FailoverCore

/// Procedure × options × version: the plans that the cut tests take apart.
public enum PlanMatrix {
    /// What is peculiar about the organisation when the plan is made.
    public enum Circumstance: String, Sendable, Hashable, CaseIterable {
        /// The federation flag is on the home pool alone, and the target needs Setup.
        case flagSingle = "flag_single"
        /// The target's XMPP services do not answer until they are restarted.
        case silentXMPP = "silent_xmpp"
        /// The target's first member has no management endpoint.
        case unmanageableMember = "unmanageable_member"
        /// The Central Management store is dead until a person fails it over.
        case deadStore = "dead_store"
    }

    /// One combination.
    public struct Entry: Sendable, CustomStringConvertible {
        /// Such as `A sfb2015 strict_single address failover`, unique.
        public var name: String
        /// The configuration.
        public var organisation: Organisation
        /// What moves; for a failback the way back.
        public var moves: [Move]
        /// Away, or back after a failover of the same routes.
        public var direction: MoveDirection
        /// What is peculiar.
        public var circumstances: Set<Circumstance>

        /// The moves of the failover, also for an entry whose plan is the failback after it.
        public var away: [Move] {
            guard direction == .failback else { return moves }
            return moves.map { Move(route: $0.route, kind: $0.kind, from: $0.to, to: $0.from) }
        }

        /// The name.
        public var description: String { name }

        /// Brings a model of the organisation into the state that the entry is about.
        public func prepare(_ model: inout OrganisationModel) {
            for target in Set(away.map(\.to)) {
                let members = organisation.edgePool(target)?.servers.map(\.fqdn) ?? []
                if circumstances.contains(.flagSingle) {
                    for index in model.edgeServices.indices
                    where model.edgeServices[index].pool == target {
                        model.edgeServices[index].federationPort = nil
                    }
                    for member in members { model.machines[member]?.needsSetup = true }
                }
                if circumstances.contains(.silentXMPP) {
                    for member in members { model.machines[member]?.needsXMPPRestart = true }
                }
                if circumstances.contains(.unmanageableMember), let first = members.first {
                    model.unmanageable.insert(first)
                }
            }
            if circumstances.contains(.deadStore) { model.storeMaster = nil }
        }
    }

    /// All combinations, failovers before the failbacks of the same configuration.
    public static var entries: [Entry] {
        ProductVersion.allCases.flatMap(federation) + ProductVersion.allCases.flatMap(media)
            + [ProductVersion.lync2013, .sfb2015].flatMap(messaging)
            + options + surroundings
    }

    // MARK: Making entries

    /// An entry for a failover, and one for the failback after it.
    static func both(
        _ name: String,
        _ organisation: Organisation,
        _ kinds: [RouteKind],
        _ circumstances: Set<Circumstance> = []
    ) -> [Entry] {
        [MoveDirection.failover, .failback].map { direction in
            Entry(
                name: "\(name) \(direction.rawValue)",
                organisation: organisation,
                moves: organisation.routes.filter { kinds.contains($0.kind) }.map { route in
                    let away = (route.home, route.standby[0])
                    let (from, to) = direction == .failover ? away : (away.1, away.0)
                    return Move(route: route.name, kind: route.kind, from: from, to: to)
                },
                direction: direction,
                circumstances: circumstances
            )
        }
    }

    /// The sample organisation, all of one version.
    static func organisation(
        _ version: ProductVersion,
        _ routes: [FederationRoute],
        domains: [FQDN] = [Contoso.domain]
    ) -> Organisation {
        var organisation = Contoso.organisation(routes: routes, domains: domains)
        organisation.trustsUntriedRights = true
        if !version.carriesXMPP { organisation.xmppDomains = [] }
        for index in organisation.edgePools.indices {
            organisation.edgePools[index].version = version
            guard routes.contains(where: { $0.kind == .media }) else { continue }
            for member in organisation.edgePools[index].servers.indices {
                organisation.edgePools[index].servers[member].mediaAddresses = [
                    Contoso.mediaAddress(index + 1, member + 1)
                ]
            }
        }
        return organisation
    }

    static func sip(_ change: (inout FederationRoute) -> Void = { _ in }) -> FederationRoute {
        var route = Contoso.sipRoute()
        change(&route)
        return route
    }

    /// The media route of the home pool.
    static let mediaRoute = FederationRoute(
        name: RouteName("media"),
        kind: .media,
        home: Contoso.pool1,
        standby: [Contoso.pool2],
        mode: .approve,
        federationFlag: .preStaged,
        confirmFor: .seconds(60)
    )

    // MARK: The combinations

    /// Procedure A and C 2: flag × DNS style.
    private static func federation(_ version: ProductVersion) -> [Entry] {
        FederationFlag.allCases.flatMap { flag in
            [DNSStyle.address, .srv].flatMap { style in
                both(
                    "A \(version.rawValue) \(flag.rawValue) \(style.rawValue)",
                    organisation(
                        version,
                        [
                            sip {
                                $0.federationFlag = flag
                                $0.dnsStyle = style
                            }
                        ]
                    ),
                    [.sip],
                    flag == .strictSingle ? [.flagSingle] : []
                )
            }
        }
    }

    /// Procedure D and C 4, as a move of its own.
    private static func media(_ version: ProductVersion) -> [Entry] {
        both("D \(version.rawValue)", organisation(version, [mediaRoute]), [.media])
    }

    /// Procedure B and C 3: what is done with the Edge services.
    private static func messaging(_ version: ProductVersion) -> [Entry] {
        [EdgeServices?.none, .untouched, .xmppOnly, .documented].flatMap { services in
            let word = services?.rawValue ?? "default"
            let routes = [Contoso.sipRoute(), Contoso.xmppRoute(services: services)]
            // What is left untouched must answer already.
            return both(
                "B \(version.rawValue) \(word)",
                organisation(version, routes),
                [.xmpp],
                services == .untouched ? [] : [.silentXMPP]
            )
        }
    }

    /// Setup, fence and DNS options of procedure A, and several moves in one plan.
    private static var options: [Entry] {
        var entries: [Entry] = []
        for setup in ComponentSetup.allCases {
            for setupBy in SetupBy.allCases where setup != .never || setupBy == .agent {
                let route = sip {
                    $0.setup = setup
                    $0.setupBy = setupBy
                }
                entries += both(
                    "A setup \(setup.rawValue) by \(setupBy.rawValue)",
                    organisation(.sfb2015, [route]),
                    [.sip]
                )
            }
        }
        let byAgent = sip {
            $0.federationFlag = .strictSingle
            $0.setupBy = .agent
        }
        entries += both(
            "A strict_single, setup by the agent",
            organisation(.sfb2019, [byAgent]),
            [.sip],
            [.flagSingle]
        )
        entries += both(
            "A fence",
            organisation(.sfb2015, [sip { $0.fence = .accessEdge }]),
            [.sip]
        )
        entries += both(
            "A without DNS",
            organisation(.sfb2015, [sip { $0.dnsStyle = .none }]),
            [.sip]
        )
        entries += both(
            "A two domains",
            organisation(.sfb2015, [sip()], domains: [Contoso.domain, Contoso.secondDomain]),
            [.sip]
        )
        return entries + merged
    }

    /// Several moves in one plan.
    private static var merged: [Entry] {
        let both = organisation(.sfb2015, [Contoso.sipRoute(), Contoso.xmppRoute()])
        let documented = organisation(
            .lync2013,
            [Contoso.sipRoute(), Contoso.xmppRoute(services: .documented)]
        )
        let all = organisation(
            .sfb2015,
            [sip { $0.fence = .accessEdge }, Contoso.xmppRoute(), mediaRoute]
        )
        return PlanMatrix.both("A and B", both, [.sip, .xmpp])
            + PlanMatrix.both("A and B documented", documented, [.sip, .xmpp], [.silentXMPP])
            + PlanMatrix.both("A, B and D with fence", all, [.sip, .xmpp, .media])
    }

    /// What else a plan has to cope with.
    private static var surroundings: [Entry] {
        let routes = [Contoso.sipRoute(), Contoso.xmppRoute()]
        var manual = organisation(.sfb2015, routes)
        for index in manual.zones.indices { manual.zones[index].provider = .manual }
        var views = organisation(.sfb2015, routes)
        views.zones.append(
            DNSZone(
                name: Contoso.domain,
                view: "internal",
                authoritative: [DNSServer(address: .of("192.0.2.55"))]
            )
        )
        var hybrid = organisation(
            .sfb2019,
            [sip { $0.fence = .accessEdge }],
            domains: [Contoso.domain, Contoso.secondDomain]
        )
        hybrid.sharesAddressSpace = true
        return both("A manual zone", manual, [.sip])
            + both("A hybrid", hybrid, [.sip])
            + both("A hybrid, unmanageable member", hybrid, [.sip], [.unmanageableMember])
            + both("A and B two views", views, [.sip, .xmpp])
            + both(
                "B unmanageable member",
                organisation(.sfb2015, routes),
                [.xmpp],
                [.silentXMPP, .unmanageableMember]
            )
            + both("A dead store", organisation(.sfb2015, routes), [.sip], [.deadStore])
            + both("A dead store 2010", organisation(.lync2010, [sip()]), [.sip], [.deadStore])
    }
}
