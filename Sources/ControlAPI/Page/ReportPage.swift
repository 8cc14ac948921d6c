import FailoverCore
import FailoverEngine

/// A report as one HTML file.
struct ReportPage {
    private let report: IncidentReport
    private let agent: String
    private let now: Timestamp

    /// Makes a page; `agent` names who tells it, `now` says when.
    init(_ report: IncidentReport, agent: String, now: Timestamp) {
        self.report = report
        self.agent = agent
        self.now = now
    }

    /// The page; every text in it is escaped.
    var html: String {
        ReportTemplate.render(
            [
                "title": report.title, "outcome": report.state.outcome?.inWords ?? "still running",
                "grade": report.grade.rawValue, "summary": report.summary, "facts": facts,
                "chart": ReportChart(report).context, "lists": lists,
                "steps": report.accounts.map(step),
                "timeline": report.timeline.map { ["at": $0.at.description, "text": $0.text] },
                "footer": "Times are UTC. Written by \(agent) at \(now) from its journal.",
            ] as [String: Any]
        )
    }

    private var facts: [[String: String]] {
        let moves = report.state.plan.moves.map { "\($0.from.host) → \($0.to.host)" }
        func span(_ from: Timestamp?, _ to: Timestamp?) -> String? {
            guard let from, let to else { return nil }
            return (to - from).inWords
        }
        let facts: [(String, String?)] = [
            ("Moved", Set(moves).sorted().joined(separator: ", ")),
            ("Authority", report.state.opening.authority.inWords),
            ("Found down", report.detectedAt?.description),
            ("Found down to asked", span(report.detectedAt, report.askedAt)),
            ("Asked to approved", span(report.askedAt, report.approvedAt)),
            ("The run took", span(report.startedAt, report.finishedAt)),
            ("Without federation", report.timeWithoutFederation?.inWords),
            ("Hurt", report.impact),
            ("Agent killed in mid-run", report.kills > 0 ? "\(report.kills)×" : nil),
        ]
        return facts.compactMap { name, value in
            guard let value else { return nil }
            return ["name": name, "value": value, "shape": value.count > 40 ? "wide" : "short"]
        }
    }

    private var lists: [[String: Any]] {
        let nothing = ["Nothing."]
        var lists: [(String, [String])] = [
            ("What was changed", report.changes.isEmpty ? nothing : report.changes)
        ]
        if report.state.undoing != nil {
            lists.append(
                ("What was taken back", report.takenBack.isEmpty ? nothing : report.takenBack)
            )
        }
        if !report.leftOver.isEmpty {
            lists.append(("What is left to look after", report.leftOver))
        }
        return lists.map { ["title": $0.0, "items": $0.1] }
    }

    private func step(_ account: IncidentReport.StepAccount) -> [String: Any] {
        let body = RunStepBody.words(account.phase)
        let source = account.step.source
        let time = account.from.flatMap { from in account.to.map { ($0 - from).inWords } }
        var said: [[String: String]] = []
        func say(_ name: String, _ texts: [String]) {
            said += texts.filter { !$0.isEmpty }.map { ["name": name, "text": $0] }
        }
        say("before", account.found.map { [$0] } ?? [])
        say("answer", account.answers)
        say("after", account.checks)
        if case .failed(let text) = account.phase { say("failed", [text]) }
        let wasSent = !account.answers.isEmpty
        return [
            "number": "\(account.step.id)", "title": account.step.title,
            "source": source.steps.isEmpty ? "besides" : "\(source.procedure) \(source.steps)",
            "phase": (account.isUndo ? "undo: " : "") + body.0,
            "grade": account.phase.grade.rawValue,
            "took": time ?? "", "said": said,
            "commands": wasSent ? account.step.operation.commands : [],
        ]
    }
}

extension IncidentReport {
    /// How it ended, as a colour.
    var grade: Span.Grade {
        switch state.outcome {
        case nil, .stoppedUnchanged?, .aborted?: .waiting
        case .done?, .rehearsed?: .good
        case .stopped?, .stuck?: .bad
        }
    }
}
