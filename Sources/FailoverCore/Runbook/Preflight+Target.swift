/// Whether the target can carry the route, and is alive enough for the plan to begin.
extension Preflight {
    // MARK: Capability

    func capability(_ move: Move) -> [PreflightBlocker] {
        guard let pool = organisation.edgePool(move.to) else {
            return [.configuration("\(move.to) is not an Edge pool of the configuration")]
        }
        guard let service = snapshot.edgeService(move.to) else {
            return [
                incapable(
                    "the topology has no Edge service on \(move.to)",
                    "correct the pool's name in the configuration"
                )
            ]
        }
        switch move.kind {
        case .media: return []
        case .sip:
            if service.federationPort ?? 0 != 0 || isEnabledByPlan(move) { return [] }
            return [
                incapable(
                    "\(move.to) does not carry SIP federation (AccessEdgeExternalSipPort is empty)",
                    "enable federation (port 5061) for the pool in Topology Builder, publish, and"
                        + " run Setup on its members; or choose federation_flag: strict_single"
                )
            ]
        case .xmpp:
            if !pool.version.carriesXMPP {
                return [
                    PreflightBlocker(
                        check: "capability",
                        sentence: "\(move.to) runs \(pool.version.productName), which has no XMPP"
                            + " federation",
                        readFrom: "the configuration",
                        clearedBy: "choose a Lync 2013 or Skype for Business 2015 pool"
                    )
                ]
            }
            if service.xmppPort ?? 0 != 0 { return [] }
            return [
                incapable(
                    "\(move.to) does not carry XMPP federation (XmppListeningPort is empty)",
                    "enable XMPP federation for the pool in Topology Builder, publish, and run Setup"
                        + " on its members"
                )
            ]
        }
    }

    private func incapable(_ sentence: String, _ clearedBy: String) -> PreflightBlocker {
        PreflightBlocker(
            check: "capability",
            sentence: sentence,
            readFrom: "Get-CsService -EdgeServer at \(snapshot.endpoint)",
            clearedBy: clearedBy
        )
    }

    // MARK: Alive

    /// What of the target must answer before the plan begins (runbooks, "the target is up").
    private enum Stage {
        /// The route's own leg.
        case route
        /// The host: this very plan enables or starts what carries the route.
        case beforeEnablement
        /// The host, whose Access Edge is stopped and disabled until the plan unfences it.
        case beforeUnfencing
    }

    func target(_ move: Move) -> [PreflightBlocker] {
        guard let pool = organisation.edgePool(move.to) else { return [] }
        let own = verdict(move.to, move.kind.leg)
        let stage = stage(of: move, pool)
        if own.verdict.isUsable { return [] }
        switch stage {
        case .route: return [.target("\(move.to) is not known to be up: \(own.reason)")]
        case .beforeEnablement, .beforeUnfencing:
            guard isHostUp(pool, stage) else {
                let access = verdict(move.to, .access)
                return [
                    .target(
                        "no part of \(move.to) is known to answer: \(own.reason);"
                            + " \(access.reason)"
                    )
                ]
            }
            return staleReplicas(of: pool)
        }
    }

    private func stage(of move: Move, _ pool: EdgePool) -> Stage {
        switch move.kind {
        case .media: .route
        case .sip:
            isFenced(pool) ? .beforeUnfencing : isEnabledByPlan(move) ? .beforeEnablement : .route
        case .xmpp:
            isFenced(pool) ? .beforeUnfencing : isStartedByPlan(move) ? .beforeEnablement : .route
        }
    }

    /// A person moves the federation flag in the middle of the run.
    private func isEnabledByPlan(_ move: Move) -> Bool {
        organisation.route(move.route)?.federationFlag == .strictSingle
    }

    /// Silent XMPP services are started, by the plan or by a person in it.
    private func isStartedByPlan(_ move: Move) -> Bool {
        organisation.route(move.route)?.edgeServices != .untouched
            && snapshot.verdicts[PoolLeg(pool: move.to, kind: .xmpp)]?.verdict == .down
    }

    /// Whether an earlier failover switched the pool's Access Edge off; only failback undoes it.
    private func isFenced(_ pool: EdgePool) -> Bool {
        guard direction == .failback else { return false }
        var ours: Set<FQDN> = []
        for step in record?.plan.steps ?? [] {
            if case .fence(let server, _) = step.operation { ours.insert(server) }
        }
        return pool.servers.map(\.fqdn).contains { server in
            if let startType = snapshot.startTypes[server] { return startType == .disabled }
            return ours.contains(server)
        }
    }

    private func isHostUp(_ pool: EdgePool, _ stage: Stage) -> Bool {
        let legs: [LegKind] =
            stage == .beforeUnfencing ? [.access, .sip, .media] : [.access, .sip]
        if legs.contains(where: { verdict(pool.fqdn, $0).verdict.isUsable }) { return true }
        // The start type was read from the very server: it lives, and can be unfenced.
        return stage == .beforeUnfencing
            && pool.servers.contains { snapshot.startTypes[$0.fqdn] != nil }
    }

    private func verdict(_ pool: FQDN, _ kind: LegKind) -> Verdict {
        let leg = PoolLeg(pool: pool, kind: kind)
        return snapshot.verdicts[leg] ?? Verdict(.unknown, reason: "\(leg) was not probed yet")
    }

