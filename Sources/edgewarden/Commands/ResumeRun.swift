import ArgumentParser
import ControlAPI

/// The command `edgewarden resume-run`.
struct ResumeRun: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Lets a run that stopped at a step go on, and follows it.",
        discussion: "It looks again at every step that was not finished before it acts."
    )

    @Argument(help: "The run's number, as in 'edgewarden runs'.")
    var number: Int

    @Option(help: "Why, for the journal: what was mended.")
    var reason: String

    @OptionGroup var following: FollowOptions

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print the finished run as JSON; the words go to standard error.")
    var json = false

    func run() async throws {
        let voice = Voice(isAside: json)
        Interrupt.watch()
        let run = try await AgentLink.with(agent) { link throws(CommandFailure) -> RunBody in
            let before = try await link.report(number)
            return try await RunOrder(link: link, voice: voice, follow: following).carryOut(
                OrderBody(.resumeRun, run: number, reason: reason),
                after: before,
                saying: "Run \(number) goes on.",
                wanted: ["done", "aborted", "rehearsed"]
            )
        }
        if json { Output.json(run) }
    }
}

/// The command `edgewarden release`.
struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Gives a stopped run up: what it did stays, and others may move again.",
        discussion: "Look at 'edgewarden report RUN' first: the estate may be half way."
    )

    @Option(help: "Why, for the journal.")
    var reason: String

    @OptionGroup var agent: AgentOptions

    func run() async throws {
        try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.order(OrderBody(.release, reason: reason))
        }
        Output.line("The stopped run is given up. Who holds the routes is read anew.")
    }
}

/// The command `edgewarden adopt`.
struct Adopt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Accepts that a route was moved by someone else."
    )

    @Argument(help: "The route.")
    var route: String

    @Option(help: "Why, for the journal.")
    var reason: String

    @OptionGroup var agent: AgentOptions

    func run() async throws {
        try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.order(OrderBody(.adopt, route: route, reason: reason))
        }
        Output.line("The present holder of route \(route) is accepted.")
    }
}
