import FailoverCore

/// Warnings: what works, but is hardly meant so.
struct Advice {
    /// A server that reboots is back within this time, as a rule.
    static let sensibleReboot = Duration.seconds(600)
    /// With a longer time to live, partners learn of a failback too late to matter.
    static let sensibleTTL = Duration.seconds(3_600)

    let draft: ConfigurationDraft
    let findings: Findings

    func run() {
        for route in draft.routes.map(\.value) {
            adviseOnVantage(route)
            adviseOnReboot(route)
            adviseOnDNS(route)
            adviseOnModes(route)
            adviseOnSetup(route)
            adviseOnPeople(route)
        }
        adviseOnProbes()
        adviseOnDomains()
        adviseOnVantageNames()
        adviseOnTransport()
    }

    private func adviseOnVantage(_ route: RouteDraft) {
        guard let agentSite = draft.agent.site, let pool = homePool(of: route),
            let homeSite = pool.site, homeSite.value == agentSite.value
        else { return }
        findings.warning(
            at: agentSite.position,
            "the agent stands in \(homeSite.value), the home site of \(route.title), and there is "
                + "no other vantage: it cannot tell a dead pool from a dead site network, and dies "
                + "with the site; run it in another site"
        )
    }

    private func adviseOnReboot(_ route: RouteDraft) {
        guard let confirm = draft.policy.writtenConfirmFor(route),
            confirm.value < Self.sensibleReboot,
            let pool = homePool(of: route), pool.servers.count == 1, let name = pool.fqdn
        else { return }
        findings.warning(
            at: confirm.position,
            "'confirm_for' (\(DurationText.write(confirm.value))) is shorter than a reboot of the "
                + "only server of \(name.value), home of \(route.title), may take: "
                + "\(DurationText.write(Self.sensibleReboot)) is sensible"
        )
    }

    private func adviseOnDNS(_ route: RouteDraft) {
        guard route.kind != .media else { return }
        if route.ttlWhileFailedOver.value > Self.sensibleTTL {
            findings.warning(
                at: route.ttlWhileFailedOver.position,
                "'ttl_while_failed_over' of \(route.title) is longer than "
                    + "\(DurationText.write(Self.sensibleTTL)): partners would find the way back as "
                    + "late; 300s is sensible"
            )
        }
        if route.dnsStyle.value == .none, route.mode.value != .observe {
            findings.warning(
                at: route.dnsStyle.position,
                "\(route.title) leaves DNS alone: partners go on to the failed pool unless "
                    + "something else moves its names"
            )
        }
    }

    private func adviseOnModes(_ route: RouteDraft) {
        if route.mode.value == .observe, route.failbackMode.value == .auto {
            findings.warning(
                at: route.failbackMode.position,
                "\(route.title) only observes, so its 'failback.mode: auto' has no effect"
            )
        }
        if route.mode.value == .auto, let confirm = draft.policy.writtenConfirmFor(route),
            confirm.value < .seconds(60)
        {
            findings.warning(
                at: confirm.position,
                "\(route.title) moves by itself after \(DurationText.write(confirm.value)): a short "
                    + "network fault is enough; 5m is sensible"
            )
        }
    }

    private func adviseOnProbes() {
        let probes = draft.probes
        if probes.hasNoControlTargets {
            findings.warning(
                at: probes.position,
                "without control targets the agent cannot tell a dead pool from its own isolation; "
                    + "remove 'control_targets' for the gateway and the resolvers"
            )
        }
        if probes.fall.value == 1 {
            findings.warning(
                at: probes.fall.position,
                "'fall: 1' makes one lost packet a dead server; 3 is sensible"
            )
        }
        if probes.timeout.value < .milliseconds(500) {
            findings.warning(
                at: probes.timeout.position,
                "'timeout' (\(DurationText.write(probes.timeout.value))) is short for a TLS "
                    + "handshake with a busy server; 3s is sensible"
            )
        }
        let shortest = probes.interval + probes.timeout.value
        if probes.staleAfter.value >= shortest, probes.staleAfter.value < probes.interval * 2 {
            findings.warning(
                at: probes.staleAfter.position,
                "'stale_after' (\(DurationText.write(probes.staleAfter.value))) is less than two "
                    + "intervals: one late probe makes a server unknown"
            )
        }
    }

    private func adviseOnDomains() {
        for domain in draft.sipDomains.map(\.value) {
            guard let own = domain.domain else { continue }
            for name in domain.names.map(\.name) where name.value.isWithin(own.value) {
                guard name.value.labels.count > own.value.labels.count + 1 else { continue }
                findings.warning(
                    at: name.position,
                    "\(name.value) is in a subdomain of \(own.value): some partners refuse that as "
                        + "an SRV target; a name directly below \(own.value) is safe"
                )
            }
        }
    }

    private func adviseOnTransport() {
        for frontEnd in draft.frontEnds.map(\.value) {
            guard let transport = frontEnd.options.transport, transport.value == .ssh else {
                continue
            }
            findings.warning(
                at: transport.position,
                "'transport: ssh' for a Front End: a logon with a key has no credentials for other "
                    + "computers, so cmdlets cannot ask the Central Management store unless it is "
                    + "on that very server; wsman is sensible, and ssh for Edge servers"
            )
        }
    }

    private func adviseOnVantageNames() {
        guard let agent = draft.agent.name?.value else { return }
        for server in draft.edgePools.flatMap(\.value.servers) {
            for vantage in Array(server.value.probed.keys) + server.value.audioVideoProbed.keys
            where vantage.value != "default" && vantage.value != agent {
                findings.warning(
                    at: vantage.position,
                    "'\(vantage.value)' is neither 'default' nor this agent's name ('\(agent)'), so "
                        + "this address is never probed"
                        + Suggestion.clause(for: vantage.value, among: ["default", agent])
                )
            }
        }
    }

    private func homePool(of route: RouteDraft) -> EdgePoolDraft? {
        draft.edgePools.first { $0.value.fqdn?.value == route.home?.value && route.home != nil }?
            .value
    }
}
