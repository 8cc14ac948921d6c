import ControlAPI
import Foundation

/// A run with its steps.
struct RunView {
    private let run: RunBody

    init(_ run: RunBody) { self.run = run }

    /// What it is, how far it is, and what it does now.
    var progress: [String] {
        let steps = run.steps + run.undo
        let now = steps.filter { ["running", "waiting", "failed"].contains($0.phase) }
        return title + Text.wrapped(bar, first: "  ")
            + now.flatMap { RunView.step($0, of: steps.count) }
    }

    /// `[######----]  6 of 11 steps, 1m12s so far, about 40s left`.
    private var bar: String {
        let steps = run.undo.isEmpty ? run.steps : run.undo
        let done = steps.count(where: \.isSettled)
        let filled = steps.isEmpty ? 0 : done * 20 / steps.count
        let bar = String(repeating: "#", count: filled).padding(with: "-", to: 20)
        var words = [
            "\(done) of \(Text.count(steps.count, "step"))\(run.undo.isEmpty ? "" : " undone")"
        ]
        if let soFar = Age.since(run.startedAt) { words.append("\(soFar) so far") }
        if let left { words.append(left) }
        return "[\(bar)]  \(words.joined(separator: ", "))"
    }

    /// `about 40s left`; nil when that is not known.
    var left: String? {
        guard run.awaits == nil, let seconds = run.remainingSeconds else { return nil }
        return seconds < 1 ? "any moment" : "about \(Duration.roughly(seconds)) left"
    }

    /// The whole run; details only where something goes on or went wrong.
    var overview: [String] {
        let steps = run.steps + run.undo
        return title
            + steps.flatMap { step in
                var step = step
                if !["running", "failed", "forced"].contains(step.phase) { step.detail = "" }
                return RunView.step(step, of: steps.count)
            } + (run.awaits.map { [""] + AwaitedView($0).lines } ?? [])
    }

    /// What it moves, why and by whose authority.
    var title: [String] {
        Text.wrapped("run \(run.run): \(RunView.kind(run)) of \(run.moves.inWords)")
            + Text.wrapped("\(run.authority); \(run.trigger)", first: "  ")
    }

    /// `failover`, `drill (failover)`, `rehearsal (failback)`.
    static func kind(_ run: RunBody) -> String {
        if run.isRehearsal { return "rehearsal (\(run.direction))" }
        return run.isDrill ? "drill (\(run.direction))" : run.direction
    }

    /// How it ended and how long it took.
    static func ending(_ run: RunBody) -> [String] {
        let took = took(run).map { " It took \($0)." } ?? ""
        let end =
            switch run.outcome {
            case "aborted": run.outcomeText
            case "rehearsed": "rehearsed: nothing was changed"
            default: "done and verified: \(run.moves.arrived)"
            }
        return Text.wrapped("Run \(run.run) is \(end).\(took)")
    }

    /// From begin to end, to the second.
    static func took(_ run: RunBody) -> String? {
        guard let finishedAt = run.finishedAt else { return nil }
        // A stamp that cannot be read is left out.
        guard let from = try? Date(run.startedAt, strategy: .iso8601),
            let to = try? Date(finishedAt, strategy: .iso8601)
        else { return nil }
        // The stamps have whole seconds.
        let seconds = to.timeIntervalSince(from)
        return seconds < 1 ? "under 1s" : Duration.inWords(seconds: seconds)
    }

    /// What a rehearsed step would do in earnest.
    static func rehearsed(_ step: RunStepBody) -> [String] {
        step.changes.flatMap { Text.wrapped($0, first: "            would change  ") }
    }

    /// ` 3/9  verified    1.2s  Set-CsSite …`, with what was read or went wrong below.
    static func step(_ step: RunStepBody, of count: Int) -> [String] {
        let place = "\("\(step.number)".rightAligned(in: 3))/\(count)"
        let time = step.seconds.map { Duration.inWords(seconds: $0) } ?? ""
        let isOver = ["verified", "failed", "forced"].contains(step.phase)
        let head =
            "\(place)  \(RunView.paint(step.phase)(step.phase).padded(to: 9))"
            + "\((isOver || step.phase == "running" ? time : "").rightAligned(in: 6))  "
        let lines = Text.wrapped(step.title, first: head)
        guard !step.detail.isEmpty else { return lines }
        return lines + Text.wrapped(step.detail, first: "            ")
    }
}

extension RunView {
    fileprivate static func paint(_ phase: String) -> Paint {
        switch phase {
        case "verified", "skipped": .good
        case "failed": .bad
        case "waiting", "forced": .warning
        case "running": .strong
        default: .faint
        }
    }
}

extension String {
    fileprivate func padding(with character: Character, to count: Int) -> String {
        self + String(repeating: character, count: max(0, count - self.count))
    }
}

/// The list of runs.
struct RunsView {
    private let runs: [RunBody]

    init(_ runs: [RunBody]) { self.runs = runs }

    var lines: [String] {
        if runs.isEmpty { return ["There were no runs."] }
        let head = ["RUN", "BEGAN", "ROUTE", "WHAT", "TO", "TOOK"]
        let rows = runs.map { run in
            [
                "\(run.run)", run.startedAt, run.moves.map(\.route).joined(separator: ", "),
                RunView.kind(run), run.moves.targets.joined(separator: ", "),
                RunView.took(run) ?? "",
            ]
        }
        let table = Text.columns([head] + rows)
        let outcomes = runs.map { run in
            (run.awaits == nil ? Text.wrapped(run.outcomeText, first: "     ") : [])
                + (run.takenBy.map { ["     \($0) has taken it"] } ?? [])
                + (run.awaits.map { AwaitedView($0).short(indent: 5) } ?? [])
        }
        return [table[0]] + zip(table.dropFirst(), outcomes).flatMap { [$0] + $1 }
    }
}
