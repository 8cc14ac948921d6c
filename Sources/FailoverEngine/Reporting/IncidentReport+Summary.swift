import FailoverCore

extension IncidentReport {
    /// What happened, in three sentences: what was wrong, what was done, and how it ended.
    public var summary: [String] { [cause, deed, ending] }

    /// From the first *down* verdict to the verified end of a move away from a dead pool; nil when
    /// federation was not seen to be down, or is not back by this run.
    public var timeWithoutFederation: Duration? {
        guard let detectedAt, let finishedAt, state.outcome == .done else { return nil }
        return finishedAt - detectedAt
    }

    private var cause: String {
        let move = state.opening.request.move
        let last = evidence.last { $0.at <= startedAt }
        if let detectedAt, let reason = evidence.first(where: { $0.at == detectedAt })?.reason {
            return "At \(detectedAt) \(move.from.host) was found down and \(move.kind.carries) with"
                + " it: \(reason)."
        }
        let trigger = state.opening.request.trigger.inWords
        let state = last.map { ", while \(move.from.host) was \($0.verdict.rawValue)" } ?? ""
        return "\(move.kind.carries) was to leave \(move.from.host)\(state): \(trigger)."
    }

    private var deed: String {
        let steps = state.plan.steps.count
        let opening = state.opening
        let what = opening.isRehearsal ? "rehearsed the" : "carried out the"
        let waited = askedAt.flatMap { asked in approvedAt.map { $0 - asked } }
        let yes = waited.map { ", \($0.inWords) after it was asked" } ?? ""
        return "\(authority)\(yes), the agent \(what) \(opening.plan.direction.rawValue) to"
            + " \(opening.request.move.to.host) in \(steps) steps."
    }

    private var authority: String {
        switch state.opening.authority {
        case .automatic: "By the policy's own decision"
        case .approved(let person, let second, _):
            "With the yes of \([person, second].compactMap(\.self).inWords)"
        case .rehearsal(let person): "For \(person)"
        }
    }

    private var ending: String {
        let took = finishedAt.map { " after \(($0 - startedAt).inWords)" } ?? ""
        guard state.outcome == .done else {
            return
                "The run \(state.outcome.map { "ended\(took): \($0.inWords)" } ?? "still goes on")."
        }
        let users =
            timeWithoutFederation.map { " Users were without federation for about \($0.inWords)." }
            ?? " Federation was not seen to be down."
        return "It was done and verified\(took).\(users)"
    }
}
