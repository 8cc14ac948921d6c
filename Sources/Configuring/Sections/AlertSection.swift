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
        case .exec: self.kind = AlertDraft.exec(&fields)
        case .webhook: self.kind = AlertDraft.webhook(&fields)
        case nil:
            for key in ["command", "url", "header", "ca_file"] { _ = fields.take(key) }
        }
        fields.finish()
    }

    private static func exec(_ fields: inout FieldReader) -> AgentConfiguration.AlertKind? {
        guard let words = fields.list("command", of: .argument) else {
            fields.reportMissing("command", "a list: the absolute path, then the arguments")
            return nil
        }
        guard let program = words.first else {
            guard fields.isEmpty("command") else { return nil }
            fields.findings.error(
                .missing,
                at: fields.position(of: "command"),
                "'command' is empty: give the absolute path, then the arguments"
            )
            return nil
        }
        guard case .success = ScalarKind<String>.path.read(.init(program.value)) else {
            fields.findings.error(
                .impossible,
                at: program.position,
                "the first word of 'command' must be an absolute path, "
                    + "not '\(Printable.short(program.value))'; no shell and no PATH are used"
            )
            return nil
        }
        return .exec(command: words.map(\.value))
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
    /// A command's word: any text without a NUL character.
    fileprivate static let argument = ScalarKind("a text without control characters") { text in
        text.utf8.contains(0) || text.utf8.count > 4_096 ? nil : text
    }

    /// An HTTP header's name.
    fileprivate static let headerName = ScalarKind("an HTTP header's name, such as X-Token") {
        text in
        isName(text) ? text : nil
    }
}
