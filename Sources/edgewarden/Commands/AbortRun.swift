import ArgumentParser
import ControlAPI

/// The command `edgewarden abort-run`.
struct AbortRun: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Undoes what a run did, newest first, to what it was before.",
        discussion: """
            For a run that is under way, stopped, or waits for a person. One that is under way is \
            taken back from its next safe point on: the answer to what was sent is awaited, and \
            whatever it only waits for is not. Shows what will be undone and asks for the run's \
            number; with --yes it does not. Then it follows the undo: 0 when everything is as it \
            was, 1 when it was refused or stopped, 5 when it is stuck or waits for a person.
            """
    )

    @Argument(help: "The run's number, as in 'edgewarden runs'.")
    var number: Int

    @Option(help: "Why, for the journal.")
    var reason: String

    @Flag(help: "Undo without asking.")
    var yes = false

    @OptionGroup var following: FollowOptions

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print the run at its end as JSON; the words go to standard error.")
    var json = false

    func validate() throws { try Reason.check(reason) }

    func run() async throws {
        let voice = Voice(isAside: json)
        Interrupt.watch()
        let run = try await AgentLink.with(agent) { link throws(CommandFailure) -> RunBody in
            let before = try await link.report(number)
            if let refusal = before.undoRefusal {
                throw CommandFailure(.no, "run \(number) cannot be undone: \(refusal)")
            }
            voice.say(UndoView(before).lines)
            let question = "Type the run's number (\(number)) to undo it, anything else to stop:"
            guard yes || Terminal.ask(question) == "\(number)" else {
                throw CommandFailure(.declined, "nothing was undone: it was not confirmed")
            }
            return try await RunOrder(link: link, voice: voice, follow: following).carryOut(
                OrderBody(.abortRun, run: number, reason: reason),
                after: before,
                saying: "Run \(number) is being undone.",
                wanted: ["aborted"]
            )
        }
        if json { Output.json(run) }
    }
}

/// The command `edgewarden take`.
struct Take: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes a stuck run into your hands: it stops alerting, and you put it right.",
        discussion: """
            The run keeps the lock until it is done: resume-run or abort-run when what it was stuck \
            at is mended, or release when you have put everything right by hand.
            """
    )

    @Argument(help: "The run's number, as in 'edgewarden status'.")
    var number: Int

    @Option(help: "What you are going to do, for the others.")
    var reason: String

    @OptionGroup var agent: AgentOptions

    func validate() throws { try Reason.check(reason) }

    func run() async throws {
        try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.order(OrderBody(.takeRun, run: number, reason: reason))
        }
        Voice(isAside: false).say(
            Text.wrapped(
                "Run \(number) is yours: nobody is alerted about it any more. When it is mended:"
                    + " edgewarden resume-run \(number), abort-run \(number), or release, each with"
                    + " --reason …"
            )
        )
    }
}
