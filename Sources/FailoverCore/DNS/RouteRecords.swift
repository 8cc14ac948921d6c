/// Something about DNS that people should know; by itself it never causes a failover.
public struct DNSFinding: Sendable, Hashable, Codable {
    /// `dns_mismatch`, `dns_disagreement` or `dns_unresolved`.
    public var code: NoticeCode
    /// The route concerned.
    public var route: RouteName
    /// The name concerned.
    public var name: FQDN
    /// What was seen, where, in one sentence.
    public var sentence: String

    /// Makes a finding.
    public init(code: NoticeCode, route: RouteName, name: FQDN, sentence: String) {
        self.code = code
        self.route = route
        self.name = name
        self.sentence = sentence
    }
}

/// Judges whether DNS leads to the pool that holds a route.
public struct RouteRecords: Sendable {
    private let organisation: Organisation

    /// Makes a judge.
    public init(organisation: Organisation) {
        self.organisation = organisation
    }

    /// What is wrong, sorted; empty when DNS leads where it should.
    ///
    /// - Parameters:
    ///   - route: the route.
    ///   - holder: the pool that holds it; nil when that is not known, and then only
    ///     disagreements and missing names are found.
    ///   - readings: SRV sets of the route's domains and the addresses of their targets, from every
    ///     authoritative server.
    /// - Returns: the findings, in the order of the names.
    public func findings(
        _ route: FederationRoute,
        holder: FQDN?,
        readings: [RecordReading]
    ) -> [DNSFinding] {
        guard route.dnsStyle != .none else { return [] }
        var findings: [DNSFinding] = []
        let pool = holder.flatMap(organisation.edgePool)
        for domain in organisation.domains(for: route.kind) {
            guard let name = route.kind.serviceName(in: domain) else { continue }
            // Each view is judged by itself; servers of one are never held against another's.
            let views = views(of: name, readings)
            for (index, view) in views.enumerated() {
                let asked = readings.filter { $0.zone.view == view }
                findings += judge(
                    name,
                    route,
                    holder: pool,
                    asked,
                    isPrincipal: index == 0
                )
            }
        }
        return Array(Set(findings)).sorted {
            ($0.name.name, $0.sentence) < ($1.name.name, $1.sentence)
        }
    }

    /// The views in which a name was asked for, the public one first: partners ask that one.
    private func views(of name: FQDN, _ readings: [RecordReading]) -> [String] {
        let views = Set(readings.filter { $0.name == name }.map(\.zone.view))
        return views.filter { $0 == "public" } + views.filter { $0 != "public" }.sorted()
    }

    /// Judges what one view says of an SRV name.
    ///
    /// Internal views may lack the record, and may have a Front End's address under the same name:
    /// there only what leads to an Edge pool of ours, and to the wrong one, is a mismatch.
    private func judge(
        _ name: FQDN,
        _ route: FederationRoute,
        holder pool: EdgePool?,
        _ readings: [RecordReading],
        isPrincipal: Bool
    ) -> [DNSFinding] {
        var findings: [DNSFinding] = []
        let services = agreed(name, .srv, readings, route, &findings, required: isPrincipal)
        // SIP peers take one record; XMPP peers follow RFC 2782 from the lowest priority.
        guard let preferred = services?.services.first else { return findings }
        let host = preferred.target
        let a = agreed(host, .a, readings, route, &findings, required: false)
        let aaaa = agreed(host, .aaaa, readings, route, &findings, required: false)
        let addresses = (a?.addresses ?? []) + (aaaa?.addresses ?? [])
        if isPrincipal, addresses.isEmpty, !findings.contains(where: { $0.name == host }) {
            findings.append(
                DNSFinding(
                    code: .dnsUnresolved,
                    route: route.name,
                    name: host,
                    sentence: "\(host), to which \(name) leads, has no addresses"
                )
            )
        }
        guard let pool, !addresses.isEmpty else { return findings }
        let place = isPrincipal ? "" : " in the \(readings[0].zone.view) view"
        let port = pool.port(for: route.kind.leg)
        if preferred.port != port {
            findings.append(
                mismatch(
                    route,
                    name,
                    "\(name) leads to port \(preferred.port)\(place), not to \(port)"
                )
            )
        }
        let ours = Set(organisation.edgePools.flatMap(\.publishedAddresses))
        let isJudged = isPrincipal || !ours.isDisjoint(with: addresses)
        if isJudged, addresses.sorted() != pool.publishedAddresses {
            let list = addresses.map(\.description).joined(separator: ", ")
            let wanted = pool.publishedAddresses.map(\.description).joined(separator: ", ")
            findings.append(
                mismatch(
                    route,
                    host,
                    "\(host) leads to \(list)\(place), but \(pool.fqdn), which holds"
                        + " the \(route.kind.label) route, has \(wanted)"
                )
            )
        }
        return findings
    }

    private func mismatch(_ route: FederationRoute, _ name: FQDN, _ text: String) -> DNSFinding {
        DNSFinding(code: .dnsMismatch, route: route.name, name: name, sentence: text)
    }

    /// The set that those servers agree on which answer at all; what is odd becomes a finding.
    private func agreed(
        _ name: FQDN,
        _ type: RecordType,
        _ readings: [RecordReading],
        _ route: FederationRoute,
        _ findings: inout [DNSFinding],
        required: Bool
    ) -> RecordSet? {
        let all = readings.filter { $0.name == name && $0.type == type }
        for reading in all {
            guard let failure = reading.failure else { continue }
            findings.append(
                DNSFinding(
                    code: .dnsUnresolved,
                    route: route.name,
                    name: name,
                    sentence: "\(reading.server) gives no usable answer: \(failure)"
                )
            )
        }
        let sets = all.filter { $0.failure == nil }
        guard let first = sets.first else { return nil }
        if sets.contains(where: { $0.set != first.set }) {
            let texts = sets.map { "\($0.server): \($0.set?.description ?? "none")" }
            findings.append(
                DNSFinding(
                    code: .dnsDisagreement,
                    route: route.name,
                    name: name,
                    sentence: "the authoritative servers disagree about \(name) \(type.rawValue): "
                        + texts.joined(separator: "; ")
                )
            )
            return first.set
        }
        if required, first.set == nil {
            findings.append(
                DNSFinding(
                    code: .dnsUnresolved,
                    route: route.name,
                    name: name,
                    sentence: "\(name) \(type.rawValue) does not exist: partners cannot find us"
                )
            )
        }
        return first.set
    }
}
