import ControlAPI
import Foundation

/// A run with its steps.
struct RunView {
    private let run: RunBody

    init(_ run: RunBody) { self.run = run }

    /// The whole run; details only where something goes on or went wrong.
    var overview: [String] {
        title
            + run.steps.flatMap { step in
                var step = step
                if !["running", "failed"].contains(step.phase) { step.detail = "" }
                return RunView.step(step, of: run.steps.count)
            }
    }

    /// What it moves, why and by whose authority.
    var title: [String] {
        Text.wrapped("run \(run.run): \(run.direction) of \(run.route), \(run.from) to \(run.to)")
            + Text.wrapped("\(run.authority); \(run.trigger)", first: "  ")
    }

    /// How it ended and how long it took.
    static func ending(_ run: RunBody) -> [String] {
        let took = took(run).map { " It took \($0)." } ?? ""
        return Text.wrapped(
            "Run \(run.run) is done and verified: \(run.to) holds route \(run.route).\(took)"
        )
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

    /// ` 3/9  verified    1.2s  Set-CsSite …`, with what was read or went wrong below.
    static func step(_ step: RunStepBody, of count: Int) -> [String] {
        let place = "\("\(step.number)".rightAligned(in: 3))/\(count)"
        let time = step.seconds.map { Duration.inWords(seconds: $0) } ?? ""
        let isOver = step.phase == "verified" || step.phase == "failed"
        let head =
            "\(place)  \(step.phase.padded(to: 9))"
            + "\((isOver ? time : "").rightAligned(in: 6))  "
        let lines = Text.wrapped(step.title, first: head)
        guard !step.detail.isEmpty else { return lines }
        return lines + Text.wrapped(step.detail, first: "            ")
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
                "\(run.run)", run.startedAt, run.route, run.direction, run.to,
                RunView.took(run) ?? "",
            ]
        }
        let table = Text.columns([head] + rows)
        let outcomes = runs.map { Text.wrapped($0.outcomeText, first: "     ") }
        return [table[0]] + zip(table.dropFirst(), outcomes).flatMap { [$0] + $1 }
    }
}
