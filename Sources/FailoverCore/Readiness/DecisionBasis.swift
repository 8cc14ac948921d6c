/// What a decision rests on besides its plan: what people saw when they were asked.
///
/// Classes only, never counters, ages, latencies or serials (design, "Approval"). An answer holds
/// while the basis is the same, and no longer.
public struct DecisionBasis: Sendable, Hashable, Codable {
    /// A pool and what was known of it for a route.
    public struct PoolState: Sendable, Hashable, Codable {
        /// The route.
        public var route: RouteName
        /// The pool.
        public var pool: FQDN
        /// The verdict on the route's leg there.
        public var verdict: VerdictClass
        /// What each item of its readiness was worth; empty for a pool that is left.
        public var readiness: [ReadinessItem: ReadinessClass]

        /// Makes a state.
        public init(
            route: RouteName,
            pool: FQDN,
            verdict: VerdictClass,
            readiness: [ReadinessItem: ReadinessClass] = [:]
        ) {
            self.route = route
            self.pool = pool
            self.verdict = verdict
            self.readiness = readiness
        }
    }

    /// For every move its source and its target, in the order of the moves.
    public var pools: [PoolState]

    /// Makes a basis.
    public init(pools: [PoolState] = []) { self.pools = pools }

    /// The lines that the digest of a plan is taken over besides the plan's own.
    public var canonicalText: String {
        pools.flatMap { state in
            ["evidence \(state.route) \(state.pool) \(state.verdict.rawValue)"]
                + state.readiness.sorted { $0.key < $1.key }.map {
                    "readiness \(state.route) \(state.pool) \($0.key.rawValue) \($0.value.rawValue)"
                }
        }.map { $0 + "\n" }.joined()
    }

    /// What is different from an earlier basis, a clause each; empty when nothing is.
    ///
    /// `edgepool2 was up and is degraded now`, `edgepool2's rights were ready and are not ready now`.
    public func changes(since earlier: DecisionBasis) -> [String] {
        let severalRoutes = Set(pools.map(\.route)).count > 1
        return pools.flatMap { new -> [String] in
            let old = earlier.pools.first { $0.route == new.route && $0.pool == new.pool }
            let prefix = severalRoutes ? "\(new.route): " : ""
            guard let old else { return ["\(prefix)\(new.pool.host) was not part of it"] }
            var words: [String] = []
            if old.verdict != new.verdict {
                words.append(
                    "\(prefix)\(new.pool.host) was \(old.verdict) and is \(new.verdict) now"
                )
            }
            for item in ReadinessItem.allCases where old.readiness[item] != new.readiness[item] {
                let was = old.readiness[item]?.inWords ?? "not looked at"
                let isNow = new.readiness[item]?.inWords ?? "not looked at"
                words.append(
                    "\(prefix)\(new.pool.host)'s \(item.inWords): was \(was) and is \(isNow) now"
                )
            }
            return words
        }
    }
}
