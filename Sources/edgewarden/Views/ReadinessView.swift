import ControlAPI

/// Whether a pool could take a route over, and what was looked at.
struct ReadinessView {
    private let standby: StandbyBody

    init(_ standby: StandbyBody) { self.standby = standby }

    var lines: [String] {
        let verdict = standby.canTakeOver ? "could take over" : "could NOT take over"
        return ["\(indent)\(standby.pool) \(verdict)"]
            + standby.items.flatMap { item in
                Text.wrapped("\(head(item)): \(item.reason)", first: indent + "  ")
            }
    }

    private let indent = "           "

    private func head(_ item: ReadinessBody) -> String {
        let words = item.state.replacing("_", with: " ")
        let isRemark = !item.isRequired && !["ready", "not_needed"].contains(item.state)
        let age = item.ageSeconds.map { ", \(Duration.inWords(seconds: max(0, $0))) ago" } ?? ""
        return item.item.replacing("_", with: " ") + " " + words + (isRemark ? " (a remark)" : "")
            + age
    }
}
