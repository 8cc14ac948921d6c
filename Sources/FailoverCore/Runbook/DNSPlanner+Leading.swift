/// Leads one route's domains to a pool, view by view.
struct RouteLeader {
    let planner: DNSPlanner
    let route: FederationRoute
    let move: Move
    let pool: EdgePool

    private var port: UInt16 { pool.port(for: route.kind.leg) }
    private var organisation: Organisation { planner.organisation }

    /// The SRV set of a domain in one view.
    private struct Service {
        var zone: DNSZone
        var set: RecordSet
    }

    /// What leads partners of one domain to the pool.
    func lead(_ domain: FQDN, _ result: inout DNSPlanner.Result) {
        guard let name = route.kind.serviceName(in: domain) else { return }
        let zones = planner.zones(of: name)
        var services: [Service] = []
        for zone in zones {
            if let set = planner.usable(name, .srv, in: zone.key, &result) {
                services.append(Service(zone: zone, set: set))
            }
        }
        // Partners ask the public view; in another one the record may well be missing.
        if zones.first?.key != services.first?.zone.key || services.isEmpty {
            guard route.kind == .xmpp, let zone = zones.first, result.blockers.isEmpty,
                let added = addService(name, domain, zone, &result)
            else {
                planner.blockMissing(name, .srv, &result)
                return
            }
            services.insert(Service(zone: zone, set: added), at: 0)
        }
        if route.dnsStyle == .srv, route.kind == .sip {
            for service in services { moveService(service, of: domain, &result) }
            return
        }
        var hosts: [FQDN: Set<String>] = [:]
        for service in services {
            for host in live(service.set).map(\.target) {
                hosts[host, default: []].insert(service.zone.view)
            }
        }
        for (host, views) in hosts.sorted(by: { $0.key < $1.key }) {
            moveAddresses(of: host, neededIn: views, &result)
        }
        for service in services { correctPort(service, &result) }
    }

    /// The records that are live: for SIP every one, for XMPP the preferred one, since
    /// pre-provisioned records of other pools are kept.
    private func live(_ set: RecordSet) -> ArraySlice<ServiceRecord> {
        route.kind == .sip ? set.services[...] : set.services.prefix(1)
    }

    // MARK: Addresses

    private func moveAddresses(
        of host: FQDN,
        neededIn views: Set<String>,
        _ result: inout DNSPlanner.Result
    ) {
        let zones = planner.zones(of: host)
        if zones.isEmpty { result.block(.noZone(host)) }
        for (index, zone) in zones.enumerated() {
            var old: [RecordType: RecordSet] = [:]
            for type in [RecordType.a, .aaaa] {
                old[type] = planner.usable(host, type, in: zone.key, &result)
            }
            if index == 0 {
                if old.isEmpty {
                    if views.contains(zone.view) { blockUnresolved(host, zone, &result) }
                    continue
                }
            } else if !leads(old, toPoolLeftIn: zone, host, views, &result) {
                continue
            }
            replace(old, of: host, in: zone, &result)
        }
    }

    private func replace(
        _ old: [RecordType: RecordSet],
        of host: FQDN,
        in zone: DNSZone,
        _ result: inout DNSPlanner.Result
    ) {
        let lowest = old.values.map(\.ttl).min() ?? route.ttlWhileFailedOver
        let ttl = planner.newTTL(lowest, route)
        for type in [RecordType.a, .aaaa] {
            let data = pool.publishedAddresses.filter { $0.recordType == type }
                .map(RecordData.address)
            let new =
                data.isEmpty ? nil : RecordSet(name: host, type: type, ttl: ttl, data: data)
            if old[type] == nil, new == nil { continue }
            result.lead(zone.key, host, type, from: old[type], to: new)
        }
    }

    /// Whether a name in another view than the public one leads to the pool that is left; internal
    /// zones may have a Front End's address under the same name.
    private func leads(
        _ old: [RecordType: RecordSet],
        toPoolLeftIn zone: DNSZone,
        _ host: FQDN,
        _ views: Set<String>,
        _ result: inout DNSPlanner.Result
    ) -> Bool {
        let addresses = old.values.flatMap(\.addresses)
        if addresses.isEmpty { return false }
        let left = Set(organisation.edgePool(move.from)?.publishedAddresses ?? [])
        if !left.isDisjoint(with: addresses) { return true }
        let isMoved = Set(addresses).isSubset(of: pool.publishedAddresses)
        if !isMoved {
            let text = addresses.sorted().map(\.description).joined(separator: ", ")
            result.warn(
                "\(host) in \(zone.key) has \(text), none of which is an address of \(move.from):"
                    + " it is left alone"
            )
        }
        return isMoved
    }

