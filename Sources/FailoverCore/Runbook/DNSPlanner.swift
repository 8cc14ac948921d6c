/// Works out which record sets change so that partners are led to a pool.
struct DNSPlanner {
    /// What a route's DNS needs.
    struct Result {
        var kind: RouteKind
        /// Changes by zone, in the order of first need.
        var changes: [(zone: ZoneKey, changes: [DNSChange])] = []
        /// What every authoritative server must say afterwards, by zone.
        var expected: [(zone: ZoneKey, sets: [RecordExpectation])] = []
        var blockers: [PreflightBlocker] = []
        var warnings: [String] = []
        /// Whether somebody else changed what the failover wrote.
        var hasForeignChanges = false

        fileprivate mutating func add(_ change: DNSChange) {
            guard change.from != change.to else { return }
            if let index = changes.firstIndex(where: { $0.zone == change.zone }) {
                guard !changes[index].changes.contains(change) else { return }
                changes[index].changes.append(change)
            } else {
                changes.append((change.zone, [change]))
            }
        }

        fileprivate mutating func expect(_ set: RecordSet, in zone: ZoneKey) {
            let set = RecordExpectation(set)
            if let index = expected.firstIndex(where: { $0.zone == zone }) {
                guard !expected[index].sets.contains(set) else { return }
                expected[index].sets.append(set)
            } else {
                expected.append((zone, [set]))
            }
        }
    }

    let organisation: Organisation
    let snapshot: Snapshot

    /// Leads every domain of the route to the pool.
    func lead(_ route: FederationRoute, to target: FQDN, _ direction: MoveDirection) -> Result {
        var result = Result(kind: route.kind)
        guard route.dnsStyle != .none, let pool = organisation.edgePool(target) else {
            result.warnings.append("DNS is left alone (style none): partners may not find the pool")
            return result
        }
        for domain in organisation.domains(for: route.kind) {
            guard let name = route.kind.serviceName(in: domain),
                let services = usable(name, .srv, &result, required: true)
            else { continue }
            switch route.dnsStyle {
            case .address:
                // The names that are live: for SIP every SRV target, for XMPP the preferred one,
                // since pre-provisioned records of other pools are kept.
                let targets =
                    route.kind == .sip
                    ? services.services.map(\.target)
                    : services.services.prefix(1).map(\.target)
                for host in Set(targets).sorted() {
                    moveAddresses(of: host, to: pool, route, direction, &result)
                }
                if let zone = organisation.zones(holding: name).first {
                    result.expect(services, in: zone.key)
                }
            case .srv: moveService(services, of: domain, to: pool, route, direction, &result)
            case .none: break
            }
        }
        return result
    }

    private func newTTL(
        _ old: UInt32,
        _ route: FederationRoute,
        _ direction: MoveDirection
    ) -> UInt32 {
        direction == .failover ? min(old, route.ttlWhileFailedOver) : old
    }

    private func moveAddresses(
        of host: FQDN,
        to pool: EdgePool,
        _ route: FederationRoute,
        _ direction: MoveDirection,
        _ result: inout Result
    ) {
        guard let zone = organisation.zones(holding: host).first else {
            result.blockers.append(.noZone(host))
            return
        }
        var old: [RecordType: RecordSet] = [:]
        for type in [RecordType.a, .aaaa] {
            old[type] = usable(host, type, &result, required: false)
        }
        if old.isEmpty {
            if result.blockers.isEmpty {
                result.blockers.append(
                    PreflightBlocker(
                        check: "dns",
                        sentence: "\(host) has no addresses, so nothing can be moved",
                        readFrom: "the authoritative servers of \(zone.name)",
                        clearedBy: "create its A record, or correct the SRV record that names it"
                    )
                )
            }
            return
        }
        let ttl = newTTL(old.values.map(\.ttl).min() ?? route.ttlWhileFailedOver, route, direction)
        for type in [RecordType.a, .aaaa] {
            let data = pool.publishedAddresses.filter { $0.recordType == type }
                .map(RecordData.address)
            let new =
                data.isEmpty
                ? nil : RecordSet(name: host, type: type, ttl: ttl, data: data)
            if old[type] == nil, new == nil { continue }
            if let set = old[type], set.hasSameData(as: new) {
                result.expect(set, in: zone.key)
                continue
            }
            result.add(
                DNSChange(zone: zone.key, name: host, type: type, from: old[type], to: new)
            )
            if let new { result.expect(new, in: zone.key) }
        }
    }

