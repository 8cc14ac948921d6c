import FailoverCore

/// A zone as written: `dns.zones`.
struct ZoneDraft {
    /// The kinds of providers.
    enum Kind: String, CaseIterable {
        case rfc2136
        case manual
    }

    var name: Located<FQDN>?
    var view: String
    var authoritative: [Located<DNSServer>]
    var provider: AgentConfiguration.ZoneProvider?

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
        provider = fields.group("provider") { ZoneDraft.provider(&$0) }
        fields.finish()
    }

    private static func provider(
        _ fields: inout FieldReader
    ) -> AgentConfiguration.ZoneProvider? {
        guard let kind: Located<Kind> = fields.required("kind", .choice()) else {
            // The other keys cannot be judged without the kind, so they are only made known.
            for key in ["key_name", "algorithm", "secret"] { _ = fields.take(key) }
            fields.finish()
            return nil
        }
        if kind.value == .manual {
            fields.finish()
            return .manual
        }
        let name = fields.required("key_name", .keyName)
        let algorithm: AgentConfiguration.Algorithm =
            fields.value("algorithm", .choice(), default: .hmacSHA256)
        let secret = fields.required("secret", .secretName)
        fields.finish(later: [
            "server": "updates go to the first server under 'authoritative'; remove it"
        ])
        guard let name, let secret else { return nil }
        return .rfc2136(.init(name: name.value, algorithm: algorithm, secret: secret.value))
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
