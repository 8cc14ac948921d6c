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
    /// How often the agent went away in the middle of the run without parking it.
    public var kills = 0
    /// What was hurt when people were first told, in words; nil when nothing was.
    public var impact: String?
    /// Verdicts on the leg that the run moved away from, oldest first.
    var evidence: [(at: Timestamp, verdict: VerdictClass, reason: String)] = []
    /// When people were told that resolvers have what the run wrote, or have not in time.
    var convergence: (at: Timestamp, isConverged: Bool, detail: String)?
    /// The run's journal.
    let events: [JournaledRunEvent]

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
        self.events = events
        startedAt = first.at
        finishedAt = state.outcome.map { _ in last.at }
        timeline = []
        gather(records, until: last.at)
        var before: RunState?
        for entry in events {
            let after = IncidentReport.next(before, entry.event) ?? state
            if let text = IncidentReport.words(entry.event, from: before, to: after) {
                timeline.append(Line(at: entry.at, text: text))
            }
            if case .recovered = entry.event, before?.isParked == false { kills += 1 }
            before = after
        }
        timeline = timeline.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }.map(\.element)
    }

    private mutating func gather(_ records: [JournaledRecord], until end: Timestamp) {
        let request = state.opening.request
        let legs = request.moves.map { PoolLeg(pool: $0.from, kind: $0.kind.leg) }
        for entry in records {
            if case .convergenceSettled(run, let isConverged, let detail) = entry.record {
                convergence = (entry.at, isConverged, detail)
            }
        }
        var orderedAt: Timestamp?
        for entry in records where entry.at <= end {
            switch entry.record {
            case .event(.verdict(let leg, let verdict)) where legs.contains(leg):
                if entry.at > startedAt { continue }
                if leg == legs.first {
                    evidence.append((entry.at, verdict.verdict, verdict.reason))
                    detectedAt = verdict.verdict == .down ? (detectedAt ?? entry.at) : nil
                }
                timeline.append(
                    Line(
                        at: entry.at,
                        text: "\(leg) is \(verdict.verdict.rawValue): \(verdict.reason)"
                    )
                )
            case .effect(.askApproval(let asked, let digest, _)) where asked.id == request.id:
                askedAt = entry.at
                timeline.append(Line(at: entry.at, text: "approval asked for plan \(digest)"))
            case .effect(.notify(let notice))
            where notice.request == request.id && notice.impact != nil:
                // Told when a person was asked, or else when the run began.
                guard impact == nil else { continue }
                impact = notice.impact
                timeline.append(Line(at: entry.at, text: "hurt: \(notice.impact ?? "")"))
            case .effect(.startRun(let started, _, _)) where started.id == request.id:
                askedAt = askedAt ?? entry.at
                timeline += started.overrides.map { Line(at: entry.at, text: $0.description) }
            case .event(.approved(request.id, let digest, let person, _)):
                approvedAt = entry.at
                timeline.append(Line(at: entry.at, text: "\(person) approved plan \(digest)"))
            case .remark(request.id, let person, let text):
                timeline.append(Line(at: entry.at, text: "\(person) said: \(text)"))
            case .event(.failoverOrdered(request.move.route, _, _, let person, let reason, _, _)):
                orderedAt = entry.at
                timeline.append(
                    Line(at: entry.at, text: "\(person) ordered the failover. \(reason)")
                )
            case .event(.failbackOrdered(request.move.route, _, let person, let reason, _, _)):
                orderedAt = entry.at
                timeline.append(
                    Line(at: entry.at, text: "\(person) ordered the failback. \(reason)")
                )
            case .agentStarted(let name, let version) where entry.at >= startedAt:
                timeline.append(Line(at: entry.at, text: "agent \(name) \(version) started again"))
            default: break
            }
        }
        // What happened before it was wanted has nothing to do with it.
        let begin = detectedAt ?? (request.trigger.orderedBy == nil ? nil : orderedAt)
        if let begin {
            timeline.removeAll { $0.at < begin }
        } else {
            timeline.removeAll { $0.at < startedAt && startedAt - $0.at > .seconds(3_600) }
        }
    }

    /// One event further; the whole journal has been replayed before, so it is legal.
    private static func next(_ before: RunState?, _ event: RunEvent) -> RunState? {
        if case .opened(let opening) = event { return RunState(opening) }
        var state = before
        do throws(IllegalRunEvent) {
            try state?.apply(event)
        } catch {
            return before
        }
        return state
    }

    /// What was changed, from what to what: only steps whose act was begun; none in a rehearsal.
    ///
    /// What was begun and not verified says so: it may have been refused.
    public var changes: [String] {
        if state.opening.isRehearsal { return [] }
        return state.plan.steps.filter { state.attempts[$0.id, default: 0] > 0 }
            .flatMap { step in
                let isSettled = state.phases[step.id]?.isSettled ?? false
                let note = isSettled ? "" : " (tried, not verified)"
                return step.operation.changes.map { $0 + note }
            }
    }

    /// What was taken back, from what to what; empty for a run that was not undone.
    ///
    /// What was found as before is not listed, nor what was left alone.
    public var takenBack: [String] {
        (state.undoing?.steps ?? []).filter { step in
            switch state.phases[step.id] {
            case .verified?, .forced?: true
            default: false
            }
        }.flatMap(\.operation.changes)
    }

    /// What somebody has to look after: forced steps, what was left alone, what is stuck.
    public var leftOver: [String] {
        var left = state.forcedSteps.compactMap { id -> String? in
            guard let step = state.step(id), case .forced(let text)? = state.phases[id] else {
                return nil
            }
            return "step \(id), \(step.title): not verified by the machine; \(text)"
        }
        left += state.undoing?.leftAlone ?? []
        switch state.outcome {
        case .stuck(let reason)?:
            let taken = state.takenBy.map { "; \($0) took it into their hands" } ?? ""
            left.append("the run is stuck: \(reason)\(taken)")
        case .stopped(let reason)?:
            left.append(
                "the run stopped: \(reason). It can be resumed, undone, or the step forced"
            )
        default: break
        }
        return left
    }
}
