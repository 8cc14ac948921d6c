/// A plan while it is being put together: steps in order, impact and warnings.
struct PlanDraft {
    let organisation: Organisation
    let snapshot: Snapshot
    let direction: MoveDirection
    var warnings: [String] = []
    var needsApproval = false
    private var steps: [Step] = []
    private var impact: [String] = []
    private var changedSites: [SiteName] = []
    private var planned: Set<DNSChange> = []
    private var targets: [FQDN] = []
    private var sources: [FQDN] = []

    init(organisation: Organisation, snapshot: Snapshot, direction: MoveDirection) {
        self.organisation = organisation
        self.snapshot = snapshot
        self.direction = direction
    }

    private mutating func add(
        _ title: String,
        _ source: StepSource,
        _ operation: Operation,
        timeout: Duration
    ) {
        steps.append(
            Step(
                id: StepID(steps.count + 1),
                title: title,
                source: source,
                operation: operation,
                timeout: timeout
            )
        )
    }

    /// Procedure C, step 1: the services of the restored pool run.
    mutating func addRestoredServices(_ move: Move) {
        guard let pool = organisation.edgePool(move.to), !sources.contains(move.from) else {
            return
        }
        for server in pool.servers {
            guard snapshot.manageableEdges.contains(server.fqdn) else {
                warnings.append(
                    "\(server.fqdn) has no management endpoint: its services are not started by"
                        + " the agent, only probed"
                )
                continue
            }
            add(
                "Start the Edge services on \(server.fqdn.host)",
                .failBack("1"),
                .startServices(server: server.fqdn, .all),
                timeout: .seconds(300)
            )
        }
    }

