import FailoverCore

extension IncidentReport {
    /// The report as Markdown.
    public var markdown: String {
        var lines = ["# \(title)", "", summary.joined(separator: " "), ""]
        lines += facts.map { "- \($0)" }
        func span(_ title: String, _ from: Timestamp?, _ to: Timestamp?) {
            if let from, let to { lines.append("- \(title): \((to - from).inWords)") }
        }
        span("detected (down verdict) to asked", detectedAt, askedAt)
        span("asked to approved", askedAt, approvedAt)
        span("run", startedAt, finishedAt)
        if state.outcome == .done { span("detected to verified", detectedAt, finishedAt) }
        if kills > 0 {
            let times = kills == 1 ? "once" : "\(kills) times"
            lines.append(
                "- the agent was killed or crashed \(times) in the middle of it and went on from its"
                    + " journal"
            )
        }
        lines += ["", "## What was changed", ""]
        lines += changes.isEmpty ? ["Nothing."] : changes.map { "- \($0)" }
        if state.undoing != nil {
            lines += ["", "## What was taken back", ""]
            lines += takenBack.isEmpty ? ["Nothing."] : takenBack.map { "- \($0)" }
        }
        if !leftOver.isEmpty {
            lines += ["", "## What is left to look after", ""]
            lines += leftOver.map { "- \($0)" }
        }
        lines += ["", "## Timeline (UTC)", ""]
        lines += timeline.map { "- \($0.at): \($0.text)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `Run 3: failover of route sip`.
    public var title: String {
        let opening = state.opening
        let kind =
            opening.isRehearsal
            ? "rehearsal of the \(opening.plan.direction.rawValue)"
            : opening.plan.direction.rawValue
        let routes = Set(opening.plan.moves.map(\.route)).sorted().map(\.name)
        return "Run \(run): \(kind) of route \(routes.joined(separator: " and "))"
    }

    private var facts: [String] {
        state.opening.plan.moves.map(movement) + [
            "reason: \(state.opening.request.trigger.inWords)",
            "authority: \(state.opening.authority.inWords)",
            "outcome: \(state.outcome?.inWords ?? "still running")",
        ]
    }

    private func movement(_ move: Move) -> String {
        let what = "\(move.kind.carries) from \(move.from) to \(move.to)"
        if state.opening.isRehearsal { return "rehearsed, changing nothing: \(what)" }
        if state.outcome == .done { return "moved: \(what)" }
        return "was to move: \(what)"
    }
}
