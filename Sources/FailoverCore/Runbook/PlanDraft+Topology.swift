/// Topology changes: the federation flag, routes, next hops; then they are enabled and waited for.
extension PlanDraft {
    /// All changes of the topology, in the runbooks' order.
    mutating func addTopologyChanges() {
        for move in moves where isStrictSingle(move) { addFederationFlag(move) }
        for move in moves where move.kind != .media { addSiteRoutes(move) }
        addAssociations()
        for target in targets { addNextHop(target) }
        warnOfKeptNextHops()
    }

    /// A next hop that our failover changed does as well where it is, and stays.
    private mutating func warnOfKeptNextHops() {
        for step in record?.plan.steps ?? [] {
            guard case .setNextHop(let pool, let from, let to) = step.operation,
                snapshot.edgeService(pool)?.nextHop == to
            else { continue }
            warn(
                "the next hop of \(pool) stays \(to); before the failover it was"
                    + " \(from?.description ?? "none")"
            )
        }
    }

    /// Whether a person moves the federation checkbox with this route.
    func isStrictSingle(_ move: Move) -> Bool {
        move.kind == .sip && organisation.route(move.route)?.federationFlag == .strictSingle
    }

    /// The checkbox in Topology Builder, with the publication that is part of it.
    private mutating func addFederationFlag(_ move: Move) {
        let product = version(of: move.to).productName
        add(
            "Move the federation checkbox to \(move.to.host) in the Topology Builder of \(product)",
            .federationFlag,
            move,
            .person(.moveFederationFlag(from: move.from, to: move.to)),
            timeout: PersonTask.patience
        )
        addImpact(
            "SIP federation is down between the person's Publish and the replication to the servers"
        )
    }

    /// One `Set-CsSite` for every site whose route is the pool that is left.
    private mutating func addSiteRoutes(_ move: Move) {
        let written = sitesWritten(move.kind)
        for site in snapshot.sites.sorted(by: { $0.name < $1.name }) {
            guard site.edgePool(move.kind) == move.from else {
                if written.contains(site.name), site.edgePool(move.kind) != move.to {
                    warn(
                        "the \(move.kind.label) route of site \(site.name) was changed by someone"
                            + " else (now \(site.route(move.kind) ?? "none")): it is left alone"
                    )
                }
                continue
            }
            if record != nil, !written.contains(site.name) {
                ask(
                    "site \(site.name) has its \(move.kind.label) route on \(move.from), but not"
                        + " from our failover: it is left alone"
                )
                continue
            }
            add(
                "Set the \(move.kind.label) federation route of site \(site.name) to"
                    + " \(move.to.host)",
                .siteRoute,
                move,
                .setSiteRoute(
                    site: site.name,
                    kind: move.kind,
                    from: .edgeServer(move.from),
                    to: .edgeServer(move.to)
                ),
                timeout: .seconds(120)
            )
        }
    }

    /// Sites whose route of that kind our failover wrote.
    private func sitesWritten(_ kind: RouteKind) -> Set<SiteName> {
        var written: Set<SiteName> = []
        for step in record?.plan.steps ?? [] {
            if case .setSiteRoute(let site, kind, _, _) = step.operation { written.insert(site) }
        }
        return written
    }

    /// Another next hop for a target whose own does not answer; preflight warns of it and asks.
    private mutating func addNextHop(_ target: FQDN) {
        guard let move = moves.first(where: { $0.to == target && $0.kind != .media }),
            let hop = snapshot.replacementNextHop(of: target)
        else { return }
        add(
            "Set the next hop of \(target.host) to \(hop.pool.host)",
            .nextHop,
            move,
            .setNextHop(pool: target, from: snapshot.edgeService(target)?.nextHop, to: hop),
            timeout: .seconds(120)
        )
    }

    // MARK: Publication

    /// Enable-CsTopology once, then the replication gate.
    mutating func addPublication() {
        let edits = steps.contains { $0.operation.editsTopology }
        let flag = moves.first(where: isStrictSingle)
        guard let move = edits ? moves.first : flag else { return }
        if edits {
            add(
                "Enable the changed topology",
                .publication,
                move,
                .enableTopology,
                timeout: .seconds(300)
            )
        }
        let (servers, leftOut) = consumers()
        let changed = changedSites
        for site in snapshot.deadSites where changed.contains(site) {
            let sources = moves.map(\.from.host).reduce(into: [String]()) {
                if !$0.contains($1) { $0.append($1) }
            }
            warn(
                "site \(site) cannot be managed: its servers are not waited for, and send to"
                    + " \(sources.joined(separator: ", ")) until they have the change"
            )
        }
        add(
            "Wait until \(servers.count) servers have the change",
            .replicationGate,
            move,
            .awaitReplication(servers: servers, leftOut: leftOut),
            timeout: organisation.replication.timeout
        )
    }

    /// Surviving replicas that consume the change, and the dead members that are left out by name.
    private mutating func consumers() -> (servers: [FQDN], leftOut: [FQDN]) {
        var wanted: Set<FQDN> = []
        var dead = deadMembers
        let sites = changedSites
        let services = Set(changedServices.map(\.service.pool))
        for pool in snapshot.pools {
            let routed =
                pool.consumesRoutes && !sites.isEmpty
                && (pool.site.map { sites.contains($0) } ?? true)
            guard routed || services.contains(pool.fqdn) || targets.contains(pool.fqdn) else {
                continue
            }
            wanted.formUnion(pool.computers)
            guard !targets.contains(pool.fqdn), snapshot.isDown(pool.fqdn) else { continue }
            dead.formUnion(pool.computers)
            if !(pool.site.map { snapshot.deadSites.contains($0) } ?? false) {
                warn(
                    "no replica of \(pool.fqdn) is up to date: the pool is taken for dead and not"
                        + " waited for"
                )
            }
        }
        for target in targets { wanted.formUnion(members(of: target)) }
        // A dead store tells nothing of replicas; then every living server is waited for.
        let known = isStoreDead ? wanted : Set(snapshot.replicas.map(\.server))
        return (
            wanted.subtracting(dead).intersection(known).sorted(),
            wanted.intersection(dead).union(wanted.subtracting(known)).sorted()
        )
    }
}
