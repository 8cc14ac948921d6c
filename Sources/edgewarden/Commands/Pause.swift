import ArgumentParser
import ControlAPI
import FailoverCore

/// The command `edgewarden pause`.
struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "No automatic action for a while, on a route or on all; probing goes on."
    )

    @Argument(help: "The route; all of them by default.")
    var route: String?

    @Option(name: .customLong("for"), help: "How long, such as 2h; until resumed by default.")
    var length: DurationArgument?

    @Option(help: "Why, for the journal and for whoever wonders.")
    var reason: String

    @OptionGroup var agent: AgentOptions

    func run() async throws {
        let seconds = length.map { Double($0.duration.wholeMilliseconds) / 1_000 }
        try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.order(
                OrderBody(.pause, route: route, reason: reason, forSeconds: seconds)
            )
        }
        let end = length.map { "for \($0.duration.inWords)" } ?? "until it is resumed"
        Output.line("No automatic action on \(route.map { "route \($0)" } ?? "any route") \(end).")
    }
}

/// The command `edgewarden resume`.
struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ends a pause; for a stopped run see resume-run."
    )

    @Argument(help: "The route, if it was paused by itself.")
    var route: String?

    @OptionGroup var agent: AgentOptions

    func run() async throws {
        try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.order(OrderBody(.resume, route: route))
        }
        Output.line("The pause \(route.map { "of route \($0)" } ?? "of everything") has ended.")
    }
}
