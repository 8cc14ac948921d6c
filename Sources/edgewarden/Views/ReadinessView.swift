import ControlAPI

/// Whether a pool could take a route over, and what was looked at.
struct ReadinessView {
    private let standby: StandbyBody
    private let detail: Detail
    private let margin: String

    /// `margin` stands before the pool's name; the lines below are indented by two more.
    init(
        _ standby: StandbyBody,
        detail: Detail = .usual,
        margin: String = String(repeating: " ", count: 11)
    ) {
        self.standby = standby
        self.detail = detail
        self.margin = margin
    }

    var lines: [String] {
        let verdict =
            standby.canTakeOver
            ? Paint.good("could take over") : Paint.bad("could NOT take over")
        // The route itself says when it was drilled.
        let shown = standby.items.filter {
            detail == .whole || !ReadinessView.isWell($0) && ($0.isRequired || $0.item != "drill")
        }
        let well = detail == .whole ? 0 : standby.items.count { ReadinessView.isWell($0) }
        let rest = well == 0 ? "" : ": \(Text.count(well, "item")) ready"
        return Text.wrapped(
            "\(verdict)\(rest)",
            first: "\(margin)\(standby.pool) ",
            indent: indent.count
        )
            + shown.flatMap { Text.wrapped("\(head($0)): \($0.reason)", first: indent) }
    }

    private var indent: String { String(repeating: " ", count: margin.count + 2) }

    private static func isWell(_ item: ReadinessBody) -> Bool {
        ["ready", "not_needed"].contains(item.state)
    }

    private func head(_ item: ReadinessBody) -> String {
        let isWell = ReadinessView.isWell(item)
        let words = item.state.inWords
        let state = isWell ? words : (item.isRequired ? Paint.bad : .warning)(words)
        let remark = item.isRequired || isWell ? "" : " (a remark)"
        let age = item.ageSeconds.map { ", \(Duration.inWords(seconds: max(0, $0))) ago" } ?? ""
        return "\(item.item.inWords) \(state)\(remark)\(age)"
    }
}
