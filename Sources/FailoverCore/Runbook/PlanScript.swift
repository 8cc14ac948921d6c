/// A plan as a commented PowerShell transcript, for an administrator who carries it out by hand.
///
/// It is text for people: the agent never runs it. What is checked before a run (preflight) is not in
/// it; every step looks at the value that it changes before it does.
public struct PlanScript: Sendable {
    /// The longest line of a comment.
    static let width = 96

    let plan: Plan
    let digest: PlanDigest?
    let endpoint: String
    let organisation: Organisation

    /// Takes what the transcript is made from.
    ///
    /// - Parameters:
    ///   - plan: the plan.
    ///   - digest: its digest, to compare with what is approved; nil leaves it out.
    ///   - endpoint: the management endpoint it was read through.
    ///   - organisation: the configuration, for zones, servers and versions.
    public init(plan: Plan, digest: PlanDigest?, endpoint: String, organisation: Organisation) {
        self.plan = plan
        self.digest = digest
        self.endpoint = endpoint
        self.organisation = organisation
    }

    /// The whole transcript; ends with a line end, no line has one more.
    public var text: String {
        var lines = head + preparation
        for step in plan.steps { lines += [""] + block(step, of: plan.steps.count) }
        lines += ending
        return lines.joined(separator: "\n") + "\n"
    }

    /// The steps that would take the whole plan back, newest first, as a transcript of their own.
    ///
    /// The same lines stand at the end of ``text``, as comments.
    public var undoText: String { undoLines.joined(separator: "\n") + "\n" }

    /// The product of the pool that things move to; its module is imported.
    var version: ProductVersion {
        plan.moves.lazy.compactMap { organisation.edgePool($0.to)?.version }.first ?? .sfb2015
    }

    // MARK: Parts

    private var head: [String] {
        let name = digest.map { "plan \($0)" } ?? "a plan"
        var lines = [
            PlanScript.rule("Edgewarden, \(name): \(plan.direction.rawValue) by hand"), "#",
        ]
        lines += plan.moves.flatMap { PlanScript.comment("\($0.kind.label) route \($0)", "  ") }
        lines += PlanScript.comment("Read through \(endpoint).", "  ")
        lines += titled("What users will notice", plan.impact)
        lines += titled("To know before you begin", plan.warnings)
        lines += titled(
            "How to use it",
            [
                "Carry it out step by step in one PowerShell window, on a computer with the"
                    + " \(version.wizardName) Management Shell, as a member of"
                    + " RTCUniversalServerAdmins. Read what each step says before the next one.",
                "Keep the agent from acting meanwhile: edgewarden pause --reason 'by hand'. When you"
                    + " are done: edgewarden adopt ROUTE --reason '…', then edgewarden resume.",
                "A step that throws has found something else than the plan expects: stop there and"
                    + " make a new plan.",
            ]
        )
        if plan.needsApproval {
            lines += ["#"] + PlanScript.comment("This plan needs a person's yes in any mode.")
        }
        return lines
    }

    private func titled(_ title: String, _ texts: [String]) -> [String] {
        texts.isEmpty
            ? [] : ["#", "# \(title):"] + texts.flatMap { PlanScript.comment($0, "- ") }
    }

    private func block(_ step: Step, of count: Int) -> [String] {
        var lines = [PlanScript.rule("Step \(step.id) of \(count): \(step.title)")]
        lines += PlanScript.comment("Source: \(step.source.inFull)")
        if let deviation = step.source.deviation {
            lines += PlanScript.comment("Why: \(deviation)")
        }
        lines += step.operation.changes.flatMap { PlanScript.comment("Changes: \($0)") }
        return lines + commands(of: step)
    }

    private var undoLines: [String] {
        let acts = plan.steps.filter { $0.operation.operationClass != .reading }.map(\.id)
        let undo = plan.undoSteps(of: Set(acts))
        return undo.enumerated().flatMap { index, step -> [String] in
            let bare = step.title.hasPrefix("Undo: ") ? step.title.dropFirst(6) : step.title[...]
            let title = PlanScript.rule("Undo \(index + 1) of \(undo.count): \(bare)")
            let changes = step.operation.changes.flatMap { PlanScript.comment("Changes: \($0)") }
            return (index > 0 ? [""] : []) + [title] + changes + commands(of: step)
        }
    }

    private var ending: [String] {
        let undo = undoLines
        guard !undo.isEmpty else { return [] }
        let explanation = PlanScript.comment(
            "If you stop in the middle: take back what was done, newest first, and leave out what was"
                + " not done. These lines are the same as above, the other way round; to use one, take"
                + " the first '# ' off."
        )
        return ["", PlanScript.rule("To take it back")] + explanation + ["#"]
            + undo.map { $0.isEmpty ? "#" : "# \($0)" }
    }

    // MARK: Comments

    /// `# ==== Title ====`, a line that the eye finds.
    static func rule(_ title: String) -> String { "# ==== \(oneLine(title)) ====" }

    /// A comment that is broken at spaces; following lines are indented as far as the first word.
    static func comment(_ text: String, _ lead: String = "") -> [String] {
        let margin = "# " + String(repeating: " ", count: lead.count)
        var lines: [String] = []
        var line = "# " + lead
        var isEmpty = true
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = margin
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }

    /// Nothing from outside may end a comment.
    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

extension StepSource {
    /// `procedure A, steps 1–4, "Fail over …"`.
    fileprivate var inFull: String {
        let numbers = stepNumbers
        let place =
            numbers.isEmpty
            ? "not a step of its own" : "\(numbers.count == 1 ? "step" : "steps") \(steps)"
        return "procedure \(procedure), \(place), \"\(section)\""
    }
}
