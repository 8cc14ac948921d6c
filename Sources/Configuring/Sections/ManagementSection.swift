import FailoverCore

/// A Front End's endpoint as written: `management.front_ends`.
struct FrontEndDraft {
    var site: Located<SiteName>?
    var url: Located<ServiceURL>?
    var options: EndpointOptions

    init(_ fields: inout FieldReader) {
        url = fields.required("url", .https())
        site = fields.required("site", .site)
        options = EndpointOptions(&fields)
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
                let url = fields.scalar(entry.value, key: entry.key, .https())
                special = server.map { Special(server: $0, url: url?.value, options: shared) }
            } else {
                var own = fields.reader(of: entry, section: "servers")
                let url = own.optional("url", .https())
                let options = EndpointOptions(&own).completed(by: shared)
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

/// What an endpoint needs besides its URL, as far as it is written.
struct EndpointOptions {
    var authentication: AgentConfiguration.Authentication?
    var user: String?
    var password: SecretName?
    var caFile: String?
    var configurationName: String?
    var connect: Duration?
    var serviceName: AgentConfiguration.ServiceName?
    var clientCertificate: AgentConfiguration.ClientCertificate?

    static let later = [
        "transport": "PowerShell remoting over WSMan is the only one; remove it",
        "verify": "certificates are always verified; name your CA with 'ca_file'",
    ]

    init(_ fields: inout FieldReader) {
        authentication = fields.optional("authentication", .choice())?.value
        user = fields.optional("user", .text)?.value
        password = fields.optional("password", .secretName)?.value
        caFile = fields.optional("ca_file", .path)?.value
        configurationName = fields.optional("configuration_name", .name)?.value
        serviceName = fields.optional("service_name", .choice())?.value
        clientCertificate = fields.group("client_certificate") { pair in
            guard pair.isPresent else {
                _ = pair.optional("certificate", .path)
                _ = pair.optional("key", .path)
                return nil
            }
            let certificate = pair.required("certificate", .path)
            let key = pair.required("key", .path)
            pair.finish()
            guard let certificate, let key else { return nil }
            return .init(certificate: certificate.value, key: key.value)
        }
        connect = fields.group("timeouts") { timeouts in
            let connect = timeouts.optional(
                "connect",
                .duration(.milliseconds(100)...(.seconds(300)))
            )
            timeouts.finish(later: ["command": "every step of a run has its own time; remove it"])
            return connect?.value
        }
    }

    /// These options, with what is not written taken from the shared ones.
    func completed(by shared: EndpointOptions) -> EndpointOptions {
        var options = self
        options.authentication = authentication ?? shared.authentication
        options.user = user ?? shared.user
        options.password = password ?? shared.password
        options.caFile = caFile ?? shared.caFile
        options.configurationName = configurationName ?? shared.configurationName
        options.connect = connect ?? shared.connect
        options.serviceName = serviceName ?? shared.serviceName
        options.clientCertificate = clientCertificate ?? shared.clientCertificate
        return options
    }

    /// Reports what is missing for logging on.
    func check(_ fields: FieldReader) {
        guard let authentication else {
            if !fields.has("authentication") {
                fields.reportMissing("authentication", "basic, ntlm, negotiate or certificate")
            }
            return
        }
        checkWhatBelongs(to: authentication, fields)
        if authentication == .certificate {
            if clientCertificate == nil, !fields.has("client_certificate") {
                fields.reportMissing("client_certificate", "two files: { certificate: …, key: … }")
            }
            return
        }
        guard authentication != .negotiate else { return }
        if user == nil, !fields.has("user") {
            fields.reportMissing(
                "user",
                "the account that runs the cmdlets, such as CONTOSO\\warden"
            )
        }
        if password == nil, !fields.has("password") {
            fields.reportMissing("password", ScalarKind<SecretName>.secretName.expectation)
        }
        if authentication == .basic, let user, user.contains(":") {
            fields.findings.error(
                .impossible,
                at: fields.position(of: "user"),
                "a user for authentication: basic cannot contain a colon; write ntlm"
            )
        }
    }

    /// Reports what is written beside an authentication that has no use for it.
    private func checkWhatBelongs(
        to authentication: AgentConfiguration.Authentication,
        _ fields: FieldReader
    ) {
        let useless: [String]
        switch authentication {
        case .basic, .ntlm: useless = ["service_name", "client_certificate"]
        case .negotiate: useless = ["user", "password", "client_certificate"]
        case .certificate: useless = ["user", "password", "service_name"]
        }
        let why =
            switch authentication {
            case .basic, .ntlm: "which takes user and password; remove it"
            case .negotiate:
                "which takes the Kerberos ticket or keytab of the agent's process; remove it"
                    + ", or write ntlm"
            case .certificate: "which takes client_certificate; remove it"
            }
        for key in useless where fields.has(key) {
            fields.findings.error(
                .impossible,
                at: fields.position(of: key),
                "'\(key)' has no meaning with authentication: \(authentication.rawValue), \(why)"
            )
        }
    }

    /// The endpoint at a URL; nil when something is missing, which ``check(_:)`` reported.
    func endpoint(
        at url: ServiceURL,
        address: IPAddress? = nil
    ) -> AgentConfiguration.Endpoint? {
        guard let authentication else { return nil }
        var credentials: AgentConfiguration.Credentials?
        switch authentication {
        case .negotiate: break
        case .certificate: guard clientCertificate != nil else { return nil }
        case .basic, .ntlm:
            guard let user, let password else { return nil }
            credentials = .init(user: user, password: password)
        }
        return AgentConfiguration.Endpoint(
            url: url.withManagementDefaults,
            address: address,
            authentication: authentication,
            credentials: credentials,
            serviceName: serviceName ?? .http,
            clientCertificate: authentication == .certificate ? clientCertificate : nil,
            caFile: caFile,
            configurationName: configurationName ?? "Microsoft.PowerShell",
            timeouts: .init(connect: connect ?? .seconds(10))
        )
    }
}
