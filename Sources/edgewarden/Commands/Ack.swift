import ArgumentParser
import ControlAPI

/// The command `edgewarden ack`.
struct Ack: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ends a route's cool-down, or the reminders of an alert.",
        discussion: """
            Of a route: for whoever has looked into the last run and wants the route's mode to hold \
            again; its failovers so far count no more. The lock of a run that has not ended is not \
            touched: see resume-run, abort-run and release.
            Of an alert: for whoever cares for what it is about. Nobody is reminded of it any more, the \
            others are told, and PagerDuty shows it as acknowledged.
            """
    )

    @Argument(help: "The route.")
    var route: String?

    @Option(help: "The number of an alert, which every alert says; that of a reminder will do.")
    var alert: Int64?

    @Option(help: "Why, for the journal and for whoever wonders.")
    var reason: String

    @OptionGroup var agent: AgentOptions

    func validate() throws {
        if (route == nil) == (alert == nil) {
            throw ValidationError("Name a route, or an alert with --alert.")
        }
    }

    func run() async throws {
        try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.order(
                OrderBody(.acknowledge, route: route, alert: alert, reason: reason)
            )
        }
        if let route {
            Output.line(
                "The cool-down of route \(route) has ended, and its failovers so far count no more."
            )
        } else if let alert {
            Output.line("Nobody is reminded of what alert \(alert) is about any more.")
        }
    }
}
