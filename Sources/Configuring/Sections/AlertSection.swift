import FailoverCore

/// A place for alerts as written: section `alerts`.
struct AlertDraft {
    /// The kinds of places.
    enum Kind: String, CaseIterable {
        case exec
        case webhook
    }

    var name: Located<String>?
    var kind: AgentConfiguration.AlertKind?
    var events: Set<NoticeCode>
    var timeout: Duration

    init(_ fields: inout FieldReader) {
        name = fields.required("name", .name)
        let kind: Located<Kind>? = fields.required("kind", .choice())
        timeout = fields.value(
            "timeout",
            .duration(.milliseconds(100)...(.seconds(300))),
            default: .seconds(10)
        )
        let listed: [Located<NoticeCode>]? = fields.list("events", of: .choice())
        events = Set(listed?.map(\.value) ?? NoticeCode.allCases)
        if fields.has("events"), fields.isEmpty("events") {
            fields.findings.error(
                .impossible,
                at: fields.position(of: "events"),
                "'events' lets nothing through: list the events, or remove the key for all of them"
            )
        }
        switch kind?.value {
        case .exec: self.kind = fields.command("command").map { .exec(command: $0) }
        case .webhook: self.kind = AlertDraft.webhook(&fields)
        case nil:
            for key in ["command", "url", "header", "ca_file"] { _ = fields.take(key) }
        }
        fields.finish()
    }

    private static func webhook(_ fields: inout FieldReader) -> AgentConfiguration.AlertKind? {
        let url = fields.required("url", .https(allowsLoopback: true))
        let caFile = fields.optional("ca_file", .path)?.value
        let header = fields.group("header") { header -> AgentConfiguration.SecretHeader? in
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
        return url.map { .webhook(.init(url: $0.value, header: header, caFile: caFile)) }
    }
}

extension ScalarKind where Value == String {
    /// An HTTP header's name.
    fileprivate static let headerName = ScalarKind("an HTTP header's name, such as X-Token") {
        text in
        isName(text) ? text : nil
    }
}
