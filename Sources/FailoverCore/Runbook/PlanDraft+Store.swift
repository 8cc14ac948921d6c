/// The Central Management store, when it is dead (domain facts, sections 1.1 and 2.12).
extension PlanDraft {
    /// Whether the topology can't be written before a person has failed the store over.
    var isStoreDead: Bool { snapshot.isStoreDead }

    /// A person fails the store over; then what could not be tried before is tried.
    mutating func addStore() {
        guard isStoreDead, let move = moves.first else { return }
        let version = version(of: move.to)
        ask(
            "the Central Management store is dead (\(snapshot.storeFailure ?? "no active master"))"
                + ": a person has to fail it over before anything can be changed"
        )
        let place = storeSuccessor(near: move.to).map { "a Front End of \($0)" }
        add(
            "Fail the Central Management store of \(version.productName) over",
            .storeFailover,
            move,
            .person(
                .failOverStore(
                    hasCmdlet: version.hasPoolFailover,
                    at: place ?? "a Front End of the surviving pool"
                )
            ),
            timeout: PersonTask.patience
        )
        let dead = deadMembers
        let edges = organisation.edgePools.flatMap(\.servers).map(\.fqdn)
            .filter { !dead.contains($0) }
        if !edges.isEmpty {
            add(
                "Check that the new store reaches \(edges.count) Edge servers",
                .replicationPath,
                move,
                .checkReplicationPath(servers: edges.sorted()),
                timeout: .seconds(120)
            )
        }
        let kind: RouteKind = move.kind == .media ? .sip : move.kind
        let sites = snapshot.sites.sorted { $0.name < $1.name }
        let site = sites.first { $0.edgePool(kind) == move.from } ?? sites.first
        guard let site else { return }
        add(
            "Check that the account may change the topology",
            .rightsTrial,
            move,
            .tryRights(site: site.name, kind: kind, to: .edgeServer(move.to)),
            timeout: .seconds(120)
        )
    }

    /// The Front End pool that takes the store over: a living one, of the target's site first.
    private func storeSuccessor(near target: FQDN) -> FQDN? {
        let site = organisation.edgePool(target)?.site
        return snapshot.pools
            .filter { pool in
                pool.hasRole("Registrar") && !pool.hasRole("Director")
                    && !snapshot.isDown(pool.fqdn)
                    && snapshot.silentNextHops[pool.fqdn] == nil
            }
            .sorted { ($0.site == site ? 0 : 1, $0.fqdn) < ($1.site == site ? 0 : 1, $1.fqdn) }
            .first?.fqdn
    }
}

extension PoolSnapshot {
    /// Whether it has a service of that role.
    func hasRole(_ role: String) -> Bool {
        roles.contains { $0.lowercased() == role.lowercased() }
    }
}
