import ArgumentParser
import Configuring
import Daemon
import FailoverCore
import FailoverEngine
import Foundation

/// The command `edgewarden init`.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Leads to a first configuration: asks, writes, tries it, says what is missing.",
        discussion: """
            On a terminal it asks a few questions, and takes options as what it suggests. With \
            --front-end it asks nothing: options say the rest. It reads the live topology, writes \
            agent.conf (mode 0640, for the agent's group) and the secrets that were typed (0600), \
            then does what 'check --online' does. Nothing on any server is changed, and a file that \
            is there is not overwritten unasked. Exits with 0 when nothing is missing, with 1 when \
            something is or a Front End does not answer, with 2 when an option is missing or wrong, \
            with 4 when you stopped it.
            """
    )

    @Option(
        help: ArgumentHelp(
            "The Front End, https://HOST[:5986/wsman]; then nothing is asked.",
            valueName: "url"
        )
    )
    var frontEnd: String?

    @OptionGroup var logon: LogonOptions

    @Flag(help: "Take the Front End's password from standard input, and write its secret.")
    var passwordStdin = false

    @OptionGroup var choices: ChoiceOptions

    @Option(help: "The file that is written (EDGEWARDEN_CONFIG, or \(ConfigurationPath.standard)).")
    var config: String?

    @Flag(help: "Overwrite a file that is there; it stays as FILE.old.")
    var force = false

    func run() async throws {
        let path = ConfigurationPath.chosen(config)
        let setup = frontEnd == nil ? try await asked(path) : try await told(path)
        let draft = EstateDraft(setup.estate, from: setup.frontEnd, setup.choices)
        let configuration: AgentConfiguration
        do throws(ConfigurationErrors) {
            configuration = try ConfigurationLoader.parse(draft.text, file: path).configuration
        } catch {
            throw CommandFailure(
                .no,
                [
                    "What was read of the topology makes no configuration that can be used; nothing"
                        + " was written:"
                ] + error.diagnostics.filter { $0.severity == .error }.map { "- \($0.message)" }
            )
        }
        let written = try setup.write(draft.text, to: path)
        for line in written { Output.line(line) }
        report(draft.remarks, path)
        Output.line("")
        Output.error("Trying everything that it names; a minute at most, as a rule …")
        let findings = try await look(configuration, path)
        let view = LiveView(findings)
        Voice(isAside: false).say(view.lines)
        Voice(isAside: false).say(NextSteps(findings, path: path, configuration).lines)
        if !view.isWell { throw CommandFailure(.no) }
    }

    /// Everything from questions.
    private func asked(_ path: String) async throws(CommandFailure) -> Setup {
        guard Terminal.canAsk else {
            throw CommandFailure(
                .wrongUsage,
                "init asks its questions on a terminal. Without one say where the Front End is:",
                "  edgewarden init --front-end https://fe11.contoso.net --authentication ntlm "
                    + "--user 'CONTOSO\\edgewarden' --password-stdin < FILE"
            )
        }
        try checkFolders(path, writingSecrets: true)
        let interview = SetupInterview(logon: logon, choices: choices, path: path, force: force)
        return try await interview.run()
    }

    /// Everything from options.
    private func told(_ path: String) async throws(CommandFailure) -> Setup {
        let text = logon.frontEnd(FrontEndText.address(frontEnd ?? ""))
        var wrong = choices.missing
        do throws(ConfigurationErrors) {
            _ = try text.endpoint()
        } catch {
            wrong += error.diagnostics.map(\.message)
        }
        var chosen = logon.choices
        choices.apply(to: &chosen, with: logon)
        wrong += chosen.problems
        let exists = FileManager.default.fileExists(atPath: path)
        if exists, !force { wrong.append("\(path) exists; --force overwrites it") }
        guard wrong.isEmpty else { throw CommandFailure(.wrongUsage, wrong) }
        try checkFolders(path, writingSecrets: passwordStdin)
        var typed: [SecretName: Secret] = [:]
        if passwordStdin {
            guard let name = text.password.flatMap(SecretName.init), let line = readLine(),
                !line.isEmpty
            else {
                throw CommandFailure(
                    .wrongUsage,
                    "--password-stdin goes with --authentication basic or ntlm, and wants one line"
                )
            }
            typed[name] = Secret(line)
        }
        let estate = try await logon.discover(text, typed: typed)
        if let site = chosen.site, !estate.sites.contains(where: { $0.name == site }) {
            let known = estate.sites.map(\.name.name).joined(separator: ", ")
            throw CommandFailure(
                .wrongUsage,
                "--site: there is no site '\(site)'; the topology has \(known)"
            )
        }
        return Setup(
            frontEnd: text,
            choices: chosen,
            estate: estate,
            secrets: typed,
            secretsDirectory: logon.secretsDirectory,
            replaces: exists
        )
    }

    /// What cannot be written is told before the first question.
    private func checkFolders(
        _ path: String,
        writingSecrets: Bool
    ) throws(CommandFailure) {
        var folders = [PrivateFile.folder(of: path)]
        if writingSecrets {
            let secrets = logon.secretsDirectory
            let isThere = FileManager.default.fileExists(atPath: secrets)
            folders.append(isThere ? secrets : PrivateFile.folder(of: secrets))
        }
        if let obstacle = folders.lazy.compactMap(PrivateFile.obstacle).first {
            throw CommandFailure(.wrongUsage, obstacle)
        }
    }

    private func report(_ remarks: [String], _ path: String) {
        guard !remarks.isEmpty else { return }
        Output.line("Look at its lines with CHECK, and at these:")
        for remark in remarks {
            for line in Text.wrapped(remark, first: "  - ") { Output.line(line) }
        }
    }

    private func look(
        _ configuration: AgentConfiguration,
        _ path: String
    ) async throws(CommandFailure) -> SetupFindings {
        do throws(AgentError) {
            return try await LiveLook.check(configuration, at: path, environment: Surroundings.all)
        } catch {
            throw CommandFailure(.no, error.message)
        }
    }
}
