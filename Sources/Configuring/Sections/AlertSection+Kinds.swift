import FailoverCore

extension AlertDraft {
    /// Every key that belongs to some kind alone: when the kind itself is wrong, none of them is.
    private static let keysOfKinds = [
        "command", "url", "url_secret", "header", "signing_secret", "ca_file", "link",
        "routing_key_secret", "server", "security", "user", "password", "from", "to", "log",
        "plain_http",
    ]

    /// Reads the keys that belong to a kind.
    static func read(
        _ kind: Kind?,
        _ fields: inout FieldReader
    ) -> AgentConfiguration.AlertKind? {
        switch kind {
        case .exec: fields.command("command").map { .exec(command: $0) }
        case .webhook: webhook(&fields)
        case .slack: chat(&fields).map { .slack($0) }
        case .teams: chat(&fields).map { .teams($0) }
        case .pagerduty: pagerDuty(&fields)
        case .alertmanager: alertmanager(&fields)
        case .mail: mail(&fields)
        case .syslog: syslog(&fields)
        case nil: nothing(&fields)
        }
    }

    private static func nothing(_ fields: inout FieldReader) -> AgentConfiguration.AlertKind? {
        for key in keysOfKinds { _ = fields.take(key) }
        return nil
    }

    private static func webhook(_ fields: inout FieldReader) -> AgentConfiguration.AlertKind? {
        let address = address(&fields, "url")
        let signing = fields.optional("signing_secret", .secretName)?.value
        let caFile = fields.optional("ca_file", .path)?.value
        let header = header(&fields)
        if address == nil, !fields.has("url"), !fields.has("url_secret") {
            fields.reportMissing(
                "url",
                ScalarKind<ServiceURL>.https(allowsLoopback: true).expectation
                    + ", or write 'url_secret' with the NAME of a secret that holds it"
            )
        }
        return address.map {
            .webhook(.init(address: $0, header: header, signingSecret: signing, caFile: caFile))
        }
    }

    /// An address that stands in the file, or in a secret whose name has `_secret` at its key's end.
    static func address(
        _ fields: inout FieldReader,
        _ key: String
    ) -> AgentConfiguration.Address? {
        let url = fields.optional(key, .https(allowsLoopback: true))
        let secret = fields.optional("\(key)_secret", .secretName)
        if url != nil, let secret {
            fields.findings.error(
                .impossible,
                at: secret.position,
                "'\(key)_secret' does not go with '\(key)': the whole address is in the file, or it "
                    + "is a secret; remove one of them"
            )
            return nil
        }
        return url.map { .plain($0.value) } ?? secret.map { .secret($0.value) }
    }

    /// The address of a chat's webhook lets anybody post there, so it is a secret.
    private static func chat(_ fields: inout FieldReader) -> AgentConfiguration.ChatWebhook? {
        if let written = fields.take("url") {
            fields.findings.error(
                .impossible,
                at: written.keyPosition,
                "whoever reads this 'url' can post there: put it into a secret, and write "
                    + "'url_secret' with the secret's NAME"
            )
        }
        let url = fields.required("url_secret", .secretName)
        let caFile = fields.optional("ca_file", .path)?.value
        let link = link(&fields)
        return url.map { .init(url: $0.value, caFile: caFile, link: link) }
    }

    private static func pagerDuty(_ fields: inout FieldReader) -> AgentConfiguration.AlertKind? {
        let key = fields.required("routing_key_secret", .secretName)
        let url = fields.optional("url", .https(allowsLoopback: true))?.value
        let caFile = fields.optional("ca_file", .path)?.value
        let link = link(&fields)
        return key.map {
            .pagerDuty(.init(routingKey: $0.value, url: url, caFile: caFile, link: link))
        }
    }

    private static func alertmanager(
        _ fields: inout FieldReader
    ) -> AgentConfiguration.AlertKind? {
        let isPlain = fields.value("plain_http", .truth, default: false)
        let url = fields.required("url", .https(orPlain: isPlain))
        let caFile = fields.optional("ca_file", .path)?.value
        let header = header(&fields)
        let link = link(&fields)
        if isPlain, header != nil {
            fields.findings.error(
                .impossible,
                at: fields.position(of: "header"),
                "'header' does not go with 'plain_http': its secret would cross the network "
                    + "unencrypted; use https, or remove one of them"
            )
        }
        return url.map {
            .alertmanager(.init(url: $0.value, header: header, caFile: caFile, link: link))
        }
    }

    static func link(_ fields: inout FieldReader) -> String? {
        fields.optional("link", .https(allowsLoopback: true))?.value.absolute
    }

    private static func header(
        _ fields: inout FieldReader
    ) -> AgentConfiguration.SecretHeader? {
        fields.group("header") { header in
            guard header.isPresent else {
                _ = header.take("name")
                _ = header.take("secret")
                return nil
            }
            let name = header.required("name", .headerName)
            let secret = header.required("secret", .secretName)
            header.finish()
            guard let name, let secret else { return nil }
            return .init(name: name.value, secret: secret.value)
        }
    }
}

extension ScalarKind where Value == String {
    /// An HTTP header's name.
    fileprivate static let headerName = ScalarKind("an HTTP header's name, such as X-Token") {
        text in
        isName(text) ? text : nil
    }
}
