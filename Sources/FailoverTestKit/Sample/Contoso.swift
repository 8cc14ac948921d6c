public import FailoverCore

extension FQDN {
    /// A name that the test wrote itself.
    public static func of(_ text: String) -> FQDN {
        guard let name = FQDN(text) else { preconditionFailure("'\(text)' is not a DNS name") }
        return name
    }
}

extension IPAddress {
    /// An address that the test wrote itself.
    public static func of(_ text: String) -> IPAddress {
        guard let address = IPAddress(text) else { preconditionFailure("'\(text)' is no address") }
        return address
    }
}

/// The sample organisation of the domain facts, section 8: two sites, two Edge pools of two servers.
public enum Contoso {
    /// The home pool, in Redmond.
    public static let pool1 = FQDN.of("edgepool1.contoso.net")
    /// The standby pool, in Dublin.
    public static let pool2 = FQDN.of("edgepool2.contoso.net")
    /// Its first SIP domain.
    public static let domain = FQDN.of("contoso.com")
    /// Its second SIP domain, in a zone of its own.
    public static let secondDomain = FQDN.of("adatum.com")
    /// A partner.
    public static let partner = FQDN.of("fabrikam.com")
    /// The SIP route.
    public static let sip = RouteName("sip")
    /// The XMPP route.
    public static let xmpp = RouteName("xmpp")
    /// The primary name server.
    public static let primary = DNSServer(address: .of("192.0.2.53"))
    /// The secondary name server.
    public static let secondary = DNSServer(address: .of("192.0.2.54"))
    /// A member of a pool: `edge(2, 1)` is edge21.
    public static func edge(_ pool: Int, _ member: Int) -> FQDN {
        .of("edge\(pool)\(member).contoso.net")
    }

    /// The published address of a member.
    public static func address(_ pool: Int, _ member: Int) -> IPAddress {
        .of(pool == 1 ? "203.0.113.1\(member)" : "198.51.100.2\(member)")
    }

    /// The published A/V Edge address of a member.
    public static func mediaAddress(_ pool: Int, _ member: Int) -> IPAddress {
        .of(pool == 1 ? "203.0.113.3\(member)" : "198.51.100.3\(member)")
    }

    /// The SIP route from pool 1 to pool 2.
    public static func sipRoute(
        mode: RouteMode = .approve,
        style: DNSStyle = .address,
        failback: FailbackSettings = FailbackSettings()
    ) -> FederationRoute {
        FederationRoute(
            name: sip,
            kind: .sip,
            home: pool1,
            standby: [pool2],
            mode: mode,
            federationFlag: .preStaged,
            dnsStyle: style,
            confirmFor: .seconds(60),
            failback: failback
        )
    }

    /// The XMPP route from pool 1 to pool 2.
    public static func xmppRoute(
        mode: RouteMode = .approve,
        services: EdgeServices? = nil,
        failback: FailbackSettings = FailbackSettings()
    ) -> FederationRoute {
        FederationRoute(
            name: xmpp,
            kind: .xmpp,
            home: pool1,
            standby: [pool2],
            mode: mode,
            federationFlag: .preStaged,
            edgeServices: services,
            confirmFor: .seconds(60),
            failback: failback
        )
    }

    /// The organisation with these routes, and one or two SIP domains.
    public static func organisation(
        routes: [FederationRoute] = [sipRoute(), xmppRoute()],
        domains: [FQDN] = [domain]
    ) -> Organisation {
        func pool(_ number: Int, _ fqdn: FQDN, _ site: String) -> EdgePool {
            EdgePool(
                fqdn: fqdn,
                site: SiteName(site),
                version: .sfb2015,
                servers: [1, 2].map { member in
                    EdgeServer(
                        fqdn: edge(number, member),
                        publicAddresses: [address(number, member)]
                    )
                }
            )
        }
        return Organisation(
            sites: [SiteName("Redmond"), SiteName("Dublin")],
            edgePools: [pool(1, pool1, "Redmond"), pool(2, pool2, "Dublin")],
            frontEndPools: [
                FrontEndPool(fqdn: .of("fepool1.contoso.net"), site: SiteName("Redmond")),
                FrontEndPool(fqdn: .of("fepool2.contoso.net"), site: SiteName("Dublin")),
            ],
            sipDomains: domains.map { domain in
                SIPDomain(
                    name: domain,
                    federationNames: [pool1: .of("sip.\(domain)"), pool2: .of("sip2.\(domain)")]
                )
            },
            xmppDomains: [domain],
            partners: [Partner(domain: partner, isRequired: true)],
            routes: routes,
            zones: domains.map {
                DNSZone(name: $0, view: "public", authoritative: [primary, secondary])
            }
        )
    }

    /// The record sets of a domain's zone, as they lead to pool 1; XMPP is in the first domain only.
    public static func records(of domain: FQDN) -> [RecordSet] {
        func addresses(_ name: String, _ pool: Int, ttl: UInt32) -> RecordSet {
            RecordSet(
                name: .of("\(name).\(domain)"),
                type: .a,
                ttl: ttl,
                data: [1, 2].map { .address(address(pool, $0)) }
            )
        }
        func service(
            _ labels: String,
            _ priority: UInt16,
            _ port: UInt16,
            _ host: String
        )
            -> RecordSet
        {
            let record = ServiceRecord(
                priority: priority,
                weight: 0,
                port: port,
                target: .of("\(host).\(domain)")
            )
            return RecordSet(
                name: .of("\(labels).\(domain)"),
                type: .srv,
                ttl: 300,
                data: [.service(record)]
            )
        }
        let sip = [
            service("_sipfederationtls._tcp", 0, 5061, "sip"),
            addresses("sip", 1, ttl: 3_600),
            addresses("sip2", 2, ttl: 3_600),
        ]
        guard domain == Contoso.domain else { return sip }
        return sip + [
            service("_xmpp-server._tcp", 10, 5269, "xmpp"), addresses("xmpp", 1, ttl: 3_600),
        ]
    }
}
