import ControlAPI

/// A plan as a person reads it before saying yes: facts, then a table of its steps.
struct PlanView {
    private let plan: PlanBody
    private let width: Int

    init(_ plan: PlanBody, width: Int = Text.width) {
        self.plan = plan
        self.width = width
    }

    var lines: [String] {
        let digest = plan.digest.prefix(12)
        let steps = Text.count(plan.steps.count, "step")
        let people = plan.steps.contains { $0.task != nil } ? " besides what people do" : ""
        let time = plan.expectedSeconds.map { ", about \(Duration.roughly($0))\(people)" } ?? ""
        var lines = ["Plan \(digest): \(plan.direction) in \(steps)\(time)", ""]
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
        lines += [""]
        lines += wrapped("Steps, read and carried out through \(plan.endpoint)")
        lines += ["", header, String(repeating: "─", count: width)]
        for (index, step) in plan.steps.enumerated() {
            if index > 0 { lines.append("") }
            lines += row(step)
        }
        return lines
    }

    private func wrapped(_ text: String, first: String = "") -> [String] {
        Text.wrapped(text, first: first, width: width)
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", title] + lines
    }

    private func bullets(_ texts: [String]) -> [String] {
        texts.flatMap { wrapped($0, first: "  - ") }
    }

    private func evidence(_ evidence: EvidenceBody) -> [String] {
        let reason = evidence.reason.isEmpty ? "" : ": \(evidence.reason)"
        return wrapped(
            "\(evidence.pool) \(evidence.kind) is \(evidence.verdict)\(reason)",
            first: "  - "
        )
    }

    /// Each section once; the steps then name only procedure and step.
    private var procedures: [String] {
        var seen: Set<String> = []
        return plan.steps.map(\.source).filter { seen.insert($0.procedure + $0.section).inserted }
            .flatMap { wrapped($0.section, first: "  \($0.procedure)  ") }
            + (plan.steps.contains { $0.source.steps.isEmpty }
                ? ["  +  needed besides: the document leaves it out"] : [])
    }

    // MARK: The table

    /// Columns: number, what, where, source, limit.
    private static let numberWidth = 3
    private static let sourceWidth = 8
    private static let limitWidth = 6
    private static let gap = 2

    private var placeWidth: Int {
        // As wide as its longest entry, within reason.
        min(max(plan.steps.map(\.place.count).max() ?? 0, 5), width / 4)
    }

    private var titleWidth: Int {
        width - PlanView.numberWidth - PlanView.sourceWidth - PlanView.limitWidth - placeWidth
            - 4 * PlanView.gap
    }

    private var header: String { cells("#", "WHAT", "WHERE", "SOURCE", "LIMIT") }

    private func cells(
        _ number: String,
        _ title: String,
        _ place: String,
        _ source: String,
        _ limit: String
    ) -> String {
        let gap = String(repeating: " ", count: PlanView.gap)
        return [
            number.rightAligned(in: PlanView.numberWidth), title.padded(to: titleWidth),
            place.padded(to: placeWidth), source.padded(to: PlanView.sourceWidth),
            limit.rightAligned(in: PlanView.limitWidth),
        ].joined(separator: gap).trimmedAtEnd
    }

    private func row(_ step: StepBody) -> [String] {
        let titles = Text.wrapped(step.title, width: titleWidth)
        let places = Text.wrapped(step.place, width: placeWidth)
        let rows = (0..<max(titles.count, places.count)).map { index in
            cells(
                index == 0 ? "\(step.number)" : "",
                index < titles.count ? titles[index] : "",
                index < places.count ? places[index] : "",
                index == 0 ? source(step.source) : "",
                index == 0 ? Duration.inWords(seconds: step.timeoutSeconds) : ""
            )
        }
        return rows + details(step)
    }

    private func details(_ step: StepBody) -> [String] {
        var lines = facts("why", step.source.deviation.map { [$0] } ?? [])
        if let task = step.task {
            lines += facts("you do", [task.instruction])
            lines += facts("because", [task.reason])
            lines += facts("then", ["the agent looks whether \(task.check)"])
        }
        lines += facts("changes", step.task == nil ? step.changes : [])
        lines += commands("runs", step.commands)
        lines += facts("checks", step.checks)
        lines += commands("undo", step.undo)
        if step.operationClass == "once" {
            lines += facts("careful", ["never repeated by itself: a lost answer goes to a person"])
        }
        return lines
    }

    private func facts(_ label: String, _ texts: [String]) -> [String] {
        texts.enumerated().flatMap { wrapped($1, first: margin(label, $0)) }
    }

    /// Commands are broken as PowerShell allows, so that one can still be copied.
    private func commands(_ label: String, _ texts: [String]) -> [String] {
        texts.enumerated().flatMap { index, text in
            CommandLine.broken(text, first: margin(label, index), width: width)
        }
    }

    /// The label stands before the first of several.
    private func margin(_ label: String, _ index: Int) -> String {
        "       " + (index == 0 ? label : "").padded(to: 9)
    }

    /// `A 1–4`, or `A +` for what the document leaves out.
    private func source(_ source: SourceBody) -> String {
        source.steps.isEmpty ? "\(source.procedure) +" : "\(source.procedure) \(source.steps)"
    }
}

/// A command on several lines.
enum CommandLine {
    /// A cmdlet is broken before parameters, with PowerShell's backtick, so that it can be copied;
    /// other lines at blanks, for reading only.
    static func broken(_ text: String, first: String, width: Int) -> [String] {
        if first.count + text.count <= width { return [first + text] }
        let margin = String(repeating: " ", count: first.count)
        // Where it runs stands on a line of its own.
        if text.hasPrefix("on "), let end = text.firstRange(of: ": ") {
            let command = String(text[end.upperBound...])
            return [first + text[..<end.lowerBound] + ":"]
                + broken(command, first: margin + "  ", width: width)
        }
        let isCmdlet = text.contains(" -")
        let mark = isCmdlet ? " `" : ""
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in isCmdlet ? parameters(text) : text.split(separator: " ").map(String.init) {
            if !isEmpty, line.count + 1 + word.count + mark.count > width {
                lines.append(line + mark)
                line = margin + "    "
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }

    /// A parameter with its values is one word; so is what stands before the first parameter.
    private static func parameters(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in text {
            if character == "'" { isQuoted.toggle() }
            if character == "-", !isQuoted, word.last == " " {
                words.append(word.trimmedAtEnd)
                word = ""
            }
            word.append(character)
        }
        return words + [word]
    }
}

/// A plan that waits for a person.
struct WaitingView {
    private let waiting: WaitingBody

    init(_ waiting: WaitingBody) { self.waiting = waiting }

    /// Two or three lines for lists.
    var summary: [String] {
        let left = Duration.inWords(seconds: max(0, waiting.remainingSeconds))
        let number = waiting.request
        return Text.wrapped(
            "request \(number): \(waiting.plan.direction) of \(waiting.plan.moves.inWords)",
            first: "  "
        )
            + Text.wrapped(waiting.trigger, first: "      ")
            + (waiting.impact.map { Text.wrapped("hurt: \($0)", first: "      ") } ?? [])
            + RulesView(waiting).lines.map { "    " + $0 }
            + (waiting.twoPersonWords.map { Text.wrapped($0, first: "      ") } ?? [])
            + Text.wrapped(
                "another \(left): edgewarden approve \(number), edgewarden deny \(number)",
                first: "      "
            )
    }
}
