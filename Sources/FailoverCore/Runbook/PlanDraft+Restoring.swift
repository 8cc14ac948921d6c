/// Procedure C, steps 1 and 5: the restored pool runs again before anything goes back to it.
extension PlanDraft {
    /// Lets fenced Access Edges start again, starts the services of every member, and watches a
    /// pool that had been fenced.
    mutating func addRestoredPools() {
        guard direction == .failback else { return }
        for target in targets {
            let all = moves.filter { $0.to == target }
            // SIP first: its check shows most of the pool.
            guard let move = all.first else { continue }
            addRestoredPool(target, move)
        }
    }

    private mutating func addRestoredPool(_ pool: FQDN, _ move: Move) {
        let fenced = fencedMembers(of: pool)
        let takesSIP = move.kind == .sip
        let route = organisation.route(move.route)
        let soak = route?.failback.unfencedSoak ?? FailbackSettings().unfencedSoak
        var byPerson: Set<FQDN> = []
        if takesSIP, !fenced.isEmpty {
            addSoakBefore(move, soak)
            for server in members(of: pool) {
                guard let startType = fenced[server] else { continue }
                addUnfence(server, startType, move)
                if !isManageable(server) { byPerson.insert(server) }
            }
        } else if !fenced.isEmpty {
            warn(
                "the Access Edge of \(list(fenced.keys.sorted())) stays switched off: SIP"
                    + " federation does not go back to it in this plan"
            )
        }
        let servers = startable(in: pool).filter { !byPerson.contains($0) }
        for server in servers {
            // A service that is disabled cannot be started with the others.
            let isPartial = !takesSIP && fenced[server] != nil
            if isPartial, move.kind != .xmpp { continue }
            addStartOfRestored(server, isPartial ? .xmpp : .all, move)
        }
        guard takesSIP, !fenced.isEmpty, !isStrictSingle(move) else { return }
        addSoak(move, .sip, soak)
    }

    /// Members whose services are started; one that answers nothing and cannot be reached while
    /// others serve is left out.
    private mutating func startable(in pool: FQDN) -> [FQDN] {
        let dead = areAllDead(pool) ? [] : deadMembers
        return members(of: pool).filter { server in
            guard dead.contains(server), !isManageable(server) else { return true }
            warn("\(server) answers nothing and cannot be managed: its services are not started")
            return false
        }
    }

    private mutating func addStartOfRestored(
        _ server: FQDN,
        _ services: ServiceSelection,
        _ move: Move
    ) {
        if isManageable(server) {
            addStart(server, services, .restoredServices, move)
            return
        }
        // Before the checkbox is back nothing listens on the federation port.
        let leg: LegKind = isStrictSingle(move) ? .access : move.kind.leg
        add(
            "Start the Edge services on \(server.host)",
            .restoredServices,
            move,
            .person(.startServices(server: server, pool: move.to, services, leg)),
            timeout: PersonTask.patience
        )
    }

    // MARK: Fences

    /// Members whose Access Edge is switched off, with the start type that they get back.
    ///
    /// Those that can't be asked count when our failover was to fence them.
    func fencedMembers(of pool: FQDN) -> [FQDN: WindowsStartType] {
        var ours: [FQDN: WindowsStartType] = [:]
        for step in record?.plan.steps ?? [] {
            if case .fence(let server, let startType) = step.operation { ours[server] = startType }
        }
        var fenced: [FQDN: WindowsStartType] = [:]
        for server in members(of: pool) {
            let isDisabled = snapshot.startTypes[server].map { $0 == .disabled }
            guard isDisabled ?? (ours[server] != nil && !isManageable(server)) else { continue }
            let before = ours[server] ?? record?.snapshot.startTypes[server]
            fenced[server] = before.flatMap { $0 == .disabled ? nil : $0 } ?? .automatic
        }
        return fenced
    }

    /// Whether any member of a pool is fenced.
    func isFenced(_ pool: FQDN) -> Bool { !fencedMembers(of: pool).isEmpty }

    private mutating func addUnfence(
        _ server: FQDN,
        _ startType: WindowsStartType,
        _ move: Move
    ) {
        let title = "Let the Access Edge of \(server.host) start again"
        if isManageable(server) {
            add(
                title,
                .unfence,
                move,
                .unfence(server: server, startType: startType),
                timeout: .seconds(120)
            )
        } else {
            add(
                title,
                .unfence,
                move,
                .person(.unfence(server: server, pool: move.to, startType: startType)),
                timeout: PersonTask.patience
            )
        }
    }

    // MARK: Soaking

    /// Before a pool is unfenced, what answers of it without the Access Edge is watched.
    private mutating func addSoakBefore(_ move: Move, _ time: Duration) {
        let leg = [LegKind.access, .media, .xmpp].first {
            answers(PoolLeg(pool: move.to, kind: $0))
        }
        guard let leg else {
            warn(
                "nothing of \(move.to) answers while its Access Edge is switched off: it is watched"
                    + " only after that"
            )
            return
        }
        addSoak(move, leg, time)
    }

    mutating func addSoak(_ move: Move, _ leg: LegKind, _ time: Duration) {
        guard time > .zero else { return }
        add(
            "Watch \(leg.label) of \(move.to.host) for \(time.inWords)",
            .soak,
            move,
            .soak(pool: move.to, leg, time),
            timeout: time * 2 + .seconds(300)
        )
    }

    // MARK: Front End pools (procedure C, step 5)

    /// A person fails the home site's Front End pools back that were down when we left.
    mutating func addPoolFailbacks() {
        guard direction == .failback, let record else { return }
        var asked: Set<FQDN> = []
        for move in moves {
            guard let home = organisation.edgePool(move.to) else { continue }
            let lost = record.snapshot.pools
                .filter { pool in
                    pool.site == home.site && pool.hasRole("Registrar") && !pool.hasRole("Director")
                        && record.snapshot.isDown(pool.fqdn)
                }
                .map(\.fqdn).sorted()
            for pool in lost where asked.insert(pool).inserted {
                guard home.version.hasPoolFailover else {
                    warn(
                        "the Front End pool \(pool) was down too; \(home.version.productName) has"
                            + " no cmdlet that fails a pool back"
                    )
                    continue
                }
                add(
                    "Fail the Front End pool \(pool.host) back, if it had been failed over",
                    .poolFailback,
                    move,
                    .person(.failBackFrontEndPool(pool)),
                    timeout: PersonTask.patience
                )
            }
        }
    }
}
