/// What mode `auto` would have done on routes in mode `observe`, held against what people did.
public struct ShadowReport: Sendable, Hashable {
    /// A record and when it was written.
    public struct Entry: Sendable, Hashable {
        /// Wall clock at writing.
        public var at: Timestamp
        /// The record.
        public var record: ShadowRecord

        /// Makes an entry.
        public init(at: Timestamp, record: ShadowRecord) {
            self.at = at
            self.record = record
        }
    }

    /// What became of a decision.
    public enum Outcome: Sendable, Hashable {
        /// People moved the route to the same pool.
        case agreed(PeopleMove, after: Duration)
        /// People moved it elsewhere.
        case elsewhere(PeopleMove, after: Duration)
        /// Nobody moved it, and it was needed no longer, because of that.
        case passed(reason: String, after: Duration)
        /// Another decision took its place.
        case replaced(after: Duration)
        /// It still stands.
        case open(for: Duration)
    }

    /// A decision and what became of it.
    public struct Case: Sendable, Hashable {
        /// When it was made.
        public var at: Timestamp
        /// The decision.
        public var decision: ShadowDecision
        /// What became of it.
        public var outcome: Outcome
    }

    /// A move of people that mode `auto` would not have made then.
    public struct Alone: Sendable, Hashable {
        /// When the agent saw it.
        public var at: Timestamp
        /// The move.
        public var move: PeopleMove
    }

    /// The decisions, oldest first.
    public private(set) var cases: [Case] = []
    /// What people did without one, oldest first.
    public private(set) var alone: [Alone] = []

    /// Compares.
    ///
    /// - Parameters:
    ///   - entries: all of them, oldest first; those before `since` tell only what people answered.
    ///   - since: what was before is left out.
    ///   - now: until when what stands is counted.
    public init(_ entries: [Entry], since: Timestamp?, now: Timestamp) {
        /// The decisions that stand, by their place in `cases`.
        var standing: [RouteName: Int] = [:]
        for entry in entries {
            switch entry.record {
            case .decided(let decision):
                let route = decision.move.route
                settle(standing[route], at: entry.at) { .replaced(after: $0) }
                standing[route] = cases.count
                cases.append(
                    Case(at: entry.at, decision: decision, outcome: .open(for: now - entry.at))
                )
            case .moved(let move):
                guard let place = standing[move.route] else {
                    alone.append(Alone(at: entry.at, move: move))
                    continue
                }
                let isAgreed = cases[place].decision.move.to.name == move.to
                settle(place, at: entry.at) {
                    isAgreed ? .agreed(move, after: $0) : .elsewhere(move, after: $0)
                }
            case .ended(let route, let reason):
                settle(standing.removeValue(forKey: route), at: entry.at) {
                    .passed(reason: reason, after: $0)
                }
            }
        }
        if let since {
            cases.removeAll { $0.at < since }
            alone.removeAll { $0.at < since }
        }
    }

    /// The first thing that became of a decision counts.
    private mutating func settle(
        _ place: Int?,
        at time: Timestamp,
        _ outcome: (Duration) -> Outcome
    ) {
        guard let place, case .open = cases[place].outcome else { return }
        cases[place].outcome = outcome(max(.zero, time - cases[place].at))
    }
}
