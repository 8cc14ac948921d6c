import FailoverCore

extension AlertDraft {
    /// The keys of `kind: mail`.
    static func mail(_ fields: inout FieldReader) -> AgentConfiguration.AlertKind? {
        let security: AgentConfiguration.MailSecurity = fields.value(
            "security",
            .choice(),
            default: .startTLS
        )
        let server = fields.required("server", .hostAndPort(default: security.standardPort))
        let user = fields.optional("user", .text)
        let password = fields.optional("password", .secretName)
        let from = fields.required("from", .mailAddress)
        let to: [Located<String>]? = fields.list("to", of: .mailAddress)
        if fields.isEmpty("to") {
            fields.reportMissing("to", "a list of mail addresses: [oncall@contoso.com]")
        }
        let caFile = fields.optional("ca_file", .path)?.value
        let link = link(&fields)
        checkLogon(user, password, security, fields)
        guard let server, let from, let to, !to.isEmpty else { return nil }
        return .mail(
            .init(
                server: server.value,
                security: security,
                user: user?.value,
                password: password?.value,
                from: from.value,
                to: to.map(\.value),
                caFile: caFile,
                link: link
            )
        )
    }

    private static func checkLogon(
        _ user: Located<String>?,
        _ password: Located<SecretName>?,
        _ security: AgentConfiguration.MailSecurity,
        _ fields: FieldReader
    ) {
        switch (user, password) {
        case (nil, nil): return
        case (.some, nil):
            if !fields.has("password") {
                fields.reportMissing("password", ScalarKind<SecretName>.secretName.expectation)
            }
        case (nil, .some):
            if !fields.has("user") {
                fields.reportMissing("user", "the account that may send mail")
            }
        case (.some(let user), .some):
            guard security == .none else { return }
            fields.findings.error(
                .impossible,
                at: user.position,
                "'user' and 'password' are only sent over TLS: write security: starttls or implicit, "
                    + "or remove them"
            )
        }
    }

    /// The key of `kind: syslog`.
    static func syslog(_ fields: inout FieldReader) -> AgentConfiguration.AlertKind? {
        .syslog(fields.value("log", .logPlace, default: .journald))
    }
}

extension ScalarKind where Value == String {
    /// An address of a mailbox, as it stands in an envelope.
    static let mailAddress = ScalarKind(
        "a mail address in plain letters, such as oncall@contoso.com"
    ) { text in
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, text.utf8.count <= 254,
            FQDN(String(parts[1])) != nil || parts[1] == "localhost",
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"<>(),;:\\\"[]".utf8.contains($0) })
        else { return nil }
        return text
    }
}

extension ScalarKind where Value == AgentConfiguration.HostAndPort {
    /// A name or address, with a port or without.
    static func hostAndPort(default port: UInt16) -> ScalarKind {
        ScalarKind(
            "a server's name or address, with a port or without, such as smtp.contoso.net:587"
        ) { text in AgentConfiguration.HostAndPort(text, default: port) }
    }
}

extension ScalarKind where Value == AgentConfiguration.LogPlace {
    /// `journald`, a socket's path, or another machine.
    fileprivate static let logPlace = ScalarKind(
        "journald, the path of a socket such as /dev/log, or another machine such as "
            + "udp://log.contoso.net:514 or tcp://log.contoso.net:601"
    ) { text in
        if text == "journald" { return .journald }
        if text.hasPrefix("/"), text.utf8.count < 108 { return .socket(text) }
        if text.hasPrefix("udp://") {
            return .init(text.dropFirst(6), default: 514) { .udp($0) }
        }
        if text.hasPrefix("tcp://") {
            return .init(text.dropFirst(6), default: 601) { .tcp($0) }
        }
        return nil
    }
}

extension AgentConfiguration.LogPlace {
    fileprivate init?(
        _ text: Substring,
        default port: UInt16,
        _ make: (AgentConfiguration.HostAndPort) -> AgentConfiguration.LogPlace
    ) {
        guard let place = AgentConfiguration.HostAndPort(String(text), default: port) else {
            return nil
        }
        self = make(place)
    }
}

extension AgentConfiguration.HostAndPort {
    /// Reads `host`, `host:port` or `[address]:port`.
    fileprivate init?(_ text: String, default port: UInt16) {
        if IPAddress(text) != nil || FQDN(text) != nil || text == "localhost" {
            self.init(host: text, port: port)
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]), port > 0
        else { return nil }
        var host = String(text[..<colon])
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = String(host.dropFirst().dropLast()) }
        guard isBracketed == host.contains(":"),
            IPAddress(host) != nil || FQDN(host) != nil || host == "localhost"
        else { return nil }
        self.init(host: host, port: port)
    }
}
