public import FailoverCore

extension OrganisationModel {
    /// Everything at home and in good order, as the configuration says it should be.
    init(of organisation: Organisation, at now: Instant) {
        let topology = Self.topology(of: organisation)
        let ticks = Self.ticks(at: now)
        let domains = Set(organisation.sipDomains.map(\.name) + organisation.xmppDomains).sorted()
        let names = domains.flatMap { ["sip.\($0)", "sip2.\($0)", "xmpp.\($0)", $0.name] }
        self.init(
            topology: topology,
            published: topology,
            publishedAt: ticks,
            publishedAtInstant: now + .seconds(-3_600),
            edgeServices: organisation.edgePools.enumerated().map { index, pool in
                EdgeServiceSnapshot(
                    pool: pool.fqdn,
                    federationPort: pool.port(for: .sip),
                    clientPort: 443,
                    xmppPort: pool.version.carriesXMPP ? pool.port(for: .xmpp) : nil,
                    externalName: .of("sip\(index == 0 ? "" : "\(index + 1)").\(domains[0])")
                )
            },
            pools: organisation.edgePools.map { ($0.fqdn, $0.site.name, true) }
                + organisation.frontEndPools.map { ($0.fqdn, $0.site.name, false) },
            machines: Self.machines(of: organisation, topology, ticks),
            zones: organisation.zones.flatMap { zone in
                zone.authoritative.map { server in
                    ZoneCopy(
                        zone: zone.name,
                        server: server,
                        view: zone.view,
                        sets: Contoso.records(of: zone.name)
                    )
                }
            },
            answeringPartners: Set(organisation.partners.map(\.domain)),
            certificateNames: Dictionary(
                uniqueKeysWithValues: organisation.edgePools.map { ($0.fqdn, names) }
            )
        )
    }
}

extension OrganisationModel {
    /// Every site routed to the routes' homes, every service with the Edge pool of its site.
    private static func topology(of organisation: Organisation) -> Topology {
        let sites = organisation.sites.map { site in
            var routes: [RouteKind: String] = [:]
            for route in organisation.routes where route.kind != .media {
                routes[route.kind] = Self.printed(route.home)
            }
            return Site(name: site.name, routes: routes)
        }
        return Topology(
            sites: sites,
            associations: organisation.frontEndPools.flatMap { pool in
                Self.associations(of: pool, organisation)
            },
            nextHops: Dictionary(
                uniqueKeysWithValues: organisation.edgePools.compactMap { edge in
                    let near = organisation.frontEndPools.first { $0.site == edge.site }
                    return (near ?? organisation.frontEndPools.first).map {
                        (edge.fqdn, "Registrar:\($0.fqdn)")
                    }
                }
            )
        )
    }

    /// Every member of every pool, with its replica current.
    private static func machines(
        of organisation: Organisation,
        _ topology: Topology,
        _ ticks: Int64
    ) -> [FQDN: Machine] {
        func machine(_ pool: FQDN, _ services: [Service], _ delay: Int) -> Machine {
            Machine(
                pool: pool,
                services: services,
                topology: topology,
                lastUpdate: ticks,
                replicationDelay: .seconds(delay)
            )
        }
        var machines: [FQDN: Machine] = [:]
        for pool in organisation.edgePools {
            for server in pool.servers {
                machines[server.fqdn] = machine(pool.fqdn, Service.ofEdge, 20)
            }
        }
        for (index, pool) in organisation.frontEndPools.enumerated() {
            for member in 1...3 {
                machines[.of("fe\(index + 1)\(member).contoso.net")] = machine(
                    pool.fqdn,
                    [],
                    8 + 2 * member
                )
            }
        }
        return machines
    }

    /// The services of a Front End pool, each with the Edge pool of its site.
    static func associations(
        of pool: FrontEndPool,
        _ organisation: Organisation
    ) -> [Association] {
        let edge = organisation.edgePools.first { $0.site == pool.site }
        return ["Registrar", "ConferencingServer", "MediationServer"].map { role in
            Association(
                service: "\(role):\(pool.fqdn)",
                site: pool.site.name,
                edgeServer: edge.map { printed($0.fqdn) }
            )
        }
    }

    /// Adds a Director pool with two members that uses an Edge pool for media.
    public mutating func addDirector(_ fqdn: FQDN, site: String, using edge: FQDN) {
        topology.associations.append(
            Association(
                service: "Director:\(fqdn)",
                site: site,
                edgeServer: Self.printed(edge)
            )
        )
        published = topology
        pools.append((fqdn, site, false))
        for member in 1...2 {
            machines[.of("dir\(member).contoso.net")] = Machine(
                pool: fqdn,
                services: [],
                topology: topology,
                lastUpdate: publishedAt,
                replicationDelay: .seconds(12)
            )
        }
        publishEverywhere()
    }

    /// Takes the Mediation role from a Front End pool.
    public mutating func removeMediation(of pool: FQDN) {
        topology.associations.removeAll { $0.service == "MediationServer:\(pool)" }
        publishEverywhere()
    }
}

extension OrganisationModel.Service {
    /// The services of an Edge server; the XMPP one's short name is nothing to rely on.
    static let ofEdge = [
        ("REPLICA", "Replica Replicator Agent"), ("RTCSRV", "Access Edge"),
        ("RTCDATAPROXY", "Web Conferencing Edge"), ("RTCMRAUTH", "Audio/Video Authentication"),
        ("RTCMEDIARELAY", "Audio/Video Edge"),
        ("EDGEX17", "XMPP Translating Gateway Proxy"),
    ].map { OrganisationModel.Service(name: $0, displayName: "Skype for Business Server \($1)") }
}
