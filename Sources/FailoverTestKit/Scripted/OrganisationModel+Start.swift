import FailoverCore

extension OrganisationModel {
    /// Everything at home and in good order, as the configuration says it should be.
    init(of organisation: Organisation, at now: Instant) {
        let sites = organisation.sites.map { site in
            var routes: [RouteKind: String] = [:]
            for route in organisation.routes { routes[route.kind] = Self.printed(route.home) }
            return Site(name: site.name, routes: routes)
        }
        let ticks = Self.ticks(at: now)
        func machine(_ pool: FQDN, _ services: [Service], _ delay: Int) -> Machine {
            Machine(
                pool: pool,
                services: services,
                sites: sites,
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
        let domains = Set(organisation.sipDomains.map(\.name) + organisation.xmppDomains).sorted()
        let names = domains.flatMap { ["sip.\($0)", "sip2.\($0)", "xmpp.\($0)", $0.name] }
        self.init(
            sites: sites,
            published: sites,
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
            machines: machines,
            zones: organisation.zones.flatMap { zone in
                zone.authoritative.map { server in
                    ZoneCopy(zone: zone.name, server: server, sets: Contoso.records(of: zone.name))
                }
            },
            answeringPartners: Set(organisation.partners.map(\.domain)),
            certificateNames: Dictionary(
                uniqueKeysWithValues: organisation.edgePools.map { ($0.fqdn, names) }
            )
        )
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
