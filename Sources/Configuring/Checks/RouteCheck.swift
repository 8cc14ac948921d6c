import FailoverCore

/// Whether a route can be carried out with what the other sections define.
struct RouteCheck {
    let draft: ConfigurationDraft
    let findings: Findings

    func run() {
        checkDuplicates()
        for route in draft.routes.map(\.value) {
            if let kind = route.kind {
                checkVersions(route, kind)
                checkDomains(route, kind)
                if kind == .media { checkMediaAddresses(route) }
            }
            checkPools(route)
            checkEdgeWork(route)
            if route.mode.value != .observe {
                checkManagement(route)
                checkZones(route)
            }
        }
        checkFederationNames()
    }

    /// Partners find one pool per domain, but each Edge pool has media of its own.
    private func checkDuplicates() {
        let routes = draft.routes.map(\.value)
        for (index, route) in routes.enumerated() {
            guard let kind = route.kind else { continue }
            let earlier = routes.prefix(index).filter { $0.kind == kind }
            if kind != .media, let first = earlier.first {
                error(
                    .duplicate,
                    route.position,
                    "\(route.title) is a second one of kind \(kind.rawValue), besides "
                        + "\(first.title): partners find one pool per domain; remove one"
                )
            } else if kind == .media, let home = route.home,
                let first = earlier.first(where: { $0.home?.value == home.value })
            {
                error(
                    .duplicate,
                    home.position,
                    "\(route.title) is a second one for the media of \(home.value), besides "
                        + "\(first.title): list all its standby pools in one route"
                )
            }
        }
    }

    /// Media is watched at the A/V addresses, and not moved to where nobody watches.
    private func checkMediaAddresses(_ route: RouteDraft) {
        for name in (route.home.map { [$0] } ?? []) + route.standby {
            guard let pool = draft.edgePools.first(where: { $0.value.fqdn?.value == name.value }),
                pool.value.virtual?.hasAudioVideo != true
            else { continue }
            let blind = pool.value.servers.map(\.value).filter { !$0.hasAudioVideo }
                .compactMap(\.fqdn?.value.name)
            guard !blind.isEmpty else { continue }
            let places =
                pool.value.balancing == .hlb
                ? "'vip: { av: [...] }' to the pool" : "'av: { public: [...] }' to each"
            error(
                .missing,
                name.position,
                "\(route.title) watches the media of \(name.value), but no A/V address is written "
                    + "for \(blind.joined(separator: ", ")): add \(places)"
            )
        }
    }

    /// What the agent does on Edge servers themselves needs a way there, also for an order.
    private func checkEdgeWork(_ route: RouteDraft) {
        guard !draft.edges.isPresent, route.mode.value == .observe else { return }
        if route.setupBy.value == .agent {
            error(
                .missing,
                route.setupBy.position,
                "'setup_by: agent' of \(route.title) needs 'management.edges': the agent runs Setup "
                    + "on each Edge server; add it, or write person"
            )
        }
        if route.fence.value == .accessEdge {
            error(
                .missing,
                route.fence.position,
                "'fence: access_edge' of \(route.title) needs 'management.edges': the agent "
                    + "disables the Access Edge on each server of the failed pool; add it, or write "
                    + "off"
            )
        }
    }

    private func checkPools(_ route: RouteDraft) {
        for standby in route.standby where standby.value == route.home?.value {
            error(
                .impossible,
                standby.position,
                "\(route.title) has its home pool as a standby: name another pool, or remove it"
            )
        }
        if !route.hasStandby, route.mode.value != .observe {
            error(
                .missing,
                route.position,
                "\(route.title) has no standby pool to move to: list one under 'standby', or write "
                    + "'mode: observe'"
            )
        }
    }