    private func moveService(
        _ services: RecordSet,
        of domain: FQDN,
        to pool: EdgePool,
        _ route: FederationRoute,
        _ direction: MoveDirection,
        _ result: inout Result
    ) {
        guard let zone = organisation.zones(holding: services.name).first else {
            result.blockers.append(.noZone(services.name))
            return
        }
        let names = organisation.sipDomains.first { $0.name == domain }?.federationNames ?? [:]
        guard let target = names[pool.fqdn] else {
            result.blockers.append(
                PreflightBlocker(
                    check: "dns",
                    sentence: "no name in \(domain) leads to \(pool.fqdn), so the SRV record"
                        + " cannot be pointed at it",
                    readFrom: "the configuration",
                    clearedBy: "add federation_names for \(pool.fqdn) to the domain \(domain)"
                )
            )
            return
        }
        let first = services.services.first
        let record = ServiceRecord(
            priority: first?.priority ?? 0,
            weight: first?.weight ?? 0,
            port: pool.port(for: route.kind.leg),
            target: target
        )
        let new = RecordSet(
            name: services.name,
            type: .srv,
            ttl: newTTL(services.ttl, route, direction),
            data: [.service(record)]
        )
        if !services.hasSameData(as: new) {
            result.add(
                DNSChange(zone: zone.key, name: new.name, type: .srv, from: services, to: new)
            )
        }
        result.expect(services.hasSameData(as: new) ? services : new, in: zone.key)
        if let addresses = usable(target, .a, &result, required: true),
            Set(addresses.addresses).isDisjoint(with: pool.publishedAddresses)
        {
            result.blockers.append(
                PreflightBlocker(
                    check: "dns",
                    sentence: "\(target) has \(addresses.dataText), none of which is an address of"
                        + " \(pool.fqdn)",
                    readFrom: "the authoritative servers of \(zone.name)",
                    clearedBy: "point \(target) at the pool"
                )
            )
        }
    }

    /// Puts back what the failover wrote, where it still stands (procedure C).
    func restore(_ route: FederationRoute, record: FailoverRecord?) -> Result {
        var result = Result(kind: route.kind)
        for step in record?.plan.steps ?? [] {
            guard case .changeRecords(let zone, let changes) = step.operation else { continue }
            for change in changes {
                let live = usable(change.name, change.type, &result, required: false)
                if live?.data == change.to?.data {
                    let back = DNSChange(
                        zone: zone,
                        name: change.name,
                        type: change.type,
                        from: live,
                        to: change.from
                    )
                    result.add(back)
                    if let set = back.to { result.expect(set, in: zone) }
                } else if live?.data == change.from?.data {
                    if let live { result.expect(live, in: zone) }
                } else {
                    result.hasForeignChanges = true
                    result.warnings.append(
                        "\(change.name) \(change.type.rawValue) was changed by someone else"
                            + " (now \(live?.dataText ?? "none")): it is left alone"
                    )
                }
            }
        }
        return result
    }

    /// The set that all authoritative servers agree on; adds a blocker when they do not.
    private func usable(
        _ name: FQDN,
        _ type: RecordType,
        _ result: inout Result,
        required: Bool
    ) -> RecordSet? {
        let readings = snapshot.readings(name, type)
        let place = readings.map { "\($0.server)" }.joined(separator: " and ")
        func block(_ sentence: String, _ clearedBy: String) -> RecordSet? {
            let blocker = PreflightBlocker(
                check: "dns",
                sentence: sentence,
                readFrom: place.isEmpty ? "the configuration" : place,
                clearedBy: clearedBy
            )
            if !result.blockers.contains(blocker) { result.blockers.append(blocker) }
            return nil
        }
        if readings.isEmpty {
            guard required else { return nil }
            return block(
                "no authoritative server is known for \(name)",
                "add its zone to dns.zones"
            )
        }
        if let failed = readings.first(where: { $0.failure != nil }), let why = failed.failure {
            return block("\(failed.server) gave no usable answer for \(name): \(why)", "mend it")
        }
        if let alias = readings.compactMap(\.alias).first {
            return block(
                "\(name) is an alias of \(alias), and aliases are not moved",
                "replace the CNAME by \(type.rawValue) records"
            )
        }
        let sets = readings.map(\.set)
        if let first = sets.first, sets.contains(where: { $0 != first }) {
            let texts = readings.map { "\($0.server): \($0.set?.description ?? "none")" }
            return block(
                "the authoritative servers disagree about \(name) \(type.rawValue) ("
                    + texts.joined(separator: "; ") + ")",
                "wait for the zone transfer, or mend the secondary"
            )
        }
        if required, sets.first.flatMap(\.self) == nil {
            return block(
                "\(name) \(type.rawValue) does not exist",
                "create it: it is what leads partners here"
            )
        }
        return sets.first.flatMap(\.self)
    }
}

extension IPAddress {
    /// The type of record that holds such an address.
    var recordType: RecordType {
        switch self {
        case .v4: .a
        case .v6: .aaaa
        }
    }
}

extension PreflightBlocker {
    static func noZone(_ name: FQDN) -> PreflightBlocker {
        PreflightBlocker(
            check: "dns",
            sentence: "\(name) lies in no zone that the agent may change",
            readFrom: "the configuration",
            clearedBy: "add its zone to dns.zones, or choose another dns.style"
        )
    }
}
