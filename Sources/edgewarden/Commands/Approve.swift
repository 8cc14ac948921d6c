import ArgumentParser
import ControlAPI

/// The command `edgewarden approve`.
struct Approve: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Shows a plan that waits and says yes to it.",
        discussion: """
            Asks for the target pool's name first; with --yes it does not. Then it follows the \
            run: 0 when it is done, 1 when it stopped, 4 when you did not confirm, 5 when it waits \
            for a person's step or is stuck, with --no-follow, or after Ctrl-C.
            """
    )

    @Argument(help: "The request; needed when several wait.")
    var request: Int?

    @Flag(help: "Approve without asking.")
    var yes = false

    @OptionGroup var overriding: OverrideOptions

    @OptionGroup var following: FollowOptions

    @Option(help: "Why, for the journal.")
    var reason: String?

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print the finished run as JSON; the words go to standard error.")
    var json = false

    func validate() throws { try overriding.check(reason: reason) }

    func run() async throws {
        let voice = Voice(isAside: json)
        Interrupt.watch()
        let run = try await AgentLink.with(agent) { link throws(CommandFailure) -> RunBody in
            let waiting = try await WaitingRequests(link: link).choose(request)
            let begin = ContinuousClock.now
            let answer = Answer(link: link, voice: voice, waiting: waiting)
            answer.show()
            guard yes || answer.isConfirmed() else {
                throw CommandFailure(
                    .declined,
                    "not approved; request \(waiting.request) still waits"
                        + " (edgewarden deny \(waiting.request) --reason … says no)"
                )
            }
            try await answer.approve(
                reason: reason,
                overrides: overriding.words,
                askedAt: begin
            )
            guard following.follow else {
                throw CommandFailure(
                    .unfinished,
                    "the run of request \(waiting.request) is not followed: edgewarden status"
                        + " shows how far it is"
                )
            }
            var follower = RunFollower(
                link: link,
                voice: voice,
                request: waiting.request,
                stays: following.stays(voice)
            )
            return try await follower.follow()
        }
        if json { Output.json(run) }
    }
}