    private func checkVersions(_ route: RouteDraft, _ kind: RouteKind) {
        guard kind == .xmpp else { return }
        let pools = (route.home.map { [$0] } ?? []) + route.standby
        for name in pools {
            let pool = draft.edgePools.first { $0.value.fqdn?.value == name.value }
            guard let version = pool?.value.version?.value, !version.carriesXMPP else { continue }
            error(
                .impossible,
                name.position,
                "\(name.value) runs \(version.productName), which cannot carry XMPP federation "
                    + "(only 2013 and 2015 can): name another pool"
            )
        }
    }

    private func checkDomains(_ route: RouteDraft, _ kind: RouteKind) {
        switch kind {
        case .sip where draft.sipDomains.isEmpty:
            error(
                .missing,
                route.position,
                "\(route.title) needs 'sip_domains': the SIP domains whose partners it serves"
            )
        case .xmpp where draft.xmppDomains.isEmpty:
            error(
                .missing,
                route.position,
                "\(route.title) needs 'xmpp_domains': the domains whose partners it serves"
            )
        case .xmpp where route.dnsStyle.value == .srv:
            error(
                .impossible,
                route.dnsStyle.position,
                "'style: srv' is for SIP routes; an XMPP route moves the addresses behind its SRV "
                    + "target: write address"
            )
        case .sip where route.dnsStyle.value == .srv: checkNamesForSRV(route)
        default: break
        }
    }

    /// Style `srv` needs, for each SIP domain, the name in it that leads to each pool.
    private func checkNamesForSRV(_ route: RouteDraft) {
        let pools = (route.home.map { [$0.value] } ?? []) + route.standby.map(\.value)
        for domain in draft.sipDomains.map(\.value) {
            guard let name = domain.domain else { continue }
            for pool in pools where !domain.names.contains(where: { $0.pool.value == pool }) {
                error(
                    .missing,
                    name.position,
                    "\(route.title) has DNS style srv, so 'federation_names' of \(name.value) must "
                        + "say which name in \(name.value) leads to \(pool): add "
                        + "'\(pool): sip.\(name.value)' with that pool's own name"
                )
            }
        }
    }

    /// Partners refuse an SRV whose target lies outside the SRV's own domain (strict match).
    private func checkFederationNames() {
        for domain in draft.sipDomains.map(\.value) {
            guard let own = domain.domain else { continue }
            for name in domain.names.map(\.name) where !name.value.isWithin(own.value) {
                error(
                    .impossible,
                    name.position,
                    "\(name.value) is not in \(own.value): partners refuse an SRV record whose "
                        + "target is outside its own domain; use a name in \(own.value)"
                )
            }
        }
    }

    private func checkManagement(_ route: RouteDraft) {
        let mode = route.mode.value.rawValue
        if draft.frontEnds.isEmpty {
            error(
                .missing,
                route.position,
                "\(route.title) has mode \(mode) but 'management.front_ends' is empty: nothing "
                    + "could run its cmdlets; add a Front End, or write 'mode: observe'"
            )
        }
        if !draft.edges.isPresent {
            error(
                .missing,
                route.position,
                "\(route.title) has mode \(mode) but 'management.edges' is missing: services on "
                    + "Edge servers could be neither read nor started; add it, or write "
                    + "'mode: observe'"
            )
        }
    }

    private func checkZones(_ route: RouteDraft) {
        guard route.dnsStyle.value != .none, let kind = route.kind else { return }
        let domains: [Located<FQDN>]
        switch kind {
        case .sip: domains = draft.sipDomains.compactMap(\.value.domain)
        case .xmpp: domains = draft.xmppDomains
        case .media: domains = []
        }
        let zones = draft.dns.zones.compactMap(\.value.name?.value)
        for domain in domains where !zones.contains(where: { domain.value.isWithin($0) }) {
            error(
                .missing,
                domain.position,
                "\(route.title) moves DNS names in \(domain.value), but no zone under 'dns.zones' "
                    + "holds them: add the zone, or write 'dns: { style: none }' in the route"
            )
        }
    }

    private func error(_ code: Diagnostic.Code, _ position: Position, _ message: String) {
        findings.error(code, at: position, message)
    }
}
