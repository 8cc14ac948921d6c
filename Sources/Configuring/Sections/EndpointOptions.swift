import FailoverCore

/// What an endpoint needs besides its URL, as far as it is written.
struct EndpointOptions {
    var transport: Located<AgentConfiguration.Transport>?
    var authentication: AgentConfiguration.Authentication?
    var user: String?
    var password: SecretName?
    var caFile: String?
    var configurationName: String?
    var connect: Duration?
    var serviceName: AgentConfiguration.ServiceName?
    var clientCertificate: AgentConfiguration.CertificateFiles?

    var keyFile: String?
    var knownHostsFile: String?

    static let later = [
        "verify": "certificates are always verified; name your CA with 'ca_file'"
    ]

    init(_ fields: inout FieldReader) {
        transport = fields.optional("transport", .choice())
        keyFile = fields.optional("key_file", .plainPath)?.value
        knownHostsFile = fields.optional("known_hosts_file", .plainPath)?.value
        authentication = fields.optional("authentication", .choice())?.value
        user = fields.optional("user", .text)?.value
        password = fields.optional("password", .secretName)?.value
        caFile = fields.optional("ca_file", .path)?.value
        configurationName = fields.optional("configuration_name", .name)?.value
        serviceName = fields.optional("service_name", .choice())?.value
        clientCertificate = fields.certificate("client_certificate")
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
        options.transport = transport ?? shared.transport
        options.keyFile = keyFile ?? shared.keyFile
        options.knownHostsFile = knownHostsFile ?? shared.knownHostsFile
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

    private var isSSH: Bool { transport?.value == .ssh }

    /// How the URL looks.
    var urlKind: ScalarKind<ServiceURL> { isSSH ? .ssh : .https() }

    /// The URL of a server that has none written.
    func standardURL(of server: FQDN) -> ServiceURL {
        isSSH ? .ssh(to: server.name) : .management(of: server.name)
    }

    /// Reports what is missing for logging on.
    func check(_ fields: FieldReader) {
        if isSSH {
            checkSSH(fields)
            return
        }
        report(
            ["key_file", "known_hosts_file"],
            "transport: wsman",
            "which is meant unless you write ssh",
            fields
        )
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
        report(useless, "authentication: \(authentication.rawValue)", why, fields)
    }

    /// Reports what is missing for logging on over ssh, and what is of WSMan.
    private func checkSSH(_ fields: FieldReader) {
        let needed = [
            ("user", user, "the account that runs the cmdlets, such as edgewarden"),
            ("key_file", keyFile, "the private key's file, such as /etc/edgewarden/agent.key"),
            (
                "known_hosts_file", knownHostsFile,
                "the servers' host keys as ssh-keyscan writes them, compared with the servers' own"
            ),
        ]
        for (key, value, what) in needed where value == nil && !fields.has(key) {
            fields.reportMissing(key, what)
        }
        report(
            ["configuration_name"],
            "transport: ssh",
            "which starts the whole PowerShell: no session configuration (JEA) can be named; "
                + "remove it, or use wsman",
            fields
        )
        report(
            ["authentication", "password", "service_name", "client_certificate"],
            "transport: ssh",
            "which logs on with key_file alone; remove it",
            fields
        )
        report(
            ["ca_file"],
            "transport: ssh",
            "which knows servers by known_hosts_file; remove it",
            fields
        )
    }

    /// Reports keys that are written and have no meaning.
    private func report(_ keys: [String], _ with: String, _ why: String, _ fields: FieldReader) {
        for key in keys where fields.has(key) {
            fields.findings.error(
                .impossible,
                at: fields.position(of: key),
                "'\(key)' has no meaning with \(with), \(why)"
            )
        }
    }

    /// The endpoint at a URL; nil when something is missing, which ``check(_:)`` reported.
    func endpoint(
        at url: ServiceURL,
        address: IPAddress? = nil
    ) -> AgentConfiguration.Endpoint? {
        guard !isSSH else { return sshEndpoint(at: url, address: address) }
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
            sshLogon: nil,
            authentication: authentication,
            credentials: credentials,
            serviceName: serviceName ?? .http,
            clientCertificate: authentication == .certificate ? clientCertificate : nil,
            caFile: caFile,
            configurationName: configurationName ?? "Microsoft.PowerShell",
            timeouts: .init(connect: connect ?? .seconds(10))
        )
    }

    private func sshEndpoint(
        at url: ServiceURL,
        address: IPAddress?
    ) -> AgentConfiguration.Endpoint? {
        guard let user, let keyFile, let knownHostsFile else { return nil }
        return AgentConfiguration.Endpoint(
            url: url,
            address: address,
            sshLogon: .init(user: user, keyFile: keyFile, knownHostsFile: knownHostsFile),
            authentication: nil,
            credentials: nil,
            serviceName: .http,
            clientCertificate: nil,
            caFile: nil,
            configurationName: "",
            timeouts: .init(connect: connect ?? .seconds(10))
        )
    }
}
