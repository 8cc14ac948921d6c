import ArgumentParser

/// The command `edgewarden status`.
struct Status: AsyncParsableCommand, JSONReporting {
    static let configuration = CommandConfiguration(
        abstract: "Routes, pools, verdicts, DNS, what waits for a person, what runs.",
        discussion: """
            What wants your attention stands first. With --watch it stays on the screen and \
            follows what happens, every second, until Ctrl-C.
            """
    )

    @Flag(help: "Also what is well: every item of readiness, every answer, every step.")
    var all = false

    @Flag(help: "Stay on the screen and follow what happens, until Ctrl-C.")
    var watch = false

    @OptionGroup var agent: AgentOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard !watch || !json else {
            throw ValidationError("--watch is for the eye; for programs, ask again: status --json")
        }
    }

    func run() async throws {
        if watch {
            try await StatusWatch(agent: agent, detail: all ? .whole : .glance).run()
            return
        }
        let status = try await AgentLink.with(agent) { link throws(CommandFailure) in
            try await link.status()
        }
        if json {
            Output.json(status)
        } else {
            Voice(isAside: false).say(StatusView(status, detail: all ? .whole : .usual).lines)
        }
    }
}
