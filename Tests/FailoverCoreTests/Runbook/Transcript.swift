import FailoverCore
import Foundation
import Testing

/// Compares a text with the file of that name in `Transcripts`.
///
/// With `REWRITE_TRANSCRIPTS=1` in the environment the files are written anew. Commit a rewrite only if
/// you can explain the difference.
func expectTranscript(
    _ name: String,
    _ text: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Transcripts").appendingPathComponent("\(name).txt")
    if ProcessInfo.processInfo.environment["REWRITE_TRANSCRIPTS"] == "1" {
        try Data(text.utf8).write(to: file)
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(text == expected, "transcript \(name)", sourceLocation: sourceLocation)
}

extension Planning {
    /// The plan, or what blocks it, as a person would want to read it.
    var transcript: String {
        switch self {
        case .plan(let plan): plan.transcript
        case .blocked(let blockers):
            "blocked\n" + blockers.map { "  \($0.check): \($0)\n" }.joined()
        }
    }
}

extension Plan {
    var transcript: String {
        var lines = moves.map { "\(direction.rawValue) \($0)" }
        lines += impact.map { "impact: \($0)" }
        lines += warnings.map { "warning: \($0)" }
        if needsApproval { lines.append("needs a person's yes in every mode") }
        for step in steps {
            lines += ["", "\(step.id). \(step.title)", "   source: \(step.source)"]
            if let deviation = step.source.deviation { lines.append("   because: \(deviation)") }
            lines += step.operation.particulars.map { "   \($0)" }
            lines += step.operation.commands.map { "   > \($0)" }
            lines += step.operation.changes.map { "   change: \($0)" }
            let undo = step.operation.undo?.commands ?? []
            lines += undo.map { "   undo: \($0)" }
            let kind = step.operation.operationClass.rawValue
            lines.append("   \(kind), at most \(step.timeout.inWords)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
