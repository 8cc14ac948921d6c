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
        lines += section("Microsoft's procedures", procedures)
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

    /// Each section once; the steps then name only procedure and step.
    private var procedures: [String] {
        var seen: Set<String> = []
        return plan.steps.map(\.source).filter { seen.insert($0.procedure + $0.section).inserted }
            .flatMap { Text.wrapped($0.section, first: "  \($0.procedure)  ") }
    }

    private func step(_ step: StepBody) -> [String] {
        let number = "\(step.number)".rightAligned(in: 4)
        return Text.wrapped(step.title, first: "\(number). ")
            + facts("source", [source(step.source)])
            + facts("note", step.source.deviation.map { [$0] } ?? [])
            + facts("changes", step.changes)
            + commands("runs", step.commands)
            + commands("undo", step.undo)
    }

    private func facts(_ label: String, _ texts: [String]) -> [String] {
        texts.enumerated().flatMap { Text.wrapped($1, first: margin(label, $0)) }
    }

    /// Commands are not broken: a person may want to copy one.
    private func commands(_ label: String, _ texts: [String]) -> [String] {
        texts.enumerated().map { margin(label, $0) + $1 }
    }

    /// The label stands before the first of several.
    private func margin(_ label: String, _ index: Int) -> String {
        "      " + (index == 0 ? label : "").padded(to: 9)
    }

    private func source(_ source: SourceBody) -> String {
        if source.steps.isEmpty { return "\(source.procedure), not a step of its own" }
        let isOne = source.steps.allSatisfy(\.isNumber)
        return "\(source.procedure), \(isOne ? "step" : "steps") \(source.steps)"
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
