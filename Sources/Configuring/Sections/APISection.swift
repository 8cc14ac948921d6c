import FailoverCore

/// Section `api`: what is served over TCP.
struct APIDraft {
    var listen: Located<DNSServer>?
    var tls: AgentConfiguration.CertificateFiles?
    var tokens: [Located<AgentConfiguration.AccessToken>]

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
        check(fields)
        fields.finish()
    }

    private func check(_ fields: FieldReader) {
        guard let first = tokens.first else { return }
        guard let listen else {
            fields.findings.error(
                .impossible,
                at: first.position,
                "'api.tokens' are for orders over TCP, and 'api.listen' is not written: add it, or"
                    + " remove the tokens"
            )
            return
        }
        // Who reads the network would have the token.
        guard tls == nil, !ServiceURL.isLoopback(listen.value.address.description) else { return }
        fields.findings.error(
            .impossible,
            at: listen.position,
            "orders by token need 'api.tls' (certificate and key), unless 'listen' is an address of"
                + " this machine alone, such as 127.0.0.1"
        )
    }

    var api: AgentConfiguration.API {
        AgentConfiguration.API(
            listener: listen.map { .init(address: $0.value.address, port: $0.value.port) },
            tls: tls,
            tokens: tokens.map(\.value)
        )
    }
}
