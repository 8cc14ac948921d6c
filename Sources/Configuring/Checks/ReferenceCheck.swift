import FailoverCore

/// Compares what the sections say of each other: names that are used twice or not defined.
struct ReferenceCheck {
    let draft: ConfigurationDraft
    let findings: Findings

    func run() {
        checkDuplicates()
        checkSites()
        checkPools()
        checkAddresses()
        checkPorts()
        checkApprovers()
        checkLinks()
    }

    /// A link leads to the agent's own page.
    private func checkLinks() {
        guard !draft.api.hasPublicURL else { return }
        for alert in draft.alerts {
            guard let person = alert.value.approvesAs else { continue }
            findings.error(
                .impossible,
                at: person.position,
                "'approves_as' puts links to this agent's own page into messages, and 'api.public_url'"
                    + " does not say where people reach that: add it with 'api.listen' and 'api.tls', or"
                    + " remove 'approves_as'"
            )
        }
    }

    /// A plan that needs two persons' yes must not wait for one who is not there.
    private func checkApprovers() {
        guard draft.policy.approvalsNeeded > 1, let only = draft.access.rules.onlyApprover else {
            return
        }
        findings.error(
            .impossible,
            at: draft.access.position,
            "'policy.approvals_needed' is 2, and only \(only) may approve: name another in"
                + " 'access.approve', or a group"
        )
    }

    private func checkDuplicates() {
        unique(draft.sites, "site")
        unique(draft.edgePools.compactMap(\.value.fqdn), "Edge pool")
        unique(draft.frontEndPools.compactMap(\.value.fqdn), "Front End pool")
        unique(servers.compactMap(\.fqdn), "Edge server")
        unique(draft.sipDomains.compactMap(\.value.domain), "SIP domain")
        unique(draft.xmppDomains, "XMPP domain")
        unique(draft.partners.compactMap(\.value.domain), "partner")
        unique(draft.routes.compactMap(\.value.name), "route")
        unique(draft.alerts.compactMap(\.value.name), "alert target")
        unique(draft.dns.resolvers, "resolver")
        unique(draft.probes.controlTargets ?? [], "control target")
        for domain in draft.sipDomains { unique(domain.value.names.map(\.pool), "Edge pool") }
        for route in draft.routes { unique(route.value.standby, "standby pool") }
        for zone in draft.dns.zones { unique(zone.value.authoritative, "server") }
        let zones = draft.dns.zones.compactMap { zone in
            zone.value.name.map {
                Located(
                    value: ZoneKey(name: $0.value, view: zone.value.view),
                    position: $0.position
                )
            }
        }
        unique(
            zones,
            "zone",
            shown: { "'\($0.name)' in view '\($0.view)'" },
            advice: "remove one, or give each its own 'view'"
        )
        let frontEnds = draft.frontEnds.compactMap(\.value.url)
        unique(
            frontEnds.map { Located(value: $0.value.absolute, position: $0.position) },
            "Front End",
            shown: { _ in "with this URL" }
        )
    }

    private func unique<Value: Hashable>(
        _ values: [Located<Value>],
        _ what: String,
        shown: (Value) -> String = { "'\($0)'" },
        advice: String = "remove one"
    ) {
        var first: [Value: Position] = [:]
        for value in values {
            if let earlier = first[value.value] {
                findings.error(
                    .duplicate,
                    at: value.position,
                    "\(what) \(shown(value.value)) is listed twice (first in line "
                        + "\(earlier.line)); \(advice)"
                )
            } else {
                first[value.value] = value.position
            }
        }
    }

    private func checkSites() {
        let names = draft.sites.map(\.value)
        if names.isEmpty { return }
        var used = draft.edgePools.compactMap(\.value.site)
        used += draft.frontEndPools.compactMap(\.value.site)
        used += draft.frontEnds.compactMap(\.value.site)
        if let site = draft.agent.site { used.append(site) }
        for site in used where !names.contains(site.value) {
            findings.error(
                .dangling,
                at: site.position,
                "no site is called '\(Printable.short(site.value.name))'"
                    + hint(site.value.name, names.map(\.name))
            )
        }
    }

    private func checkPools() {
        let names = draft.edgePools.compactMap(\.value.fqdn?.value)
        if names.isEmpty { return }
        var used = draft.routes.flatMap { route in
            route.value.standby + (route.value.home.map { [$0] } ?? [])
        }
        used += draft.sipDomains.flatMap { $0.value.names.map(\.pool) }
        for pool in used where !names.contains(pool.value) {
            findings.error(
                .dangling,
                at: pool.position,
                "no Edge pool is called '\(pool.value)'" + hint(pool.value.name, names.map(\.name))
            )
        }
        let serverNames = servers.compactMap(\.fqdn?.value)
        for special in draft.edges.specials where !serverNames.contains(special.server.value) {
            findings.error(
                .dangling,
                at: special.server.position,
                "no Edge server is called '\(special.server.value)'"
                    + hint(special.server.value.name, serverNames.map(\.name))
            )
        }
    }

    /// Two servers with one address would hide each other's death.
    private func checkAddresses() {
        unique(servers.flatMap(\.published), "public address")
        unique(servers.flatMap(\.audioVideo), "A/V address")
        unique(servers.compactMap(\.internal), "internal address")
    }

    /// With one address for everything, the Access Edge and the A/V Edge need ports of their own.
    private func checkPorts() {
        for pool in draft.edgePools.map(\.value) {
            let media = pool.ports[.media] ?? LegKind.media.standardPort
            let others = [LegKind.sip, .xmpp, .access].map { pool.ports[$0] ?? $0.standardPort }
            guard others.contains(media) else { continue }
            let access = pool.servers.flatMap(\.value.published) + (pool.virtual?.access ?? [])
            let shared =
                pool.servers.flatMap(\.value.audioVideo) + (pool.virtual?.audioVideo ?? [])
            for address in shared where access.contains(where: { $0.value == address.value }) {
                findings.error(
                    .impossible,
                    at: address.position,
                    "\(address.value) is an address of both Access Edge and A/V Edge, and 'ports' of "
                        + "the pool gives both port \(media): write the ports that "
                        + "the topology has, such as ports: { access: 5061, media: 443 }"
                )
            }
        }
    }

    private var servers: [EdgeServerDraft] {
        draft.edgePools.flatMap { $0.value.servers.map(\.value) }
    }

    private func hint(_ word: String, _ candidates: [String]) -> String {
        let near = Suggestion.clause(for: word, among: candidates)
        if !near.isEmpty { return near }
        return "; defined are: " + candidates.sorted().prefix(8).joined(separator: ", ")
    }
}
