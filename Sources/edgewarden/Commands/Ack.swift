import ArgumentParser
import ControlAPI

/// The command `edgewarden ack`.
struct Ack: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ends a route's cool-down, and its failovers so far count no more.",
        discussion: """
            For whoever has looked into the last run and wants the route's mode to hold again. The lock \
            of a run that has not ended is not touched: see resume-run, abort-run and release.
            """
    )

    @Argument(help: "The route.")
    var route: String

    @Option(help: "Why, for the journal and for whoever wonders.")
    var reason: String

    @OptionGroup var agent: AgentOptions

    func run() async throws {
        try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.order(OrderBody(.acknowledge, route: route, reason: reason))
        }
        Output.line(
            "The cool-down of route \(route) has ended, and its failovers so far count no more."
        )
    }
}
