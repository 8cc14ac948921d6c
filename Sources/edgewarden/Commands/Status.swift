import ArgumentParser

/// The command `edgewarden status`.
struct Status: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Routes, pools, verdicts, DNS, what waits for a person, what runs."
    )

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let status = try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.status()
        }
        if json {
            Output.json(status)
        } else {
            Voice(isAside: false).say(StatusView(status).lines)
        }
    }
}
