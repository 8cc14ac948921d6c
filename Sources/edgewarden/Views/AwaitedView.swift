import ControlAPI
import Foundation

/// What a run waits for a person to do.
struct AwaitedView {
    private let awaits: AwaitedBody

    init(_ awaits: AwaitedBody) { self.awaits = awaits }

    /// Everything a person needs to do it.
    var lines: [String] {
        let task = awaits.task
        var lines = Text.wrapped(
            "A PERSON IS AWAITED: step \(awaits.step) of run \(awaits.run), \(awaits.title)"
        )
        lines += fact("do", task.instruction)
        lines += task.commands.flatMap {
            CommandLine.broken($0, first: "  \("".padded(to: 9))", width: Text.width)
        }
        lines += fact("why you", task.reason)
        lines += fact("checked", task.check)
        if let until = awaits.until {
            lines += fact("by", until + (Age.until(until).map { " (in \($0))" } ?? ""))
        }
        if let seen = awaits.seen { lines += fact("NOT YET", seen) }
        return lines + fact("then", awaits.doneCommand)
            + fact("or", otherwise)
    }

    /// What else a person can do.
    private var otherwise: String {
        awaits.isUndo
            ? "edgewarden force-step \(awaits.step) --reason …: the undo goes on without it"
            : "edgewarden abort-run \(awaits.run) --reason …, which undoes the run"
    }

    /// Two lines for lists.
    func short(indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        return Text.wrapped(
            "waits for a person: step \(awaits.step), \(awaits.title)",
            first: margin
        )
            + Text.wrapped("when it is done: \(awaits.doneCommand)", first: margin)
    }

    private func fact(_ label: String, _ text: String) -> [String] {
        Text.wrapped(text, first: "  \(label.padded(to: 9))")
    }
}

/// What a person is told before an undo.
struct UndoView {
    private let report: ReportBody

    init(_ report: ReportBody) { self.report = report }

    var lines: [String] {
        let title = RunView(report.run).title
        guard !report.undo.isEmpty else {
            return title + ["", "Nothing of it has to be undone: the run only ends."]
        }
        let count = Text.count(report.undo.count, "step")
        return title + ["", "What will be undone, newest first, in \(count):"]
            + report.undo.enumerated().flatMap { index, step in
                Text.wrapped(step.title, first: "\("\(index + 1)".rightAligned(in: 4)). ")
                    + step.changes.flatMap { Text.wrapped($0, first: "      changes  ") }
                    + (step.task.map { Text.wrapped($0.instruction, first: "      you do   ") }
                        ?? [])
            }
            + [""]
            + Text.wrapped(
                "Only what still is as the run left it goes back; what somebody else changed since is"
                    + " left alone and named."
            )
    }
}

/// What a person takes on with a forced step.
struct ForceView {
    let step: Int
    let run: RunBody

    var lines: [String] {
        let body = (run.steps + run.undo).first { $0.number == step }
        let title = body.map { "step \(step), \($0.title)" } ?? "step \(step)"
        return RunView(run).title + [""] + Text.wrapped("You force \(title).")
            + (body.map { body in
                body.detail.isEmpty
                    ? [] : Text.wrapped("The agent says: \(body.detail)", first: "  ")
            } ?? [])
            + [""]
            + Text.wrapped(
                "The step will count as done without having been verified, and the run goes on as if it"
                    + " were: services may be cut off that it was to protect. You answer for it; your"
                    + " name and your reason stand in the journal and in the report."
            )
    }
}

/// Times from the wire, as spans from now.
enum Age {
    /// How long ago; nil when the stamp cannot be read.
    static func since(_ stamp: String, now: Date = Date()) -> String? {
        seconds(stamp, now).map { words(max(0, -$0)) }
    }

    /// How long until then; nil when it is over or the stamp cannot be read.
    static func until(_ stamp: String, now: Date = Date()) -> String? {
        seconds(stamp, now).flatMap { $0 > 0 ? words($0) : nil }
    }

    private static func seconds(_ stamp: String, _ now: Date) -> Double? {
        // A stamp that cannot be read is shown alone.
        (try? Date(stamp, strategy: .iso8601)).map { $0.timeIntervalSince(now).rounded() }
    }

    private static func words(_ seconds: Double) -> String {
        // Above an hour nobody counts seconds, and text that is compared must not tick.
        let day: Double = 86_400
        let step: Double = seconds >= 10 * day ? day : seconds >= 3_600 ? 60 : 1
        return Duration.inWords(seconds: (seconds / step).rounded(.down) * step)
    }
}
