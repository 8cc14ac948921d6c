import ArgumentParser
import ControlAPI
import FailoverCore

/// The command `edgewarden failover`.
struct Failover: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Moves one or more routes to a standby pool, now.",
        discussion: MoveOptions.discussion
    )

    @Argument(help: "The route; several are moved in one plan, with the topology enabled once.")
    var routes: [String]

    @Option(help: "The pool to move to; the first standby that is up by default.")
    var to: String?

    @OptionGroup var move: MoveOptions

    var json: Bool { move.json }

    func validate() throws {
        try MoveOptions.checkRoutes(routes)
        try move.overriding.check(reason: move.reason)
    }

    func run() async throws {
        try await move.carryOut(.failover, routes, to: to)
    }
}

/// The command `edgewarden failback`.
struct Failback: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Moves one or more routes back to their home pool, now.",
        discussion: MoveOptions.discussion
    )

    @Argument(help: "The route; several are moved in one plan, with the topology enabled once.")
    var routes: [String]

    @OptionGroup var move: MoveOptions

    var json: Bool { move.json }

    func validate() throws {
        try MoveOptions.checkRoutes(routes)
        try move.overriding.check(reason: move.reason)
    }

    func run() async throws {
        try await move.carryOut(.failback, routes, to: nil)
    }
}

/// What both have in common.
struct MoveOptions: ParsableArguments {
    static let discussion = """
        Shows the plan and asks for the target pool's name; with --yes it does not. Then it \
        follows the run: 0 when it is done, 1 when it was refused or stopped, 4 when you did not \
        confirm, 5 when it waits for a person's step or is stuck, with --no-follow, or after Ctrl-C.
        """

    @Flag(help: "Go on without asking.")
    var yes = false

    @Option(help: "Why, for the journal.")
    var reason: String?

    @OptionGroup var overriding: OverrideOptions

    @OptionGroup var following: FollowOptions

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print the finished run as JSON; the words go to standard error.")
    var json = false

    static func checkRoutes(_ routes: [String]) throws {
        if Set(routes).count < routes.count { throw ValidationError("A route is named twice.") }
    }

    func carryOut(_ direction: MoveDirection, _ routes: [String], to pool: String?) async throws {
        let move = OrderedMove(
            direction: direction,
            routes: routes,
            pool: pool,
            reason: reason,
            overrides: overriding.words,
            isConfirmed: yes,
            follow: following,
            voice: Voice(isAside: json)
        )
        let run = try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await move.carryOut(through: link)
        }
        if json { Output.json(run) }
    }
}
