import ArgumentParser
import ControlAPI
import FailoverCore
import Foundation

/// The command `edgewarden maintenance`.
struct Maintenance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Planned work: no automatic action on it, and no question, until a given end.",
        discussion: """
            Of a pool: nothing is done about it and nothing moves to it by itself. Of a server: it is \
            left out of the verdict on its pool. Of a route or everything: as 'pause', with an end. \
            'status' lists what is in maintenance.
            """,
        subcommands: [MaintenanceAdd.self, MaintenanceEnd.self]
    )
}

/// What a maintenance covers: exactly one of these.
struct MaintenanceScope: ParsableArguments {
    @Flag(help: "Everything.")
    var all = false

    @Option(help: "A route.")
    var route: String?

    @Option(help: "An Edge pool, by its full name.")
    var pool: String?

    @Option(help: "An Edge server, by its full name.")
    var server: String?

    func validate() throws {
        let named = [route, pool, server].compactMap(\.self).count + (all ? 1 : 0)
        guard named == 1 else {
            throw ValidationError("Name one of --all, --route, --pool and --server.")
        }
    }

    var inWords: String { route.map { "route \($0)" } ?? pool ?? server ?? "Everything" }
}

/// The command `edgewarden maintenance add`.
struct MaintenanceAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Begins a maintenance now; it ends by itself."
    )

    @OptionGroup var scope: MaintenanceScope

    @Option(name: .customLong("for"), help: "How long, such as 2h.")
    var length: DurationArgument?

    @Option(help: "Until when: 2026-11-22T05:00:00Z, or 2026-11-22T05:00 or 05:00 by this clock.")
    var until: TimeArgument?

    @Option(help: "Why, for the journal and for whoever wonders.")
    var reason: String

    @OptionGroup var agent: AgentOptions

    func validate() throws {
        guard (length == nil) != (until == nil) else {
            throw ValidationError("A maintenance needs an end: --for or --until.")
        }
    }

    /// From now until its end.
    private func seconds() throws(CommandFailure) -> Double {
        let seconds =
            length.map { Double($0.duration.wholeMilliseconds) / 1_000 }
            ?? until?.date.timeIntervalSinceNow ?? 0
        guard seconds > 0 else { throw CommandFailure(.wrongUsage, "That time is over already.") }
        return seconds
    }

    func run() async throws {
        let seconds = try seconds()
        let order = OrderBody(
            .maintenanceAdd,
            route: scope.route,
            pool: scope.pool,
            server: scope.server,
            reason: reason,
            forSeconds: seconds
        )
        try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.order(order)
        }
        Output.line(
            "\(scope.inWords) is in maintenance for \(Duration.inWords(seconds: seconds.rounded()))."
        )
    }
}

/// The command `edgewarden maintenance end`.
struct MaintenanceEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "Ends a maintenance before its time."
    )

    @OptionGroup var scope: MaintenanceScope

    @OptionGroup var agent: AgentOptions

    func run() async throws {
        try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.order(
                OrderBody(
                    .maintenanceEnd,
                    route: scope.route,
                    pool: scope.pool,
                    server: scope.server
                )
            )
        }
        Output.line("\(scope.inWords) is no longer in maintenance.")
    }
}
