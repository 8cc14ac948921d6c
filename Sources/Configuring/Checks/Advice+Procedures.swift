import FailoverCore

/// What the chosen procedure makes of a route.
extension Advice {
    func adviseOnSetup(_ route: RouteDraft) {
        guard route.setup.value == .never else { return }
        if route.setupBy.value == .agent {
            findings.warning(
                at: route.setupBy.position,
                "\(route.title) never runs Setup, so its 'setup_by: agent' has no effect"
            )
        }
        if route.federationFlag == .strictSingle {
            findings.warning(
                at: route.setup.position,
                "\(route.title) enables federation on a pool during a run, and the pool may listen "
                    + "only once Setup has run on its servers: when_listener_missing is sensible"
            )
        }
    }

    /// A route that moves by itself and yet waits for a person in mid-run.
    func adviseOnPeople(_ route: RouteDraft) {
        guard route.mode.value == .auto, let kind = route.kind else { return }
        if kind == .sip, route.federationFlag == .strictSingle {
            findings.warning(
                at: route.mode.position,
                "\(route.title) moves by itself, but with 'federation_flag: strict_single' every "
                    + "run waits for a person at Topology Builder; pre_staged waits for nobody"
            )
        }
        if kind == .sip, route.setup.value == .always, route.setupBy.value == .person {
            findings.warning(
                at: route.setup.position,
                "\(route.title) moves by itself, but with 'setup: always' every run waits for a "
                    + "person at the Deployment Wizard; when_listener_missing or 'setup_by: agent' "
                    + "waits for nobody as a rule"
            )
        }
        if kind == .xmpp, route.edgeServices == .documented {
            findings.warning(
                at: route.mode.position,
                "\(route.title) moves by itself, but 'edge_services: documented' stops services of "
                    + "a healthy pool, for which a person is asked each time; xmpp_only asks nobody"
            )
        }
        guard route.dnsStyle.value != .none else { return }
        let domains =
            kind == .sip ? draft.sipDomains.compactMap(\.value.domain) : draft.xmppDomains
        for zone in draft.dns.zones.map(\.value) {
            guard case .manual = zone.provider, let name = zone.name,
                domains.contains(where: { $0.value.isWithin(name.value) })
            else { continue }
            findings.warning(
                at: name.position,
                "\(route.title) moves by itself, but its names in "
                    + "\(ZoneKey(name: name.value, view: zone.view)) are changed by a person, for "
                    + "whom every run waits; a provider of kind rfc2136, powershell or exec does not"
            )
        }
    }
}
