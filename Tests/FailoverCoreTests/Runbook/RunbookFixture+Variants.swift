import FailoverCore

/// The sample organisation with more in it.
extension RunbookFixture {
    static let edge21 = name("edge21.contoso.net")
    static let edge22 = name("edge22.contoso.net")
    static let media1 = RouteName("media-redmond")
    static let media2 = RouteName("media-dublin")

    /// A service of a pool.
    static func service(_ role: String, _ pool: String) -> ServiceIdentity {
        ServiceIdentity(role: role, pool: name("\(pool).contoso.net"))
    }

    /// Front End pools with and without a Mediation role and a Director, and their Edge pools.
    mutating func associate() {
        func use(_ roles: [String], _ pool: String, _ site: String, _ edge: FQDN) {
            for role in roles {
                snapshot.associations.append(
                    AssociationSnapshot(
                        service: Self.service(role, pool),
                        site: SiteName(site),
                        edgeServer: .edgeServer(edge)
                    )
                )
            }
        }
        use(
            ["Registrar", "ConferencingServer", "MediationServer"],
            "fepool1",
            "Redmond",
            Self.pool1
        )
        use(["Director"], "dirpool", "Redmond", Self.pool1)
        use(["Registrar", "ConferencingServer"], "fepool2", "Dublin", Self.pool2)
        let director = name("dir1.contoso.net")
        snapshot.pools.append(
            PoolSnapshot(
                fqdn: name("dirpool.contoso.net"),
                site: SiteName("Redmond"),
                computers: [director],
                roles: ["Registrar", "Director"]
            )
        )
        snapshot.replicas.append(
            ReplicaSnapshot(
                server: director,
                isUpToDate: true,
                lastUpdate: 638_990_000_000_000_000
            )
        )
    }

    /// Media legs of both pools, pool 1's as ordered and pool 2's up.
    mutating func watchMedia(home: VerdictClass) {
        for (pool, verdict) in [(Self.pool1, home), (Self.pool2, .up)] {
            snapshot.verdicts[PoolLeg(pool: pool, kind: .media)] =
                Verdict(verdict, reason: "media is \(verdict.rawValue)")
            for server in organisation.edgePool(pool)?.servers ?? [] {
                snapshot.members.append(
                    MemberReading(
                        server: server.fqdn,
                        kind: .media,
                        liveness: verdict == .down ? .dead : .alive,
                        reason: "",
                        certificate: nil
                    )
                )
            }
        }
    }

    /// Media routes: each pool is home of one and standby of the other.
    mutating func addMediaRoutes() {
        for (route, home, standby) in [
            (Self.media1, Self.pool1, Self.pool2), (Self.media2, Self.pool2, Self.pool1),
        ] {
            organisation.routes.append(
                FederationRoute(
                    name: route,
                    kind: .media,
                    home: home,
                    standby: [standby],
                    mode: .approve,
                    federationFlag: .preStaged,
                    confirmFor: .seconds(120)
                )
            )
        }
    }

    static func mediaMove(_ route: RouteName = media1, back: Bool = false) -> Move {
        let isFirst = route == media1
        return Move(
            route: route,
            kind: .media,
            from: isFirst != back ? pool1 : pool2,
            to: isFirst != back ? pool2 : pool1
        )
    }

    /// Both Edge pools and everything else of one generation.
    mutating func use(_ version: ProductVersion) {
        for index in organisation.edgePools.indices {
            organisation.edgePools[index].version = version
        }
        guard !version.carriesXMPP else { return }
        for index in snapshot.edgeServices.indices { snapshot.edgeServices[index].xmppPort = nil }
        for index in snapshot.sites.indices { snapshot.sites[index].xmppRoute = nil }
        organisation.routes.removeAll { $0.kind == .xmpp }
    }

    /// The federation flag is on pool 1 alone, and nothing listens on 5061 in pool 2.
    mutating func keepFlagSingle() {
        organisation.routes[0].federationFlag = .strictSingle
        snapshot.edgeServices[1].federationPort = nil
        verdict(Self.pool2, .sip, .down)
    }

    /// A second view of every zone with the same content, at a server of its own.
    mutating func addInternalView(provider: ZoneProvider = .rfc2136) {
        let server = DNSServer(address: address("10.0.0.53"))
        for zone in organisation.zones {
            let own = DNSZone(
                name: zone.name,
                view: "internal",
                authoritative: [server],
                provider: provider
            )
            organisation.zones.append(own)
            snapshot.records += snapshot.records
                .filter { $0.zone == zone.key && $0.server == Self.primary }
                .map { reading in
                    var reading = reading
                    reading.zone = own.key
                    reading.server = server
                    return reading
                }
        }
    }

    /// Puts a set into one view only.
    mutating func put(
        _ owner: String,
        _ type: RecordType,
        view: String,
        ttl: UInt32,
        _ data: [RecordData]
    ) {
        let set = RecordSet(name: name(owner), type: type, ttl: ttl, data: data)
        for index in snapshot.records.indices
        where snapshot.records[index].name == set.name && snapshot.records[index].type == type
            && snapshot.records[index].zone.view == view
        {
            snapshot.records[index].set = data.isEmpty ? nil : set
        }
    }

    /// The Central Management store died with its site.
    mutating func loseStore() {
        snapshot.storeMaster = nil
        snapshot.storeFailure = "fe11.contoso.net does not answer"
        snapshot.replicas = []
        snapshot.deadSites = [SiteName("Redmond")]
        snapshot.silentNextHops = [name("fepool1.contoso.net"): "refused"]
    }
}
