import ArgumentParser
import Configuring
import FailoverCore

/// What a person chooses for a first configuration: `init`.
struct ChoiceOptions: ParsableArguments {
    /// How far the routes go by themselves.
    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case observe, approve, auto
    }

    /// How to log on to Edge servers.
    enum EdgeAuthentication: String, ExpressibleByArgument, CaseIterable {
        case ntlm, basic, ssh
    }

    /// Who changes the zones.
    enum Provider: String, ExpressibleByArgument, CaseIterable {
        case manual, rfc2136, powershell, exec

        /// The secret that it needs, where no other is named; nil where it needs none.
        var secretName: String? {
            switch self {
            case .rfc2136: "dns-key"
            case .powershell: "dns-password"
            case .manual, .exec: nil
            }
        }
    }

    /// How to log on to the host of the Windows DNS cmdlets.
    enum DNSAuthentication: String, ExpressibleByArgument, CaseIterable {
        case ntlm, basic, negotiate
    }

    /// Where alerts go.
    enum Alerts: String, ExpressibleByArgument, CaseIterable {
        case journal, mail, slack, teams, pagerduty, webhook, exec, none

        /// The secret that holds its address or key, where no other is named; nil where none does.
        var secretName: String? {
            switch self {
            case .slack, .teams, .webhook: "\(rawValue)-url"
            case .pagerduty: "pagerduty-key"
            case .journal, .mail, .exec, .none: nil
            }
        }
    }

    @Option(
        help: ArgumentHelp(
            "Another Front End, for when the first is lost; logged on to likewise; may be repeated.",
            valueName: "url"
        )
    )
    var otherFrontEnd: [String] = []

    @Option(help: "Where the agent stands; a site without a route's home by default.")
    var site: String?

    @Option(help: "How far the agent goes by itself.")
    var mode = Mode.observe

    @Option(help: "How to log on to the Edge servers; ssh is OpenSSH for Windows.")
    var edgeAuthentication = EdgeAuthentication.ntlm

    @Option(help: "The local account on the Edge servers; needed unless the mode is observe.")
    var edgeUser: String?

    @Option(help: "The NAME of the secret with its password; not with ssh.")
    var edgePassword = "edge-password"

    @Option(help: "The private key's file; with ssh.")
    var edgeKeyFile: String?

    @Option(help: "The servers' host keys, as ssh-keyscan writes them; with ssh.")
    var edgeKnownHostsFile: String?

    @Option(help: "Who changes DNS records: a person, the agent in two ways, or a program.")
    var dns = Provider.manual

    @Option(help: "The server that takes updates; with rfc2136; the first found by default.")
    var dnsServer: String?

    @Option(help: "The TSIG key's name; with rfc2136.")
    var dnsKeyName = "edgewarden"

    @Option(help: "The TSIG key's algorithm; with rfc2136.")
    var dnsAlgorithm = "hmac-sha256"

    @Option(help: "A Windows host with the module DnsServer; with powershell.")
    var dnsHost: String?

    @Option(help: "How to log on to it; with powershell.")
    var dnsAuthentication = DNSAuthentication.ntlm

    @Option(help: "The account there; with powershell, unless it takes a ticket (negotiate).")
    var dnsUser: String?

    @Option(
        help:
            "The NAME of the secret with key or password: dns-key, or dns-password with powershell."
    )
    var dnsSecret: String?

    @Option(help: "The program with its arguments; with exec.")
    var dnsCommand: String?

    @Option(help: "Where alerts go; more places can be added to the file.")
    var alerts = Alerts.journal

    @Option(help: "The program with its arguments; with exec.")
    var alertCommand: String?

    @Option(help: "The NAME of the secret with address or key; with chats, webhook, pagerduty.")
    var alertSecret: String?

    @Option(help: "The mail server, with a port or without; with mail.")
    var mailServer: String?

    @Option(help: "The sender; with mail.")
    var mailFrom: String?

    @Option(help: "A recipient; with mail; may be repeated.")
    var mailTo: [String] = []
}
