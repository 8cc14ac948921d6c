import FailoverCore

/// The whole file as written: each value judged by itself, not yet against the others.
struct ConfigurationDraft {
    var agent: AgentDraft
    var sipDomains: [Located<SIPDomainDraft>]
    var xmppDomains: [Located<FQDN>]
    var sites: [Located<SiteName>]
    var edgePools: [Located<EdgePoolDraft>]
    var frontEndPools: [Located<FrontEndPoolDraft>]
    var routes: [Located<RouteDraft>]
    var partners: [Located<PartnerDraft>]
    var hybrid: HybridDraft
    var probes: ProbesDraft
    var policy: PolicyDraft
    var frontEnds: [Located<FrontEndDraft>]
    var edges: EdgeEndpointsDraft
    var computerOUs: [Located<String>]
    var dns: DNSDraft
    var alerting: AlertingDraft
    var alerts: [Located<AlertDraft>]
    var api: APIDraft
    var access: AccessDraft

    init(_ fields: inout FieldReader) {
        agent = fields.group("agent") { AgentDraft(&$0) }
        sipDomains = fields.groups("sip_domains") { SIPDomainDraft(&$0) }
        xmppDomains = fields.list("xmpp_domains", of: .fqdn) ?? []
        sites = fields.groups("sites") { site in
            let name = site.required("name", .site)
            site.finish()
            return name
        }.map(\.value)
        edgePools = fields.groups("edge_pools") { EdgePoolDraft(&$0) }
        frontEndPools = fields.groups("front_end_pools") { FrontEndPoolDraft(&$0) }
        routes = fields.groups("routes") { RouteDraft(&$0) }
        partners = fields.groups("partners") { PartnerDraft(&$0) }
        hybrid = fields.group("hybrid") { HybridDraft(&$0) }
        probes = fields.group("probes") { ProbesDraft(&$0) }
        policy = fields.group("policy") { PolicyDraft(&$0) }
        (frontEnds, edges, computerOUs) = fields.group("management") { management in
            let frontEnds = management.groups("front_ends") { FrontEndDraft(&$0) }
            let edges = management.group("edges") { EdgeEndpointsDraft(&$0) }
            let computerOUs = management.list("computer_ous", of: .distinguishedName) ?? []
            management.finish()
            return (frontEnds, edges, computerOUs)
        }
        dns = fields.group("dns") { DNSDraft(&$0) }
        alerting = fields.group("alerting") { AlertingDraft(&$0) }
        alerts = fields.groups("alerts") { AlertDraft(&$0) }
        api = fields.group("api") { APIDraft(&$0) }
        access = fields.group("access") { AccessDraft(&$0) }
        fields.finish(later: [
            "cluster": "one agent works alone; remove the section",
            "secrets": "name the directory with 'agent.secrets_directory'",
        ])
        requireEstate(fields)
    }

    private func requireEstate(_ fields: FieldReader) {
        if fields.isEmpty("sites") {
            fields.reportMissing("sites", "a list of central sites: - name: Redmond")
        }
        if fields.isEmpty("edge_pools") {
            fields.reportMissing("edge_pools", "a list of Edge pools with their servers")
        }
        if fields.isEmpty("routes") {
            fields.reportMissing("routes", "a list of federation routes: what is watched")
        }
    }
}
