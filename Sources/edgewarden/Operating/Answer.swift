import ControlAPI
import FailoverCore

/// Shows a plan that waits, asks for the yes, gives it, and follows the run.
struct Answer {
    let link: AgentLink
    let voice: Voice
    let waiting: WaitingBody

    /// Asks for the target pool's name on the terminal.
    ///
    /// - Returns: whether the very name was typed; not when the input ended or on Ctrl-C.
    func isConfirmed() -> Bool {
        let question = "Type the pool's name (\(target)) to approve, anything else to stop:"
        return Terminal.ask(question).flatMap { FQDN($0) }?.name == target
    }

    /// Shows what is asked.
    func show() {
        voice.say(Text.wrapped("Request \(waiting.request): \(waiting.trigger)"))
        if let impact = waiting.impact { voice.say(Text.wrapped("Hurt now: \(impact)")) }
        voice.say(Text.wrapped("Asked at \(waiting.askedAt), waits another \(left)."))
        voice.say(RulesView(waiting).lines)
        if let words = waiting.twoPersonWords { voice.say(Text.wrapped(words)) }
        if let targets = waiting.targets, !targets.isEmpty {
            voice.say(["", "Who would take over"])
            voice.say(
                targets.flatMap { target in
                    ReadinessView(target.standby, margin: "  \(target.route.padded(to: 8)) ").lines
                }
            )
        }
        voice.say()
        voice.say(PlanView(waiting.plan).lines)
    }

    /// Approves this very plan.
    ///
    /// - Throws: `no` with the agent's reason, such as a plan that changed meanwhile; `declined`
    ///   when the time to answer is over.
    func approve(
        reason: String?,
        overrides: [String]? = nil,
        askedAt: ContinuousClock.Instant
    ) async throws(CommandFailure) {
        do {
            try await link.order(
                OrderBody(
                    .approve,
                    request: waiting.request,
                    digest: waiting.plan.digest,
                    reason: reason,
                    overrides: overrides
                )
            )
        } catch {
            let waited = ContinuousClock.now - askedAt
            let isOver = waited >= .seconds(waiting.remainingSeconds)
            throw error.status == .no && isOver
                ? CommandFailure(.declined, error.sentences) : error
        }
        voice.say(Text.wrapped(taken))
    }

    /// What came of the yes.
    private var taken: String {
        let number = waiting.request
        guard waiting.yesesMissing > 1 else { return "Request \(number) is approved." }
        return
            "Request \(number) has your yes. It needs another person's: edgewarden approve \(number)"
    }

    /// The pool that is to hold the route.
    var target: String { waiting.target }

    private var left: String { Duration.inWords(seconds: max(0, waiting.remainingSeconds)) }
}
