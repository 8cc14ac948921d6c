import FailoverCore
import FailoverEngine

extension ReportBody {
    init(_ report: IncidentReport, events: [JournaledRunEvent]) {
        func span(_ from: Timestamp?, _ to: Timestamp?) -> Double? {
            guard let from, let to else { return nil }
            return (to - from).inSeconds
        }
        let endpoint = report.state.opening.snapshot.endpoint
        run = RunBody(id: report.run, state: report.state, events: events)
        timeline = report.timeline.map { line in
            TimelineBody(
                at: line.at.description,
                atMilliseconds: line.at.millisecondsSinceEpoch,
                text: line.text
            )
        }
        changes = report.changes
        undo = []
        do throws(IllegalRunEvent) {
            // Only to see what would follow; nobody has ordered it.
            var undone = report.state
            try undone.apply(.aborting(by: Person(name: ""), reason: ""))
            undo = undone.undoing?.steps.map { StepBody($0, endpoint: endpoint) } ?? []
        } catch {
            undoRefusal = report.state.undoRefusal
        }
        durations = DurationsBody(
            detectedToAskedSeconds: span(report.detectedAt, report.askedAt),
            askedToApprovedSeconds: span(report.askedAt, report.approvedAt),
            runSeconds: span(report.startedAt, report.finishedAt),
            detectedToVerifiedSeconds: span(report.detectedAt, report.finishedAt)
        )
        detectedAt = report.detectedAt?.description
        markdown = report.markdown
    }
}

extension RunState {
    /// Why a person cannot have the run undone.
    fileprivate var undoRefusal: String {
        if undoing != nil, outcome == nil { return "it is being undone already" }
        return switch outcome {
        case nil: "it is a rehearsal, which changes nothing and ends by itself"
        case .done?: "it is done and verified; the other way round is a move of its own"
        case .rehearsed?: "it was a rehearsal and changed nothing"
        case .stoppedUnchanged?: "it changed nothing"
        case .aborted?: "it was undone already"
        case .stopped?, .stuck?: "its undo got stuck; resume-run goes on with it"
        }
    }
}