    /// A member that does not take part in replication would never hear of what the plan enables.
    private func staleReplicas(of pool: EdgePool) -> [PreflightBlocker] {
        // A dead store tells nothing of replicas; the run's own gate judges them once it lives.
        guard !snapshot.isStoreDead else { return [] }
        let dead = snapshot.deadMembers
        return pool.servers.map(\.fqdn).filter { !dead.contains($0) }.compactMap { server in
            let replica = snapshot.replicas.first { $0.server == server }
            if replica?.isUpToDate == true { return nil }
            let found = replica == nil ? "is not known" : "is not up to date"
            return PreflightBlocker(
                check: "replica",
                sentence: "the replica of \(server) \(found), so what the plan enables would not"
                    + " reach it",
                readFrom: "Get-CsManagementStoreReplicationStatus at \(snapshot.endpoint)",
                clearedBy: "start the REPLICA service there, open port"
                    + " \(Operation.replicationPort) to it, and run"
                    + " Invoke-CsManagementStoreReplication"
            )
        }
    }

    // MARK: Next hop

    /// The next hop that this move's plan gives the target, because the present one is silent.
    func newNextHop(of move: Move) -> ServiceIdentity? {
        move.kind == .media ? nil : snapshot.replacementNextHop(of: move.to)
    }

    func nextHop(_ move: Move) -> [PreflightBlocker] {
        guard move.kind != .media, let hop = snapshot.edgeService(move.to)?.nextHop,
            let reason = snapshot.silentNextHops[hop.pool], newNextHop(of: move) == nil
        else { return [] }
        return [
            PreflightBlocker(
                check: "next_hop",
                sentence:
                    "\(hop.pool), to which \(move.to) hands over what comes in, does not answer"
                    + " on 5061 (\(reason)), and no other Registrar that could take over does",
                readFrom: "Get-CsService -EdgeServer (Registrar) and a connection from"
                    + " \(snapshot.endpoint)",
                clearedBy: "bring a Front End pool back"
            )
        ]
    }

    func nextHopWarnings(_ move: Move) -> [String] {
        guard let new = newNextHop(of: move), let old = snapshot.edgeService(move.to)?.nextHop
        else { return [] }
        return [
            "the next hop of \(move.to), \(old.pool), does not answer: \(new) is to take its place"
                + " (Set-CsEdgeServer -Registrar), which needs a person's yes"
        ]
    }

    // MARK: Media

    /// Services move only to an Edge pool that their side can reach (procedure D, preflight).
    func mediaPaths(_ move: Move) -> [PreflightBlocker] {
        guard move.kind == .media else { return [] }
        return snapshot.closedPaths.map { path in
            PreflightBlocker(
                check: "media",
                sentence: "the pools' side cannot reach the target for media: \(path)",
                readFrom: "Test-NetConnection at \(snapshot.endpoint)",
                clearedBy:
                    "open 5061, 5062, 8057 and 443 over TCP and 3478 over UDP to every member"
                    + " of \(move.to)"
            )
        }
    }
}

extension Snapshot {
    /// The Registrar that can take the place of a silent next hop of an Edge pool.
    ///
    /// Of the Front End and Director pools that are neither down nor found silent: one of the Edge pool's
    /// own site if there is one, a Front End pool before a Director, then the first by name.
    ///
    /// - Parameter pool: the Edge pool.
    /// - Returns: nil when the present next hop answers, is not known, or none could take over.
    public func replacementNextHop(of pool: FQDN) -> ServiceIdentity? {
        guard let hop = edgeService(pool)?.nextHop, silentNextHops[hop.pool] != nil else {
            return nil
        }
        let own = pools.first { $0.fqdn == pool }?.site
        func rank(_ pool: PoolSnapshot) -> Int {
            (pool.site == own ? 0 : 2) + (pool.hasUsers ? 0 : 1)
        }
        let living = pools.filter { candidate in
            candidate.canBeNextHop && silentNextHops[candidate.fqdn] == nil
                && !isDown(candidate.fqdn)
        }
        return living.min { (rank($0), $0.fqdn) < (rank($1), $1.fqdn) }
            .map { ServiceIdentity(role: "Registrar", pool: $0.fqdn) }
    }

    /// Whether a Front End pool (or Director, or Mediation pool) is down as a whole: its site is,
    /// or none of its replicas is up to date while others are.
    ///
    /// Right after a publication all replicas lag; that shows nothing of one pool.
    func isDown(_ pool: FQDN) -> Bool {
        guard let known = pools.first(where: { $0.fqdn == pool }) else { return false }
        if let site = known.site, deadSites.contains(site) { return true }
        if let master = storeMaster.flatMap(FQDN.init), known.computers.contains(master) {
            return false
        }
        let own = replicas.filter { known.computers.contains($0.server) }
        return !own.isEmpty && own.allSatisfy { !$0.isUpToDate }
            && replicas.contains(where: \.isUpToDate)
    }
}

extension PoolSnapshot {
    fileprivate var hasUsers: Bool { roles.contains { $0.lowercased() == "userserver" } }

    /// Whether an Edge pool can hand over to it: a Front End pool or a Director, no branch appliance.
    fileprivate var canBeNextHop: Bool {
        let roles = Set(roles.map { $0.lowercased() })
        return roles.contains("registrar") && (hasUsers || roles.contains("director"))
    }
}

extension VerdictClass {
    /// Whether a route can be moved to it.
    var isUsable: Bool { self == .up || self == .degraded || self == .impaired }
}

extension PreflightBlocker {
    fileprivate static func target(_ sentence: String) -> PreflightBlocker {
        PreflightBlocker(
            check: "target",
            sentence: sentence,
            readFrom: "the probes",
            clearedBy: "mend the pool, or move the route to another one"
        )
    }
}
