import FailoverCore

/// Puts the checked parts together.
struct ConfigurationBuilder {
    let draft: ConfigurationDraft
    let findings: Findings

    /// The configuration; nil when a part is wrong, which was or is then reported.
    func build() -> AgentConfiguration? {
        guard let edges = edgeEndpoints(), !findings.hasErrors, let name = draft.agent.name,
            let site = draft.agent.site
        else { return nil }
        return AgentConfiguration(
            agent: .init(
                name: name.value,
                site: site.value,
                stateDirectory: draft.agent.stateDirectory,
                socket: draft.agent.socket,
                secretsDirectory: draft.agent.secretsDirectory,
                logLevel: draft.agent.logLevel
            ),
            organisation: organisation(),
            probes: probes(),
            policy: .init(
                approvalTimeout: draft.policy.approvalTimeout,
                approvalsNeeded: draft.policy.approvalsNeeded,
                coolDown: draft.policy.coolDown,
                maxFailovers: draft.policy.maxFailovers,
                stuckReminder: draft.policy.stuckReminder,
                readiness: draft.policy.readiness
            ),
            management: .init(frontEnds: frontEnds(), edges: edges),
            dns: .init(resolvers: draft.dns.resolvers.map(\.value), zones: zones()),
            alerting: .init(
                waitingMax: draft.alerting.waitingMax,
                repeatedWithin: draft.alerting.repeatedWithin,
                remindEvery: draft.alerting.remindEvery,
                heartbeat: draft.alerting.heartbeat
            ),
            alerts: draft.alerts.compactMap { alert in
                guard let name = alert.value.name, let kind = alert.value.kind else { return nil }
                return .init(
                    name: name.value,
                    kind: kind,
                    events: alert.value.events,
                    minSeverity: alert.value.minSeverity,
                    timeout: alert.value.timeout,
                    giveUpAfter: alert.value.giveUpAfter,
                    quietHours: alert.value.quietHours,
                    approvesAs: alert.value.approvesAs?.value
                )
            },
            access: draft.access.rules,
            api: draft.api.api
        )
    }

    private func organisation() -> Organisation {
        Organisation(
            sites: draft.sites.map(\.value),
            edgePools: draft.edgePools.compactMap(\.value.pool),
            frontEndPools: draft.frontEndPools.compactMap { pool in
                guard let fqdn = pool.value.fqdn, let site = pool.value.site else { return nil }
                return FrontEndPool(fqdn: fqdn.value, site: site.value)
            },
            sipDomains: draft.sipDomains.compactMap { domain in
                domain.value.domain.map {
                    let names = domain.value.names.map { ($0.pool.value, $0.name.value) }
                    return SIPDomain(
                        name: $0.value,
                        federationNames: Dictionary(names, uniquingKeysWith: { first, _ in first })
                    )
                }
            },
            xmppDomains: draft.xmppDomains.map(\.value),
            partners: draft.partners.compactMap { partner in
                partner.value.domain.map {
                    Partner(domain: $0.value, isRequired: partner.value.isRequired)
                }
            },
            routes: draft.routes.compactMap { route($0.value) },
            zones: zones().map(\.zone),
            replication: draft.policy.replication,
            trustsUntriedRights: draft.policy.autoWithoutDrill?.value ?? false,
            sharesAddressSpace: draft.hybrid.sharedAddressSpace?.value ?? false,
            computerOUs: draft.computerOUs.map(\.value)
        )
    }

    private func route(_ route: RouteDraft) -> FederationRoute? {
        guard let name = route.name, let kind = route.kind, let home = route.home,
            let flag = route.federationFlag
        else { return nil }
        let pool = draft.edgePools.first { $0.value.fqdn?.value == home.value }
        return FederationRoute(
            name: RouteName(name.value),
            kind: kind,
            home: home.value,
            standby: route.standby.map(\.value),
            mode: route.mode.value,
            federationFlag: flag,
            setup: route.setup.value,
            setupBy: route.setupBy.value,
            fence: route.fence.value,
            dnsStyle: route.dnsStyle.value,
            ttlWhileFailedOver: UInt32(
                clamping: route.ttlWhileFailedOver.value.wholeMilliseconds / 1_000
            ),
            edgeServices: route.edgeServices,
            confirmFor: draft.policy.confirmFor(
                route,
                homeServers: pool?.value.servers.count ?? 0
            ),
            onTimeout: route.onTimeout ?? draft.policy.onTimeout,
            failback: FailbackSettings(
                mode: route.failbackMode.value,
                stableFor: route.stableFor.value,
                unfencedSoak: route.unfencedSoak,
                window: route.failbackWindow
            )
        )
    }

    private func probes() -> AgentConfiguration.Probes {
        var localDomains = draft.probes.localDomains
        if localDomains[.sip] == nil {
            localDomains[.sip] = draft.sipDomains.first?.value.domain?.value
        }
        return .init(
            interval: draft.probes.interval,
            timeout: draft.probes.timeout.value,
            fastInterval: draft.probes.fastInterval,
            fall: draft.probes.fall.value,
            rise: draft.probes.rise,
            okReset: draft.probes.okReset,
            flap: draft.probes.flap,
            controlTargets: draft.probes.controlTargets?.map(\.value),
            staleAfter: draft.probes.staleAfter.value,
            caFile: draft.probes.caFile,
            clientCertificate: draft.probes.clientCertificate,
            localDomains: localDomains
        )
    }

    private func frontEnds() -> [AgentConfiguration.FrontEnd] {
        draft.frontEnds.compactMap { frontEnd in
            guard let site = frontEnd.value.site, let url = frontEnd.value.url,
                let endpoint = frontEnd.value.options.endpoint(at: url.value)
            else { return nil }
            return .init(site: site.value, endpoint: endpoint)
        }
    }

    /// Every Edge server's endpoint: its own entry, or the shared options at its standard URL.
    private func edgeEndpoints() -> [FQDN: AgentConfiguration.Endpoint]? {
        guard draft.edges.isPresent else { return [:] }
        var endpoints: [FQDN: AgentConfiguration.Endpoint] = [:]
        for member in draft.edgePools.flatMap(\.value.servers).map(\.value) {
            guard let server = member.fqdn else { continue }
            let special = draft.edges.specials.first { $0.server.value == server.value }
            let options = special?.options ?? draft.edges.options
            let url = special?.url ?? options.standardURL(of: server.value)
            let isByName = FQDN(url.host) == server.value
            let address = isByName ? member.internal?.value : nil
            if let endpoint = options.endpoint(at: url, address: address) {
                endpoints[server.value] = endpoint
            } else if special == nil, !draft.edges.specials.isEmpty {
                findings.error(
                    .missing,
                    at: draft.edges.position,
                    "'management.edges' does not say how to log on to \(server.value): list the "
                        + "server, or give 'authentication', 'user' and 'password' for all"
                )
            }
        }
        return findings.hasErrors ? nil : endpoints
    }

    private func zones() -> [AgentConfiguration.Zone] {
        draft.dns.zones.compactMap { zone in
            guard let name = zone.value.name, let provider = zone.value.provider else { return nil }
            let servers = zone.value.authoritative.map(\.value)
            return .init(
                zone: DNSZone(
                    name: name.value,
                    view: zone.value.view,
                    authoritative: servers,
                    provider: provider.kind,
                    agreeWithin: zone.value.agreeWithin
                ),
                provider: provider
            )
        }
    }
}
