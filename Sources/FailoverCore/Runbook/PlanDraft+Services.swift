/// The target's services: the wizard's step of procedure A, and the restarts of procedure B.
extension PlanDraft {
    // MARK: Setup (procedure A, steps 6 and 7)

    /// Setup on the members of each SIP target, by a person or the agent; afterwards a pool that
    /// was fenced and has the checkbox again is watched for a while.
    mutating func addSetup() {
        for move in moves where move.kind == .sip {
            guard let route = organisation.route(move.route) else { continue }
            for server in members(of: move.to) { addSetup(on: server, move, route) }
            if isStrictSingle(move), direction == .failback, isFenced(move.to) {
                addSoak(move, .sip, route.failback.unfencedSoak)
            }
        }
    }

    private mutating func addSetup(on server: FQDN, _ move: Move, _ route: FederationRoute) {
        let isListening = snapshot.members.contains {
            $0.server == server && $0.kind == .sip && $0.liveness == .alive
        }
        switch route.setup {
        case .never: return
        case .whenListenerMissing:
            // A fenced server's listener is missing for another reason, and is checked anyway.
            let isFenced = fencedMembers(of: move.to)[server] != nil
            if !isStrictSingle(move), isListening || isFenced { return }
        case .always: break
        }
        if deadMembers.contains(server), direction == .failover || !areAllDead(move.to) {
            warn("\(server) answers nothing: Setup is not run there")
            return
        }
        let version = version(of: move.to)
        let mustRun = route.setup == .always
        if route.setupBy == .agent, isManageable(server) {
            add(
                "Run Setup of \(version.productName) on \(server.host)",
                .setup,
                move,
                .runSetup(server: server, mustRun: mustRun),
                timeout: .seconds(1_800)
            )
            return
        }
        if route.setupBy == .agent {
            warn("\(server) cannot be managed by the agent: Setup there is a person's step")
        }
        add(
            "Run the \(version.wizardName) Deployment Wizard on \(server.host)",
            .setup,
            move,
            .person(
                .runSetup(server: server, pool: move.to, version: version, mustRun: mustRun)
            ),
            timeout: PersonTask.patience
        )
    }

    /// Whether nothing of a pool answers: then nobody can be left out.
    func areAllDead(_ pool: FQDN) -> Bool { deadMembers.isSuperset(of: members(of: pool)) }

    // MARK: XMPP (procedure B, steps 2, 6 and 7)

    /// Moves in the order in which they are brought to an end.
    ///
    /// A restart of all services comes after the SIP moves have been verified.
    var groups: [[Move]] {
        let last = moves.filter { edgeServices($0) == .documented }
        let first = moves.filter { !last.contains($0) }
        return [first, last].filter { !$0.isEmpty }
    }

    /// What is done with the target's services; nil where it is not an XMPP failover.
    func edgeServices(_ move: Move) -> EdgeServices? {
        guard move.kind == .xmpp, direction == .failover,
            let route = organisation.route(move.route)
        else { return nil }
        if let chosen = route.edgeServices { return chosen }
        let living = members(of: move.to).filter { !deadMembers.contains($0) }
        let answering = snapshot.members.filter { member in
            member.kind == .xmpp && member.liveness == .alive && living.contains(member.server)
        }
        return answering.count == living.count ? .untouched : .xmppOnly
    }

    /// The restart of the target's services, when they are to be touched.
    mutating func addXMPPServices(_ move: Move) {
        guard let chosen = edgeServices(move), chosen != .untouched,
            let pool = organisation.edgePool(move.to)
        else { return }
        let dead = deadMembers
        let all = members(of: move.to)
        let living = all.filter { !dead.contains($0) }
        let gone = all.filter(dead.contains)
        if !gone.isEmpty { warn("\(list(gone)) answers nothing: its services are left alone") }
        let selection: ServiceSelection = chosen == .documented ? .all : .xmpp
        add(
            "Check that the way to port \(pool.port(for: .xmpp)) of \(pool.fqdn.host) is open",
            .path,
            move,
            .checkPath(pool: pool.fqdn, .xmpp),
            timeout: .seconds(30)
        )
        if chosen == .documented {
            needsApproval = true
            addImpact(
                "all services of \(pool.fqdn) stop and start again: remote users, conferences and"
                    + " SIP federation through it are cut for minutes"
            )
        }
        // People first: nothing of ours may stand still while they are waited for.
        for server in living where !isManageable(server) {
            addRestartByPerson(server, selection, move)
        }
        let servers = living.filter(isManageable)
        if chosen == .documented {
            for server in servers { addStop(server, selection, move) }
            for server in servers { addStart(server, selection, .startServices, move) }
            for server in servers { addMemberCheck(server, move) }
            if carriesSIP(pool.fqdn) { addSIPCheck(move) }
        } else {
            for server in servers {
                addStop(server, selection, move)
                addStart(server, selection, .startServices, move)
                addMemberCheck(server, move)
            }
        }
    }

    private func words(_ services: ServiceSelection) -> String {
        services == .all ? "the Edge services" : "the XMPP service"
    }

    private mutating func addRestartByPerson(
        _ server: FQDN,
        _ services: ServiceSelection,
        _ move: Move
    ) {
        add(
            "Restart \(words(services)) on \(server.host)",
            .restartServices,
            move,
            .person(.restartServices(server: server, pool: move.to, services, .xmpp)),
            timeout: PersonTask.patience
        )
    }

    private mutating func addStop(_ server: FQDN, _ services: ServiceSelection, _ move: Move) {
        add(
            "Stop \(words(services)) on \(server.host)",
            .stopServices,
            move,
            .stopServices(server: server, services),
            timeout: .seconds(300)
        )
    }

    mutating func addStart(
        _ server: FQDN,
        _ services: ServiceSelection,
        _ role: StepRole,
        _ move: Move
    ) {
        add(
            "Start \(words(services)) on \(server.host)",
            role,
            move,
            .startServices(server: server, services),
            timeout: .seconds(300)
        )
    }

    private mutating func addMemberCheck(_ server: FQDN, _ move: Move) {
        add(
            "Check that \(server.host) answers XMPP",
            .memberCheck,
            move,
            .checkProtocol(pool: move.to, server: server, .xmpp),
            timeout: .seconds(120)
        )
    }

    private func carriesSIP(_ pool: FQDN) -> Bool {
        moves.contains { $0.kind == .sip && $0.to == pool }
            || snapshot.sites.contains { $0.edgePool(.sip) == pool }
    }

    private mutating func addSIPCheck(_ move: Move) {
        add(
            "Check that \(move.to.host) answers SIP again",
            .memberCheck,
            move,
            .checkProtocol(pool: move.to, server: nil, .sip),
            timeout: .seconds(120)
        )
    }
}
