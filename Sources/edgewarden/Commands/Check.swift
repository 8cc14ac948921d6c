import ArgumentParser
import Configuring
import Daemon
import FailoverEngine
import Foundation

/// The command `edgewarden check`.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validates a configuration: every error at once, with its place.",
        discussion: """
            With --online, as root, it also tries everything that the file names: secrets, servers \
            (who answers, as whom it sees us, which cmdlets are missing), probes, zones, places for \
            alerts; compares the file with the live topology; judges every pool as a standby; and \
            lists what is missing in the order in which to put it right. Changes nothing. Exits \
            with 0 when nothing is missing, with 1 when something is, with 2 when the file is wrong.
            """
    )

    @Option(help: "The file (EDGEWARDEN_CONFIG, or \(ConfigurationPath.standard)).")
    var config: String?

    @Flag(help: "Ask the servers too.")
    var online = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let path = ConfigurationPath.chosen(config)
        let configuration: AgentConfiguration?
        let diagnostics: [Diagnostic]
        do throws(ConfigurationErrors) {
            let loaded = try ConfigurationLoader.load(path: path)
            (configuration, diagnostics) = (loaded.configuration, loaded.warnings)
        } catch {
            (configuration, diagnostics) = (nil, error.diagnostics)
        }
        let view = CheckView(path: path, configuration: configuration, diagnostics: diagnostics)
        if !json {
            for line in view.diagnosticLines { Output.error(line) }
            if configuration != nil {
                Output.line(view.summary)
            } else {
                Output.error(view.summary)
            }
        }
        guard let configuration, online else {
            if json { Output.json(view.body) }
            if configuration == nil { throw CommandFailure(.wrongUsage) }
            return
        }
        if !json { Output.error("Trying everything that it names; a minute at most, as a rule …") }
        let live = LiveView(try await look(configuration, path))
        if json {
            var body = view.body
            body.online = live.body
            Output.json(body)
        } else {
            Voice(isAside: false).say(live.lines)
        }
        if !live.isWell { throw CommandFailure(.no) }
    }

    private func look(
        _ configuration: AgentConfiguration,
        _ path: String
    ) async throws -> SetupFindings {
        do throws(AgentError) {
            return try await LiveLook.check(
                configuration,
                at: path,
                environment: ProcessInfo.processInfo.environment
            )
        } catch {
            throw CommandFailure(.no, error.message)
        }
    }
}
