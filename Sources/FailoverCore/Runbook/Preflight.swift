/// The checks before anything is changed (runbooks, "Preflight").
///
/// Pure: it judges a snapshot.
struct Preflight {
    let organisation: Organisation
    let snapshot: Snapshot

    /// Every fact that blocks these moves.
    func blockers(for moves: [Move]) -> [PreflightBlocker] {
        var blockers = store() + rights()
        for move in moves {
            blockers += holder(move) + capability(move) + target(move) + certificate(move)
            blockers += strictMatch(move)
        }
        blockers += sharedNames(moves) + updates(moves)
        return blockers
    }

    private func store() -> [PreflightBlocker] {
        guard snapshot.storeMaster == nil else { return [] }
        return [
            PreflightBlocker(
                check: "store",
                sentence: "the Central Management store has no active master",
                readFrom: "Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus at "
                    + snapshot.endpoint,
                clearedBy: "fail the Central Management store over"
                    + " (Invoke-CsManagementServerFailover on a server of the surviving pool)"
            )
        ]
    }

    private func rights() -> [PreflightBlocker] {
        snapshot.rightsFailures.map { failure in
            PreflightBlocker(
                check: "rights",
                sentence:
                    "a writing cmdlet was refused in a trial that changes nothing: \(failure)",
                readFrom: snapshot.endpoint,
                clearedBy: "give the account RTCUniversalServerAdmins and the setup permission"
                    + " (Grant-CsSetupPermission)"
            )
        }
    }

