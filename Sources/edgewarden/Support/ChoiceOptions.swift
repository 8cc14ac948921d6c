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
        case ntlm, basic
    }

    /// Who changes the zones.
    enum Provider: String, ExpressibleByArgument, CaseIterable {
        case manual, rfc2136, exec
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

    /// The secret that holds the key for DNS, where no other is named.
    static let keyName = "dns-key"

    @Option(help: "Where the agent stands; a site without a route's home by default.")
    var site: String?

    @Option(help: "How far the agent goes by itself.")
    var mode = Mode.observe

    @Option(help: "How to log on to the Edge servers.")
    var edgeAuthentication = EdgeAuthentication.ntlm

    @Option(help: "The local account on the Edge servers; needed unless the mode is observe.")
    var edgeUser: String?

    @Option(help: "The NAME of the secret with its password.")
    var edgePassword = "edge-password"

    @Option(help: "Who changes DNS records: a person, the agent, or a program.")
    var dns = Provider.manual

    @Option(help: "The server that takes updates; with rfc2136; the first found by default.")
    var dnsServer: String?

    @Option(help: "The TSIG key's name; with rfc2136.")
    var dnsKeyName = "edgewarden"

    @Option(help: "The TSIG key's algorithm; with rfc2136.")
    var dnsAlgorithm = "hmac-sha256"

    @Option(help: "The NAME of the secret with the key; with rfc2136.")
    var dnsSecret = ChoiceOptions.keyName

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

    /// Options that others need and that are not there, a sentence each.
    var missing: [String] {
        var missing: [String] = []
        func need(_ option: String, _ isThere: Bool, for what: String) {
            if !isThere { missing.append("\(what) needs \(option)") }
        }
        if mode != .observe { need("--edge-user", edgeUser != nil, for: "--mode \(mode)") }
        if dns == .exec { need("--dns-command", dnsCommand != nil, for: "--dns exec") }
        if alerts == .exec { need("--alert-command", alertCommand != nil, for: "--alerts exec") }
        if alerts == .mail {
            need("--mail-server", mailServer != nil, for: "--alerts mail")
            need("--mail-from", mailFrom != nil, for: "--alerts mail")
            need("--mail-to", !mailTo.isEmpty, for: "--alerts mail")
        }
        return missing
    }

    /// Puts the choices in; of what is missing, nothing.
    ///
    /// - Parameters:
    ///   - choices: what the options become.
    ///   - caFile: the authorities of the management endpoints' certificates.
    func apply(to choices: inout DraftChoices, caFile: String?) {
        choices.command = "edgewarden init"
        choices.site = site.map(SiteName.init)
        choices.mode = RouteMode(rawValue: mode.rawValue) ?? .observe
        choices.edges = edgeUser.map {
            EdgeText(
                authentication: edgeAuthentication.rawValue,
                user: $0,
                password: edgePassword,
                caFile: caFile
            )
        }
        switch dns {
        case .manual: choices.provider = .manual
        case .rfc2136:
            choices.provider = .rfc2136(
                server: dnsServer,
                keyName: dnsKeyName,
                algorithm: dnsAlgorithm,
                secret: dnsSecret
            )
        case .exec: choices.provider = .exec(command: AnswerKind.words(dnsCommand ?? ""))
        }
        choices.alert = alert
    }

    private var alert: AlertText? {
        switch alerts {
        case .journal: return .journal
        case .exec: return .exec(command: AnswerKind.words(alertCommand ?? ""))
        case .mail: return .mail(server: mailServer ?? "", from: mailFrom ?? "", to: mailTo)
        case .slack, .teams, .pagerduty, .webhook:
            guard let kind = AlertText.Receiver(rawValue: alerts.rawValue) else { return nil }
            return .receiver(kind: kind, secret: alertSecret ?? alerts.secretName ?? "")
        case .none: return nil
        }
    }
}
