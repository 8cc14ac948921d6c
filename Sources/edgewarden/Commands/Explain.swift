import ArgumentParser
import ControlAPI

/// The command `edgewarden explain`.
struct Explain: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Why a route is not acted on right now, and what would have to change."
    )

    @Argument(help: "The route.")
    var route: String

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let explanation = try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.ask { client throws(ControlFailure) in
                try await client.explanation(of: route)
            }
        }
        if json {
            Output.json(explanation)
        } else {
            Voice(isAside: false).say(ExplanationView(explanation).lines)
        }
    }
}
