/// Works out which record sets change so that partners are led to a pool.
///
/// Every view of a zone is looked at by itself. In the public view the names must be there; in
/// others only what leads to the pool that is left is changed, since internal zones may have other
/// addresses for the same names.
struct DNSPlanner {
    /// What a route's DNS needs.
    struct Result {
        /// Changes by zone, in the order of first need.
        var changes: [(zone: ZoneKey, changes: [DNSChange])] = []
        /// What every authoritative server must say afterwards, by zone.
        var expected: [(zone: ZoneKey, sets: [RecordExpectation])] = []
        var blockers: [PreflightBlocker] = []
        var warnings: [String] = []
        /// Whether a person has to look at it, whatever the mode.
        var needsApproval = false

        mutating func add(_ change: DNSChange) {
            guard change.from != change.to else { return }
            if let index = changes.firstIndex(where: { $0.zone == change.zone }) {
                guard !changes[index].changes.contains(change) else { return }
                changes[index].changes.append(change)
            } else {
                changes.append((change.zone, [change]))
            }
        }

        /// Adds the change, if it is one, and expects what comes of it.
        mutating func lead(
            _ zone: ZoneKey,
            _ name: FQDN,
            _ type: RecordType,
            from old: RecordSet?,
            to new: RecordSet?
        ) {
            if let old, old.hasSameData(as: new) {
                expect(RecordExpectation(old), in: zone)
                return
            }
            add(DNSChange(zone: zone, name: name, type: type, from: old, to: new))
            expect(RecordExpectation(name: name, type: type, set: new), in: zone)
        }

        mutating func expect(_ set: RecordExpectation, in zone: ZoneKey) {
            if let index = expected.firstIndex(where: { $0.zone == zone }) {
                let isKnown = expected[index].sets.contains {
                    $0.name == set.name && $0.type == set.type
                }
                if !isKnown { expected[index].sets.append(set) }
            } else {
                expected.append((zone, [set]))
            }
        }

        mutating func block(_ blocker: PreflightBlocker) {
            if !blockers.contains(blocker) { blockers.append(blocker) }
        }

        mutating func warn(_ warning: String) {
            if !warnings.contains(warning) { warnings.append(warning) }
        }
    }

    let organisation: Organisation
    let snapshot: Snapshot
    let direction: MoveDirection

    /// Leads every domain of the route to the target.
    func lead(_ route: FederationRoute, _ move: Move) -> Result {
        var result = Result()
        guard route.dnsStyle != .none, let pool = organisation.edgePool(move.to) else {
            result.warn("DNS is left alone (style none): partners may not find the pool")
            return result
        }
        let leader = RouteLeader(planner: self, route: route, move: move, pool: pool)
        for domain in organisation.domains(for: route.kind) { leader.lead(domain, &result) }
        if direction == .failback, !result.changes.isEmpty {
            result.warn(
                "TTLs stay as they are: what they were before the failover is not on record"
            )
        }
        return result
    }

    /// The TTL of a set that is written.
    func newTTL(_ old: UInt32, _ route: FederationRoute) -> UInt32 {
        direction == .failover ? min(old, route.ttlWhileFailedOver) : old
    }

    /// The zones of a name, one per view, the public one first.
    func zones(of name: FQDN) -> [DNSZone] {
        let zones = organisation.zones(holding: name)
        return zones.filter { $0.view == "public" } + zones.filter { $0.view != "public" }
    }

    // MARK: Readings

    /// The set that all authoritative servers of a zone agree on; adds a blocker when they do not.
    func usable(
        _ name: FQDN,
        _ type: RecordType,
        in zone: ZoneKey,
        _ result: inout Result
    ) -> RecordSet? {
        let readings = snapshot.readings(name, type).filter { $0.zone == zone }
        let place = readings.map { "\($0.server)" }.joined(separator: " and ")
        func block(_ sentence: String, _ clearedBy: String) -> RecordSet? {
            result.block(
                PreflightBlocker(
                    check: "dns",
                    sentence: sentence,
                    readFrom: place,
                    clearedBy: clearedBy
                )
            )
            return nil
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
        return sets.first.flatMap(\.self)
    }

    /// Blocks because a name that must lead to us is in no zone or does not exist.
    func blockMissing(_ name: FQDN, _ type: RecordType, _ result: inout Result) {
        // What is wrong with its servers has been said already.
        guard result.blockers.allSatisfy({ !$0.sentence.contains(name.name) }) else { return }
        let servers = zones(of: name).first?.authoritative ?? []
        if servers.isEmpty {
            result.block(
                PreflightBlocker(
                    check: "dns",
                    sentence: "no authoritative server is known for \(name)",
                    readFrom: "the configuration",
                    clearedBy: "add its zone to dns.zones"
                )
            )
            return
        }
        result.block(
            PreflightBlocker(
                check: "dns",
                sentence: "\(name) \(type.rawValue) does not exist",
                readFrom: servers.map(\.description).joined(separator: " and "),
                clearedBy: "create it: it is what leads partners here"
            )
        )
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
