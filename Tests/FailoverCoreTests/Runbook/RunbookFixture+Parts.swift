import FailoverCore

/// The parts of the fixture.
extension RunbookFixture {
    static func organisation(
        _ style: DNSStyle,
        _ services: EdgeServices?,
        _ domains: [String],
        _ partners: [Partner]
    ) -> Organisation {
        func pool(_ number: Int, _ site: String, _ addresses: [String]) -> EdgePool {
            EdgePool(
                fqdn: name("edgepool\(number).contoso.net"),
                site: SiteName(site),
                version: .sfb2015,
                servers: addresses.enumerated().map { index, text in
                    EdgeServer(
                        fqdn: name("edge\(number)\(index + 1).contoso.net"),
                        publicAddresses: [address(text)]
                    )
                }
            )
        }
        func route(_ kind: RouteKind, _ style: DNSStyle) -> FederationRoute {
            FederationRoute(
                name: RouteName(kind.rawValue),
                kind: kind,
                home: pool1,
                standby: [pool2],
                mode: .approve,
                federationFlag: .preStaged,
                dnsStyle: style,
                edgeServices: kind == .xmpp ? services : nil,
                confirmFor: .seconds(120)
            )
        }
        return Organisation(
            sites: [SiteName("Redmond"), SiteName("Dublin")],
            edgePools: [
                pool(1, "Redmond", ["203.0.113.11", "203.0.113.12"]),
                pool(2, "Dublin", ["198.51.100.21", "198.51.100.22"]),
            ],
            frontEndPools: [],
            sipDomains: domains.map { domain in
                SIPDomain(
                    name: name(domain),
                    federationNames: [pool1: name("sip.\(domain)"), pool2: name("sip2.\(domain)")]
                )
            },
            xmppDomains: [name("contoso.com")],
            partners: partners,
            routes: [route(.sip, style), route(.xmpp, .address)],
            zones: domains.map {
                DNSZone(name: name($0), view: "public", authoritative: [primary, secondary])
            }
        )
    }

    static func snapshot(_ domains: [String]) -> Snapshot {
        let route = "EdgeServer:edgepool1.contoso.net"
        func service(_ pool: FQDN, _ external: String) -> EdgeServiceSnapshot {
            EdgeServiceSnapshot(
                pool: pool,
                federationPort: 5061,
                clientPort: 443,
                xmppPort: 5269,
                externalName: name(external),
                nextHop: ServiceIdentity(
                    role: "Registrar",
                    pool: name(pool == pool1 ? "fepool1.contoso.net" : "fepool2.contoso.net")
                )
            )
        }
        func members(_ stem: String, _ count: Int) -> [FQDN] {
            (1...count).map { name("\(stem)\($0).contoso.net") }
        }
        func pool(
            _ fqdn: String,
            _ site: String,
            _ members: [FQDN],
            _ roles: [String]
        )
            -> PoolSnapshot
        {
            PoolSnapshot(fqdn: name(fqdn), site: SiteName(site), computers: members, roles: roles)
        }
        let pools = [
            pool("edgepool1.contoso.net", "Redmond", members("edge1", 2), ["EdgeServer"]),
            pool("edgepool2.contoso.net", "Dublin", members("edge2", 2), ["EdgeServer"]),
            pool("fepool1.contoso.net", "Redmond", members("fe1", 2), ["UserServer", "Registrar"]),
            pool("fepool2.contoso.net", "Dublin", members("fe2", 2), ["UserServer", "Registrar"]),
            pool("sql1.contoso.net", "Redmond", members("sql", 1), ["CentralManagementStore"]),
        ]
        var verdicts: [PoolLeg: Verdict] = [:]
        for kind in [LegKind.sip, .xmpp, .access] {
            verdicts[PoolLeg(pool: pool1, kind: kind)] = Verdict(.down, reason: "nothing answers")
            verdicts[PoolLeg(pool: pool2, kind: kind)] = Verdict(.up, reason: "all answer")
        }
        return Snapshot(
            takenAt: Timestamp(millisecondsSinceEpoch: 1_795_254_000_000),
            endpoint: "https://fe21.contoso.net:5986/wsman",
            endpointIndex: 0,
            sites: ["Redmond", "Dublin"].map {
                SiteSnapshot(name: SiteName($0), sipRoute: route, xmppRoute: route)
            },
            edgeServices: [service(pool1, "sip.contoso.com"), service(pool2, "sip2.contoso.com")],
            pools: pools,
            replicas: pools.dropLast().flatMap(\.computers).map {
                ReplicaSnapshot(server: $0, isUpToDate: true, lastUpdate: 638_990_000_000_000_000)
            },
            storeMaster: "fe21.contoso.net",
            rightsFailures: [],
            records: domains.flatMap(readings),
            updateRefusals: [:],
            verdicts: verdicts,
            members: members("edge1", 2).flatMap { reading($0, .dead, domains) }
                + members("edge2", 2).flatMap { reading($0, .alive, domains) },
            manageableEdges: members("edge1", 2) + members("edge2", 2),
            lastPublication: Timestamp(millisecondsSinceEpoch: 1_795_000_000_000)
        )
    }

