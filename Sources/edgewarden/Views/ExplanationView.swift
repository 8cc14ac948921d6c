import ControlAPI

/// What `explain` prints.
struct ExplanationView {
    private let explanation: ExplanationBody

    init(_ explanation: ExplanationBody) { self.explanation = explanation }

    var lines: [String] {
        ["Route \(explanation.route): \(explanation.phase.inWords)"]
            + Text.wrapped(explanation.sentence, first: "  ")
            + ["", "Rule"] + Text.wrapped(explanation.row, first: "  ")
            + ["", "Facts"] + explanation.facts.flatMap { Text.wrapped($0, first: "  - ") }
            + ["", "What would have to change"]
            + explanation.needs.flatMap { Text.wrapped($0, first: "  - ") }
            + ["", "What changes by itself"] + changes
    }

    private var changes: [String] {
        if explanation.changes.isEmpty { return ["  nothing"] }
        return explanation.changes.flatMap { change in
            let time = Duration.inWords(seconds: max(0, change.inSeconds))
            return Text.wrapped("in \(time): \(change.what)", first: "  - ")
        }
    }
}
