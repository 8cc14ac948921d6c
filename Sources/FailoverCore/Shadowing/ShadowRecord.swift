/// What mode `auto` would have done on a route in mode `observe`, as decided in that situation.
public struct ShadowDecision: Sendable, Hashable, Codable {
    /// The move.
    public var move: Move
    /// Why it was wanted.
    public var trigger: Trigger
    /// Why a person would have been asked, to follow "because"; nil when it needed nobody's yes.
    public var asks: String?
    /// What it rested on besides.
    public var basis: DecisionBasis

    /// Makes a decision.
    public init(move: Move, trigger: Trigger, asks: String?, basis: DecisionBasis) {
        self.move = move
        self.trigger = trigger
        self.asks = asks
        self.basis = basis
    }

    /// `would have moved it by itself: edgepool1 has been down for 5m`.
    public var inWords: String {
        let what = asks.map { "would have asked, because \($0)" } ?? "would have moved it by itself"
        return "\(what): \(trigger.inWords)"
    }
}

/// A move on a route in mode `observe`, which is always people's doing.
public struct PeopleMove: Sendable, Hashable, Codable {
    /// The route.
    public var route: RouteName
    /// What held it before: a pool, or what else was read.
    public var from: String
    /// What holds it now: a pool, or what else was read.
    public var to: String
    /// By whom, as far as the agent knows.
    public var how: String
    /// What mode `auto` made of the situation just before; nil while a decision of its own stood.
    public var meanwhile: String?
    /// In what time a move of its own would have been due; nil when none was.
    public var dueIn: Duration?

    /// Makes a move.
    public init(
        route: RouteName,
        from: String,
        to: String,
        how: String,
        meanwhile: String? = nil,
        dueIn: Duration? = nil
    ) {
        self.route = route
        self.from = from
        self.to = to
        self.how = how
        self.meanwhile = meanwhile
        self.dueIn = dueIn
    }
}

/// What is written down of a route in mode `observe`, to compare the agent with people.
public enum ShadowRecord: Sendable, Hashable, Codable {
    /// Mode `auto` would do this now; a decision on the route that stood so far is replaced.
    case decided(ShadowDecision)
    /// The decision on the route stands no longer, because of that.
    case ended(RouteName, reason: String)
    /// People moved the route.
    case moved(PeopleMove)
}

/// What must not be forgotten of a route in mode `observe`.
public struct ShadowMemory: Sendable, Hashable, Codable {
    /// The decision that stands.
    public var open: ShadowDecision?
    /// What held the route when it was last read.
    public var seen: String?
    /// What is left of the cool-down of moves that would have been made.
    public var coolDown: Duration?
    /// How long ago failovers would have been made, oldest first.
    public var failoverAges: [Duration]

    mutating func age(by time: Duration) {
        coolDown = coolDown.map { $0 - time }.flatMap { $0 > .zero ? $0 : nil }
        failoverAges = failoverAges.map { $0 + time }
    }
}
