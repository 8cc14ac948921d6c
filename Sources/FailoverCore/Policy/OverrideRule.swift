/// The rules that a person may break by naming them: `--override RULE`.
public enum OverrideRule: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// The target is degraded, impaired, down, or nothing is known of it.
    case notUp = "not-up"
    /// The target could not be shown to be able to take over.
    case notReady = "not-ready"
    /// Home has not been up for as long as a failback wants.
    case soak
    /// The last run is too recent for a failback.
    case coolDown = "cool-down"
    /// The window of the failback is not open.
    case window
    /// The target is in maintenance.
    case maintenance

    /// Orders by the word.
    public static func < (left: OverrideRule, right: OverrideRule) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The rules that a person names with an order or an answer, and why.
public struct Overrides: Sendable, Hashable, Codable {
    /// The rules.
    public var rules: [OverrideRule]
    /// Why they may be broken; an order that names rules without it is refused.
    public var reason: String

    /// Names rules.
    public init(_ rules: [OverrideRule], reason: String) {
        self.rules = rules
        self.reason = reason
    }
}

/// A rule that a person broke by its name; part of the request, so of the run's journal and report.
public struct NamedOverride: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The rule.
    public var rule: OverrideRule
    /// Who named it.
    public var by: Person
    /// Why.
    public var reason: String
    /// What it allowed, in words; nil when nothing broke that rule, so that it was not needed.
    public var breaks: String?

    /// Makes a named override.
    public init(rule: OverrideRule, by: Person, reason: String, breaks: String?) {
        self.rule = rule
        self.by = by
        self.reason = reason
        self.breaks = breaks
    }

    /// `anna overrides not-ready (edgepool2 is not ready: …): nobody can wait`.
    public var description: String {
        "\(by) overrides \(rule.rawValue) (\(breaks ?? "not needed: nothing broke that rule")): "
            + reason
    }
}

/// A rule that stands against a move now.
public struct BrokenRule: Sendable, Hashable {
    /// The rule.
    public var rule: OverrideRule
    /// What breaks it.
    public var sentence: String
}
