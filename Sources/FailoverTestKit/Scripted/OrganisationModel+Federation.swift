public import FailoverCore

extension OrganisationModel {
    /// Whether a server answers on the external port of a leg.
    public func serverAnswers(_ server: FQDN, _ kind: LegKind, at now: Instant) -> Bool {
        guard let machine = machines[server], machine.condition == .well,
            let edge = edgeServices.first(where: { $0.pool == machine.pool })
        else { return false }
        func runs(_ isMeant: (Service) -> Bool) -> Bool {
            machine.services.contains { service in
                isMeant(service) && machine.status(of: service, at: now) == "Running"
            }
        }
        switch kind {
        case .sip:
            return runs { $0.name == "RTCSRV" } && (edge.federationPort ?? 0) != 0
                && !machine.needsSetup
        case .access: return runs { $0.name == "RTCSRV" }
        case .media: return runs { $0.name == "RTCMEDIARELAY" } && runs { $0.name == "RTCMRAUTH" }
        case .xmpp:
            return runs(\.isXMPP) && (edge.xmppPort ?? 0) != 0 && !machine.needsXMPPRestart
        }
    }

    /// Whether any member of a pool answers a protocol.
    func answers(_ pool: FQDN, _ kind: LegKind, at now: Instant) -> Bool {
        machines.contains { $0.value.pool == pool && serverAnswers($0.key, kind, at: now) }
    }

    /// Why a federated message does not pass, in both directions and every site; empty when it does.
    ///
    /// Outbound a site's Front Ends use the route in *their own replicas*. Inbound a partner resolves
    /// our SRV record, at whichever authoritative server, and demands its target in the certificate.
    func obstacles(
        _ kind: RouteKind,
        in organisation: Organisation,
        at now: Instant
    ) -> [String] {
        if kind == .media { return mediaObstacles(at: now) }
        var obstacles: [String] = []
        var names: Set<String> = []
        for domain in organisation.domains(for: kind) {
            for copy in zones where domain.isWithin(copy.zone) {
                switch inbound(kind, domain, copy, organisation, at: now) {
                case .success(let name): names.insert(name)
                case .failure(let obstacle): obstacles.append(obstacle.sentence)
                }
            }
        }
        for (server, machine) in machines.sorted(by: { $0.key < $1.key })
        where machine.condition == .well {
            guard let home = pools.first(where: { $0.fqdn == machine.pool && !$0.isEdge })
            else { continue }
            let route = machine.topology.sites.first { $0.name == home.site }?.routes[kind]
            guard let pool = route.flatMap(ServiceIdentity.init(_:))?.pool else {
                obstacles.append("\(server) has no \(kind.label) route")
                continue
            }
            if !answers(pool, kind.leg, at: now) {
                obstacles.append("\(server) sends \(kind.label) to \(pool), which does not answer")
            }
            // The partner looks our name up and demands it in the certificate of the sender.
            let carried = certificateNames[pool] ?? []
            for name in names.sorted() where !carried.contains(name) {
                obstacles.append("\(pool) sends with a certificate without \(name)")
            }
        }
        return obstacles
    }

    /// Why a service has no media: the Edge pool that *its own replica* names does not answer.
    private func mediaObstacles(at now: Instant) -> [String] {
        machines.sorted { $0.key < $1.key }.flatMap { server, machine -> [String] in
            guard machine.condition == .well,
                let pool = pools.first(where: {
                    $0.fqdn == machine.pool && !$0.isEdge
                })
            else { return [] }
            return machine.topology.associations.filter { $0.service.hasSuffix(":\(pool.fqdn)") }
                .compactMap { association in
                    let edge = association.edgeServer.flatMap(ServiceIdentity.init(_:))?.pool
                    if let edge, answers(edge, .media, at: now) { return nil }
                    return "\(association.service) on \(server) has no media:"
                        + " \(association.edgeServer ?? "no Edge pool")"
                }
        }
    }

    private struct Obstacle: Error {
        var sentence: String
    }

    /// The name that a certificate must carry, when a partner finds a pool that answers.
    private func inbound(
        _ kind: RouteKind,
        _ domain: FQDN,
        _ copy: ZoneCopy,
        _ organisation: Organisation,
        at now: Instant
    ) -> Result<String, Obstacle> {
        func fail(_ text: String) -> Result<String, Obstacle> {
            .failure(
                Obstacle(sentence: "inbound \(kind.label) for \(domain) at \(copy.server): \(text)")
            )
        }
        guard let name = kind.serviceName(in: domain),
            let service = copy.sets.first(where: { $0.name == name && $0.type == .srv })?
                .services.first
        else { return fail("no SRV record") }
        if kind == .sip, !service.target.isWithin(domain) { return fail("SRV leads outside") }
        let addresses = copy.sets.filter { $0.name == service.target }.flatMap(\.addresses)
        if addresses.isEmpty { return fail("\(service.target) has no address") }
        for pool in organisation.edgePools
        where !Set(pool.publishedAddresses).isDisjoint(with: addresses) {
            guard Set(addresses).isSubset(of: pool.publishedAddresses) else {
                return fail("the addresses belong to several pools")
            }
            guard service.port == pool.port(for: kind.leg), answers(pool.fqdn, kind.leg, at: now)
            else {
                return fail("\(pool.fqdn) does not answer")
            }
            let demanded = kind == .sip ? service.target.name : domain.name
            guard (certificateNames[pool.fqdn] ?? []).contains(demanded) else {
                return fail("\(pool.fqdn) shows a certificate without \(demanded)")
            }
            return .success(demanded)
        }
        return fail("\(addresses) are nobody's addresses")
    }
}
