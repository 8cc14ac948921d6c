/// The checks before anything is changed (runbooks, "Preflight").
///
/// Pure: it judges a snapshot. What blocks stops a plan; what only warns is shown with it.
struct Preflight {
    let organisation: Organisation
    let snapshot: Snapshot
    /// Away from home or back.
    var direction = MoveDirection.failover
    /// What an earlier failover of ours did; tells of fences where nothing can be read.
    var record: FailoverRecord?

    /// Every fact that blocks these moves, each once.
    func blockers(for moves: [Move]) -> [PreflightBlocker] {
        // Without a topology every other reading of it would be a false alarm.
        if let blocker = store() { return [blocker] }
        var blockers = rights(moves)
        for move in moves {
            blockers += holder(move) + capability(move) + target(move) + certificate(move)
            blockers += nextHop(move) + mediaPaths(move) + strictMatch(move)
        }
        blockers += sharedNames(moves) + updates(moves)
        var seen: Set<PreflightBlocker> = []
        return blockers.filter { seen.insert($0).inserted }
    }

    /// What does not block but a person should know, each once.
    ///
    /// Part of what is approved, so nothing in it counts or ages.
    func warnings(for moves: [Move]) -> [String] {
        var warnings: [String] = []
        if isUntried {
            warnings.append(
                "this account never really enabled the topology, only tried to: in mode auto this"
                    + " waits for a drill, or for a first run with a person's yes"
            )
        }
        for move in moves {
            warnings +=
                certificateWarnings(move) + nextHopWarnings(move)
                + strictMatchWarnings(move) + foreignRoutes(move)
        }
        warnings += untoldSetupPermissions
        var seen: Set<String> = []
        return warnings.filter { seen.insert($0).inserted }
    }

    /// Whether a person must say yes to these moves even in `auto`.
    ///
    /// No run of ours ever really enabled the topology, unless the configuration trusts rights that
    /// were only tried; or a next hop is dead and the plan sets another.
    func needsApproval(for moves: [Move]) -> Bool {
        isUntried || moves.contains { newNextHop(of: $0) != nil }
    }

    private var isUntried: Bool {
        snapshot.lastPublication == nil && !organisation.trustsUntriedRights
    }

    // MARK: The store

    /// A dead store is a person's step inside the run; but something must be readable to plan from.
    private func store() -> PreflightBlocker? {
        snapshot.topologyFailure.map { failure in
            PreflightBlocker(
                check: "store",
                sentence: "the topology can be read neither from the Central Management store nor"
                    + " from a server's replica of it: \(failure)",
                readFrom: "Get-CsSite, with and without -LocalStore, at \(snapshot.endpoint)",
                clearedBy:
                    "bring back a Front End that has a replica, or add the management endpoint"
                    + " of one that lives"
            )
        }
    }

    // MARK: Rights

    private func rights(_ moves: [Move]) -> [PreflightBlocker] {
        // With a dead store no trial can succeed; the run tries again once the store lives.
        let trials = snapshot.isStoreDead ? [] : snapshot.rightsFailures
        return trials.map { failure in
            PreflightBlocker(
                check: "rights",
                sentence:
                    "a writing cmdlet was refused in a trial that changes nothing: \(failure)",
                readFrom: snapshot.endpoint,
                clearedBy: "give the account RTCUniversalServerAdmins and the setup permission"
                    + " (Grant-CsSetupPermission)"
            )
        } + commands(moves) + setupPermissions
    }

    /// Cmdlets and parameters that these moves need and the endpoint does not offer.
    private func commands(_ moves: [Move]) -> [PreflightBlocker] {
        var needs = CommandNeed.needs(of: moves.map(\.kind))
        if moves.contains(where: { newNextHop(of: $0) != nil }) { needs.append(.nextHop) }
        return needs.filter { snapshot.missingCommands.contains($0) }.map { need in
            if need.parameter == .xmppFederationRoute {
                return PreflightBlocker(
                    check: "capability",
                    sentence: "\(need) does not exist: no site's XMPP route can be set from there",
                    readFrom: "Get-Command at \(snapshot.endpoint)",
                    clearedBy: "use the management endpoint of a Lync 2013 Front End or a newer one"
                )
            }
            return PreflightBlocker(
                check: "rights",
                sentence: "the account cannot use \(need)",
                readFrom: "Get-Command at \(snapshot.endpoint)",
                clearedBy: "let the management endpoint show \(need.cmdlet.rawValue) to the account"
            )
        }
    }

    // MARK: The holder

    private func holder(_ move: Move) -> [PreflightBlocker] {
        if move.kind == .media {
            guard snapshot.services(using: move.from).isEmpty else { return [] }
            return [
                PreflightBlocker(
                    check: "holder",
                    sentence: "no service uses \(move.from) for media, so there is nothing to move",
                    readFrom: "Get-CsService at \(snapshot.endpoint)",
                    clearedBy: "correct the route's home and standby pools"
                )
            ]
        }
        let holder = snapshot.holder(of: move.kind, among: organisation.edgePools.map(\.fqdn))
        if case .pool(move.from) = holder { return [] }
        let found =
            switch holder {
            case .pool(let pool): "\(pool) holds the \(move.kind.label) route, not \(move.from)"
            case .foreign(let text), .unknown(let text): text
            }
        return [
            PreflightBlocker(
                check: "holder",
                sentence: found,
                readFrom: "Get-CsSite at \(snapshot.endpoint)",
                clearedBy: "set the routes so that one configured pool holds them all"
            )
        ]
    }

    /// Sites whose route names something that is not ours; it stays as it is.
    private func foreignRoutes(_ move: Move) -> [String] {
        snapshot.sites.sorted { $0.name < $1.name }.compactMap { site in
            guard let route = site.route(move.kind),
                !(site.edgePool(move.kind).map { organisation.edgePool($0) != nil } ?? false)
            else { return nil }
            return
                "the \(move.kind.label) route of site \(site.name) is \(route), which is not of the"
                + " configuration: it is left alone"
        }
    }
}

extension PreflightBlocker {
    static func configuration(_ sentence: String) -> PreflightBlocker {
        PreflightBlocker(
            check: "configuration",
            sentence: sentence,
            readFrom: "the configuration",
            clearedBy: "correct it"
        )
    }
}
