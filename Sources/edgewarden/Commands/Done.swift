import ArgumentParser
import ControlAPI

/// The command `edgewarden done`.
struct Done: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Says that a person's step is done; the agent looks, and the run goes on.",
        discussion: """
            The agent does not take your word where it can look: when it sees that the step is not \
            done, it says what it saw and waits on. Then this follows the run: 0 when it is done, \
            1 when it stopped, 5 when it waits for the next person.
            """
    )

    @Argument(help: "The step's number, as in 'edgewarden status'.")
    var step: Int

    @Option(name: .customLong("run"), help: "The run; the one under way by default.")
    var number: Int?

    @Option(help: "What was done, for the journal.")
    var reason: String?

    @OptionGroup var following: FollowOptions

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print the finished run as JSON; the words go to standard error.")
    var json = false

    func run() async throws {
        let voice = Voice(isAside: json)
        Interrupt.watch()
        let run = try await AgentLink.with(agent) { link throws(CommandFailure) -> RunBody in
            let number = try await RunChoice(link: link).choose(number)
            let before = try await link.report(number)
            return try await RunOrder(link: link, voice: voice, follow: following).carryOut(
                OrderBody(.done, run: number, step: step, reason: reason),
                after: before,
                saying: "Run \(number) is told that step \(step) is done. The agent looks now.",
                wanted: ["done", "aborted", "rehearsed"]
            )
        }
        if json { Output.json(run) }
    }
}

/// The command `edgewarden force-step`.
struct ForceStep: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Takes the responsibility for a step, which then counts as done, unverified.",
        discussion: """
            For the step at which a run stopped or waits, when you know better than the agent can \
            see. Shows what you answer for and asks for the step's number; with --yes it does not.
            """
    )

    @Argument(help: "The step's number, as in 'edgewarden report RUN'.")
    var step: Int

    @Option(help: "Why you know that it is as it should be; for the journal and the report.")
    var reason: String

    @Option(name: .customLong("run"), help: "The run; the one under way or stopped by default.")
    var number: Int?

    @Flag(help: "Force without asking.")
    var yes = false

    @OptionGroup var following: FollowOptions

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print the finished run as JSON; the words go to standard error.")
    var json = false

    func validate() throws { try Reason.check(reason) }

    func run() async throws {
        let voice = Voice(isAside: json)
        Interrupt.watch()
        let run = try await AgentLink.with(agent) { link throws(CommandFailure) -> RunBody in
            let number = try await RunChoice(link: link).choose(number)
            let before = try await link.report(number)
            let steps = before.run.steps + before.run.undo
            let standing = steps.first { ["failed", "waiting"].contains($0.phase) }
            guard let standing, standing.number == step else {
                let place = standing.map { "it stands at step \($0.number), \($0.title)" }
                throw CommandFailure(
                    .no,
                    "run \(number) does not stand at step \(step): \(place ?? before.run.outcomeText)"
                )
            }
            voice.say(ForceView(step: step, run: before.run).lines)
            let question = "Type the step's number (\(step)) to take it on, anything else to stop:"
            guard yes || Terminal.ask(question) == "\(step)" else {
                throw CommandFailure(.declined, "nothing was forced: it was not confirmed")
            }
            return try await RunOrder(link: link, voice: voice, follow: following).carryOut(
                OrderBody(.forceStep, run: number, step: step, reason: reason),
                after: before,
                saying: "Step \(step) of run \(number) counts as done, on your responsibility.",
                wanted: ["done", "aborted", "rehearsed"]
            )
        }
        if json { Output.json(run) }
    }
}

/// Reasons that have to be given.
enum Reason {
    /// An empty reason is none.
    static func check(_ reason: String) throws {
        if reason.allSatisfy(\.isWhitespace) {
            throw ValidationError("--reason must say why; it is read later by others.")
        }
    }
}
