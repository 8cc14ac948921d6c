extension FederationRoute {
    /// The legs that show that a pool's host lives although it does not carry the route: what the
    /// plan starts or enables is then expected to be down (runbooks, "the target is up").
    ///
    /// None where a target has to carry the route already.
    func startingLegs(of pool: FQDN) -> [PoolLeg] {
        let kinds: [LegKind]
        switch kind {
        case .sip: kinds = federationFlag == .strictSingle ? [.access] : []
        case .xmpp: kinds = edgeServices == .untouched ? [] : [.sip, .access]
        case .media: kinds = []
        }
        return kinds.map { PoolLeg(pool: pool, kind: $0) }
    }

    /// The legs that show that home is back although what its plan enables or unfences is down.
    ///
    /// A fenced Access Edge answers neither 5061 nor its client port; the A/V Edge is another service.
    func returningLegs(of pool: FQDN) -> [PoolLeg] {
        guard kind == .sip else { return [] }
        let fenced = fence == .accessEdge ? [PoolLeg(pool: pool, kind: .media)] : []
        return startingLegs(of: pool) + fenced
    }

    /// Every leg of a pool that the policy looks at.
    func legs(of pool: FQDN) -> Set<PoolLeg> {
        Set(
            [PoolLeg(pool: pool, kind: kind.leg)] + startingLegs(of: pool) + returningLegs(of: pool)
        )
    }
}

/// Which pool can take a route.
extension FailoverPolicy {
    /// Where the policy would move a route from its holder; nil when no pool can take it.
    public func preferredTarget(of route: RouteName) -> FQDN? {
        guard let index = index(of: route), let holder = establishedHolder(of: route) else {
            return nil
        }
        return target(of: states[index], awayFrom: holder, at: clock)
    }

    /// The pool that our runs or the start established as holder, whatever was read since.
    public func establishedHolder(of route: RouteName) -> FQDN? {
        index(of: route).flatMap { states[$0].holder.expected?.pool }
    }

    /// Whether the policy has to be told who holds the route, even if that reads as before.
    public func awaitsReading(of route: RouteName) -> Bool {
        guard let index = index(of: route), case .unread = states[index].holder else {
            return false
        }
        return true
    }

    /// The first pool that is up, home before the standbys in their order; else the first degraded
    /// one; else the first impaired one that improves something; else the first whose plan can start
    /// or enable what is down; and of each kind the first that is ready, else the first.
    func target(of state: RouteState, awayFrom holder: FQDN, at now: Instant) -> FQDN? {
        servingTarget(of: state, awayFrom: holder, at: now)
            ?? first(of: state, awayFrom: holder, at: now) {
                let verdict = evidence(state.leg($0)).verdict
                return verdict.verdict == .impaired && improves(verdict, on: state.route)
            }
            ?? first(of: state, awayFrom: holder, at: now) { canBeStarted($0, for: state) }
    }

    /// The first pool that serves peers, in full or else in part; of each the first that is ready,
    /// else the first.
    func servingTarget(
        of state: RouteState,
        awayFrom holder: FQDN,
        at now: Instant
    ) -> FQDN? {
        first(of: state, awayFrom: holder, at: now) {
            evidence(state.leg($0)).verdict.verdict == .up
        }
            ?? first(of: state, awayFrom: holder, at: now) {
                evidence(state.leg($0)).verdict.verdict == .degraded
            }
    }

    private func first(
        of state: RouteState,
        awayFrom holder: FQDN,
        at now: Instant,
        _ fits: (FQDN) -> Bool
    ) -> FQDN? {
        let others = state.route.pools.filter {
            $0 != holder && maintenance(of: $0, at: now) == nil && fits($0)
        }
        return others.first { isReady($0, state, at: now) } ?? others.first
    }

    /// Whether partners are better served by a pool with that verdict than by one that is down.
    func improves(_ verdict: Verdict, on route: FederationRoute) -> Bool {
        PoolService.improves(
            from: PoolService(outbound: .lost, inbound: .lost),
            to: PoolService(verdict),
            movesInbound: route.dnsStyle != .none
        )
    }

    /// Whether the route is down on a pool, and a plan can start or enable it there.
    func canBeStarted(_ pool: FQDN, for state: RouteState) -> Bool {
        guard evidence(state.leg(pool)).verdict.verdict == .down else { return false }
        let isHome = pool == state.route.home
        let legs = isHome ? state.route.returningLegs(of: pool) : state.route.startingLegs(of: pool)
        return legs.contains { leg in
            switch evidence(leg).verdict.verdict {
            case .up, .degraded, .impaired: true
            case .down, .unknown: false
            }
        }
    }

    /// The leg that shows that home is back: its own, or, while that is down, the one of its host that
    /// has been up longest, and then a plan enables the rest, never automatically.
    ///
    /// Nil while it is not back.
    func returned(_ state: RouteState) -> PoolLeg? {
        let home = state.route.home
        let own = state.leg(home)
        switch evidence(own).verdict.verdict {
        case .up: return own
        case .degraded, .impaired, .unknown: return nil
        case .down:
            return state.route.returningLegs(of: home)
                .filter { evidence($0).verdict.verdict == .up }
                .min { evidence($0).since < evidence($1).since }
        }
    }

    /// The leg to speak of when home is back or coming back.
    func homeLeg(_ state: RouteState) -> PoolLeg {
        returned(state) ?? state.leg(state.route.home)
    }

    /// Whether home is fenced by our own doing, so that only a plan can bring it back: a person may
    /// order that without any evidence.
    func isUnfencedByOrder(_ pool: FQDN, _ state: RouteState) -> Bool {
        pool == state.route.home && state.route.kind == .sip && state.route.fence == .accessEdge
    }

    /// Whether a request may go to a pool whose leg is down.
    func canGoToSilent(_ move: Move, _ trigger: Trigger, _ state: RouteState) -> Bool {
        let pool = move.to
        // Peers are better served by a pool that lives than by one that is yet to be started.
        if case .poolImpaired = trigger { return false }
        if canBeStarted(pool, for: state) { return true }
        switch trigger {
        case .ordered, .drill, .rehearsal: return isUnfencedByOrder(pool, state)
        case .homeRestored: return returned(state) != nil
        case .poolDown, .poolImpaired: return false
        }
    }
}
