import ArgumentParser
import Configuring
import Daemon
import Foundation

/// The command `edgewarden check`.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validates a configuration: every error at once, with its place.",
        discussion: """
            With --online it also asks every server that the file names: whether it answers, as \
            whom it sees us, whether the cmdlets are there that runs need, and whether the file \
            still is what the topology is. Changes nothing. Exits with 0 when all is well, with 1 \
            when a server or the topology says otherwise, with 2 when the file is wrong.
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
        let live = LiveView(try await look(configuration))
        if json {
            var body = view.body
            body.online = live.body
            Output.json(body)
        } else {
            Voice(isAside: false).say(live.lines)
        }
        if !live.isWell { throw CommandFailure(.no) }
    }

    private func look(_ configuration: AgentConfiguration) async throws -> LiveFindings {
        do throws(AgentError) {
            return try await LiveLook.check(
                configuration,
                environment: ProcessInfo.processInfo.environment
            )
        } catch {
            throw CommandFailure(error.code == .secret ? .wrongUsage : .no, error.message)
        }
    }
}
