/// Procedure D: the Edge pool that services use for media, alone or with a SIP failover.
extension PlanDraft {
    /// One cmdlet for every service that leaves an Edge pool.
    mutating func addAssociations() {
        for move in moves where move.kind != .xmpp {
            for association in direction == .failback ? goingBack(move) : leaving(move) {
                addAssociation(association, move)
            }
        }
    }

    private mutating func addAssociation(_ association: AssociationSnapshot, _ move: Move) {
        let service = association.service
        guard !changedServices.contains(where: { $0.service == service }) else { return }
        guard AssociatedRole(service) != nil else {
            warn("\(service) uses \(move.from), and no cmdlet is known that changes it")
            return
        }
        if snapshot.isDown(service.pool) {
            warn(
                "\(service.pool) is down: its \(service.role) keeps \(move.from) as its Edge pool"
                    + " and has to be moved when it returns"
            )
            return
        }
        add(
            "Set the Edge pool of \(service) to \(move.to.host)",
            .association,
            move,
            .setAssociation(
                service: service,
                from: .edgeServer(move.from),
                to: .edgeServer(move.to)
            ),
            timeout: .seconds(120)
        )
        guard move.kind != .media else { return }
        for pool in [move.from, move.to] { legs.insert(PoolLeg(pool: pool, kind: .media)) }
        addImpact(
            "media and Web Conferencing of \(service.pool) move too: conferences with remote users"
                + " are cut and have to be joined again"
        )
    }

    private func users(of pool: FQDN) -> [AssociationSnapshot] {
        snapshot.services(using: pool).sorted { $0.service.description < $1.service.description }
    }

    /// Another route that watches over the media of these pools.
    private func mediaRoute(of move: Move) -> FederationRoute? {
        organisation.routes.first {
            $0.kind == .media && $0.pools.contains(move.from) && $0.pools.contains(move.to)
        }
    }

    // MARK: Away

    private mutating func leaving(_ move: Move) -> [AssociationSnapshot] {
        let users = users(of: move.from)
        if move.kind == .media || users.isEmpty { return users }
        if moves.contains(where: { $0.kind == .media && $0.from == move.from }) { return [] }
        let names = users.map(\.service.description).joined(separator: ", ")
        if let route = mediaRoute(of: move) {
            warn(
                "\(names) use \(move.from) for media: route \(route.name) moves them, not this plan"
            )
            return []
        }
        if isMediaDown(move.from) { return users }
        warn(
            "\(names) use \(move.from) for media, which is not known to be down there: they stay."
                + " A route of kind media would move them"
        )
        return []
    }

    /// Whether a pool's media is down; where no media leg is watched, whether all of it is dead.
    private func isMediaDown(_ pool: FQDN) -> Bool {
        let leg = PoolLeg(pool: pool, kind: .media)
        if isWatched(leg) { return snapshot.verdicts[leg]?.verdict == .down }
        let members = members(of: pool)
        return !members.isEmpty && deadMembers.isSuperset(of: members)
    }

    // MARK: Back

    private mutating func goingBack(_ move: Move) -> [AssociationSnapshot] {
        let chosen = record.map { restored(move, from: $0) } ?? ownUsers(move)
        let leg = PoolLeg(pool: move.to, kind: .media)
        if move.kind != .media, !chosen.isEmpty, snapshot.verdicts[leg]?.verdict == .down {
            ask("media of \(move.to) is still down: the services that use \(move.from) stay there")
            return []
        }
        return chosen
    }

    /// What our failover wrote and nobody has changed since.
    private mutating func restored(
        _ move: Move,
        from record: FailoverRecord
    ) -> [AssociationSnapshot] {
        var written: Set<ServiceIdentity> = []
        var chosen: [AssociationSnapshot] = []
        for step in record.plan.steps {
            guard case .setAssociation(let service, let from, let to) = step.operation,
                from == .edgeServer(move.to), to == .edgeServer(move.from)
            else { continue }
            written.insert(service)
            guard let live = snapshot.associations.first(where: { $0.service == service }) else {
                warn("\(service) is gone: there is nothing to take back")
                continue
            }
            if live.edgeServer == .edgeServer(move.from) {
                chosen.append(live)
            } else if live.edgeServer != .edgeServer(move.to) {
                warn(
                    "the Edge pool of \(service) was changed by someone else (now"
                        + " \(live.edgeServer?.description ?? "none")): it is left alone"
                )
            }
        }
        guard move.kind == .media || !written.isEmpty else { return [] }
        let before = Set(record.snapshot.services(using: move.from).map(\.service))
        for user in users(of: move.from)
        where !written.contains(user.service) && !before.contains(user.service) {
            ask(
                "\(user.service) uses \(move.from) for media, but not from our failover: it is left"
                    + " alone"
            )
        }
        return chosen
    }

    /// Without a record: the services of the home pool's site.
    private mutating func ownUsers(_ move: Move) -> [AssociationSnapshot] {
        if move.kind == .sip, mediaRoute(of: move) != nil { return [] }
        let site = organisation.edgePool(move.to)?.site
        let users = users(of: move.from)
        let others = users.filter { $0.site != site }.map(\.service.description)
        if !others.isEmpty, move.kind == .media {
            warn(
                "\(others.joined(separator: ", ")) of other sites use \(move.from) for media: they"
                    + " are left alone"
            )
        }
        return users.filter { $0.site == site }
    }
}
