extension Plan {
    /// Differences that are told one by one, at most.
    private static let toldChanges = 6

    /// What is different from an earlier plan for the same moves, a clause each; empty when nothing is.
    ///
    /// `media of edgepool1.contoso.net was down and is up now`, `new step: Set the Edge pool of …`.
    /// Verdicts on the legs that move are left out: ``DecisionBasis/changes(since:)`` tells them.
    public func changes(since earlier: Plan) -> [String] {
        let clauses =
            verdictChanges(since: earlier) + stepChanges(since: earlier)
            + warnings.filter { !earlier.warnings.contains($0) }.map { "new: \($0)" }
            + earlier.warnings.filter { !warnings.contains($0) }.map { "no longer: \($0)" }
            + approvalChange(since: earlier)
        let more = clauses.count - Plan.toldChanges
        guard more > 0 else { return clauses }
        let rest = more == 1 ? "one more difference" : "\(more) more differences"
        return clauses.prefix(Plan.toldChanges) + [rest]
    }

    private func verdictChanges(since earlier: Plan) -> [String] {
        let moving = Set(moves.map(\.kind.leg))
        let legs = Set(verdicts.keys).union(earlier.verdicts.keys).filter {
            !moving.contains($0.kind) && verdicts[$0] != earlier.verdicts[$0]
        }
        return legs.sorted().map { leg in
            guard let verdict = verdicts[leg] else { return "\(leg) is no part of it any more" }
            guard let before = earlier.verdicts[leg] else { return "\(leg) is part of it now" }
            return "\(leg) was \(before) and is \(verdict) now"
        }
    }

    private func stepChanges(since earlier: Plan) -> [String] {
        let before = Dictionary(grouping: earlier.steps, by: \.title)
        let after = Dictionary(grouping: steps, by: \.title)
        var told: Set<String> = []
        return (steps + earlier.steps).map(\.title).filter { told.insert($0).inserted }.compactMap {
            title in
            guard let new = after[title] else { return "step gone: \(title)" }
            guard let old = before[title] else { return "new step: \(title)" }
            guard new.map(\.operation) != old.map(\.operation) else { return nil }
            let changes = new.flatMap(\.operation.changes).joined(separator: ", ")
            return "changed step: \(title)" + (changes.isEmpty ? "" : " (\(changes))")
        }
    }

    private func approvalChange(since earlier: Plan) -> [String] {
        switch (earlier.needsApproval, needsApproval) {
        case (false, true): ["it needs a person's yes now"]
        case (true, false): ["it needs no person's yes any more"]
        default: []
        }
    }
}
