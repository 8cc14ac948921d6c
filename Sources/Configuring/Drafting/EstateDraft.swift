public import FailoverCore

/// A configuration drafted from a live topology: commented, valid, and watching only.
public struct EstateDraft: Sendable {
    private let estate: DiscoveredEstate
    private let frontEnd: FrontEndText
    private let choices: DraftChoices
    private var lines: [String] = []
    private var placeholders = 0
    /// What a person must look at, a sentence each, in the order of the file.
    public private(set) var remarks: [String] = []

    /// Drafts the file.
    ///
    /// - Parameters:
    ///   - estate: what was read.
    ///   - frontEnd: how the Front End was reached that it was read from.
    ///   - choices: what a person chose; by default the file only watches.
    public init(
        _ estate: DiscoveredEstate,
        from frontEnd: FrontEndText,
        _ choices: DraftChoices = DraftChoices()
    ) {
        self.estate = estate
        self.frontEnd = frontEnd
        self.choices = choices
        write()
        remarks += estate.staleReplicas.map { "the replica of \($0) is not up to date" }
        remarks += estate.gaps
    }

    /// The file; it passes `check` whenever the estate has a site and an Edge pool with members.
    public var text: String { lines.joined(separator: "\n") + "\n" }

    private mutating func write() {
        lines = [
            "# Drafted by `\(choices.command)` from the live topology"
                + (choices.mode == .observe ? "; it watches and changes nothing." : "."),
            "# Lines with CHECK need your eyes; agent.conf.example explains every key.", "",
        ]
        writeAgent()
        writeDomains()
        writeEdgePools()
        if !estate.frontEndPools.isEmpty {
            lines += ["", "front_end_pools:"]
            for pool in estate.frontEndPools {
                let media = pool.edgePools.map(\.name).joined(separator: ", ")
                lines.append(
                    "  - { fqdn: \(pool.fqdn), site: \(site(pool.site)) }"
                        + (media.isEmpty ? "" : "   # media through \(media)")
                )
            }
        }
        writeRoutes()
        writeManagement()
        writeZones()
        if let authorities = choices.edgeAuthorities {
            lines += ["", "probes:", "  ca_file: \(quoted(authorities))"]
        }
        writeAlerts()
    }

    /// The site where an agent stands best: none that is a route's home, where there is such a one.
    public static func likelySite(in estate: DiscoveredEstate) -> SiteName? {
        let homes = [RouteKind.sip, .xmpp].compactMap { kind in
            estate.holder(of: kind).flatMap { home in
                estate.edgePools.first { $0.fqdn == home }?.site
            }
        }
        return estate.sites.map(\.name).first { !homes.contains($0) } ?? estate.sites.first?.name
    }

    private mutating func writeAgent() {
        let site = choices.site ?? EstateDraft.likelySite(in: estate)
        lines += ["agent:", "  name: \(quoted(choices.agent))"]
        if choices.site == nil {
            lines.append("  # CHECK: where this agent stands; best in no route's home site.")
        }
        lines.append("  site: \(self.site(site))")
        if let secretsDirectory = choices.secretsDirectory {
            lines.append("  secrets_directory: \(quoted(secretsDirectory))")
        }
    }

    private mutating func writeDomains() {
        if !estate.sipDomains.isEmpty {
            lines += ["", "sip_domains:"]
            for domain in estate.sipDomains {
                lines.append("  - name: \(domain)\(led(.sip, domain))")
            }
            if estate.holder(of: .xmpp) != nil { writeXMPPDomains() }
        }
        lines += ["", "sites:"] + estate.sites.map { "  - name: \(quoted($0.name.name))" }
    }

    /// Those that DNS leads XMPP partners to; which others federate, nothing says.
    private mutating func writeXMPPDomains() {
        if !estate.services.contains(where: { $0.kind == .xmpp && !$0.targets.isEmpty }) {
            remark("which domains federate over XMPP is neither in the topology nor in DNS")
            lines += [
                "", "# CHECK: the domains that federate over XMPP.",
                "xmpp_domains: [\(xmppDomains[0])]",
            ]
        } else {
            lines += ["", "xmpp_domains:"]
            for domain in xmppDomains {
                lines.append("  - \(domain)\(led(.xmpp, domain))")
            }
        }
    }

