import FailoverCore

/// A Front End's endpoint as written: `management.front_ends`.
struct FrontEndDraft {
    var site: Located<SiteName>?
    var url: Located<ServiceURL>?
    var options: EndpointOptions

    init(_ fields: inout FieldReader) {
        options = EndpointOptions(&fields)
        url = fields.required("url", options.urlKind)
        site = fields.required("site", .site)
        fields.finish(later: EndpointOptions.later)
        options.check(fields)
    }
}

/// The Edge servers' endpoints as written: `management.edges`.
struct EdgeEndpointsDraft {
    /// An Edge server that is reached differently from the others.
    struct Special {
        var server: Located<FQDN>
        var url: ServiceURL?
        var options: EndpointOptions
    }

    /// Whether the section is written.
    var isPresent: Bool
    var position: Position
    var options: EndpointOptions
    var specials: [Special]

    init(_ fields: inout FieldReader) {
        isPresent = fields.isPresent
        position = fields.position
        let shared = EndpointOptions(&fields)
        options = shared
        specials = []
        let entries = fields.dictionary("servers")
        for entry in entries {
            let server = fields.name(entry, .fqdn)
            let special: Special?
            if case .scalar = entry.value.content {
                let url = fields.scalar(entry.value, key: entry.key, shared.urlKind)
                special = server.map { Special(server: $0, url: url?.value, options: shared) }
            } else {
                var own = fields.reader(of: entry, section: "servers")
                let options = EndpointOptions(&own).completed(by: shared)
                let url = own.optional("url", options.urlKind)
                own.finish(later: EndpointOptions.later)
                options.check(own)
                special = server.map { Special(server: $0, url: url?.value, options: options) }
            }
            if let special { specials.append(special) }
        }
        fields.finish(later: EndpointOptions.later)
        let usesShared =
            entries.isEmpty
            || entries.contains { if case .scalar = $0.value.content { true } else { false } }
        if isPresent, usesShared { shared.check(fields) }
    }
}
