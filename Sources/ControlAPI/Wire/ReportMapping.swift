import FailoverCore
import FailoverEngine

extension ReportBody {
    init(_ report: IncidentReport, events: [JournaledRunEvent]) {
        func span(_ from: Timestamp?, _ to: Timestamp?) -> Double? {
            guard let from, let to else { return nil }
            return (to - from).inSeconds
        }
        run = RunBody(id: report.run, state: report.state, events: events)
        timeline = report.timeline.map { line in
            TimelineBody(
                at: line.at.description,
                atMilliseconds: line.at.millisecondsSinceEpoch,
                text: line.text
            )
        }
        changes = report.changes
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