    private static func reading(
        _ server: FQDN,
        _ liveness: Liveness,
        _ domains: [String]
    ) -> [MemberReading] {
        [LegKind.sip, .xmpp, .access].map { kind in
            MemberReading(
                server: server,
                kind: kind,
                liveness: liveness,
                reason: "",
                certificate: liveness == .dead ? nil : certificate(domains)
            )
        }
    }

    private static func certificate(_ domains: [String]) -> CertificateFacts {
        CertificateFacts(
            subject: "CN=sip.contoso.com",
            issuer: "CN=Authority",
            subjectAlternativeNames: domains.flatMap { ["sip.\($0)", "sip2.\($0)", $0] },
            notBefore: Timestamp(millisecondsSinceEpoch: 1_700_000_000_000),
            notAfter: Timestamp(millisecondsSinceEpoch: 1_900_000_000_000),
            extendedKeyUsages: ["serverAuth", "clientAuth"],
            fingerprint: "00",
            chainLength: 2,
            problems: []
        )
    }

    private static func readings(_ domain: String) -> [RecordReading] {
        let old = ["203.0.113.11", "203.0.113.12"].map { RecordData.address(address($0)) }
        let new = ["198.51.100.21", "198.51.100.22"].map { RecordData.address(address($0)) }
        func service(_ priority: UInt16, _ port: UInt16, _ target: String) -> [RecordData] {
            let target = name(target)
            return [
                .service(
                    ServiceRecord(priority: priority, weight: 0, port: port, target: target)
                )
            ]
        }
        var sets: [(String, RecordType, UInt32, [RecordData])] = [
            ("_sipfederationtls._tcp.\(domain)", .srv, 600, service(0, 5061, "sip.\(domain)")),
            ("_sip._tls.\(domain)", .srv, 600, []),
            ("sip.\(domain)", .a, 3_600, old), ("sip.\(domain)", .aaaa, 3_600, []),
            ("sip2.\(domain)", .a, 3_600, new), ("sip2.\(domain)", .aaaa, 3_600, []),
        ]
        if domain == "contoso.com" {
            sets += [
                ("_xmpp-server._tcp.contoso.com", .srv, 600, service(10, 5269, "xmpp.contoso.com")),
                ("xmpp.contoso.com", .a, 120, old), ("xmpp.contoso.com", .aaaa, 120, []),
            ]
        }
        return sets.flatMap { owner, type, ttl, data in
            [primary, secondary].map { server in
                RecordReading(
                    zone: ZoneKey(name: name(domain)),
                    server: server,
                    name: name(owner),
                    type: type,
                    set: data.isEmpty
                        ? nil : RecordSet(name: name(owner), type: type, ttl: ttl, data: data)
                )
            }
        }
    }
}
