import FailoverCore

/// A SIP domain as written: section `sip_domains`.
struct SIPDomainDraft {
    /// An Edge pool and its Access Edge name within the domain.
    struct FederationName {
        var pool: Located<FQDN>
        var name: Located<FQDN>
    }

    var domain: Located<FQDN>?
    var names: [FederationName]

    init(_ fields: inout FieldReader) {
        domain = fields.required("name", .fqdn)
        names = []
        for entry in fields.dictionary("federation_names") {
            let pool = fields.name(entry, .fqdn)
            let name = fields.scalar(entry.value, key: entry.key, .fqdn)
            if let pool, let name { names.append(FederationName(pool: pool, name: name)) }
        }
        fields.finish()
    }
}

/// A Front End pool as written: section `front_end_pools`.
struct FrontEndPoolDraft {
    var fqdn: Located<FQDN>?
    var site: Located<SiteName>?

    init(_ fields: inout FieldReader) {
        fqdn = fields.required("fqdn", .fqdn)
        site = fields.required("site", .site)
        fields.finish()
    }
}

/// A federated partner as written: section `partners`.
struct PartnerDraft {
    var domain: Located<FQDN>?
    var isRequired: Bool

    init(_ fields: inout FieldReader) {
        domain = fields.required("domain", .fqdn)
        isRequired = fields.value("required", .truth, default: false)
        fields.finish()
    }
}

/// Section `hybrid`.
struct HybridDraft {
    var sharedAddressSpace: Located<Bool>?

    init(_ fields: inout FieldReader) {
        sharedAddressSpace = fields.optional("shared_address_space", .truth)
        fields.finish()
    }
}
