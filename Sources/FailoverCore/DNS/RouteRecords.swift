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
            guard let services = agreed(name, .srv, readings, route, &findings, required: true)
            else { continue }
            // SIP peers take one record; XMPP peers follow RFC 2782 from the lowest priority.
            guard let preferred = services.services.first else { continue }
            let host = preferred.target
            let a = agreed(host, .a, readings, route, &findings, required: false)
            let aaaa = agreed(host, .aaaa, readings, route, &findings, required: false)
            let addresses = (a?.addresses ?? []) + (aaaa?.addresses ?? [])
            if addresses.isEmpty, !findings.contains(where: { $0.name == host }) {
                findings.append(
                    DNSFinding(
                        code: .dnsUnresolved,
                        route: route.name,
                        name: host,
                        sentence: "\(host), to which \(name) leads, has no addresses"
                    )
                )
            }
            guard let pool, !addresses.isEmpty else { continue }
            if preferred.port != pool.port(for: route.kind.leg) {
                findings.append(
                    mismatch(
                        route,
                        name,
                        "\(name) leads to port \(preferred.port), not to "
                            + "\(pool.port(for: route.kind.leg))"
                    )
                )
            }
            if addresses.sorted() != pool.publishedAddresses {
                let list = addresses.map(\.description).joined(separator: ", ")
                let wanted = pool.publishedAddresses.map(\.description).joined(separator: ", ")
                findings.append(
                    mismatch(
                        route,
                        host,
                        "\(host) leads to \(list), but \(pool.fqdn), which holds"
                            + " the \(route.kind.label) route, has \(wanted)"
                    )
                )
            }
        }
        return Array(Set(findings)).sorted {
            ($0.name.name, $0.sentence) < ($1.name.name, $1.sentence)
        }
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
