/// The exact steps of a failover or failback.
public struct Plan: Sendable, Hashable, Codable {
    /// Away from home or back.
    public var direction: MoveDirection
    /// What moves.
    public var moves: [Move]
    /// The steps in order.
    public var steps: [Step]
    /// What users will notice, a sentence each.
    public var impact: [String]
    /// What a person should know before saying yes; also what is left alone and why.
    public var warnings: [String]
    /// Verdict class per pool leg at planning time; part of what is approved.
    public var verdicts: [PoolLeg: VerdictClass]
    /// Whether a person must say yes even in `auto`.
    public var needsApproval: Bool

    /// Makes a plan.
    public init(
        direction: MoveDirection,
        moves: [Move],
        steps: [Step],
        impact: [String],
        warnings: [String],
        verdicts: [PoolLeg: VerdictClass],
        needsApproval: Bool
    ) {
        self.direction = direction
        self.moves = moves
        self.steps = steps
        self.impact = impact
        self.warnings = warnings
        self.verdicts = verdicts
        self.needsApproval = needsApproval
    }

    /// The text that the digest is taken over.
    ///
    /// Moves, ordered operations with from → to, verdict classes, target.
    ///
    /// Never counters, ages, latencies or serials (design, "Approval").
    public var canonicalText: String {
        var lines = ["edgewarden-plan 1", "direction \(direction.rawValue)"]
        lines += moves.map { "move \($0.kind.rawValue) \($0.description)" }
        for (leg, verdict) in verdicts.sorted(by: { $0.key < $1.key }) {
            lines.append("verdict \(leg) \(verdict.rawValue)")
        }
        for step in steps {
            lines.append("step \(step.id) \(step.title)")
            lines += step.operation.changes.map { "  change \($0)" }
            lines += step.operation.commands.map { "  command \($0)" }
            lines += step.operation.particulars.map { "  check \($0)" }
        }
        lines += warnings.map { "warning \($0)" }
        lines.append("needs_approval \(needsApproval)")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The step with that place.
    public func step(_ id: StepID) -> Step? { steps.first { $0.id == id } }
}

/// A fact that stops a plan before anything is changed.
public struct PreflightBlocker: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The preflight check, a stable word such as `store` or `dns`.
    public var check: String
    /// What is wrong.
    public var sentence: String
    /// Where it was read.
    public var readFrom: String
    /// What would clear it.
    public var clearedBy: String

    /// Makes a blocker.
    public init(check: String, sentence: String, readFrom: String, clearedBy: String) {
        self.check = check
        self.sentence = sentence
        self.readFrom = readFrom
        self.clearedBy = clearedBy
    }

    /// All of it in one line.
    public var description: String {
        "\(sentence) (read from \(readFrom)). To clear it: \(clearedBy)."
    }
}
