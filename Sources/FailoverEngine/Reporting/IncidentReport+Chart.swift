public import FailoverCore

extension IncidentReport {
    /// A stretch of time in the drawn timeline.
    public struct Span: Sendable {
        /// What kind of thing went on.
        public enum Lane: String, Sendable {
            case evidence, decision, approval, step, dns
        }

        /// How it was.
        public enum Grade: String, Sendable {
            case good, bad, waiting, neutral
        }

        /// The lane.
        public var lane: Lane
        /// What it was, in a word or a title.
        public var label: String
        /// Its beginning.
        public var from: Timestamp
        /// Its end.
        public var to: Timestamp
        /// How it was.
        public var grade: Grade
    }

    /// What became of a step, with everything that was sent and said.
    public struct StepAccount: Sendable {
        /// The step.
        public var step: Step
        /// Whether it belongs to the undo.
        public var isUndo: Bool
        /// Where it is now.
        public var phase: StepPhase
        /// What was found before it.
        public var found: String?
        /// What was answered to each attempt.
        public var answers: [String]
        /// What was found after it, each time that was looked.
        public var checks: [String]
        /// Its first event.
        public var from: Timestamp?
        /// Its last event.
        public var to: Timestamp?
    }

    /// Everything that took time, lane by lane.
    public var spans: [Span] {
        evidenceSpans + decisionSpans
            + accounts.compactMap { account in
                guard let from = account.from, let to = account.to else { return nil }
                let label = "\(account.step.id)  \(account.step.title)"
                return Span(
                    lane: .step,
                    label: label,
                    from: from,
                    to: to,
                    grade: account.phase.grade
                )
            } + convergenceSpans
    }

    /// The steps in their order, then those of the undo.
    public var accounts: [StepAccount] {
        let planned = state.plan.steps.map { account($0, isUndo: false) }
        return planned + (state.undoing?.steps ?? []).map { account($0, isUndo: true) }
    }

    private func account(_ step: Step, isUndo: Bool) -> StepAccount {
        let own = events.filter { $0.event.step == step.id }
        var account = StepAccount(
            step: step,
            isUndo: isUndo,
            phase: state.phases[step.id] ?? .pending,
            answers: [],
            checks: [],
            from: own.first?.at,
            to: own.last?.at
        )
        for entry in own {
            switch entry.event {
            case .observed(_, .initial(let text)), .observed(_, .intended(let text)),
                .observed(_, .foreign(let text)), .observed(_, .unreadable(let text)):
                account.found = account.found ?? text
            case .acted(_, let result), .compensated(_, let result):
                account.answers.append(result.detail)
            case .verified(_, .holds(let text)), .verified(_, .doesNot(let text)):
                account.checks.append(text)
            default: break
            }
        }
        return account
    }

    /// The end of what is drawn.
    private var end: Timestamp { convergence?.at ?? events.last?.at ?? startedAt }

    /// The beginning of what is drawn: nothing before it was wanted, but a moment of what was well.
    private var begin: Timestamp {
        let first = detectedAt ?? askedAt ?? startedAt
        return Timestamp(millisecondsSinceEpoch: first.millisecondsSinceEpoch - 10_000)
    }

    private var evidenceSpans: [Span] {
        evidence.indices.compactMap { index in
            let (from, verdict, _) = evidence[index]
            let to = index + 1 < evidence.count ? evidence[index + 1].at : end
            guard to > begin else { return nil }
            return Span(
                lane: .evidence,
                label: "\(state.opening.request.move.from.host) \(verdict.rawValue)",
                from: max(from, begin),
                to: to,
                grade: verdict.grade
            )
        }
    }

    private var decisionSpans: [Span] {
        var spans: [Span] = []
        if let detectedAt, let askedAt {
            spans.append(
                Span(
                    lane: .decision,
                    label: "making sure",
                    from: detectedAt,
                    to: askedAt,
                    grade: .neutral
                )
            )
        }
        if let askedAt, let approvedAt {
            spans.append(
                Span(
                    lane: .approval,
                    label: "waiting for a yes",
                    from: askedAt,
                    to: approvedAt,
                    grade: .waiting
                )
            )
        }
        return spans
    }

    private var convergenceSpans: [Span] {
        guard let convergence, let finishedAt else { return [] }
        return [
            Span(
                lane: .dns,
                label: convergence.isConverged ? "resolvers follow" : "resolvers do not follow",
                from: finishedAt,
                to: convergence.at,
                grade: convergence.isConverged ? .good : .bad
            )
        ]
    }
}

extension StepPhase {
    /// How a step is, drawn.
    public var grade: IncidentReport.Span.Grade {
        switch self {
        case .verified, .skipped: .good
        case .failed: .bad
        case .waiting, .forced: .waiting
        case .pending, .observing, .ready, .acting, .acted, .verifying: .neutral
        }
    }
}

extension VerdictClass {
    fileprivate var grade: IncidentReport.Span.Grade {
        switch self {
        case .up: .good
        case .down: .bad
        case .degraded, .impaired: .waiting
        case .unknown: .neutral
        }
    }
}
