import ControlAPI

/// Follows a run and tells each step as it ends.
struct RunFollower {
    let link: AgentLink
    let voice: Voice
    let request: Int
    /// Whether to go on looking while the run waits for a person.
    let stays: Bool
    /// Outcomes that count as done.
    let wanted: Set<String>

    /// How many looks in a row the agent may miss: 15 seconds, enough for a restart.
    private static let missesMax = 75

    private var shown: [Int: String] = [:]
    private var hasTitle = false
    private var misses = 0
    private var live: LiveLine

    /// What a person was last told to be awaited for; told again only when it changes.
    private var awaited: String?

    init(
        link: AgentLink,
        voice: Voice,
        request: Int,
        stays: Bool,
        wanted: Set<String> = ["done"]
    ) {
        self.link = link
        self.voice = voice
        self.request = request
        self.stays = stays
        self.wanted = wanted
        live = LiveLine(voice)
    }

    /// Takes the steps as told that a run had done before it went on.
    mutating func skipDone(of run: RunBody) {
        hasTitle = true
        for step in run.steps + run.undo where step.isSettled {
            shown[step.number] = step.phase
        }
    }

    /// Waits for the run of an approved request and follows it to its end.
    ///
    /// - Returns: the run, done.
    /// - Throws: `no` when it stopped or never began; `unfinished` when it is stuck or waits for a
    ///   person, after Ctrl-C, or when the agent went away.
    mutating func follow() async throws(CommandFailure) -> RunBody {
        let request = request
        var phase = ""
        defer { live.clear() }
        while true {
            if let run = try await look({ link throws(CommandFailure) in
                try await link.runs(limit: 10).first { $0.request == request }
            }) {
                tell(run)
                if !["running", "parked"].contains(run.outcome) {
                    live.clear()
                    return try end(of: run)
                }
                live.show(run)
                if !stays, let awaits = run.awaits { throw CommandFailure(waitingFor: awaits) }
            } else if misses == 0, let route = try await route() {
                // When it runs, the run is about to be seen.
                if route.phase != phase, route.phase != "running" {
                    live.clear()
                    voice.say(Text.wrapped(route.reason))
                    phase = route.phase
                }
            } else if misses == 0, try await hasNoRun() {
                // Where a second person was waited for, none came.
                throw CommandFailure(
                    phase == "awaiting_approval" ? .declined : .no,
                    try await link.ending(of: request)
                )
            }
            if Interrupt.isSeen {
                throw CommandFailure(
                    .unfinished,
                    "request \(request) goes on without you; edgewarden status --watch shows it"
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
            live.clear()
            voice.say()
            voice.say(RunView(run).title)
            hasTitle = true
        }
        let steps = run.steps + run.undo
        for step in steps where shown[step.number] != step.phase {
            guard step.phase == "failed" || step.isSettled else {
                shown[step.number] = nil
                continue
            }
            shown[step.number] = step.phase
            live.clear()
            voice.say(RunView.step(step, of: steps.count))
            if run.isRehearsal { voice.say(RunView.rehearsed(step)) }
        }
        let key = run.awaits.map { "\($0.step) \($0.askedAt ?? "") \($0.seen ?? "")" }
        if let awaits = run.awaits, key != awaited {
            live.clear()
            voice.say()
            voice.say(AwaitedView(awaits).lines)
            if stays { voice.say(Text.wrapped("Waiting along; Ctrl-C leaves, the run goes on.")) }
        }
        awaited = key
    }

    private func end(of run: RunBody) throws(CommandFailure) -> RunBody {
        if wanted.contains(run.outcome) {
            voice.say(RunView.ending(run))
            return run
        }
        let number = run.run
        switch run.outcome {
        case "stopped":
            throw CommandFailure(
                .no,
                "run \(number) \(run.outcomeText)",
                "It keeps the lock. When the cause is mended: edgewarden resume-run \(number)"
                    + " --reason …; to undo it: edgewarden abort-run \(number) --reason …; to leave"
                    + " things as they are: edgewarden release --reason …"
            )
        case "stuck":
            throw CommandFailure(
                .unfinished,
                "RUN \(number) IS STUCK: \(run.outcomeText)",
                "It alerts until a person takes it: edgewarden take \(number) --reason …; what"
                    + " it did is in edgewarden report \(number)"
            )
        default: throw CommandFailure(.no, "run \(number): \(run.outcomeText)")
        }
    }
}

extension CommandFailure {
    /// The run goes on when a person has done a step.
    init(waitingFor awaits: AwaitedBody) {
        self.init(
            .unfinished,
            "run \(awaits.run) waits for a person: step \(awaits.step), \(awaits.title)",
            "When it is done: \(awaits.doneCommand)"
        )
    }
}
