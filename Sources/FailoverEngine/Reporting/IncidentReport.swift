public import FailoverCore

/// What happened in an incident, put together from the journal for someone who was not there.
public struct IncidentReport: Sendable {
    /// One line of the timeline.
    public struct Line: Sendable {
        /// Wall clock.
        public var at: Timestamp
        /// What happened.
        public var text: String
    }

    /// The run.
    public var run: RunID
    /// Its state at the end of its journal.
    public var state: RunState
    /// What happened, oldest first.
    public var timeline: [Line]
    /// First *down* verdict on the leg that the run moved away from.
    public var detectedAt: Timestamp?
    /// When a person was asked, or the decision fell.
    public var askedAt: Timestamp?
    /// When a person said yes.
    public var approvedAt: Timestamp?
    /// The run's first event.
    public var startedAt: Timestamp
    /// The run's end.
    public var finishedAt: Timestamp?

    /// Puts a report together.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - events: its journal, at least the opening.
    ///   - records: what the agent kept besides, of the time before and during the run.
    /// - Throws: ``JournalFailure`` when the journal cannot be understood.
    public init(
        run: RunID,
        events: [JournaledRunEvent],
        records: [JournaledRecord]
    ) throws(JournalFailure) {
        let replayed: RunState?
        do throws(IllegalRunEvent) {
            replayed = try RunState(replaying: events.map(\.event))
        } catch {
            throw JournalFailure(code: .corrupt, message: "run \(run): \(error)")
        }
        guard let state = replayed, let first = events.first, let last = events.last else {
            throw JournalFailure(code: .other, message: "there is no run \(run)")
        }
        self.run = run
        self.state = state
        startedAt = first.at
        finishedAt = state.outcome.map { _ in last.at }
        timeline = []
        gather(records, until: last.at)
        for entry in events {
            if let text = IncidentReport.words(entry.event, state.plan) {
                timeline.append(Line(at: entry.at, text: text))
            }
        }
        timeline = timeline.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }.map(\.element)
    }

    private mutating func gather(_ records: [JournaledRecord], until end: Timestamp) {
        let request = state.opening.request
        let leg = PoolLeg(pool: request.move.from, kind: request.move.kind.leg)
        for entry in records where entry.at <= end {
            switch entry.record {
            case .event(.verdict(leg, let verdict)):
                if entry.at > startedAt { continue }
                detectedAt = verdict.verdict == .down ? (detectedAt ?? entry.at) : nil
                timeline.append(
                    Line(
                        at: entry.at,
                        text: "\(leg) is \(verdict.verdict.rawValue): \(verdict.reason)"
                    )
                )
            case .effect(.askApproval(let asked, let digest, _)) where asked.id == request.id:
                askedAt = entry.at
                timeline.append(Line(at: entry.at, text: "approval asked for plan \(digest)"))
            case .effect(.startRun(let started, _, _)) where started.id == request.id:
                askedAt = askedAt ?? entry.at
            case .event(.approved(request.id, let digest, let person)):
                approvedAt = entry.at
                timeline.append(Line(at: entry.at, text: "\(person) approved plan \(digest)"))
            case .remark(request.id, let person, let text):
                timeline.append(Line(at: entry.at, text: "\(person) said: \(text)"))
            case .event(.failoverOrdered(request.move.route, _, let person, let reason)):
                timeline.append(
                    Line(at: entry.at, text: "\(person) ordered the failover. \(reason)")
                )
            case .event(.failbackOrdered(request.move.route, let person, let reason)):
                timeline.append(
                    Line(at: entry.at, text: "\(person) ordered the failback. \(reason)")
                )
            case .agentStarted(let name, let version) where entry.at >= startedAt:
                timeline.append(Line(at: entry.at, text: "agent \(name) \(version) started again"))
            default: break
            }
        }
        // What happened long before has nothing to do with it.
        if let detectedAt {
            timeline.removeAll { $0.at < detectedAt }
        } else {
            timeline.removeAll { $0.at < startedAt && startedAt - $0.at > .seconds(3_600) }
        }
    }

    private static func words(_ event: RunEvent, _ plan: Plan) -> String? {
        func title(_ id: StepID) -> String { "step \(id), \(plan.step(id)?.title ?? "?")" }
        return switch event {
        case .opened(let opening):
            "run began: \(opening.request.move) (\(opening.authority.inWords))"
        case .observing, .verifying: nil
        case .observed(let id, .intended(let text)): "\(title(id)): done already: \(text)"
        case .observed(let id, .foreign(let text)): "\(title(id)): changed by someone else: \(text)"
        case .observed(let id, .unreadable(let text)): "\(title(id)): not readable: \(text)"
        case .observed(_, .initial): nil
        case .acting(let id): "\(title(id)): acting"
        case .acted(let id, .done(let text)): "\(title(id)): \(text)"
        case .acted(let id, .failed(let text)): "\(title(id)): FAILED: \(text)"
        case .acted(let id, .answerLost(let text)):
            "\(title(id)): no answer, looking again: \(text)"
        case .acted(let id, .foreign(let text)): "\(title(id)): changed by someone else: \(text)"
        case .verified(let id, .holds(let text)): "\(title(id)): verified: \(text)"
        case .verified(let id, .doesNot(let text)): "\(title(id)): NOT VERIFIED: \(text)"
        case .compensating(let id): "\(title(id)): starting again what it stopped"
        case .compensated(let id, .done(let text)): "\(title(id)): services run again: \(text)"
        case .compensated(let id, let result): "\(title(id)): services NOT started again: \(result)"
        case .recovered(let reason): "the run was taken up again: \(reason)"
        case .parked(let reason): "the run was parked: \(reason)"
        case .resumed(let person, let reason): "\(person) let the run go on. \(reason)"
        case .instructed(let id): "\(title(id)): a person was asked"
        case .personDone(let id, let person, let reason):
            "\(title(id)): \(person) said that it is done. \(reason)"
        case .personTimedOut(let id): "\(title(id)): nobody did it in time"
        case .aborting(let person, let reason): "\(person) ordered the run undone. \(reason)"
        case .forced(let id, let person, let reason):
            "\(title(id)): \(person) took the responsibility. \(reason)"
        case .taken(let person, let reason): "\(person) took the stuck run over. \(reason)"
        case .finished(let outcome): "run \(outcome.inWords)"
        }
    }

    /// What was changed, from what to what: only steps whose act was begun.
    public var changes: [String] {
        state.plan.steps.filter { state.attempts[$0.id, default: 0] > 0 }
            .flatMap(\.operation.changes)
    }

    /// The report as Markdown.
    public var markdown: String {
        let request = state.opening.request
        let move = request.move
        var lines = [
            "# Run \(run): \(state.plan.direction.rawValue) of route \(move.route)",
            "",
            "\(move.kind.label) federation moved from \(move.from) to \(move.to)."
                + " Reason: \(request.trigger.inWords)."
                + " Authority: \(state.opening.authority.inWords)."
                + " Outcome: \(state.outcome?.inWords ?? "still running").",
            "",
        ]
        func span(_ title: String, _ from: Timestamp?, _ to: Timestamp?) {
            if let from, let to { lines.append("- \(title): \((to - from).inWords)") }
        }
        span("detected (down verdict) to asked", detectedAt, askedAt)
        span("asked to approved", askedAt, approvedAt)
        span("run", startedAt, finishedAt)
        span("detected to verified", detectedAt, finishedAt)
        lines += ["", "## What was changed", ""]
        lines += changes.isEmpty ? ["Nothing."] : changes.map { "- \($0)" }
        lines += ["", "## Timeline (UTC)", ""]
        lines += timeline.map { "- \($0.at): \($0.text)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
