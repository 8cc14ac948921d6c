import FailoverCore

/// How a Front End is reached, or another host of cmdlets, as given on a command line, in the
/// configuration's own words.
public struct FrontEndText: Sendable {
    /// Its URL; `https://HOST` alone means port 5986 and path `/wsman`.
    public var url: String
    /// `basic`, `ntlm`, `negotiate` or `certificate`.
    public var authentication: String
    /// The account, with `basic` and `ntlm`.
    public var user: String?
    /// The name of the password's secret, with `basic` and `ntlm`.
    public var password: String?
    /// For whom a Kerberos ticket is asked, with `negotiate`; nil: `HTTP`.
    public var serviceName: String?
    /// PEM files of certificate and key, with `certificate`.
    public var clientCertificate: (certificate: String, key: String)?
    /// PEM file of the authorities; nil: the system's.
    public var caFile: String?
    /// The session configuration; nil: the default one.
    public var configurationName: String?

    /// Takes the options as they are; ``endpoint()`` checks them.
    public init(
        url: String,
        authentication: String,
        user: String? = nil,
        password: String? = nil,
        serviceName: String? = nil,
        clientCertificate: (certificate: String, key: String)? = nil,
        caFile: String? = nil,
        configurationName: String? = nil
    ) {
        self.url = url
        self.authentication = authentication
        self.user = user
        self.password = password
        self.serviceName = serviceName
        self.clientCertificate = clientCertificate
        self.caFile = caFile
        self.configurationName = configurationName
    }

    /// The URL that a person means who types it, or only a server's name.
    public static func address(_ text: String) -> String {
        text.contains("://") ? text : "https://\(text)"
    }

    /// What is wrong with an address that was typed, in a sentence; nil for a good one.
    public static func problem(withAddress text: String) -> String? {
        do throws(ConfigurationErrors) {
            _ = try FrontEndText(url: address(text), authentication: "negotiate").endpoint()
            return nil
        } catch {
            return error.diagnostics.first?.message.replacing("'url'", with: "The address")
        }
    }

    /// An account as administrators may have made it for us, guessed from a server's name:
    /// `CONTOSO\edgewarden` from `fe11.contoso.net`; nil for what has no domain.
    public var guessedUser: String? {
        guard case .success(let url) = ServiceURL.parse(url, .https),
            IPAddress(url.host) == nil, let name = FQDN(url.host), name.labels.count > 2
        else { return nil }
        return "\(name.labels[1].uppercased())\\edgewarden"
    }

    /// The endpoint.
    ///
    /// - Returns: what a configuration with these words would hold.
    /// - Throws: ``ConfigurationErrors`` with everything that is wrong, as `check` would say it.
    public func endpoint() throws(ConfigurationErrors) -> AgentConfiguration.Endpoint {
        let findings = Findings(file: "the options")
        // The site is no matter before the topology is read.
        var draft: FrontEndDraft?
        Fragment.parse(lines + ["site: any"], findings) { draft = FrontEndDraft(&$0) }
        guard !findings.hasErrors, let draft, let url = draft.url?.value,
            let endpoint = draft.options.endpoint(at: url)
        else { throw ConfigurationErrors(findings.sorted) }
        return endpoint
    }

    /// The keys of a Front End but `site`, a line each.
    var lines: [String] {
        let keys: [(String, String?)] = [
            ("url", url), ("authentication", authentication), ("user", user),
            ("password", password), ("service_name", serviceName), ("ca_file", caFile),
            ("configuration_name", configurationName),
        ]
        let certificate = clientCertificate.map { files in
            "client_certificate: { certificate: \(quoted(files.certificate)),"
                + " key: \(quoted(files.key)) }"
        }
        return keys.compactMap { key, value in value.map { "\(key): \(quoted($0))" } }
            + (certificate.map { [$0] } ?? [])
    }
}

/// A YAML string that means exactly the text.
func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
}

/// A YAML list of texts in one line.
func quotedList(_ texts: [String]) -> String {
    "[" + texts.map(quoted).joined(separator: ", ") + "]"
}
