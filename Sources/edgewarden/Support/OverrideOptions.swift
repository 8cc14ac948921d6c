import ArgumentParser
import FailoverCore

/// The rules that an order or an answer breaks, by their names.
struct OverrideOptions: ParsableArguments {
    @Option(
        name: .customLong("override"),
        help: ArgumentHelp(
            "A rule that this breaks; may be given several times, and wants a --reason.",
            discussion: "The rules: \(OverrideOptions.known).",
            valueName: "rule"
        ),
        transform: OverrideOptions.rule
    )
    var rules: [OverrideRule] = []

    static let known = OverrideRule.allCases.map(\.rawValue).sorted().joined(separator: ", ")

    private static func rule(_ word: String) throws -> OverrideRule {
        guard let rule = OverrideRule(rawValue: word) else {
            throw ValidationError("'\(word)' is no rule; the rules are \(known).")
        }
        return rule
    }

    /// As the wire has them; nil when none is named.
    var words: [String]? { rules.isEmpty ? nil : rules.map(\.rawValue) }

    /// Who breaks a rule says why.
    func check(reason: String?) throws {
        guard !rules.isEmpty, reason?.isEmpty ?? true else { return }
        throw ValidationError("--override wants a --reason.")
    }
}
