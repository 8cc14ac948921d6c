import ArgumentParser
import ControlAPI

/// The command `edgewarden drill`.
struct Drill: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Moves a route away and back, for practice; or rehearses it, changing nothing.",
        discussion: """
            A drill is real: partners reach you through the other pool meanwhile. Each way shows \
            its plan and asks for the pool's name; with --yes it does not. It ends with 0 when the \
            route is home again, 1 when it was refused or stopped, 4 when you did not confirm, 5 when \
            a person is awaited, a run is stuck, or after Ctrl-C; unless it is 0 it says where the \
            route is, and with --finish you bring it home. With --what-if every cmdlet gets -WhatIf where it has one, and DNS is only \
            looked at.
            """
    )

    @Argument(help: "The route.")
    var route: String

    @Option(help: "The pool to move to; the first standby that is up by default.")
    var to: String?

    @Option(help: "Why, for the journal; a drill needs it.")
    var reason: String?

    @Option(help: "How long it stays away.")
    var hold = DurationArgument(.seconds(60))

    @Flag(help: "Go on without asking.")
    var yes = false

    @Flag(help: "Only the way home, of a drill that ended half way.")
    var finish = false

    @Flag(help: "Rehearse only: nothing is changed.")
    var whatIf = false

    @Flag(help: "Where a run waits for a person, end with 5 instead of waiting along.")
    var detach = false

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print the finished runs as JSON; the words go to standard error.")
    var json = false

    func validate() throws {
        if whatIf {
            if yes { throw ValidationError("--what-if changes nothing and asks nothing.") }
            if finish { throw ValidationError("--finish is a real move, --what-if is none.") }
        } else if let reason {
            try Reason.check(reason)
        } else {
            throw ValidationError("A drill moves the route: --reason says why.")
        }
        if finish, to != nil { throw ValidationError("--finish leads home, and nowhere else.") }
    }

    func run() async throws {
        let voice = Voice(isAside: json)
        let stays = !detach && Terminal.isAttended(voice)
        Interrupt.watch()
        if whatIf {
            let rehearsal = Rehearsal(route: route, pool: to, reason: reason, voice: voice)
            let run = try await AgentLink.with(agent) { link throws(CommandFailure) in
                try await rehearsal.carryOut(through: link, stays: stays)
            }
            if json { Output.json(run) }
            return
        }
        let drill = SupervisedDrill(
            route: route,
            pool: to,
            reason: reason ?? "",
            hold: hold.duration,
            isConfirmed: yes,
            stays: stays,
            voice: voice
        )
        let runs = try await AgentLink.with(agent) { link throws(CommandFailure) in
            finish
                ? try await drill.finish(through: link) : try await drill.carryOut(through: link)
        }
        if json { Output.json(RunsBody(runs: runs)) }
    }
}
