/// What comes after the replication gate: the target's port, DNS, the proof, the fence.
extension PlanDraft {
    /// The route's own port on the target, before DNS leads anyone there.
    mutating func addTargetCheck(_ move: Move) {
        let title =
            move.kind == .media
            ? "Check that \(move.to.host) answers media"
            : "Check that \(move.to.host) answers \(move.kind.label) before DNS leads there"
        add(
            title,
            .targetCheck,
            move,
            .checkProtocol(pool: move.to, server: nil, move.kind.leg),
            timeout: .seconds(120)
        )
    }

    // MARK: DNS

    /// The record changes, one update per zone and view; a name that two routes share changes once.
    ///
    /// - Parameters:
    ///   - move: the move.
    ///   - result: what its DNS needs.
    ///   - byPerson: only the zones that a person changes, or only the others.
    mutating func addRecords(_ move: Move, _ result: DNSPlanner.Result, byPerson: Bool) {
        func isMeant(_ zone: ZoneKey) -> Bool {
            (organisation.zone(zone)?.provider == .manual) == byPerson
        }
        for (zone, all) in result.changes where isMeant(zone) {
            let changes = all.filter { planned[RecordKey($0)] == nil }
            guard !changes.isEmpty else { continue }
            for change in changes { planned[RecordKey(change)] = .some(change.to) }
            let names = list(Set(changes.map(\.name)).sorted())
            add(
                zone.view == "public"
                    ? "Change DNS: \(names)" : "Change DNS in the \(zone.view) view: \(names)",
                .records,
                move,
                byPerson
                    ? .person(.changeRecords(zone: zone, changes))
                    : .changeRecords(zone: zone, changes),
                timeout: agreement(in: zone)
            )
            let floor = changes.compactMap(\.from?.ttl).max() ?? 0
            if floor > 0 {
                addImpact(
                    "\(move.kind.label) partners that have the old records cached keep using them"
                        + " for up to \(Duration.seconds(Int64(floor)).inWords)"
                )
            }
        }
        for (zone, sets) in result.expected where isMeant(zone) && !sets.isEmpty {
            add(
                "Check that every authoritative server of \(zone) says the same",
                .recordCheck,
                move,
                .checkRecords(zone: zone, sets.map { known($0, in: zone) }),
                timeout: agreement(in: zone)
            )
        }
    }

    /// How long a zone's servers may take to show a change.
    private func agreement(in zone: ZoneKey) -> Duration {
        organisation.zone(zone)?.agreeWithin ?? .seconds(120)
    }

    /// What is expected of a name, which another route of this plan may have decided already.
    private func known(_ expectation: RecordExpectation, in zone: ZoneKey) -> RecordExpectation {
        let key = RecordKey(zone: zone, name: expectation.name, type: expectation.type)
        guard let set = planned[key] else { return expectation }
        return RecordExpectation(name: key.name, type: key.type, set: set)
    }

    // MARK: The proof

    /// What proves that the route now lives on the target.
    mutating func addVerification(_ move: Move, _ preflight: Preflight) {
        if move.kind != .media { addRouteCheck(move) }
        // A media move of the same plan reads them back itself.
        let isLeftToMedia =
            move.kind == .sip && moves.contains { $0.kind == .media && $0.to == move.to }
        let services =
            isLeftToMedia
            ? [] : changedServices.filter { $0.to == .edgeServer(move.to) }.map(\.service)
        if move.kind != .xmpp, !services.isEmpty {
            add(
                "Read the associated Edge pools back",
                .verification,
                move,
                .checkAssociations(services, .edgeServer(move.to)),
                timeout: .seconds(60)
            )
        }
        addProbes(move, movesMedia: !services.isEmpty)
        guard move.kind == .sip else { return }
        addSignInCheck(move, preflight.movedSignInNames([move]))
        for partner in organisation.partners.sorted(by: { $0.domain < $1.domain }) {
            add(
                "Send a test request to partner \(partner.domain)",
                .partnerTest,
                move,
                .testPartner(domain: partner.domain, pool: move.to, isRequired: partner.isRequired),
                timeout: .seconds(120)
            )
        }
    }

    private mutating func addRouteCheck(_ move: Move) {
        let changed = changedSites
        let sites = snapshot.sites.filter { site in
            let route = site.edgePool(move.kind)
            return route == move.to || (route == move.from && changed.contains(site.name))
        }
        add(
            "Read the \(move.kind.label) routes back",
            .verification,
            move,
            .checkSiteRoutes(
                kind: move.kind,
                sites.map(\.name).sorted(),
                .edgeServer(move.to)
            ),
            timeout: .seconds(60)
        )
    }

    private mutating func addProbes(_ move: Move, movesMedia: Bool) {
        var probed = [move.kind.leg]
        if move.kind == .sip, movesMedia { probed.append(.media) }
        for leg in probed {
            let isMedia = leg == .media
            if isMedia, !isWatched(PoolLeg(pool: move.to, kind: .media)) {
                warn("media of \(move.to) is not probed: nothing shows that it works there")
                continue
            }
            add(
                "Probe \(leg.label) on every member of \(move.to.host)",
                .verification,
                move,
                .checkProtocol(pool: move.to, server: nil, leg),
                timeout: .seconds(120)
            )
        }
    }

    /// Clients outside follow their names too (runbooks, "shared names").
    private mutating func addSignInCheck(_ move: Move, _ names: [FQDN]) {
        guard !names.isEmpty else { return }
        addImpact(
            "clients outside sign in through \(move.to) from now on, by \(list(names))"
        )
        add(
            "Check that clients can sign in through \(move.to.host)",
            .signIn,
            move,
            .checkProtocol(pool: move.to, server: nil, .access),
            timeout: .seconds(120)
        )
    }

    // MARK: Fence

    /// Switches the Access Edge of the failed pool off, so that it can't answer when it returns.
    mutating func addFence(_ move: Move, _ preflight: Preflight) {
        guard direction == .failover, move.kind == .sip,
            organisation.route(move.route)?.fence == .accessEdge
        else { return }
        if let arrival = moves.first(where: { $0.to == move.from }) {
            warn("\(move.from) is not fenced: \(arrival.kind.carries) moves to it")
            return
        }
        let moved = Set(changedServices.map(\.service))
        if let refusal = preflight.fenceRefusal(move, among: moves, moved: moved) {
            warn(refusal)
            return
        }
        for server in members(of: move.from) {
            let startType = snapshot.startTypes[server] ?? .automatic
            if startType == .disabled {
                warn("the Access Edge of \(server) is switched off already")
                continue
            }
            if !snapshot.manageableEdges.contains(server) {
                warn(
                    "\(server) has no management endpoint: its fence stays pending until there"
                        + " is one"
                )
            }
            add(
                "Switch the Access Edge of \(server.host) off",
                .fence,
                move,
                .fence(server: server, startType: startType),
                timeout: .seconds(300)
            )
        }
    }
}

extension PlanDraft.RecordKey {
    init(_ change: DNSChange) {
        self.init(zone: change.zone, name: change.name, type: change.type)
    }
}
