import ArgumentParser
import Configuring

/// The command `edgewarden check`.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validates a configuration: every error at once, with its place."
    )

    @Option(help: "The file (EDGEWARDEN_CONFIG, or \(ConfigurationPath.standard)).")
    var config: String?

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
        if json {
            Output.json(view.body)
        } else {
            for line in view.diagnosticLines { Output.error(line) }
            if configuration != nil {
                Output.line(view.summary)
            } else {
                Output.error(view.summary)
            }
        }
        if configuration == nil { throw CommandFailure(.wrongUsage) }
    }
}
