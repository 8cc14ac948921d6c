import ControlAPI

/// Follows a run and tells each step as it ends.
struct RunFollower {
    let link: AgentLink
    let voice: Voice
    let request: Int

    /// How many looks in a row the agent may miss: 15 seconds, enough for a restart.
    private static let missesMax = 75

    private var shown: [Int: String] = [:]
    private var hasTitle = false
    private var misses = 0

    init(link: AgentLink, voice: Voice, request: Int) {
        self.link = link
        self.voice = voice
        self.request = request
    }

    /// Takes the steps as told that a run had done before it went on.
    mutating func skipDone(of run: RunBody) {
        hasTitle = true
        for step in run.steps where step.phase == "verified" || step.phase == "skipped" {
            shown[step.number] = step.phase
        }
    }

    /// Waits for the run of an approved request and follows it to its end.
    ///
    /// - Returns: the run, done.
    /// - Throws: `no` when it stopped or never began, `unfinished` after Ctrl-C or when the agent
    ///   went away.
    mutating func follow() async throws(CommandFailure) -> RunBody {
        let request = request
        var phase = ""
        while true {
            if let run = try await look({ link throws(CommandFailure) in
                try await link.runs(limit: 10).first { $0.request == request }
            }) {
                tell(run)
                if run.outcome != "running" { return try end(of: run) }
            } else if misses == 0, let route = try await route() {
                // When it runs, the run is about to be seen.
                if route.phase != phase, route.phase != "running" {
                    voice.say(Text.wrapped(route.reason))
                    phase = route.phase
                }
            } else if misses == 0, try await hasNoRun() {
                throw CommandFailure(.no, try await link.ending(of: request))
            }
            if Interrupt.isSeen {
                throw CommandFailure(
                    .unfinished,
                    "request \(request) goes on without you: edgewarden status shows how far it is"
                )
            }
            await NextLook.wait()
        }
    }

    /// The route that has the request, while it has it.
    private mutating func route() async throws(CommandFailure) -> RouteBody? {
        let request = request
        return try await look { link throws(CommandFailure) in
            try await link.status().routes.first { $0.request == request }
        }
    }

    /// Looked at again after the route let go of the request: it may have ended between two looks.
    private mutating func hasNoRun() async throws(CommandFailure) -> Bool {
        guard misses == 0 else { return false }
        let request = request
        let run = try await look { link throws(CommandFailure) in
            try await link.runs(limit: 10).first { $0.request == request }
        }
        return run == nil && misses == 0
    }

    /// One look; an agent that is away for a moment is looked for again.
    private mutating func look<Seen>(
        _ body: (AgentLink) async throws(CommandFailure) -> Seen?
    ) async throws(CommandFailure) -> Seen? {
        do {
            let seen = try await body(link)
            misses = 0
            return seen
        } catch {
            guard error.status == .unreachable else { throw error }
            misses += 1
            guard misses >= RunFollower.missesMax else { return nil }
            throw CommandFailure(
                .unfinished,
                "the agent went away while request \(request) was under way; what it did is in"
                    + " its journal, and it goes on when it is started again"
            )
        }
    }

    private mutating func tell(_ run: RunBody) {
        if !hasTitle {
            voice.say()
            voice.say(RunView(run).title)
            hasTitle = true
        }
        for step in run.steps where shown[step.number] != step.phase {
            guard ["verified", "skipped", "failed"].contains(step.phase) else {
                shown[step.number] = nil
                continue
            }
            shown[step.number] = step.phase
            voice.say(RunView.step(step, of: run.steps.count))
        }
    }

    private func end(of run: RunBody) throws(CommandFailure) -> RunBody {
        switch run.outcome {
        case "done":
            voice.say(RunView.ending(run))
            return run
        case "stopped":
            throw CommandFailure(
                .no,
                "run \(run.run) \(run.outcomeText)",
                "It keeps the lock. When the cause is mended: edgewarden resume-run \(run.run)"
                    + " --reason …; to leave things as they are: edgewarden release --reason …"
            )
        default: throw CommandFailure(.no, "run \(run.run) \(run.outcomeText)")
        }
    }
}