    /// Where DNS leads partners of a domain, as a comment.
    private mutating func led(_ kind: RouteKind, _ domain: FQDN) -> String {
        let service = estate.services.first { $0.kind == kind && $0.domain == domain }
        guard let service else { return "" }
        if service.targets.isEmpty {
            let name = kind.serviceName(in: domain)?.name ?? ""
            remark("DNS leads no \(kind.label) partner to \(domain): it has no SRV record \(name)")
            return "   # CHECK: no SRV record leads here"
        }
        let targets = service.targets.map(\.name).joined(separator: ", ")
        return "   # DNS leads partners to \(targets)"
    }

    private mutating func writeRoutes() {
        lines += ["", "routes:"]
        let before = lines.count
        for kind in [RouteKind.sip, .xmpp] { writeRoute(kind) }
        if lines.count == before {
            remark(
                "no site has a federation route to one of its Edge pools: there is no route to watch"
            )
            lines[before - 1] = "routes: []"
        }
    }

    private mutating func writeRoute(_ kind: RouteKind) {
        guard let home = estate.holder(of: kind), !estate.sipDomains.isEmpty else { return }
        let standby = estate.edgePools.filter { pool in
            pool.fqdn != home && (kind == .sip || (pool.version ?? .sfb2015).carriesXMPP)
        }.map(\.fqdn.name)
        let zoned = isZoned(kind)
        lines += [
            "  - name: \(kind.rawValue)", "    kind: \(kind.rawValue)",
            "    home: \(home)            # holds it now",
            "    standby: [\(standby.joined(separator: ", "))]",
            "    mode: \(choices.mode.rawValue)            # observe | approve | auto",
        ]
        if kind == .sip {
            let enabled = estate.edgePools.filter { $0.service.federationPort ?? 0 != 0 }
            lines += [
                "    # CHECK: \(enabled.count) of \(estate.edgePools.count) Edge pools have federation"
                    + " enabled (a port for it).",
                "    federation_flag: \(enabled.count > 1 ? "pre_staged" : "strict_single")",
            ]
        }
        lines.append("    dns: { style: \(zoned ? "address" : "none") }")
        if !zoned, !zones.isEmpty {
            remark(
                "not every domain's zone was found: route \(kind.rawValue) leaves DNS alone (style none)"
            )
        }
        if standby.isEmpty { remark("route \(kind.rawValue) has no other Edge pool to go to") }
    }

