import Configuring
import FailoverCore

/// What nothing but a person can say.
extension SetupInterview {
    mutating func askChoices(
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
        choices.mode = try Question.option("Mode", default: choices.mode)
        if choices.mode != .observe { try askEdges() }
        try askDNS(estate)
        try askAlerts()
        return logon.choices
    }

    private mutating func askEdges() throws(CommandFailure) {
        say()
        say(
            "A failover looks at the services of the Edge servers, as a local account of theirs; ssh "
                + "is OpenSSH for Windows, with a private key."
        )
        choices.edgeAuthentication = try Question.option(
            "Log on to Edge servers by",
            default: choices.edgeAuthentication
        )
        let user = try Question.ask("Account", .text, default: choices.edgeUser ?? "edgewarden")
        choices.edgeUser = user
        guard choices.edgeAuthentication == .ssh else {
            try askSecret("Its password", choices.edgePassword, .text)
            return
        }
        choices.edgeKeyFile = try Question.file(
            "File of the private key",
            .plainPath,
            default: choices.edgeKeyFile
        )
        choices.edgeKnownHostsFile = try Question.file(
            "File of the servers' host keys, as ssh-keyscan writes them",
            .plainPath,
            default: choices.edgeKnownHostsFile
        )
    }

    private mutating func askDNS(_ estate: DiscoveredEstate) throws(CommandFailure) {
        let zones = estate.zones.map(\.apex.name).joined(separator: ", ")
        say()
        say(
            "Who changes DNS when federation moves: manual, a person whom a run asks; rfc2136, the "
                + "agent itself by signed updates; powershell, the agent itself by the cmdlets of a "
                + "Windows DNS server; exec, a program of yours."
        )
        if !zones.isEmpty { say("Zones: \(zones)") }
        choices.dns = try Question.option("DNS", default: choices.dns)
        switch choices.dns {
        case .manual: return
        case .exec:
            choices.dnsCommand = try Question.ask("Program", .command, default: choices.dnsCommand)
        case .powershell: try askWindowsDNS()
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
            try askSecret("The key, in Base64", choices.secretForDNS, .key)
        }
    }

    private mutating func askWindowsDNS() throws(CommandFailure) {
        choices.dnsHost = try Question.address(
            "A Windows host with the module DnsServer",
            default: choices.dnsHost
        )
        choices.dnsAuthentication = try Question.option(
            "Log on to it by",
            default: choices.dnsAuthentication
        )
        guard choices.dnsAuthentication != .negotiate else { return }
        choices.dnsUser = try Question.ask("Account", .text, default: choices.dnsUser ?? logon.user)
        if choices.dnsUser == logon.user, let known = logon.password {
            say("Its password is the one of the Front Ends.")
            choices.dnsSecret = known
        } else {
            try askSecret("Its password", choices.secretForDNS, .text)
        }
    }

    private mutating func askAlerts() throws(CommandFailure) {
        say()
        say(
            "Where alerts go: journal (systemd's), mail, slack, teams, pagerduty, webhook, exec (a "
                + "program of yours) or none. More places can be added to the file (docs/alerts.md)."
        )
        choices.alerts = try Question.option("Alerts", default: choices.alerts, isListed: true)
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
