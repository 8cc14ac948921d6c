import FailoverCore

/// Section `api`: what is served over TCP.
struct APIDraft {
    var listen: Located<DNSServer>?
    var tls: AgentConfiguration.CertificateFiles?
    var tokens: [Located<AgentConfiguration.AccessToken>]
    var publicURL: Located<ServiceURL>?
    /// Whether there is one, be it right or wrong.
    var hasPublicURL: Bool

    init(_ fields: inout FieldReader) {
        listen = fields.optional("listen", .listener)
        tls = fields.certificate("tls")
        tokens = fields.groups("tokens") { token -> AgentConfiguration.AccessToken? in
            let owner = token.required("owner", .name)
            let secret = token.required("secret", .secretName)
            token.finish()
            guard let owner, let secret else { return nil }
            return .init(owner: owner.value, secret: secret.value)
        }
        publicURL = fields.optional("public_url", .https(allowsLoopback: true))
        hasPublicURL = fields.has("public_url")
        check(fields)
        fields.finish()
    }

    private func check(_ fields: FieldReader) {
        if let publicURL, publicURL.value.absolute.contains("?") {
            fields.findings.error(
                .impossible,
                at: publicURL.position,
                "'public_url' must not have a '?' part: the page adds its own"
            )
        }
        if let first = tokens.first {
            checkListener(
                first.position,
                "'api.tokens' are",
                "orders by token",
                "the tokens",
                fields
            )
        } else if let publicURL {
            checkListener(
                publicURL.position,
                "'api.public_url' is",
                "answers by link",
                "it",
                fields
            )
        }
    }

    /// Orders need somewhere to come in, and nobody in between who reads them.
    private func checkListener(
        _ position: Position,
        _ key: String,
        _ orders: String,
        _ rest: String,
        _ fields: FieldReader
    ) {
        guard let listen else {
            // A wrong value was reported already.
            guard !fields.has("listen") else { return }
            fields.findings.error(
                .impossible,
                at: position,
                "\(key) for orders over TCP, and 'api.listen' is not written: add it, or remove \(rest)"
            )
            return
        }
        // Who reads the network would have the token, or the link.
        guard tls == nil, !ServiceURL.isLoopback(listen.value.address.description) else { return }
        fields.findings.error(
            .impossible,
            at: listen.position,
            "\(orders) need 'api.tls' (certificate and key), unless 'listen' is an address of this"
                + " machine alone, such as 127.0.0.1"
        )
    }

    var api: AgentConfiguration.API {
        AgentConfiguration.API(
            listener: listen.map { .init(address: $0.value.address, port: $0.value.port) },
            tls: tls,
            tokens: tokens.map(\.value),
            publicURL: publicURL?.value.absolute
        )
    }
}
