public import FailoverCore

/// A configuration drafted from a live topology: commented, valid, and watching only.
public struct EstateDraft: Sendable {
    private let estate: DiscoveredEstate
    private let frontEnd: FrontEndText
    private let agent: String
    private let secretsDirectory: String?
    private var lines: [String] = []
    private var placeholders = 0
    /// What a person must look at, a sentence each, in the order of the file.
    public private(set) var remarks: [String] = []

    /// Drafts the file.
    ///
    /// - Parameters:
    ///   - estate: what was read.
    ///   - frontEnd: how the Front End was reached that it was read from.
    ///   - agent: the agent's name; letters, digits and `-`.
    ///   - secretsDirectory: where the secrets are; nil: in the default place.
    public init(
        _ estate: DiscoveredEstate,
        from frontEnd: FrontEndText,
        agent: String,
        secretsDirectory: String? = nil
    ) {
        self.estate = estate
        self.frontEnd = frontEnd
        self.agent = agent
        self.secretsDirectory = secretsDirectory
        write()
        remarks += estate.staleReplicas.map { "the replica of \($0) is not up to date" }
        remarks += estate.gaps
    }

    /// The file; it passes `check` whenever the estate has a site and an Edge pool with members.
    public var text: String { lines.joined(separator: "\n") + "\n" }

    private mutating func write() {
        lines = [
            "# Drafted by `edgewarden discover` from the live topology. It watches and changes nothing",
            "# (mode observe). Lines with CHECK need your eyes; agent.conf.example explains every key.",
            "",
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
    }

    private mutating func writeAgent() {
        let homes = [RouteKind.sip, .xmpp].compactMap { kind in
            estate.holder(of: kind).flatMap { home in
                estate.edgePools.first { $0.fqdn == home }?.site
            }
        }
        let elsewhere = estate.sites.map(\.name).first { !homes.contains($0) }
        let site = elsewhere ?? estate.sites.first?.name
        lines += [
            "agent:", "  name: \(quoted(agent))",
            "  # CHECK: where this agent stands; best in no route's home site.",
            "  site: \(self.site(site))",
        ]
        if let secretsDirectory { lines.append("  secrets_directory: \(quoted(secretsDirectory))") }
    }

    private mutating func writeDomains() {
        if !estate.sipDomains.isEmpty {
            lines += ["", "sip_domains:"] + estate.sipDomains.map { "  - name: \($0)" }
            if estate.holder(of: .xmpp) != nil {
                remark("which domains federate over XMPP is not in the topology")
                lines += [
                    "", "# CHECK: the domains that federate over XMPP.",
                    "xmpp_domains: [\(estate.sipDomains[0])]",
                ]
            }
        }
        lines += ["", "sites:"] + estate.sites.map { "  - name: \(quoted($0.name.name))" }
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
        let zoned = estate.zones.contains { !$0.servers.isEmpty }
        lines += [
            "  - name: \(kind.rawValue)", "    kind: \(kind.rawValue)",
            "    home: \(home)            # holds it now",
            "    standby: [\(standby.joined(separator: ", "))]",
            "    mode: observe            # observe | approve | auto",
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
        let others = estate.frontEndPools.filter { $0.fqdn != host?.fqdn }.flatMap(\.members)
        if !others.isEmpty {
            lines += [
                "    # Add one of another site, for the day when this one is lost with its pool:",
                "    # \(others.map(\.name).joined(separator: ", "))",
            ]
        }
        lines += [
            "  # edges: how the Edge servers are reached for their services; see agent.conf.example."
        ]
    }

    private mutating func writeZones() {
        let zones = estate.zones.filter { !$0.servers.isEmpty }
        guard !zones.isEmpty else {
            remark("the zones of the SIP domains were not found: DNS is left alone (style none)")
            return
        }
        lines += ["", "dns:", "  zones:"]
        var written: [FQDN] = []
        for zone in zones where !written.contains(zone.apex) {
            written.append(zone.apex)
            let servers = zone.servers.map { quoted($0.description) }.joined(separator: ", ")
            lines += [
                "    - zone: \(zone.apex)",
                "      authoritative: [\(servers)]   # CHECK: the one that takes changes first",
                "      provider: { kind: manual }   # rfc2136 | powershell | exec | manual",
            ]
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
