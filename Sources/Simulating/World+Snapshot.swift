import FailoverCore

/// Everything that a plan depends on and that can change in a history: equal facts, equal plans.
struct PlanFacts: Sendable, Hashable {
    var moves: [Move]
    var direction: MoveDirection
    var record: PlanDigest?
    var sites: [SiteSnapshot]
    var flags: [Bool]
    var primary: [RecordKey: RecordSet]
    var secondary: [RecordKey: RecordSet]
    /// By pool and leg, in order.
    var verdicts: [[VerdictClass?]]
    var dead: [[Bool]]
}

extension World {
    func facts(
        _ moves: [Move],
        _ direction: MoveDirection,
        _ record: PlanDigest?,
        _ verdicts: [[VerdictClass?]]
    ) -> PlanFacts {
        PlanFacts(
            moves: moves,
            direction: direction,
            record: record,
            sites: sites,
            flags: carriesFlag,
            primary: primary,
            secondary: secondary,
            verdicts: verdicts,
            dead: conditions.indices.map { pool in
                conditions[pool].indices.map { !works(pool, $0, estate.kind.legs[0]) }
            }
        )
    }

    /// What is read before a plan is made.
    func snapshot(_ facts: PlanFacts) -> Snapshot {
        let edgePools = estate.pools.indices.map { pool in
            PoolSnapshot(
                fqdn: estate.pools[pool],
                site: Estate.sites[pool],
                computers: estate.servers[pool],
                roles: ["EdgeServer"]
            )
        }
        let frontEnds = estate.pools.indices.map { pool in
            PoolSnapshot(
                fqdn: .known("fepool\(pool + 1).contoso.net"),
                site: Estate.sites[pool],
                computers: [.known("fe\(pool + 1)1.contoso.net")],
                roles: ["UserServer", "Registrar"]
            )
        }
        return Snapshot(
            takenAt: Timestamp(millisecondsSinceEpoch: 1_795_254_000_000),
            endpoint: "https://fe21.contoso.net:5986/wsman",
            endpointIndex: 0,
            sites: sites,
            edgeServices: estate.pools.indices.map(edgeService),
            pools: edgePools + frontEnds,
            replicas: (edgePools + frontEnds).flatMap(\.computers).map {
                ReplicaSnapshot(server: $0, isUpToDate: true, lastUpdate: 638_990_000_000_000_000)
            },
            storeMaster: "fe21.contoso.net",
            rightsFailures: [],
            records: readings(Estate.primary, primary) + readings(Estate.secondary, secondary),
            updateRefusals: [:],
            verdicts: verdicts(facts),
            members: memberReadings(facts),
            manageableEdges: estate.servers.flatMap(\.self),
            lastPublication: Timestamp(millisecondsSinceEpoch: 1_795_000_000_000)
        )
    }

    private func verdicts(_ facts: PlanFacts) -> [PoolLeg: Verdict] {
        var verdicts: [PoolLeg: Verdict] = [:]
        for (pool, classes) in zip(estate.pools, facts.verdicts) {
            for (kind, verdict) in zip(estate.kind.legs, classes) {
                guard let verdict else { continue }
                verdicts[PoolLeg(pool: pool, kind: kind)] =
                    Verdict(verdict, reason: verdict.rawValue)
            }
        }
        return verdicts
    }

    private func edgeService(_ pool: Int) -> EdgeServiceSnapshot {
        EdgeServiceSnapshot(
            pool: estate.pools[pool],
            federationPort: carriesFlag[pool] ? 5_061 : nil,
            clientPort: 443,
            xmppPort: 5_269,
            externalName: .known(pool == 0 ? "sip.contoso.com" : "sip\(pool + 1).contoso.com"),
            nextHop: ServiceIdentity(
                role: "Registrar",
                pool: .known("fepool\(pool + 1).contoso.net")
            )
        )
    }

    private func readings(
        _ server: DNSServer,
        _ records: [RecordKey: RecordSet]
    ) -> [RecordReading] {
        let names = [
            "_sipfederationtls._tcp.contoso.com", "_sip._tls.contoso.com", "sip.contoso.com",
            "_xmpp-server._tcp.contoso.com", "xmpp.contoso.com",
        ]
        return names.flatMap { text -> [RecordReading] in
            let name = FQDN.known(text)
            let types: [RecordType] = text.hasPrefix("_") ? [.srv] : [.a, .aaaa]
            return types.map { type in
                RecordReading(
                    zone: ZoneKey(name: Estate.domain),
                    server: server,
                    name: name,
                    type: type,
                    set: records[RecordKey(name: name, type: type)]
                )
            }
        }
    }

    private func memberReadings(_ facts: PlanFacts) -> [MemberReading] {
        estate.pools.indices.flatMap { pool in
            estate.servers[pool].indices.flatMap { member in
                estate.kind.legs.map { leg in
                    let isDead = facts.dead[pool][member]
                    return MemberReading(
                        server: estate.servers[pool][member],
                        kind: leg,
                        liveness: isDead ? .dead : .alive,
                        reason: "",
                        certificate: isDead ? nil : World.certificate
                    )
                }
            }
        }
    }

    private static let certificate = CertificateFacts(
        subject: "CN=sip.contoso.com",
        issuer: "CN=Authority",
        subjectAlternativeNames: [
            "sip.contoso.com", "sip2.contoso.com", "sip3.contoso.com", "contoso.com",
        ],
        notBefore: Timestamp(millisecondsSinceEpoch: 1_700_000_000_000),
        notAfter: Timestamp(millisecondsSinceEpoch: 1_900_000_000_000),
        extendedKeyUsages: ["serverAuth", "clientAuth"],
        fingerprint: "00",
        chainLength: 2,
        problems: []
    )
}
