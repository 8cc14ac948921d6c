import FailoverCore

/// What `GET /v1/explain` answers: why a route is not acted on, and what would have to change.
public struct ExplanationBody: Codable, Sendable {
    /// Something that changes by itself.
    public struct Change: Codable, Sendable {
        /// In what time.
        public var inSeconds: Double
        /// What.
        public var what: String
    }

    /// The route.
    public var route: String
    /// What it is doing, as `status` names it.
    public var phase: String
    /// What it is doing and why, as `status` says it.
    public var sentence: String
    /// The row of the decision table that holds.
    public var row: String
    /// What that rests on.
    public var facts: [String]
    /// What would have to change.
    public var needs: [String]
    /// What changes by itself, soonest first.
    public var changes: [Change]

    init(_ explanation: Explanation, now: Instant) {
        route = explanation.route.name
        phase = explanation.phase.rawValue
        sentence = explanation.sentence
        row = explanation.row
        facts = explanation.facts
        needs = explanation.needs
        changes = explanation.changes.map {
            Change(inSeconds: ($0.at - now).inSeconds, what: $0.what)
        }
    }
}