    private func holder(_ move: Move) -> [PreflightBlocker] {
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

    private func capability(_ move: Move) -> [PreflightBlocker] {
        guard let pool = organisation.edgePool(move.to) else {
            return [.configuration("\(move.to) is not an Edge pool of the configuration")]
        }
        let place = "Get-CsService -EdgeServer at \(snapshot.endpoint)"
        guard let service = snapshot.edgeService(move.to) else {
            return [
                PreflightBlocker(
                    check: "capability",
                    sentence: "the topology has no Edge service on \(move.to)",
                    readFrom: place,
                    clearedBy: "correct the pool's name in the configuration"
                )
            ]
        }
        switch move.kind {
        case .media: return []
        case .sip:
            if let port = service.federationPort, port != 0 { return [] }
            return [
                PreflightBlocker(
                    check: "capability",
                    sentence: "\(move.to) does not carry SIP federation"
                        + " (AccessEdgeExternalSipPort is empty)",
                    readFrom: place,
                    clearedBy: "enable federation (port 5061) for the pool in Topology Builder,"
                        + " publish, and run Setup on its members"
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
            if let port = service.xmppPort, port != 0 { return [] }
            return [
                PreflightBlocker(
                    check: "capability",
                    sentence: "\(move.to) does not carry XMPP federation (XmppListeningPort is"
                        + " empty)",
                    readFrom: place,
                    clearedBy: "enable XMPP federation for the pool in Topology Builder, publish,"
                        + " and run Setup on its members"
                )
            ]
        }
    }

    private func target(_ move: Move) -> [PreflightBlocker] {
        let leg = PoolLeg(pool: move.to, kind: move.kind.leg)
        let verdict =
            snapshot.verdicts[leg] ?? Verdict(.unknown, reason: "\(leg) was not probed yet")
        switch verdict.verdict {
        case .up, .degraded: return []
        case .down where move.kind == .xmpp && mayBeStarted(move): return []
        case .down, .unknown:
            return [
                PreflightBlocker(
                    check: "target",
                    sentence: "\(move.to) is not known to be up: \(verdict.reason)",
                    readFrom: "the probes",
                    clearedBy: "mend the pool, or move the route to another one"
                )
            ]
        }
    }

    /// XMPP services that this very plan starts may be silent now (runbooks, "the target is up").
    private func mayBeStarted(_ move: Move) -> Bool {
        guard let route = organisation.route(move.route), route.edgeServices != .untouched,
            let pool = organisation.edgePool(move.to)
        else { return false }
        let sip = snapshot.verdicts[PoolLeg(pool: move.to, kind: .sip)]?.verdict
        return (sip == .up || sip == .degraded)
            && pool.servers.allSatisfy { snapshot.manageableEdges.contains($0.fqdn) }
    }

    private func certificate(_ move: Move) -> [PreflightBlocker] {
        guard let pool = organisation.edgePool(move.to) else { return [] }
        var blockers: [PreflightBlocker] = []
        let names = requiredNames(move)
        for server in pool.servers {
            guard
                let facts = snapshot.members.first(where: {
                    $0.server == server.fqdn && $0.kind == move.kind.leg
                })?.certificate
            else { continue }
            for problem in facts.problems where problem.isSerious && problem != .nameMismatch {
                blockers.append(.certificate(server.fqdn, problem.inWords))
            }
            let missing = names.filter { alternatives in
                !alternatives.contains { name in
                    facts.subjectAlternativeNames.contains {
                        name.isCovered(by: $0, wildcards: move.kind == .xmpp)
                    }
                }
            }
            if !missing.isEmpty {
                let list = missing.map { $0.map(\.name).joined(separator: " or ") }
                let text = list.joined(separator: ", ")
                blockers.append(.certificate(server.fqdn, "it does not carry \(text)"))
            }
        }
        return blockers
    }

    /// Groups of names of which the certificate must carry one each.
    ///
    /// SIP: `sip.` of every domain and every SRV target that will lead here. XMPP: of every domain its
    /// XMPP name or the domain itself; certificates come in both forms.
    private func requiredNames(_ move: Move) -> [[FQDN]] {
        guard let route = organisation.route(move.route) else { return [] }
        var names: Set<[FQDN]> = []
        for domain in organisation.domains(for: move.kind) {
            let targets =
                move.kind.serviceName(in: domain)
                .flatMap { snapshot.recordSet($0, .srv)?.services.map(\.target) } ?? []
            switch move.kind {
            case .media: break
            case .xmpp: names.insert(targets.prefix(1) + [domain])
            case .sip:
                if let name = domain.prefixed(by: "sip") { names.insert([name]) }
                if route.dnsStyle == .srv {
                    let known = organisation.sipDomains.first { $0.name == domain }
                    if let name = known?.federationNames[move.to] { names.insert([name]) }
                } else {
                    names.formUnion(targets.map { [$0] })
                }
            }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// What does not block but a person should know.
    func warnings(for moves: [Move]) -> [String] {
        moves.flatMap { move in
            (organisation.edgePool(move.to)?.servers ?? []).compactMap { server -> String? in
                let facts = snapshot.members.first {
                    $0.server == server.fqdn && $0.kind == move.kind.leg
                }?.certificate
                guard let facts, facts.problems.contains(.noClientUsage) else { return nil }
                return
                    "the certificate of \(server.fqdn) has no clientAuth usage: some partners may"
                    + " refuse connections from it"
            }
        }
    }

    private func strictMatch(_ move: Move) -> [PreflightBlocker] {
        guard move.kind == .sip else { return [] }
        return organisation.domains(for: .sip).flatMap { domain -> [PreflightBlocker] in
            guard let name = move.kind.serviceName(in: domain) else { return [] }
            let targets = snapshot.recordSet(name, .srv)?.services.map(\.target) ?? []
            return targets.filter { !$0.isWithin(domain) }.map { target in
                PreflightBlocker(
                    check: "dns",
                    sentence: "the SRV record of \(domain) names \(target), outside its own domain:"
                        + " partners refuse that",
                    readFrom: "\(name)",
                    clearedBy: "point it at a name within \(domain)"
                )
            }
        }
    }

    /// Two routes that share a name must share the target; sign-in names must keep their port.
    private func sharedNames(_ moves: [Move]) -> [PreflightBlocker] {
        var blockers: [PreflightBlocker] = []
        for move in moves where organisation.route(move.route)?.dnsStyle == .address {
            let moved = liveNames(move.kind)
            for other in organisation.routes where other.name != move.route {
                let shared = moved.intersection(liveNames(other.kind))
                let follows = moves.contains { $0.route == other.name && $0.to == move.to }
                if let name = shared.min(), other.kind != move.kind, !follows {
                    blockers.append(
                        PreflightBlocker(
                            check: "names",
                            sentence: "\(name) also leads to route \(other.name), which would be"
                                + " moved along with it",
                            readFrom: "DNS",
                            clearedBy: "give each route a name of its own, or move both together"
                        )
                    )
                }
            }
            blockers += signIn(move, moved)
        }
        return blockers
    }

    private func signIn(_ move: Move, _ moved: Set<FQDN>) -> [PreflightBlocker] {
        guard move.kind == .sip else { return [] }
        let old = snapshot.edgeService(move.from)?.clientPort
        let new = snapshot.edgeService(move.to)?.clientPort
        guard let old, let new, old != new else { return [] }
        return organisation.domains(for: .sip).compactMap { domain in
            guard let name = domain.prefixed(by: "_sip._tls"),
                let target = snapshot.recordSet(name, .srv)?.services.map(\.target)
                    .first(where: moved.contains)
            else { return nil }
            return PreflightBlocker(
                check: "names",
                sentence: "\(target) is also the clients' sign-in name, and the pools use different"
                    + " client ports (\(old) and \(new))",
                readFrom: "\(name) and Get-CsService",
                clearedBy: "use one client port on both pools, or dns.style srv"
            )
        }
    }

    private func liveNames(_ kind: RouteKind) -> Set<FQDN> {
        var names: Set<FQDN> = []
        for domain in organisation.domains(for: kind) {
            guard let name = kind.serviceName(in: domain) else { continue }
            let targets = snapshot.recordSet(name, .srv)?.services.map(\.target) ?? []
            names.formUnion(kind == .sip ? targets[...] : targets.prefix(1))
        }
        return names
    }

    private func updates(_ moves: [Move]) -> [PreflightBlocker] {
        guard moves.contains(where: { organisation.route($0.route)?.dnsStyle != DNSStyle.none })
        else { return [] }
        return snapshot.updateRefusals.sorted { $0.key < $1.key }.map { zone, reason in
            PreflightBlocker(
                check: "dns",
                sentence: "updates of \(zone) are refused: \(reason)",
                readFrom: "an update that re-adds an existing record unchanged",
                clearedBy: "give the key the right to change A, AAAA and SRV records, or the zone a"
                    + " provider through which the agent can change it"
            )
        }
    }
}

extension PreflightBlocker {
    fileprivate static func configuration(_ sentence: String) -> PreflightBlocker {
        PreflightBlocker(
            check: "configuration",
            sentence: sentence,
            readFrom: "the configuration",
            clearedBy: "correct it"
        )
    }

    fileprivate static func certificate(_ server: FQDN, _ sentence: String) -> PreflightBlocker {
        PreflightBlocker(
            check: "certificate",
            sentence: "the certificate of \(server) would be refused by partners: \(sentence)",
            readFrom: "the TLS probe",
            clearedBy: "install a certificate that carries every name"
        )
    }
}

extension FQDN {
    /// Whether a name of a certificate covers this one; wildcards do not satisfy SIP names.
    func isCovered(by name: String, wildcards: Bool) -> Bool {
        let name = name.lowercased()
        if name == self.name { return true }
        guard wildcards, name.hasPrefix("*."), let dot = self.name.firstIndex(of: ".") else {
            return false
        }
        return self.name[dot...] == name.dropFirst()
    }
}
