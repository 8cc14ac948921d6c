import Configuring
import FailoverCore
import Foundation

/// Asks a person for a first configuration, few questions with something sensible in brackets.
///
/// What was given as options is what it suggests.
struct SetupInterview {
    var logon: LogonOptions
    var choices: ChoiceOptions
    private let path: String
    private let force: Bool
    var secrets: [SecretName: Secret] = [:]

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
        try askOther(frontEnd, estate)
        var chosen = try askChoices(estate)
        choices.apply(to: &chosen, with: logon)
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

    func say(_ text: String = "") { Output.errorSentence(text) }

    private func askAddress(_ before: String) throws(CommandFailure) -> String {
        say()
        say("A Front End, by its name such as fe11.contoso.net, or by its https address:")
        return try Question.address("Front End", default: before.isEmpty ? nil : before)
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
