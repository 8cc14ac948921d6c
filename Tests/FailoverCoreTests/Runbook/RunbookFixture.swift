import FailoverCore

/// Makes an address that the test wrote itself.
func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("'\(text)' is no address") }
    return address
}

/// The sample organisation of the domain facts: what its configuration says and what is read of it.
///
/// Pool 1 (edge11, edge12; Redmond) is home and down, pool 2 (edge21, edge22; Dublin) is up.
struct RunbookFixture {
    static let pool1 = name("edgepool1.contoso.net")
    static let pool2 = name("edgepool2.contoso.net")
    static let primary = DNSServer(address: address("192.0.2.53"))
    static let secondary = DNSServer(address: address("192.0.2.54"))

    var organisation: Organisation
    var snapshot: Snapshot

    init(
        style: DNSStyle = .address,
        services: EdgeServices? = nil,
        domains: [String] = ["contoso.com"],
        partners: [Partner] = [Partner(domain: name("fabrikam.com"), isRequired: true)]
    ) {
        organisation = Self.organisation(style, services, domains, partners)
        snapshot = Self.snapshot(domains)
    }

    static func move(_ kind: RouteKind, back: Bool = false) -> Move {
        Move(
            route: RouteName(kind.rawValue),
            kind: kind,
            from: back ? pool2 : pool1,
            to: back ? pool1 : pool2
        )
    }

    func failover(_ kinds: RouteKind...) -> Planning {
        Planner(organisation: organisation).failover(
            kinds.map { Self.move($0) },
            snapshot: snapshot
        )
    }

    func failback(_ kind: RouteKind, record: FailoverRecord?) -> Planning {
        Planner(organisation: organisation)
            .failback([Self.move(kind, back: true)], snapshot: snapshot, record: record)
    }

    /// The checks that block, in order.
    static func checks(_ planning: Planning) -> [String] {
        if case .blocked(let blockers) = planning { blockers.map(\.check) } else { [] }
    }

    static func blockers(_ planning: Planning) -> [PreflightBlocker] {
        if case .blocked(let blockers) = planning { blockers } else { [] }
    }

    static func plan(_ planning: Planning) -> Plan? {
        if case .plan(let plan) = planning { plan } else { nil }
    }

    // MARK: Changes

    mutating func verdict(_ pool: FQDN, _ kind: RouteKind, _ verdict: VerdictClass) {
        let leg = PoolLeg(pool: pool, kind: kind)
        snapshot.verdicts[leg] = Verdict(verdict, reason: "\(leg) is \(verdict.rawValue)")
        let servers = organisation.edgePool(pool)?.servers.map(\.fqdn) ?? []
        for index in snapshot.members.indices
        where servers.contains(snapshot.members[index].server)
            && snapshot.members[index].kind == kind
        {
            snapshot.members[index].liveness = verdict == .down ? .dead : .alive
        }
    }

    /// Puts a set on every authoritative server; one without data takes the set away.
    mutating func put(_ owner: String, _ type: RecordType, ttl: UInt32, _ data: [RecordData]) {
        let set = RecordSet(name: name(owner), type: type, ttl: ttl, data: data)
        for index in snapshot.records.indices
        where snapshot.records[index].name == set.name && snapshot.records[index].type == type {
            snapshot.records[index].set = data.isEmpty ? nil : set
        }
    }

    /// Changes the readings of a name and type, with their place among the servers.
    mutating func change(
        _ owner: String,
        _ type: RecordType,
        _ body: (Int, inout RecordReading) -> Void
    ) {
        var place = 0
        for index in snapshot.records.indices
        where snapshot.records[index].name == name(owner) && snapshot.records[index].type == type {
            body(place, &snapshot.records[index])
            place += 1
        }
    }

    mutating func certificates(of pool: FQDN, _ body: (inout CertificateFacts) -> Void) {
        let servers = organisation.edgePool(pool)?.servers.map(\.fqdn) ?? []
        for index in snapshot.members.indices where servers.contains(snapshot.members[index].server)
        {
            guard var facts = snapshot.members[index].certificate else { continue }
            body(&facts)
            snapshot.members[index].certificate = facts
        }
    }

    /// The live state as a plan leaves it when it is carried out.
    mutating func carryOut(_ plan: Plan) {
        for step in plan.steps {
            switch step.operation {
            case .setSiteRoute(let site, let kind, _, let to):
                for index in snapshot.sites.indices where snapshot.sites[index].name == site {
                    switch kind {
                    case .sip: snapshot.sites[index].sipRoute = to.description
                    case .xmpp: snapshot.sites[index].xmppRoute = to.description
                    }
                }
            case .changeRecords(_, let changes):
                for change in changes {
                    for index in snapshot.records.indices
                    where snapshot.records[index].name == change.name
                        && snapshot.records[index].type == change.type
                    {
                        snapshot.records[index].set = change.to
                    }
                }
            default: break
            }
        }
        for kind in RouteKind.allCases { verdict(Self.pool1, kind, .up) }
    }
}

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
                externalName: name(external)
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
        for kind in RouteKind.allCases {
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
            manageableEdges: members("edge1", 2) + members("edge2", 2)
        )
    }

    private static func reading(
        _ server: FQDN,
        _ liveness: Liveness,
        _ domains: [String]
    ) -> [MemberReading] {
        RouteKind.allCases.map { kind in
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
                    zone: name(domain),
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