    private mutating func writeManagement() {
        let host = estate.frontEndPools.first { pool in
            pool.members.contains { frontEnd.url.lowercased().contains($0.name) }
                || frontEnd.url.lowercased().contains(pool.fqdn.name)
        }
        if host?.site == nil { remark("the site of \(frontEnd.url) is not known from its name") }
        lines += ["", "management:", "  front_ends:"]
        for (place, line) in frontEnd.lines.enumerated() {
            lines.append((place == 0 ? "    - " : "      ") + line)
        }
        lines.append("      site: \(site(host?.site))\(host?.site == nil ? "   # CHECK" : "")")
        if frontEnd.authentication == AgentConfiguration.Authentication.negotiate.rawValue {
            remark(
                "the agent needs a keytab of its own user: systemctl edit edgewarden, section"
                    + " [Service]: Environment=KRB5_CLIENT_KTNAME=FILE:/etc/edgewarden/agent.keytab"
                    + " KRB5CCNAME=MEMORY:"
            )
        }
        let others = estate.frontEndPools.filter { $0.fqdn != host?.fqdn }.flatMap(\.members)
        if !others.isEmpty {
            lines += [
                "    # Add one of another site, for the day when this one is lost with its pool:",
                "    # \(others.map(\.name).joined(separator: ", "))",
            ]
        }
        if let edges = choices.edges {
            lines += ["  edges:"] + edges.lines.map { "    \($0)" }
        } else {
            lines.append(
                "  # edges: how the Edge servers are reached for their services; see"
                    + " agent.conf.example."
            )
        }
    }

    /// The zones of the SIP domains with their servers, the one that takes changes first.
    private var zones: [(apex: FQDN, servers: [String])] {
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
    private func isZoned(_ kind: RouteKind) -> Bool {
        let domains = kind == .xmpp ? xmppDomains : estate.sipDomains
        return domains.allSatisfy { domain in
            zones.contains { domain.isWithin($0.apex) }
        }
    }

    /// Those that DNS leads XMPP partners to, or the first SIP domain.
    private var xmppDomains: [FQDN] {
        let found = estate.services.filter { $0.kind == .xmpp && !$0.targets.isEmpty }
        return found.isEmpty ? Array(estate.sipDomains.prefix(1)) : found.map(\.domain)
    }

    private mutating func writeZones() {
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

    private mutating func writeAlerts() {
        guard let alert = choices.alert else {
            remark("alerts go nowhere: add a place under 'alerts'")
            return
        }
        lines += ["", "alerts:"]
        for (place, line) in alert.lines.enumerated() {
            lines.append((place == 0 ? "  - " : "    ") + line)
        }
    }
}

extension EstateDraft {
    private mutating func writeEdgePools() {
        lines += ["", "edge_pools:"]
        for pool in estate.edgePools where !pool.members.isEmpty {
            let version = pool.version ?? .sfb2015
            if pool.version == nil {
                remark(
                    "the version of \(pool.fqdn) is not known (\(pool.productVersion ?? "no replica tells"))"
                )
            }
            if pool.site == nil { remark("the site of \(pool.fqdn) is not known") }
            lines += [
                "  - fqdn: \(pool.fqdn)",
                "    site: \(site(pool.site))\(pool.site == nil ? "   # CHECK" : "")",
                "    version: \(version.rawValue)\(pool.version == nil ? "   # CHECK" : "")",
            ]
            writeMembers(pool)
        }
    }

    private mutating func writeMembers(_ pool: DiscoveredEstate.EdgePool) {
        let v4 = pool.addresses.filter { !$0.description.contains(":") }
        let isBehindBalancer = v4.count == 1 && pool.members.count > 1
        writePorts(pool.service)
        if isBehindBalancer {
            remark(
                "\(pool.fqdn) has one public address for \(pool.members.count) members: is it a hardware load balancer?"
            )
            lines += [
                "    load_balancing: hlb      # CHECK: one public address, several members",
                "    vip: { access: [\(quoted(v4[0].description))] }",
            ]
        } else if v4.count == pool.members.count, v4.count > 1 {
            remark("which public address of \(pool.fqdn) is which member's is not in the topology")
            lines.append("    # CHECK: which address is whose.")
        }
        lines.append("    servers:")
        for (place, member) in pool.members.enumerated() {
            lines.append("      - fqdn: \(member)")
            if isBehindBalancer {
                let own = placeholder(for: "the address where \(member) is probed")
                lines.append("        access: { probe: { default: \(own) } }   # NOT FOUND, CHECK")
            } else if v4.count == pool.members.count {
                lines.append("        access: { public: [\(quoted(v4[place].description))] }")
            } else {
                let own = placeholder(for: "the public address of \(member)")
                lines.append("        access: { public: [\(own)] }   # NOT FOUND, CHECK")
            }
        }
    }

    private mutating func writePorts(_ service: EdgeServiceSnapshot) {
        let ports: [(LegKind, UInt16?)] = [
            (.sip, service.federationPort), (.xmpp, service.xmppPort),
            (.access, service.clientPort),
        ]
        let odd = ports.compactMap { leg, port in
            port.flatMap { $0 == 0 || $0 == leg.standardPort ? nil : "\(leg.rawValue): \($0)" }
        }
        if !odd.isEmpty { lines.append("    ports: { \(odd.joined(separator: ", ")) }") }
    }

    private func site(_ name: SiteName?) -> String {
        (name ?? estate.sites.first?.name).map { quoted($0.name) } ?? "''"
    }

    /// An address of the documentation block, which leads nowhere (RFC 5737).
    private mutating func placeholder(for what: String) -> String {
        placeholders += 1
        remark("\(what) was not found: 192.0.2.\(placeholders) stands in the file")
        return "192.0.2.\(placeholders)"
    }

    private mutating func remark(_ sentence: String) { remarks.append(sentence) }
}
