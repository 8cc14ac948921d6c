/// How much a direction of traffic is hurt.
public enum Harm: String, Sendable, Hashable, Codable, CaseIterable {
    /// It works.
    case none
    /// Some of it fails, or is delayed.
    case partial
    /// All of it fails.
    case lost
    /// Nobody knows.
    case unknown

    /// `works`, `is lost`.
    var inWords: String {
        switch self {
        case .none: "works"
        case .partial: "works in part"
        case .lost: "is lost"
        case .unknown: "is not known"
        }
    }

    /// How bad; nil for what is not known, which compares with nothing.
    var rank: Int? {
        switch self {
        case .none: 0
        case .partial: 1
        case .lost: 2
        case .unknown: nil
        }
    }
}

/// What a pool does for federation by its verdict, in each direction.
public struct PoolService: Sendable, Hashable {
    /// What our users send: through the pool that the sites' route names.
    public var outbound: Harm
    /// What partners send: through the pool that DNS leads to.
    public var inbound: Harm

    /// Makes one.
    public init(outbound: Harm, inbound: Harm) {
        self.outbound = outbound
        self.inbound = inbound
    }

    /// One row for every verdict.
    ///
    /// | verdict | outbound | inbound |
    /// |---|---|---|
    /// | up | works | works |
    /// | degraded | in part | in part |
    /// | impaired by its next hop | works: Front Ends reach the Edge by themselves | lost |
    /// | impaired by its certificate | lost | lost |
    /// | down | lost | lost |
    /// | unknown | not known | not known |
    public init(_ verdict: Verdict) {
        switch verdict.verdict {
        case .up: self.init(outbound: .none, inbound: .none)
        case .degraded: self.init(outbound: .partial, inbound: .partial)
        case .impaired where verdict.impairment == .nextHop:
            self.init(outbound: .none, inbound: .lost)
        case .impaired, .down: self.init(outbound: .lost, inbound: .lost)
        case .unknown: self.init(outbound: .unknown, inbound: .unknown)
        }
    }

    /// Whether a move from one to the other would help: one direction better, neither worse.
    ///
    /// What is not known is no improvement of anything. Without our DNS what partners send does not
    /// move with the route.
    public static func improves(
        from before: PoolService,
        to after: PoolService,
        movesInbound: Bool
    ) -> Bool {
        guard let oldOut = before.outbound.rank, let newOut = after.outbound.rank else {
            return false
        }
        guard movesInbound else { return newOut < oldOut }
        guard let oldIn = before.inbound.rank, let newIn = after.inbound.rank else { return false }
        return newOut <= oldOut && newIn <= oldIn && newOut + newIn < oldOut + oldIn
    }
}
