import Configuring
import FailoverCore
import Foundation

/// Asks a person for a first configuration, few questions with something sensible in brackets.
///
/// What was given as options is what it suggests.
struct SetupInterview {
    private var logon: LogonOptions
    private var choices: ChoiceOptions
    private let path: String
    private let force: Bool
    private var secrets: [SecretName: Secret] = [:]

    init(logon: LogonOptions, choices: ChoiceOptions, path: String, force: Bool) {
        self.logon = logon
        self.choices = choices
        self.path = path
        self.force = force
    }

    /// Goes through the questions; nothing is written.
    ///
    /// - Throws: `declined` when the person stops.
    consuming func run() async throws(CommandFailure) -> Setup {
        say("This leads to \(path).")
        say(
            "Enter takes what stands in brackets; Ctrl-C stops, and nothing is written before the "
                + "last question."
        )
        let replaces = FileManager.default.fileExists(atPath: path)
        if replaces, !force {
            say()
            say("\(path) exists. If it is overwritten, the old one stays as \(path).old")
            guard try Question.yes("Overwrite it", default: false) else {
                throw CommandFailure(.declined, "Nothing was written.")
            }
        }
        var url = ""
        var frontEnd: FrontEndText
        var estate: DiscoveredEstate?
        repeat {
            url = try askAddress(url)
            try askLogon(logon.frontEnd(url))
            frontEnd = logon.frontEnd(url)
            estate = try await discover(frontEnd)
        } while estate == nil
        guard let estate else { preconditionFailure("the topology was read") }
        var chosen = try askChoices(estate)
        choices.apply(to: &chosen, caFile: logon.caFile)
        say()
        guard try Question.yes("Write \(path)", default: true) else {
            throw CommandFailure(.declined, "Nothing was written.")
        }
        return Setup(
            frontEnd: frontEnd,
            choices: chosen,
            estate: estate,
            secrets: secrets,
            secretsDirectory: logon.secretsDirectory,
            replaces: replaces
        )
    }

    private func say(_ text: String = "") { Output.errorSentence(text) }

    private func askAddress(_ before: String) throws(CommandFailure) -> String {
        say()
        say("A Front End, by its name such as fe11.contoso.net, or by its https address:")
        let text = try Question.ask("Front End", default: before.isEmpty ? nil : before) { text in
            let guess = FrontEndText(
                url: FrontEndText.address(text),
                authentication: "negotiate"
            )
            do throws(ConfigurationErrors) {
                _ = try guess.endpoint()
                return nil
            } catch {
                return error.diagnostics.first?.message.replacing("'url'", with: "The address")
            }
        }
        return FrontEndText.address(text)
    }

    private mutating func askLogon(_ frontEnd: FrontEndText) throws(CommandFailure) {
        say()
        say(
            "ntlm and basic take an account and its password, negotiate this machine's Kerberos "
                + "ticket or keytab (docs/psrp.md), certificate a client certificate."
        )
        let words = LogonOptions.Authentication.allCases.map(\.rawValue)
        let usual = logon.user == nil && logon.authentication == .negotiate
        let word = try Question.choice(
            "Log on by",
            of: words,
            default: usual ? "ntlm" : logon.authentication.rawValue
        )
        logon.authentication = LogonOptions.Authentication(rawValue: word) ?? .ntlm
        if logon.authentication.takesPassword {
            let user = logon.user ?? frontEnd.guessedUser
            logon.user = try Question.ask("Account", .text, default: user)
            let name = logon.password ?? LogonOptions.passwordName
            logon.password = name
            try askSecret("Its password", name, .text)
        } else {
            (logon.user, logon.password) = (nil, nil)
        }
        if logon.authentication == .certificate {
            logon.cert = try Question.file("PEM file of the certificate", default: logon.cert)
            logon.key = try Question.file("PEM file of its key", default: logon.key)
        }
        let system = "the system's"
        let file = try Question.file(
            "PEM file of the authority behind its certificate",
            default: logon.caFile ?? system,
            besides: system
        )
        logon.caFile = file == system ? nil : file
    }

    /// Asks for a secret; one that is there already may stay.
    private mutating func askSecret(
        _ question: String,
        _ name: String,
        _ kind: AnswerKind
    ) throws(CommandFailure) {
        guard let name = SecretName(name) else {
            throw CommandFailure(.wrongUsage, "'\(name)' cannot be the name of a secret")
        }
        let store = SecretStore(
            directory: logon.secretsDirectory,
            environment: Surroundings.all,
            typed: secrets
        )
        // Whatever is wrong with an old one, a new one mends it.
        let isThere = (try? store.secret(name)) != nil
        while true {
            let hint = isThere ? ", Enter for the one that is there" : ""
            let secret = try Terminal.secret("\(question)\(hint)")
            let isEmpty = secret.withValue(\.isEmpty)
            if isEmpty, isThere { return }
            if let problem = isEmpty
                ? "It is empty." : secret.withValue({ kind.problem(withSecret: $0) })
            {
                say(problem)
                continue
            }
            secrets[name] = secret
            return
        }
    }

    /// Reads the topology; nil, after saying why, when other answers are wanted.
    private func discover(
        _ frontEnd: FrontEndText
    ) async throws(CommandFailure) -> DiscoveredEstate? {
        say()
        say("Reading the topology through \(frontEnd.url) …")
        do throws(CommandFailure) {
            let estate = try await logon.discover(frontEnd, typed: secrets)
            show(estate)
            return estate
        } catch {
            for sentence in error.sentences { Output.errorSentence(sentence) }
            say("Once more, then; Enter takes what you said before.")
            return nil
        }
    }