    private func blockUnresolved(
        _ host: FQDN,
        _ zone: DNSZone,
        _ result: inout DNSPlanner.Result
    ) {
        guard result.blockers.isEmpty else { return }
        result.block(
            PreflightBlocker(
                check: "dns",
                sentence: "\(host) has no addresses, so nothing can be moved",
                readFrom: "the authoritative servers of \(zone.key)",
                clearedBy: "create its A record, or correct the SRV record that names it"
            )
        )
    }

    // MARK: SRV

    /// The SRV set stays, but for a port that the target does not have.
    private func correctPort(_ service: Service, _ result: inout DNSPlanner.Result) {
        let live = live(service.set)
        let data = service.set.services.map { record -> RecordData in
            var record = record
            if live.contains(record) { record.port = port }
            return .service(record)
        }
        let new = RecordSet(
            name: service.set.name,
            type: .srv,
            ttl: planner.newTTL(service.set.ttl, route),
            data: data
        )
        result.lead(service.zone.key, new.name, .srv, from: service.set, to: new)
    }

    /// Procedure B, step 5: a missing XMPP record is added, if the name it leads to is known.
    private func addService(
        _ name: FQDN,
        _ domain: FQDN,
        _ zone: DNSZone,
        _ result: inout DNSPlanner.Result
    ) -> RecordSet? {
        guard let target = knownName(for: domain, in: zone, &result) else { return nil }
        let record = ServiceRecord(priority: 0, weight: 0, port: port, target: target)
        let set = RecordSet(
            name: name,
            type: .srv,
            ttl: route.ttlWhileFailedOver,
            data: [.service(record)]
        )
        result.warn("\(name) does not exist: it is added, and leads to \(target)")
        result.lead(zone.key, name, .srv, from: nil, to: set)
        return set
    }

    /// `xmpp.` of the domain where it has addresses, else the name that another domain uses.
    private func knownName(
        for domain: FQDN,
        in zone: DNSZone,
        _ result: inout DNSPlanner.Result
    ) -> FQDN? {
        if let own = domain.prefixed(by: "xmpp") {
            for type in [RecordType.a, .aaaa]
            where planner.usable(own, type, in: zone.key, &result) != nil {
                return own
            }
        }
        return organisation.domains(for: .xmpp).lazy
            .compactMap { RouteKind.xmpp.serviceName(in: $0) }
            .compactMap { planner.snapshot.recordSet($0, .srv)?.services.first?.target }
            .first
    }

    /// DNS style `srv`: the record leads to the target's name in the same domain.
    private func moveService(
        _ service: Service,
        of domain: FQDN,
        _ result: inout DNSPlanner.Result
    ) {
        let names = organisation.sipDomains.first { $0.name == domain }?.federationNames ?? [:]
        guard let target = names[pool.fqdn] else {
            result.block(
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
        let first = service.set.services.first
        let record = ServiceRecord(
            priority: first?.priority ?? 0,
            weight: first?.weight ?? 0,
            port: port,
            target: target
        )
        let new = RecordSet(
            name: service.set.name,
            type: .srv,
            ttl: planner.newTTL(service.set.ttl, route),
            data: [.service(record)]
        )
        result.lead(service.zone.key, new.name, .srv, from: service.set, to: new)
        checkAddresses(of: target, in: service.zone.view, &result)
    }

    private func checkAddresses(
        of target: FQDN,
        in view: String,
        _ result: inout DNSPlanner.Result
    ) {
        guard let zone = planner.zones(of: target).first(where: { $0.view == view }) else { return }
        let found = [RecordType.a, .aaaa].compactMap {
            planner.usable(target, $0, in: zone.key, &result)
        }
        if found.isEmpty {
            // An internal view may leave the name to the public one.
            if view == "public" { planner.blockMissing(target, .a, &result) }
            return
        }
        guard Set(found.flatMap(\.addresses)).isDisjoint(with: pool.publishedAddresses) else {
            return
        }
        result.block(
            PreflightBlocker(
                check: "dns",
                sentence: "\(target) has \(found.map(\.dataText).joined(separator: ", ")), none of"
                    + " which is an address of \(pool.fqdn)",
                readFrom: "the authoritative servers of \(zone.key)",
                clearedBy: "point \(target) at the pool"
            )
        )
    }
}
