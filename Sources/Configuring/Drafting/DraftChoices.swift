public import FailoverCore

/// What a person chooses when a configuration is drafted; the rest is read from the topology.
public struct DraftChoices: Sendable {
    /// The agent's name; letters, digits and `-`.
    public var agent = "warden-1"
    /// Where the agent stands; nil: guessed, and marked so.
    public var site: SiteName?
    /// How far the routes go by themselves; default: they only watch.
    public var mode = RouteMode.observe
    /// How the Edge servers are managed; nil: not at all, which only watching routes allow.
    public var edges: EdgeText?
    /// Who changes the zones; default a person.
    public var provider = ProviderText.manual
    /// Where alerts go; nil for nowhere.
    public var alert: AlertText?
    /// PEM file of the authorities of the Edge certificates; nil: the system's.
    public var edgeAuthorities: String?
    /// Where the secrets are; nil: in the default place.
    public var secretsDirectory: String?
    /// The command that drafts.
    public var command = "edgewarden discover"

    /// Makes the defaults.
    public init() {}

    /// What is wrong with the choices, as `check` would say it, a sentence each.
    public var problems: [String] {
        let providerLines = provider.lines
        var problems = Fragment.problems(of: providerLines) { _ = ProviderReader.read(&$0) }
        if case .rfc2136(let server?, _, _, _) = provider {
            problems += [AnswerKind.nameServer.problem(with: server)].compactMap(\.self)
        }
        if let alert { problems += Fragment.problems(of: alert.lines) { _ = AlertDraft(&$0) } }
        if let edges {
            problems += Fragment.problems(of: edges.lines) { _ = EdgeEndpointsDraft(&$0) }
        }
        if let edgeAuthorities {
            problems += [AnswerKind.path.problem(with: edgeAuthorities)].compactMap(\.self)
        }
        return problems
    }
}

/// How all Edge servers are reached, as given by a person, in the configuration's own words.
public struct EdgeText: Sendable, Hashable {
    /// `basic` or `ntlm`.
    public var authentication: String
    /// The local account of every server.
    public var user: String
    /// The name of the secret that is its password.
    public var password: String
    /// PEM file of the authorities; nil: the system's.
    public var caFile: String?

    /// Takes the words as they are; ``DraftChoices/problems`` judges them.
    public init(authentication: String, user: String, password: String, caFile: String?) {
        self.authentication = authentication
        self.user = user
        self.password = password
        self.caFile = caFile
    }

    /// The keys of `management.edges`, a line each.
    var lines: [String] {
        [
            "authentication: \(quoted(authentication))", "user: \(quoted(user))",
            "password: \(quoted(password))",
        ] + (caFile.map { ["ca_file: \(quoted($0))"] } ?? [])
    }
}

/// Who changes the zones, as given by a person, in the configuration's own words.
public enum ProviderText: Sendable, Hashable {
    /// A person.
    case manual
    /// Signed dynamic updates; `server` takes them, nil: the first that was found.
    case rfc2136(server: String?, keyName: String, algorithm: String, secret: String)
    /// A program: an absolute path, then arguments.
    case exec(command: [String])

    /// The keys of `provider`, a line each.
    var lines: [String] {
        switch self {
        case .manual: ["kind: manual   # rfc2136 | powershell | exec | manual"]
        case .rfc2136(_, let keyName, let algorithm, let secret):
            [
                "kind: rfc2136", "key_name: \(quoted(keyName))", "algorithm: \(quoted(algorithm))",
                "secret: \(quoted(secret))",
            ]
        case .exec(let command): ["kind: exec", "command: \(list(command))"]
        }
    }
}

/// A place for alerts, as given by a person, in the configuration's own words.
public enum AlertText: Sendable, Hashable {
    /// systemd's journal.
    case journal
    /// A program: an absolute path, then arguments.
    case exec(command: [String])
    /// An HTTP receiver of that kind, whose address or key is the secret of that name.
    case receiver(kind: Receiver, secret: String)
    /// Mail, handed in at the server with STARTTLS.
    case mail(server: String, from: String, to: [String])

    /// The kinds whose address or key is a secret.
    public enum Receiver: String, Sendable, Hashable, CaseIterable {
        /// An incoming webhook of Slack, or of what takes the same.
        case slack
        /// A webhook of Microsoft Teams' Workflows.
        case teams
        /// PagerDuty's Events API.
        case pagerduty
        /// A POST of the alert as JSON.
        case webhook
    }

    /// The keys of an entry of `alerts`, a line each.
    var lines: [String] {
        switch self {
        case .journal: ["name: log", "kind: syslog   # systemd's journal: journalctl"]
        case .exec(let command): ["name: script", "kind: exec", "command: \(list(command))"]
        case .receiver(let kind, let secret):
            [
                "name: \(kind.rawValue)", "kind: \(kind.rawValue)",
                "\(kind == .pagerduty ? "routing_key_secret" : "url_secret"): \(quoted(secret))",
            ]
        case .mail(let server, let from, let to):
            [
                "name: mailbox", "kind: mail", "server: \(quoted(server))",
                "from: \(quoted(from))", "to: \(list(to))",
            ]
        }
    }
}

/// A YAML list of texts in one line.
private func list(_ texts: [String]) -> String {
    "[" + texts.map(quoted).joined(separator: ", ") + "]"
}
