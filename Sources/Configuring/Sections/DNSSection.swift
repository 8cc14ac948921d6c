import FailoverCore

/// A zone as written: `dns.zones`.
struct ZoneDraft {
    var name: Located<FQDN>?
    var view: String
    var authoritative: [Located<DNSServer>]
    var agreeWithin: Duration
    var provider: AgentConfiguration.Provider?

    init(_ fields: inout FieldReader) {
        name = fields.required("zone", .fqdn)
        view = fields.value("view", .name, default: "public")
        authoritative = fields.list("authoritative", of: .dnsServer) ?? []
        if fields.isEmpty("authoritative") {
            fields.findings.error(
                .missing,
                at: fields.position(of: "authoritative"),
                "a zone needs its authoritative servers: list under 'authoritative' first the one "
                    + "that takes updates, then all others"
            )
        }
        agreeWithin = fields.value(
            "agree_within",
            .duration(.seconds(1)...(.hours(24))),
            default: .seconds(120)
        )
        provider = fields.group("provider") { ProviderReader.read(&$0) }
        fields.finish()
    }
}

/// Section `dns`.
struct DNSDraft {
    var resolvers: [Located<DNSServer>]
    var zones: [Located<ZoneDraft>]

    init(_ fields: inout FieldReader) {
        resolvers = fields.list("resolvers", of: .dnsServer) ?? []
        zones = fields.groups("zones") { ZoneDraft(&$0) }
        fields.finish()
    }
}
