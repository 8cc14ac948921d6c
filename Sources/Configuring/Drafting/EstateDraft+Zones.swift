import FailoverCore

/// The zones of the domains, and who changes them.
extension EstateDraft {
    /// The zones of the SIP domains with their servers, the one that takes changes first.
    var zones: [(apex: FQDN, servers: [String])] {
        var chosen: String?
        if case .rfc2136(let server?, _, _, _) = choices.provider,
            case .success(let place) = ScalarKind<DNSServer>.dnsServer.read(.init(server))
        {
            chosen = place.description
        }
        var zones: [(apex: FQDN, servers: [String])] = []
        for zone in estate.zones where !zones.contains(where: { $0.apex == zone.apex }) {
            let found = zone.servers.map(\.description).filter { $0 != chosen }
            let servers = (chosen.map { [$0] } ?? []) + found
            if !servers.isEmpty { zones.append((zone.apex, servers)) }
        }
        // Nothing was found of other domains, but the person says who serves them.
        if let chosen {
            for domain in estate.sipDomains
            where !zones.contains(where: { domain.isWithin($0.apex) }) {
                zones.append((domain, [chosen]))
            }
        }
        return zones
    }

    /// Whether the zones of all domains of a kind are known, so that a route can move their names.
    func isZoned(_ kind: RouteKind) -> Bool {
        let domains = kind == .xmpp ? xmppDomains : estate.sipDomains
        return domains.allSatisfy { domain in
            zones.contains { domain.isWithin($0.apex) }
        }
    }

    /// Those that DNS leads XMPP partners to, or the first SIP domain.
    var xmppDomains: [FQDN] {
        let found = estate.services.filter { $0.kind == .xmpp && !$0.targets.isEmpty }
        return found.isEmpty ? Array(estate.sipDomains.prefix(1)) : found.map(\.domain)
    }

    mutating func writeZones() {
        guard !zones.isEmpty else {
            remark("the zones of the SIP domains were not found: DNS is left alone (style none)")
            return
        }
        lines += ["", "dns:", "  zones:"]
        for zone in zones {
            let servers = zone.servers.map(quoted).joined(separator: ", ")
            lines += [
                "    - zone: \(zone.apex)",
                "      authoritative: [\(servers)]   # CHECK: the one that takes changes first",
                "      provider:",
            ]
            lines += choices.provider.lines.map { "        \($0)" }
        }
    }
}
