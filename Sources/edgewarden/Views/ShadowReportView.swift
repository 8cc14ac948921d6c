import ControlAPI

/// What `shadow-report` prints.
struct ShadowReportView {
    private let report: ShadowReportBody

    init(_ report: ShadowReportBody) { self.report = report }

    var lines: [String] {
        let span = report.since.map { "since \($0)" } ?? "as far as is on record"
        var lines = ["What mode auto would have done, \(span)"]
        for decision in report.decisions {
            lines += place(decision.at, decision.route, decision.from, decision.to)
            lines += Text.wrapped(decision.sentence, first: "    ")
            lines += Text.wrapped(decision.outcomeSentence, first: "    → ")
        }
        if report.decisions.isEmpty { lines += ["", "  nothing"] }
        lines += ["", "What people did that it would not have done then"]
        for move in report.peopleAlone {
            lines += place(move.at, move.route, move.from, move.to)
            lines += Text.wrapped(move.how, first: "    ")
            lines += Text.wrapped("mode auto: \(move.sentence)", first: "    → ")
        }
        if report.peopleAlone.isEmpty { lines += ["", "  nothing"] }
        lines += ["", "In all"]
        for sentence in report.totals.sentences { lines += Text.wrapped(sentence, first: "  ") }
        lines += ["", "Routes in mode observe now"]
        for route in report.observed {
            lines += Text.wrapped("\(route.route): \(route.sentence)", first: "  ")
        }
        if report.observed.isEmpty { lines.append("  none: nothing is being recorded") }
        return lines + [""] + Text.wrapped(ShadowReportView.limits)
    }

    private static let limits =
        "Moves of people are seen when the holders are read, once a minute. No plan is made for what "
        + "is not done: what the checks before a run would have found is not known. What it wanted and "
        + "could not do, for want of a target or of a Front End that says who holds the route, is not "
        + "counted: that is told at the time (cannot_act)."

    private func place(_ at: String, _ route: String, _ from: String, _ to: String) -> [String] {
        [""] + Text.wrapped("\(at) \(route): \(from) → \(to)", first: "  ")
    }
}