    private func show(_ estate: DiscoveredEstate) {
        let servers = estate.edgePools.map(\.members.count).reduce(0, +)
        let sites = estate.sites.map(\.name.name).joined(separator: ", ")
        say("  sites: \(sites)")
        say(
            "  \(Text.count(estate.edgePools.count, "Edge pool")) with "
                + "\(Text.count(servers, "server")): "
                + estate.edgePools.map(\.fqdn.name).joined(separator: ", ")
        )
        for kind in [RouteKind.sip, .xmpp] {
            if let holder = estate.holder(of: kind) { say("  \(kind.carries): \(holder)") }
        }
        let domains = estate.sipDomains.map(\.name).joined(separator: ", ")
        if !domains.isEmpty { say("  SIP domains: \(domains)") }
    }
}

extension SetupInterview {
    /// What nothing but a person can say.
    private mutating func askChoices(
        _ estate: DiscoveredEstate
    ) throws(CommandFailure) -> DraftChoices {
        say()
        say("Where this machine stands; best in no site whose Edge pool holds a route.")
        let likely = choices.site ?? EstateDraft.likelySite(in: estate)?.name
        let sites = estate.sites.map(\.name.name)
        // A topology without a site makes no configuration; the writing says so.
        if !sites.isEmpty {
            choices.site = try Question.choice("Site", of: sites, default: likely)
        }
        say()
        say("observe only says what it would do; approve asks a person; auto acts by itself.")
        let modes = ChoiceOptions.Mode.allCases.map(\.rawValue)
        let mode = try Question.choice("Mode", of: modes, default: choices.mode.rawValue)
        choices.mode = ChoiceOptions.Mode(rawValue: mode) ?? .observe
        if choices.mode != .observe { try askEdges() }
        try askDNS(estate)
        try askAlerts()
        return logon.choices
    }

    private mutating func askEdges() throws(CommandFailure) {
        say()
        say("A failover looks at the services of the Edge servers, as a local account of theirs.")
        let words = ChoiceOptions.EdgeAuthentication.allCases.map(\.rawValue)
        let word = try Question.choice(
            "Log on to Edge servers by",
            of: words,
            default: choices.edgeAuthentication.rawValue
        )
        choices.edgeAuthentication = ChoiceOptions.EdgeAuthentication(rawValue: word) ?? .ntlm
        let user = try Question.ask("Account", .text, default: choices.edgeUser ?? "edgewarden")
        choices.edgeUser = user
        try askSecret("Its password", choices.edgePassword, .text)
    }

    private mutating func askDNS(_ estate: DiscoveredEstate) throws(CommandFailure) {
        let zones = estate.zones.map(\.apex.name).joined(separator: ", ")
        say()
        say(
            "Who changes DNS when federation moves: manual, a person whom a run asks; rfc2136, the "
                + "agent itself by signed updates; exec, a program of yours."
        )
        if !zones.isEmpty { say("Zones: \(zones)") }
        let words = ChoiceOptions.Provider.allCases.map(\.rawValue)
        let word = try Question.choice("DNS", of: words, default: choices.dns.rawValue)
        choices.dns = ChoiceOptions.Provider(rawValue: word) ?? .manual
        switch choices.dns {
        case .manual: return
        case .exec:
            choices.dnsCommand = try Question.ask("Program", .command, default: choices.dnsCommand)
        case .rfc2136:
            let found = estate.zones.lazy.compactMap(\.servers.first).first?.description
            choices.dnsServer = try Question.ask(
                "Server that takes updates",
                .nameServer,
                default: choices.dnsServer ?? found
            )
            let key = try Question.ask("Key's name", .keyName, default: choices.dnsKeyName)
            choices.dnsKeyName = key
            choices.dnsAlgorithm = try Question.choice(
                "Its algorithm",
                of: ["hmac-sha256", "hmac-sha512"],
                default: choices.dnsAlgorithm
            )
            try askSecret("The key, in Base64", choices.dnsSecret, .key)
        }
    }

    private mutating func askAlerts() throws(CommandFailure) {
        say()
        say(
            "Where alerts go: journal (systemd's), mail, slack, teams, pagerduty, webhook, exec (a "
                + "program of yours) or none. More places can be added to the file (docs/alerts.md)."
        )
        let words = ChoiceOptions.Alerts.allCases.map(\.rawValue)
        let word = try Question.choice(
            "Alerts",
            of: words,
            default: choices.alerts.rawValue,
            isListed: true
        )
        choices.alerts = ChoiceOptions.Alerts(rawValue: word) ?? .journal
        switch choices.alerts {
        case .journal, .none: return
        case .exec:
            let program = try Question.ask("Program", .command, default: choices.alertCommand)
            choices.alertCommand = program
        case .mail:
            let server = try Question.ask("Mail server", .mailServer, default: choices.mailServer)
            choices.mailServer = server
            choices.mailFrom = try Question.ask("From", .mailAddress, default: choices.mailFrom)
            let before = choices.mailTo.isEmpty ? nil : choices.mailTo.joined(separator: ", ")
            let to = try Question.ask("To", .mailAddresses, default: before)
            choices.mailTo = AnswerKind.addresses(to)
        case .slack, .teams, .webhook:
            try askSecret("Its address", alertSecret, .secretURL)
        case .pagerduty:
            try askSecret("The integration key", alertSecret, .secretText)
        }
    }

    private var alertSecret: String {
        choices.alertSecret ?? choices.alerts.secretName ?? ""
    }
}
