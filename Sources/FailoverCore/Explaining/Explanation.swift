/// Why a route is not acted on right now, and what would have to change.
public struct Explanation: Sendable, Hashable {
    /// Something that changes by itself.
    public struct Change: Sendable, Hashable {
        /// When.
        public var at: Instant
        /// What changes then, unless something happens before.
        public var what: String
    }

    /// The route.
    public var route: RouteName
    /// What it is doing.
    public var phase: RoutePhaseName
    /// What it is doing and why, word for word as the status says it.
    public var sentence: String
    /// The row of the decision table that holds, or the state of the request that is under way.
    public var row: String
    /// What that rests on, a sentence each.
    public var facts: [String]
    /// What would have to change for the agent to act, a sentence each.
    public var needs: [String]
    /// What changes by itself, soonest first.
    public var changes: [Change]
}
