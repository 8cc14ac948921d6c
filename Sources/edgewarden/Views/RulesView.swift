import ControlAPI

/// What stands against a yes, and what was named already.
struct RulesView {
    private let waiting: WaitingBody

    init(_ waiting: WaitingBody) { self.waiting = waiting }

    var lines: [String] {
        let rules = waiting.rules ?? []
        var lines = (waiting.overrides ?? []).flatMap { Text.wrapped($0, first: "  ") }
        for rule in rules {
            lines += Text.wrapped("\(rule.sentence) (rule \(rule.rule))", first: "  ! ")
        }
        if !rules.isEmpty {
            let options = Set(rules.map { "--override \($0.rule)" }).sorted()
            let words = "A yes has to name it: edgewarden approve \(waiting.request) "
            lines += Text.wrapped(
                words + options.joined(separator: " ") + " --reason …",
                first: "  "
            )
        }
        if let changes = waiting.changes {
            lines += Text.wrapped(
                "\(changes); a yes is refused, and it is asked anew",
                first: "  ! "
            )
        }
        return lines
    }
}
