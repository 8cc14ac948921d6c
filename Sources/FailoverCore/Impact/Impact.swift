/// What is hurt on a route now, for people: which direction, for which domains.
public struct Impact: Sendable, Hashable {
    /// What partners of one domain meet.
    public struct Inbound: Sendable, Hashable {
        /// The SIP or XMPP domain.
        public var domain: FQDN
        /// How much of it is hurt.
        public var harm: Harm
        /// Where DNS leads, in words: `sip.contoso.com, edgepool1`.
        public var path: String
    }

    /// The route's kind.
    public var kind: RouteKind
    /// The pool that holds the route, as far as known.
    public var holder: FQDN?
    /// What our users send.
    public var outbound: Harm
    /// What partners send, by domain; empty for media.
    public var inbound: [Inbound]

    /// Whether anything is known to be hurt.
    public var isHurt: Bool {
        ([outbound] + inbound.map(\.harm)).contains { $0 == .lost || $0 == .partial }
    }

    /// `outbound SIP federation is lost (edgepool1); inbound is lost for contoso.com (…)`.
    public var sentence: String {
        let place = holder.map { " (\($0.host))" } ?? ""
        guard kind != .media else {
            return "audio, video and sharing with outside users \(outbound.inWords)\(place)"
        }
        var parts = ["outbound \(kind.label) federation \(outbound.inWords)\(place)"]
        for harm in [Harm.lost, .partial, .unknown, .none] {
            let alike = inbound.filter { $0.harm == harm }
            guard !alike.isEmpty else { continue }
            var paths: [String] = []
            for path in alike.map(\.path) where !paths.contains(path) { paths.append(path) }
            let domains = alike.map(\.domain.name).joined(separator: ", ")
            let list = paths.joined(separator: "; ")
            parts.append("inbound \(harm.inWords) for \(domains) (\(list))")
        }
        return parts.joined(separator: "; ")
    }
}

/// Says what is hurt, from who holds a route, DNS and verdicts.
public struct ImpactJudge: Sendable {
    private let organisation: Organisation

    /// Makes a judge.
    public init(organisation: Organisation) { self.organisation = organisation }

    /// What is hurt on a route now.
    ///
    /// - Parameters:
    ///   - route: the route.
    ///   - holder: the pool that holds it; nil when that is not known.
    ///   - readings: SRV sets of the route's domains and the addresses of their targets; where they
    ///     lack a domain, it is taken to lead to the holder, unless the agent leaves DNS alone.
    ///   - verdict: the verdict on a leg.
    /// - Returns: what is hurt.
    public func impact(
        on route: FederationRoute,
        holder: FQDN?,
        readings: [RecordReading],
        verdict: (PoolLeg) -> Verdict
    ) -> Impact {
        let leg = route.kind.leg
        func service(_ pool: FQDN) -> PoolService {
            PoolService(verdict(PoolLeg(pool: pool, kind: leg)))
        }
        let inbound = organisation.domains(for: route.kind).compactMap { domain in
            route.kind.serviceName(in: domain).map { name in
                partners(of: domain, name, route, holder, readings, service)
            }
        }
        return Impact(
            kind: route.kind,
            holder: holder,
            outbound: holder.map { service($0).outbound } ?? .unknown,
            inbound: inbound
        )
    }

    /// Partners try SRV targets in order of priority; an Access Edge takes the first alone.
    ///
    /// So a dead first target is a loss in part while a later one works.
    private func partners(
        of domain: FQDN,
        _ name: FQDN,
        _ route: FederationRoute,
        _ holder: FQDN?,
        _ readings: [RecordReading],
        _ service: (FQDN) -> PoolService
    ) -> Impact.Inbound {
        guard let services = set(name, .srv, readings)?.services, !services.isEmpty else {
            guard let holder, route.dnsStyle != .none else {
                return Impact.Inbound(domain: domain, harm: .unknown, path: "DNS was not read")
            }
            return Impact.Inbound(
                domain: domain,
                harm: service(holder).inbound,
                path: "by the configuration \(holder.host)"
            )
        }
        var harms: [Harm] = []
        var paths: [String] = []
        for target in services.sorted().map(\.target) {
            let pool = pool(at: target, readings)
            harms.append(pool.map { service($0).inbound } ?? .unknown)
            paths.append("\(target), \(pool?.host ?? "no pool of ours")")
        }
        let later = harms.dropFirst().contains { $0 == .none || $0 == .partial }
        let harm = harms[0] == .lost && later ? .partial : harms[0]
        return Impact.Inbound(domain: domain, harm: harm, path: paths.joined(separator: ", then "))
    }

    private func pool(at name: FQDN, _ readings: [RecordReading]) -> FQDN? {
        let addresses = [RecordType.a, .aaaa].flatMap { set(name, $0, readings)?.addresses ?? [] }
        return organisation.edgePools.first { pool in
            !Set(pool.publishedAddresses).isDisjoint(with: addresses)
        }?.fqdn
    }

    /// What the first server says that answers; partners ask the public view.
    private func set(
        _ name: FQDN,
        _ type: RecordType,
        _ readings: [RecordReading]
    ) -> RecordSet? {
        let said = readings.filter { $0.name == name && $0.type == type && $0.set != nil }
        return (said.first { $0.zone.view == "public" } ?? said.first)?.set
    }
}
