import ArgumentParser
import ControlAPI

/// The command `edgewarden runs`.
struct Runs: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(abstract: "The newest runs, newest first.")

    @Option(help: "How many at most, 1 to 1000.")
    var limit = 20

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...1_000).contains(limit) else {
            throw ValidationError("--limit must be from 1 to 1000.")
        }
    }

    func run() async throws {
        let runs = try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.ask { client throws(ControlFailure) in
                try await client.runs(limit: limit)
            }
        }
        if json {
            Output.json(runs)
        } else {
            Voice(isAside: false).say(RunsView(runs.runs).lines)
        }
    }
}
