import FailoverCore
import HTTPTypes
import Hummingbird

/// What the page of a link shows.
struct AnswerPage {
    let pass: AnswerPass
    let agent: String
    let now: Timestamp

    /// The page of a link that is none.
    static func unknownLink(to agent: String, at now: Timestamp) -> Response {
        let sentence =
            "This link is not, or no longer, of \(agent). Links end when the agent restarts; what still"
            + " waits is then asked anew, with new ones."
        return AnswerTemplate.page(
            .forbidden,
            [
                "title": "Edgewarden", "words": [["grade": "bad", "text": sentence]],
                "footer": "Told by \(agent) at \(now).",
            ]
        )
    }

    /// A page that asks nothing.
    func words(
        _ status: HTTPResponse.Status,
        _ grade: Grade,
        _ sentence: String,
        title: String? = nil
    ) -> Response {
        AnswerTemplate.page(
            status,
            ["title": title ?? name, "words": words(grade, sentence), "footer": footer]
        )
    }

    /// The question with its plan, and below a mistake that was made in answering it.
    func question(_ waiting: WaitingBody, mistake: String? = nil) -> Response {
        let routes = waiting.plan.moves.map(\.route).joined(separator: " and ")
        let pool = waiting.target.prefix { $0 != "." }
        var context: [String: Any] = [
            "title": "\(name): move \(routes) to \(pool)?", "footer": footer,
            "question": question(waiting),
        ]
        if let mistake { context["words"] = words(.bad, mistake) }
        return AnswerTemplate.page(mistake == nil ? .ok : .unprocessableContent, context)
    }

    /// How words are coloured.
    enum Grade: String {
        case good
        case bad
        case waiting
    }

    private var name: String { "Request \(pass.request)" }

    private func words(_ grade: Grade, _ sentence: String) -> [[String: String]] {
        [["grade": grade.rawValue, "text": sentence]]
    }

    private var footer: String {
        "Told by \(agent) at \(now). The link is \(pass.person)'s, from a message of \(pass.hook)."
            + " Whoever has it can answer in \(pass.person)'s name: do not pass it on."
    }

    private func question(_ waiting: WaitingBody) -> [String: Any] {
        var question: [String: Any] = [
            "trigger": waiting.trigger, "facts": facts(waiting), "lists": lists(waiting),
            "steps": waiting.plan.steps.map(step), "digest": waiting.plan.digest,
        ]
        // What goes over a rule is for who sits at a terminal.
        if (waiting.rules ?? []).isEmpty { question["yes"] = ["target": waiting.target] }
        return question
    }

    private func facts(_ waiting: WaitingBody) -> [[String: String]] {
        let plan = waiting.plan
        let moves = plan.moves.map { "\($0.route): \($0.from) → \($0.to)" }
        let time = plan.expectedSeconds.map { ", about \(Duration.seconds($0.rounded()).inWords)" }
        let facts: [(String, String?)] = [
            ("Moves", moves.joined(separator: "; ")), ("Hurt now", waiting.impact),
            ("You answer as", pass.person), ("Two persons", waiting.twoPersonWords),
            ("Asked", waiting.askedAt),
            (
                "Waits another",
                Duration.seconds(max(0, waiting.remainingSeconds).rounded()).inWords
            ),
            ("Plan", "\(plan.digest.prefix(12)), \(plan.steps.count) steps\(time ?? "")"),
        ]
        return facts.compactMap { name, value in
            guard let value else { return nil }
            return ["name": name, "value": value, "shape": value.count > 40 ? "wide" : "short"]
        }
    }

    private func lists(_ waiting: WaitingBody) -> [[String: Any]] {
        let plan = waiting.plan
        let rules = (waiting.rules ?? []).map { "\($0.sentence) (rule \($0.rule))" }
        var against = (waiting.overrides ?? []) + rules
        if !rules.isEmpty {
            let options = Set((waiting.rules ?? []).map { "--override \($0.rule)" }).sorted()
            against.append(
                "A yes has to name it, which is done at a terminal: edgewarden approve "
                    + "\(waiting.request) \(options.joined(separator: " ")) --reason …"
            )
        }
        if let changes = waiting.changes {
            against.append("\(changes); a yes is refused, and it is asked anew")
        }
        let evidence = plan.evidence.map { evidence in
            "\(evidence.pool) \(evidence.kind) is \(evidence.verdict)"
                + (evidence.reason.isEmpty ? "" : ": \(evidence.reason)")
        }
        let readiness = (waiting.targets ?? []).map { target in
            let standby = target.standby
            let could = standby.canTakeOver ? "could take over" : "could NOT take over"
            let items = standby.items.map { item in
                "\(item.item) \(item.state)".replacing("_", with: " ") + ": \(item.reason)"
            }
            return ("\(standby.pool) \(could) \(target.route)", items)
        }
        let lists =
            [
                ("What stands against it", against), ("What is known", evidence),
                ("What users will notice", plan.impact),
                ("To know before saying yes", plan.warnings),
            ] + readiness
        return lists.filter { !$0.1.isEmpty }.map { ["title": $0.0, "items": $0.1] }
    }

    private func step(_ step: StepBody) -> [String: Any] {
        let source = step.source
        let notes = (step.task.map { ["You do: \($0.instruction)"] } ?? []) + step.changes
        return [
            "number": "\(step.number)", "title": step.title, "place": step.place,
            "source": source.steps.isEmpty ? "besides" : "\(source.procedure) \(source.steps)",
            "notes": notes, "commands": step.commands,
        ]
    }
}
