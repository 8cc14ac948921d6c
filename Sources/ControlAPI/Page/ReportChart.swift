import FailoverCore
import FailoverEngine

/// The drawn timeline: what went on, row by row, over time.
struct ReportChart {
    private let spans: [IncidentReport.Span]
    private let begin: Timestamp
    private let end: Timestamp

    init(_ report: IncidentReport) {
        spans = report.spans
        begin = spans.map(\.from).min() ?? report.startedAt
        // A moment at least, so that there is something to divide by.
        let last = spans.map(\.to).max() ?? report.startedAt
        end = max(last, Timestamp(millisecondsSinceEpoch: begin.millisecondsSinceEpoch + 1_000))
    }

    private static let width = 960.0
    /// Where the bars begin: left of it stand the labels.
    private static let left = 300.0
    /// Right of the bars there is room for a length.
    private static let right = 60.0
    private static let rowHeight = 20.0
    private static let top = 24.0

    /// What the template needs.
    var context: [String: Any] {
        let bottom = ReportChart.top + Double(spans.count) * ReportChart.rowHeight
        return [
            "width": number(ReportChart.width), "height": number(bottom + 4),
            "ticks": (0...4).map { tick(Double($0) / 4, bottom) },
            "rows": spans.enumerated().map { row($0.offset, $0.element) },
        ]
    }

    private func tick(_ share: Double, _ bottom: Double) -> [String: String] {
        let span = Double(end.millisecondsSinceEpoch - begin.millisecondsSinceEpoch)
        let at = Timestamp(
            millisecondsSinceEpoch: begin.millisecondsSinceEpoch + Int64(share * span)
        )
        let clock = at.description.split(separator: "T").last.map { String($0.dropLast()) } ?? ""
        return [
            "x": number(ReportChart.left + share * barWidth), "bottom": number(bottom),
            "label": clock, "anchor": "middle",
        ]
    }

    private func row(_ index: Int, _ span: IncidentReport.Span) -> [String: String] {
        let from = x(span.from)
        // What took no time is still seen.
        let width = max(x(span.to) - from, 3)
        let y = ReportChart.top + Double(index) * ReportChart.rowHeight
        let length = (span.to - span.from).inWords
        return [
            "label": shortened(span.label), "hint": "\(span.label): \(span.from), \(length)",
            "x": number(from), "width": number(width), "y": number(y), "textY": number(y + 11),
            "endX": number(from + width + 5), "anchor": "start", "length": length,
            "grade": span.grade.rawValue,
        ]
    }

    private var barWidth: Double { ReportChart.width - ReportChart.left - ReportChart.right }

    private func x(_ at: Timestamp) -> Double {
        let span = Double(end.millisecondsSinceEpoch - begin.millisecondsSinceEpoch)
        let share = Double(at.millisecondsSinceEpoch - begin.millisecondsSinceEpoch) / span
        return ReportChart.left + share * barWidth
    }

    /// As much as fits left of the bars.
    private func shortened(_ label: String) -> String {
        label.count > 50 ? label.prefix(49) + "…" : label
    }

    /// A coordinate: a tenth of a point is fine enough.
    private func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