    /// One `Set-CsSite` for every site whose route is the pool that is left.
    mutating func addSiteRoutes(_ move: Move, record: FailoverRecord?) {
        if !targets.contains(move.to) { targets.append(move.to) }
        if !sources.contains(move.from) { sources.append(move.from) }
        var written: Set<SiteName> = []
        for step in record?.plan.steps ?? [] {
            if case .setSiteRoute(let site, move.kind, _, _) = step.operation {
                written.insert(site)
            }
        }
        for site in snapshot.sites.sorted(by: { $0.name < $1.name })
        where site.edgePool(move.kind) == move.from {
            if record != nil, !written.contains(site.name) {
                needsApproval = true
                warnings.append(
                    "site \(site.name) has its \(move.kind.label) route on \(move.from), but not"
                        + " from our failover: it is left alone"
                )
                continue
            }
            changedSites.append(site.name)
            add(
                "Set the \(move.kind.label) federation route of site \(site.name) to \(move.to.host)",
                .siteRoute(move.kind, direction),
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

    /// Enable-CsTopology once, then the replication gate.
    mutating func addPublication(_ moves: [Move]) {
        guard !changedSites.isEmpty else { return }
        add(
            "Enable the changed topology",
            .publication(moves.map(\.kind), direction),
            .enableTopology,
            timeout: .seconds(300)
        )
        let (servers, leftOut) = consumers()
        for site in snapshot.deadSites where changedSites.contains(site) {
            warnings.append(
                "site \(site) cannot be managed: its servers are not waited for, and send to"
                    + " \(sources.map(\.host).joined(separator: ", ")) until they have the change"
            )
        }
        add(
            "Wait until \(servers.count) servers have the change",
            .replicationGate(moves.map(\.kind), direction),
            .awaitReplication(servers: servers, leftOut: leftOut),
            timeout: .seconds(900)
        )
    }

    /// Surviving replicas that consume the change, and the dead members that are left out by name.
    private func consumers() -> (servers: [FQDN], leftOut: [FQDN]) {
        var wanted: Set<FQDN> = []
        var dead = snapshot.deadMembers
        for pool in snapshot.pools {
            let consumes =
                pool.consumesRoutes
                && (pool.site.map { changedSites.contains($0) } ?? true)
            if consumes || targets.contains(pool.fqdn) { wanted.formUnion(pool.computers) }
            if consumes, let site = pool.site, snapshot.deadSites.contains(site) {
                dead.formUnion(pool.computers)
            }
        }
        for target in targets {
            wanted.formUnion(organisation.edgePool(target)?.servers.map(\.fqdn) ?? [])
        }
        let known = Set(snapshot.replicas.map(\.server))
        return (
            wanted.subtracting(dead).intersection(known).sorted(),
            wanted.intersection(dead).union(wanted.subtracting(known)).sorted()
        )
    }

    /// Procedure B, steps 2, 6 and 7: the services of the target, when they are to be touched.
    mutating func addXMPPServices(_ move: Move) {
        guard let route = organisation.route(move.route), let pool = organisation.edgePool(move.to)
        else { return }
        let dead = snapshot.deadMembers
        let living = pool.servers.map(\.fqdn).filter { !dead.contains($0) }
        let answering = snapshot.members.filter { member in
            member.kind == .xmpp && member.liveness == .alive && living.contains(member.server)
        }
        let chosen =
            route.edgeServices ?? (answering.count == living.count ? .untouched : .xmppOnly)
        guard chosen != .untouched else { return }
        if direction == .failback { return }
        let gone = pool.servers.map(\.fqdn).filter(dead.contains)
        if !gone.isEmpty {
            let names = gone.map(\.name).joined(separator: ", ")
            warnings.append("\(names) answers nothing: its services are left alone")
        }
        let unmanageable = living.filter { !snapshot.manageableEdges.contains($0) }
        if !unmanageable.isEmpty {
            let names = unmanageable.map(\.name).joined(separator: ", ")
            warnings.append(
                "\(names) cannot be managed: restart the XMPP services there by hand if needed"
            )
        }
        let servers = living.filter(snapshot.manageableEdges.contains)
        add(
            "Check that the way to port \(pool.port(for: .xmpp)) of \(pool.fqdn.host) is open",
            .xmpp("6"),
            .checkPath(pool: pool.fqdn, .xmpp),
            timeout: .seconds(30)
        )
        if chosen == .documented {
            needsApproval = true
            impact.append(
                "all services of \(pool.fqdn) stop and start again: remote users, conferences and"
                    + " SIP federation through it are cut for minutes"
            )
            for server in servers { addStop(server, .all) }
            for server in servers { addStart(server, .all) }
            for server in servers { addMemberCheck(server, pool.fqdn) }
        } else {
            for server in servers {
                addStop(server, .xmpp)
                addStart(server, .xmpp)
                addMemberCheck(server, pool.fqdn)
            }
        }
    }

    private mutating func addMemberCheck(_ server: FQDN, _ pool: FQDN) {
        add(
            "Check that \(server.host) answers XMPP",
            .xmpp("7"),
            .checkProtocol(pool: pool, server: server, .xmpp),
            timeout: .seconds(120)
        )
    }

    private mutating func addStop(_ server: FQDN, _ services: ServiceSelection) {
        let what = services == .all ? "the Edge services" : "the XMPP service"
        add(
            "Stop \(what) on \(server.host)",
            .xmpp("2"),
            .stopServices(server: server, services),
            timeout: .seconds(300)
        )
    }

    private mutating func addStart(_ server: FQDN, _ services: ServiceSelection) {
        let what = services == .all ? "the Edge services" : "the XMPP service"
        add(
            "Start \(what) on \(server.host)",
            .xmpp("7"),
            .startServices(server: server, services),
            timeout: .seconds(300)
        )
    }

    /// The route's own port on the target, before DNS leads anyone there.
    mutating func addTargetCheck(_ move: Move) {
        add(
            "Check that \(move.to.host) answers \(move.kind.label) before DNS leads there",
            .targetCheck(move.kind, direction),
            .checkProtocol(pool: move.to, server: nil, move.kind.leg),
            timeout: .seconds(120)
        )
    }

    /// The record changes, one update per zone.
    mutating func addRecords(_ result: DNSPlanner.Result) {
        for (zone, all) in result.changes {
            // A name that two routes share is changed once.
            let changes = all.filter { !planned.contains($0) }
            guard !changes.isEmpty else { continue }
            planned.formUnion(changes)
            let names = Set(changes.map(\.name)).sorted().map(\.name).joined(separator: ", ")
            add(
                "Change DNS: \(names)",
                .records(result.kind, direction),
                .changeRecords(zone: zone, changes),
                timeout: .seconds(120)
            )
            let floor = changes.compactMap(\.from?.ttl).max() ?? 0
            let wait =
                "partners that have the old records cached keep using them for up to"
                + " \(Duration.seconds(Int64(floor)).inWords)"
            if !impact.contains(wait) { impact.append(wait) }
        }
        for (zone, sets) in result.expected where !sets.isEmpty {
            add(
                "Check that every authoritative server of \(zone) says the same",
                .records(result.kind, direction),
                .checkRecords(zone: zone, sets),
                timeout: .seconds(120)
            )
        }
    }

    /// What proves that the route now lives on the target.
    mutating func addVerification(_ move: Move) {
        let sites = snapshot.sites.map(\.name).filter { site in
            changedSites.contains(site)
                || snapshot.sites.contains { $0.name == site && $0.edgePool(move.kind) == move.to }
        }
        add(
            "Read the \(move.kind.label) routes back",
            .verification(move.kind, direction),
            .checkSiteRoutes(kind: move.kind, sites.sorted(), .edgeServer(move.to)),
            timeout: .seconds(60)
        )
        add(
            "Probe \(move.kind.label) on every member of \(move.to.host)",
            .verification(move.kind, direction),
            .checkProtocol(pool: move.to, server: nil, move.kind.leg),
            timeout: .seconds(120)
        )
        guard move.kind == .sip else { return }
        for partner in organisation.partners.sorted(by: { $0.domain < $1.domain }) {
            add(
                "Send a test request to partner \(partner.domain)",
                .verification(move.kind, direction),
                .testPartner(domain: partner.domain, pool: move.to, isRequired: partner.isRequired),
                timeout: .seconds(120)
            )
        }
    }

    /// The plan.
    func finish(_ moves: [Move]) -> Plan {
        var verdicts: [PoolLeg: VerdictClass] = [:]
        var impact = impact
        for move in moves {
            for pool in [move.from, move.to] {
                let leg = PoolLeg(pool: pool, kind: move.kind.leg)
                verdicts[leg] = snapshot.verdicts[leg]?.verdict ?? .unknown
            }
            impact.insert(
                "\(move.kind.label) federation in both directions moves from \(move.from) to \(move.to)",
                at: 0
            )
        }
        return Plan(
            direction: direction,
            moves: moves,
            steps: steps,
            impact: impact,
            warnings: warnings,
            verdicts: verdicts,
            needsApproval: needsApproval
        )
    }
}
