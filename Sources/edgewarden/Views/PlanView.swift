import ControlAPI

/// A plan as a person reads it before saying yes.
struct PlanView {
    private let plan: PlanBody

    init(_ plan: PlanBody) { self.plan = plan }

    var lines: [String] {
        let digest = plan.digest.prefix(12)
        let steps = Text.count(plan.steps.count, "step")
        var lines = ["Plan \(digest): \(plan.direction) in \(steps)", ""]
        for move in plan.moves {
            lines.append("  \(move.route.padded(to: 8)) from \(move.from)")
            lines.append("  \("".padded(to: 8)) to   \(move.to)")
        }
        lines += section("What is known", plan.evidence.flatMap(evidence))
        lines += section("What users will notice", bullets(plan.impact))
        lines += section("To know before saying yes", bullets(plan.warnings))
        if plan.needsApproval {
            lines += ["", "A person has to say yes to this plan, whatever the route's mode."]
        }
        lines += ["", "Steps (read and carried out through \(plan.endpoint))"]
        lines += plan.steps.flatMap { [""] + step($0) }
        return lines
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", title] + lines
    }

    private func bullets(_ texts: [String]) -> [String] {
        texts.flatMap { Text.wrapped($0, first: "  - ") }
    }

    private func evidence(_ evidence: EvidenceBody) -> [String] {
        Text.wrapped(
            "\(evidence.pool) \(evidence.kind) is \(evidence.verdict): \(evidence.reason)",
            first: "  - "
        )
    }

    private func step(_ step: StepBody) -> [String] {
        let margin = "      "
        var lines = Text.wrapped(
            step.title,
            first: "\("\(step.number)".rightAligned(in: 4)). "
        )
        lines += Text.wrapped(source(step.source), first: "\(margin)source   ")
        if let deviation = step.source.deviation {
            lines += Text.wrapped(deviation, first: "\(margin)but      ")
        }
        for change in step.changes { lines += Text.wrapped(change, first: "\(margin)changes  ") }
        // Commands are not broken: a person may want to copy one.
        lines += step.commands.map { "\(margin)runs     \($0)" }
        lines += step.undo.map { "\(margin)undo     \($0)" }
        return lines
    }

    private func source(_ source: SourceBody) -> String {
        let steps = source.steps.isEmpty ? "" : ", step \(source.steps)"
        return "procedure \(source.procedure)\(steps): \(source.section)"
    }
}

/// A plan that waits for a person.
struct WaitingView {
    private let waiting: WaitingBody

    init(_ waiting: WaitingBody) { self.waiting = waiting }

    /// Two or three lines for lists.
    var summary: [String] {
        let move = waiting.plan.moves.first { $0.route == waiting.route }
        let what = move.map { "\($0.from) to \($0.to)" } ?? ""
        let left = Duration.inWords(seconds: max(0, waiting.remainingSeconds))
        let number = waiting.request
        return Text.wrapped(
            "request \(number): \(waiting.plan.direction) of \(waiting.route), \(what)",
            first: "  "
        )
            + Text.wrapped(waiting.trigger, first: "      ")
            + Text.wrapped(
                "another \(left): edgewarden approve \(number), edgewarden deny \(number)",
                first: "      "
            )
    }
}
