import FailoverCore

/// Reads who changes a zone: `dns.zones.provider`.
enum ProviderReader {
    /// Every key but `kind`, to be made known where the kind cannot be read.
    private static let keys = ["key_name", "algorithm", "secret", "command", "timeout", "endpoint"]

    static func read(_ fields: inout FieldReader) -> AgentConfiguration.Provider? {
        guard let kind: Located<ZoneProvider> = fields.required("kind", .choice()) else {
            for key in keys { _ = fields.take(key) }
            fields.finish()
            return nil
        }
        let provider: AgentConfiguration.Provider?
        switch kind.value {
        case .rfc2136: provider = transactionKey(&fields)
        case .powershell: provider = endpoint(&fields)
        case .exec: provider = program(&fields)
        case .manual: provider = .manual
        }
        fields.finish(later: [
            "server": "updates go to the first server under 'authoritative'; remove it"
        ])
        return provider
    }

    private static func transactionKey(
        _ fields: inout FieldReader
    ) -> AgentConfiguration.Provider? {
        let name = fields.required("key_name", .keyName)
        let algorithm: AgentConfiguration.Algorithm =
            fields.value("algorithm", .choice(), default: .hmacSHA256)
        let secret = fields.required("secret", .secretName)
        guard let name, let secret else { return nil }
        return .rfc2136(.init(name: name.value, algorithm: algorithm, secret: secret.value))
    }

    private static func endpoint(_ fields: inout FieldReader) -> AgentConfiguration.Provider? {
        guard fields.has("endpoint") else {
            _ = fields.take("endpoint")
            fields.reportMissing(
                "endpoint",
                "a group of keys: the url of a Windows host with the DnsServer module, and how to "
                    + "log on, as in management.front_ends"
            )
            return nil
        }
        return fields.group("endpoint") { endpoint in
            let options = EndpointOptions(&endpoint)
            let url = endpoint.required("url", options.urlKind)
            endpoint.finish(later: EndpointOptions.later)
            options.check(endpoint)
            return url.flatMap { options.endpoint(at: $0.value) }.map { .powershell($0) }
        }
    }

    private static func program(_ fields: inout FieldReader) -> AgentConfiguration.Provider? {
        let timeout = fields.value(
            "timeout",
            .duration(.seconds(1)...(.seconds(600))),
            default: .seconds(30)
        )
        return fields.command("command").map { .exec(.init(command: $0, timeout: timeout)) }
    }
}
