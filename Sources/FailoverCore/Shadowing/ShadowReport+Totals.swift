extension ShadowReport {
    /// The counts; a decision that another one replaced counts as part of that one.
    public struct Totals: Sendable, Hashable {
        /// Moves that it would have made by itself.
        public var automatic = 0
        /// Moves about which it would have asked.
        public var asked = 0
        /// Decisions after which people moved the route to the same pool.
        public var agreed = 0
        /// How long after them people's moves were seen, shortest first.
        public var sooner: [Duration] = []
        /// Decisions after which people moved it elsewhere.
        public var elsewhere = 0
        /// Decisions after which nobody moved it, and it was needed no longer.
        public var passed = 0
        /// Decisions that still stand.
        public var open = 0
        /// Moves of people that it would not have made then.
        public var alone = 0
        /// Those of them for which it was only waiting for its own time to come.
        public var peopleSooner = 0
    }

    /// The counts.
    public var totals: Totals {
        var totals = Totals()
        for one in cases {
            switch one.outcome {
            case .replaced: continue
            case .agreed(_, let after):
                totals.agreed += 1
                totals.sooner.append(after)
            case .elsewhere: totals.elsewhere += 1
            case .passed: totals.passed += 1
            case .open: totals.open += 1
            }
            if one.decision.asks == nil { totals.automatic += 1 } else { totals.asked += 1 }
        }
        totals.sooner.sort()
        totals.alone = alone.count
        totals.peopleSooner = alone.filter { $0.move.dueIn != nil }.count
        return totals
    }
}

extension ShadowReport.Outcome {
    /// A stable word for machines.
    public var code: String {
        switch self {
        case .agreed: "agreed"
        case .elsewhere: "elsewhere"
        case .passed: "nobody_moved"
        case .replaced: "replaced"
        case .open: "open"
        }
    }

    /// How long after the decision; for one that stands, until now.
    public var after: Duration {
        switch self {
        case .agreed(_, let after), .elsewhere(_, let after), .passed(_, let after),
            .replaced(let after), .open(let after):
            after
        }
    }

    /// What became of it, in a sentence.
    public var inWords: String {
        switch self {
        case .agreed(let move, let after):
            "people moved it there: seen \(after.inWords) later, \(move.how)"
        case .elsewhere(let move, let after):
            "people moved it to \(move.to): seen \(after.inWords) later, \(move.how)"
        case .passed(let reason, let after):
            "nobody moved it; \(after.inWords) later it was needed no longer: \(reason)"
        case .replaced(let after): "\(after.inWords) later it decided anew"
        case .open(let after): "nobody has moved it; that was \(after.inWords) ago"
        }
    }
}

extension PeopleMove {
    /// What mode `auto` was at then, in a sentence.
    public var meanwhileInWords: String {
        let words = meanwhile ?? "it had decided on a move, and people had made one"
        guard let dueIn else { return words }
        return "\(words) (people were \(dueIn.inWords) sooner)"
    }
}

extension ShadowReport.Totals {
    /// The counts in sentences, for whoever decides on the mode.
    public var inWords: [String] {
        guard automatic + asked + alone > 0 else {
            return ["It would have moved nothing and asked nobody, and people moved nothing."]
        }
        var lines = [
            "It would have moved by itself \(times(automatic)) and asked a person \(times(asked))."
        ]
        if let first = sooner.first, let last = sooner.last {
            let span =
                first == last
                ? first.inWords : "between \(first.inWords) and \(last.inWords)"
            lines.append(
                "People made the same move \(times(agreed)), \(span) after it would have begun or "
                    + "asked."
            )
        }
        if elsewhere > 0 { lines.append("People moved the route elsewhere \(times(elsewhere)).") }
        if passed > 0 {
            lines.append(
                "Nobody moved the route, and it was needed no longer, \(times(passed)): whether "
                    + "people mended what was broken or it healed by itself is not seen."
            )
        }
        if open > 0 { lines.append("\(open) of these still \(open == 1 ? "stands" : "stand").") }
        if alone > 0 {
            let waited = peopleSooner == 0 ? "" : "; \(times(peopleSooner)) it was about to"
            lines.append("People moved a route \(times(alone)) when it would not have\(waited).")
        }
        return lines
    }

    private func times(_ count: Int) -> String {
        switch count {
        case 0: "never"
        case 1: "once"
        case 2: "twice"
        default: "\(count) times"
        }
    }
}
