import ArgumentParser
import ControlAPI
import FailoverCore

/// The command `edgewarden plan`.
struct PlanCommand: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "The exact steps of a failover or failback, each with its source.",
        discussion: "Reads the live topology and DNS; touches nothing. Exits with 1 when blocked."
    )

    /// Which way.
    enum Direction: String, ExpressibleByArgument, CaseIterable {
        case failover
        case failback

        var move: MoveDirection { self == .failover ? .failover : .failback }
    }

    @Argument(help: "failover or failback.")
    var direction: Direction

    @Argument(help: "The routes; several become one plan, enabled once.")
    var routes: [String]

    @Option(help: "The pool to move to.")
    var to: String?

    @Flag(help: "Print PowerShell and nsupdate lines, commented, to carry it out by hand.")
    var script = false

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if direction == .failback, to != nil {
            throw ValidationError("A failback goes home: --to is for failover.")
        }
        if script, json { throw ValidationError("--script and --json are two forms: choose one.") }
        try MoveOptions.checkRoutes(routes)
    }

    func run() async throws {
        if script {
            let body = try await AgentLink.with(agent) { link throws(CommandFailure) in
                try await link.script(direction.move, routes, to: to)
            }
            // It ends with a line end of its own.
            Output.line(body.script.trimmedAtEnd)
            return
        }
        let plan = try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.plan(direction.move, routes, to: to)
        }
        if json {
            Output.json(plan)
        } else {
            Voice(isAside: false).say(PlanView(plan).lines)
        }
    }
}
