/// The names that a move touches: strict match, names shared with others, the right to change them.
extension Preflight {
    /// The names to which a domain's SRV record leads once the move is made, preferred ones first.
    ///
    /// With style `srv` the record is pointed at the pool's own name; else its targets stay.
    func serviceTargets(of domain: FQDN, after move: Move) -> [FQDN] {
        if move.kind == .sip, organisation.route(move.route)?.dnsStyle == .srv {
            let known = organisation.sipDomains.first { $0.name == domain }
            return known?.federationNames[move.to].map { [$0] } ?? []
        }
        return liveTargets(of: domain, move.kind)
    }

    private func liveTargets(of domain: FQDN, _ kind: RouteKind) -> [FQDN] {
        kind.serviceName(in: domain)
            .flatMap { snapshot.recordSet($0, .srv)?.services.map(\.target) } ?? []
    }

    // MARK: Strict match

    func strictMatch(_ move: Move) -> [PreflightBlocker] {
        guard move.kind == .sip else { return [] }
        return organisation.domains(for: .sip).flatMap { domain -> [PreflightBlocker] in
            guard let name = move.kind.serviceName(in: domain) else { return [] }
            let isPlanned = organisation.route(move.route)?.dnsStyle == .srv
            return serviceTargets(of: domain, after: move).filter { !$0.isWithin(domain) }.map {
                PreflightBlocker(
                    check: "dns",
                    sentence:
                        "the SRV record of \(domain) \(isPlanned ? "would name" : "names") \($0),"
                        + " outside its own domain: partners refuse that",
                    readFrom: isPlanned ? "federation_names in the configuration" : "\(name)",
                    clearedBy: "point it at a name within \(domain)"
                )
            }
        }
    }

    /// Some partners demand more than the same domain: no further label.
    func strictMatchWarnings(_ move: Move) -> [String] {
        guard move.kind == .sip else { return [] }
        return organisation.domains(for: .sip).flatMap { domain in
            serviceTargets(of: domain, after: move)
                .filter { $0.isWithin(domain) && $0.labels.count > domain.labels.count + 1 }
                .map {
                    "\($0) lies in a subdomain of \(domain): some partners refuse an SRV target that"
                        + " is not directly in the domain"
                }
        }
    }

    // MARK: Shared names

    /// Two routes that share a name must share the target; sign-in names must keep their port.
    func sharedNames(_ moves: [Move]) -> [PreflightBlocker] {
        var blockers: [PreflightBlocker] = []
        for move in moves {
            let moved = movedNames(move)
            for other in organisation.routes where other.kind != move.kind {
                guard let name = moved.intersection(liveNames(other.kind)).min(),
                    !leads(other, to: move.to, among: moves)
                else { continue }
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
            blockers += signIn(move, moved)
        }
        return blockers
    }

    /// Whether a route goes to that pool in the same plan, or is there already.
    private func leads(_ route: FederationRoute, to pool: FQDN, among moves: [Move]) -> Bool {
        if let move = moves.first(where: { $0.route == route.name }) { return move.to == pool }
        let holder = snapshot.holder(of: route.kind, among: organisation.edgePools.map(\.fqdn))
        return holder == .pool(pool)
    }

    /// The names whose addresses a move changes; none unless DNS style is `address`.
    private func movedNames(_ move: Move) -> Set<FQDN> {
        organisation.route(move.route)?.dnsStyle == .address ? liveNames(move.kind) : []
    }

    /// For SIP every SRV target is live, for XMPP the preferred one.
    private func liveNames(_ kind: RouteKind) -> Set<FQDN> {
        var names: Set<FQDN> = []
        for domain in organisation.domains(for: kind) {
            let targets = liveTargets(of: domain, kind)
            names.formUnion(kind == .sip ? targets[...] : targets.prefix(1))
        }
        return names
    }

    /// Names by which clients sign in and that these moves lead to another pool, sorted.
    ///
    /// The plan verifies client sign-in on the target for them and shows the impact.
    func movedSignInNames(_ moves: [Move]) -> [FQDN] {
        let moved = moves.reduce(into: Set<FQDN>()) { $0.formUnion(movedNames($1)) }
        return moved.intersection(signInNames.map(\.name)).sorted()
    }

    /// Where clients look: what `_sip._tls` names, and the names that they try without it.
    private var signInNames: [(name: FQDN, place: FQDN)] {
        organisation.domains(for: .sip).flatMap { domain -> [(FQDN, FQDN)] in
            let service = domain.prefixed(by: "_sip._tls")
            let targets = service.flatMap { snapshot.recordSet($0, .srv) }?.services.map(\.target)
            let tried = ["sip", "sipexternal"].compactMap(domain.prefixed)
            return (targets ?? []).map { ($0, service ?? $0) } + tried.map { ($0, $0) }
        }
    }

    private func signIn(_ move: Move, _ moved: Set<FQDN>) -> [PreflightBlocker] {
        guard let old = snapshot.edgeService(move.from)?.clientPort,
            let new = snapshot.edgeService(move.to)?.clientPort, old != new
        else { return [] }
        var seen: Set<FQDN> = []
        return signInNames.filter { moved.contains($0.name) && seen.insert($0.name).inserted }.map {
            PreflightBlocker(
                check: "names",
                sentence:
                    "\($0.name) is also the clients' sign-in name, and the pools use different"
                    + " client ports (\(old) and \(new))",
                readFrom: "\($0.place) and AccessEdgeClientSipPort of Get-CsService",
                clearedBy: "use one client port on both pools, or dns.style srv"
            )
        }
    }

    // MARK: The right to change records

    func updates(_ moves: [Move]) -> [PreflightBlocker] {
        let touched = moves.reduce(into: Set<ZoneKey>()) { $0.formUnion(touchedZones($1)) }
        return snapshot.updateRefusals.sorted { $0.key < $1.key }
            .filter { touched.contains($0.key) && organisation.zone($0.key)?.provider != .manual }
            .map { zone, reason in
                PreflightBlocker(
                    check: "dns",
                    sentence: "updates of \(zone) are refused: \(reason)",
                    readFrom: "an update that re-adds an existing record unchanged",
                    clearedBy:
                        "give the key the right to change A, AAAA and SRV records, or the zone a"
                        + " provider through which the agent can change it"
                )
            }
    }

    /// Zones, in every view, in which a move changes records.
    private func touchedZones(_ move: Move) -> Set<ZoneKey> {
        let names: [FQDN] =
            switch organisation.route(move.route)?.dnsStyle {
            case .address: Array(liveNames(move.kind))
            case .srv:
                organisation.domains(for: move.kind).compactMap { move.kind.serviceName(in: $0) }
            case .some(.none), nil: []
            }
        return Set(names.flatMap { organisation.zones(holding: $0) }.map(\.key))
    }
}
