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
        case .exec(let command): ["name: script", "kind: exec", "command: \(quotedList(command))"]
        case .receiver(let kind, let secret):
            [
                "name: \(kind.rawValue)", "kind: \(kind.rawValue)",
                "\(kind == .pagerduty ? "routing_key_secret" : "url_secret"): \(quoted(secret))",
            ]
        case .mail(let server, let from, let to):
            [
                "name: mailbox", "kind: mail", "server: \(quoted(server))",
                "from: \(quoted(from))", "to: \(quotedList(to))",
            ]
        }
    }
}
