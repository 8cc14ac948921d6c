/// Procedure C: the three-way comparison of what was there, what our failover wrote, and what is
/// there now.
extension DNSPlanner {
    /// Puts back what the failover wrote, where it still stands.
    func restore(_ route: FederationRoute, _ move: Move, record: FailoverRecord) -> Result {
        var result = Result()
        let names = record.plan.moves.count > 1 ? self.names(of: route, in: record.snapshot) : nil
        for step in record.plan.steps {
            guard let (zone, changes) = step.operation.recordChanges else { continue }
            for change in changes where names?.contains(change.name) ?? true {
                restore(change, in: zone, to: move.to, &result)
            }
        }
        return result
    }

    private func restore(
        _ change: DNSChange,
        in zone: ZoneKey,
        to pool: FQDN,
        _ result: inout Result
    ) {
        let live = usable(change.name, change.type, in: zone, &result)
        if live?.data == change.to?.data {
            if change.type == .srv, change.from == nil, let live {
                // Procedures B and C want the record that was added; it follows the name it leads
                // to.
                result.expect(RecordExpectation(live), in: zone)
                return
            }
            result.add(
                DNSChange(
                    zone: zone,
                    name: change.name,
                    type: change.type,
                    from: live,
                    to: change.from
                )
            )
            result.expect(
                RecordExpectation(name: change.name, type: change.type, set: change.from),
                in: zone
            )
            compare(change, with: pool, &result)
        } else if live?.data == change.from?.data {
            if let live { result.expect(RecordExpectation(live), in: zone) }
        } else {
            result.needsApproval = true
            result.warn(
                "\(change.name) \(change.type.rawValue) was changed by someone else"
                    + " (now \(live?.dataText ?? "none")): it is left alone"
            )
        }
    }

    /// What was there before may not be what the configuration says today.
    private func compare(_ change: DNSChange, with pool: FQDN, _ result: inout Result) {
        guard change.type != .srv, let old = change.from,
            let published = organisation.edgePool(pool)?.publishedAddresses
        else { return }
        let own = published.filter { $0.recordType == change.type }
        guard !old.addresses.isEmpty, Set(old.addresses).isDisjoint(with: own) else { return }
        result.needsApproval = true
        result.warn(
            "\(change.name) goes back to \(old.dataText), which is not what the configuration says"
                + " of \(pool) today"
        )
    }

    /// The names that lead to a route.
    private func names(of route: FederationRoute, in snapshot: Snapshot) -> Set<FQDN> {
        var names: Set<FQDN> = []
        for domain in organisation.domains(for: route.kind) {
            guard let service = route.kind.serviceName(in: domain) else { continue }
            names.insert(service)
            for reading in snapshot.readings(service, .srv) {
                let services = reading.set?.services ?? []
                let live = route.kind == .sip ? services[...] : services.prefix(1)
                names.formUnion(live.map(\.target))
            }
            if route.kind == .xmpp, let own = domain.prefixed(by: "xmpp") { names.insert(own) }
        }
        return names
    }
}

extension Operation {
    /// The records that it changes, whoever does it; nil for anything else.
    public var recordChanges: (zone: ZoneKey, changes: [DNSChange])? {
        switch self {
        case .changeRecords(let zone, let changes), .person(.changeRecords(let zone, let changes)):
            (zone, changes)
        default: nil
        }
    }
}
