/// Moves of several routes in one plan, so that the topology is enabled once.
extension FailoverPolicy {
    /// The routes whose moves are due as well and may go in the same plan: for the same situation,
    /// in the same direction, with the same need of a person.
    ///
    /// An automatic move never waits for another's approval, so the two are never put together.
    func companions(
        of index: Int,
        _ wanted: Wanted,
        _ permission: Permission,
        at now: Instant
    ) -> [(index: Int, wanted: Wanted)] {
        guard !states[index].episode.goesAlone else { return [] }
        return states.indices.compactMap { other in
            let state = states[other]
            guard other != index, case .idle = state.phase, !state.episode.goesAlone,
                case .act(let also, let needs) = desire(of: state, at: now),
                also.situation == wanted.situation,
                (needs == .automatic) == (permission == .automatic),
                direction(of: also, state) == direction(of: wanted, states[index])
            else { return nil }
            return (other, also)
        }
    }

    /// Until when a move waits for another route of the same pools and the same mode that is about to
    /// be due as well; nil when it need not.
    ///
    /// A pool that dies or returns is rarely seen to do so on all its legs in the same second. The
    /// wait is never longer than ``PolicySettings/joinWithin`` after the route's own move was due.
    func waitForCompanion(_ wanted: Wanted, of state: RouteState, at now: Instant) -> Instant? {
        guard !state.episode.goesAlone else { return nil }
        let latest = due(wanted, state, at: now) + settings.joinWithin
        return states.compactMap { other -> Instant? in
            guard other.route.name != state.route.name, case .idle = other.phase,
                !other.episode.goesAlone, case .known(let place) = other.holder,
                place.pool == wanted.from,
                case .wait(let waiting, let until) = desire(of: other, at: now), until <= latest
            else { return nil }
            switch (wanted.situation, waiting) {
            case (.holderDown, .confirmation):
                return other.route.mode == state.route.mode ? until : nil
            case (.homeBack, .soak), (.homeBack, .coolDown):
                let isAlike = other.route.failback.mode == state.route.failback.mode
                return isAlike && other.route.home == wanted.to ? until : nil
            default: return nil
            }
        }.max()
    }

    /// Since when a wanted move could have begun.
    private func due(_ wanted: Wanted, _ state: RouteState, at now: Instant) -> Instant {
        guard wanted.situation == .homeBack else {
            return evidence(state.leg(wanted.from)).since + state.route.confirmFor
        }
        let stable = evidence(homeLeg(state)).since + soak(of: state, at: now)
        return state.coolDownUntil.map { max($0, stable) } ?? stable
    }

    private func direction(of wanted: Wanted, _ state: RouteState) -> MoveDirection {
        wanted.to == state.route.home ? .failback : .failover
    }

    /// Puts the routes of the request's companions into its hands.
    mutating func join(_ request: MoveRequest, at now: Instant) {
        for companion in request.companions {
            guard let other = index(of: companion.route) else { continue }
            states[other].enter(.joined(request.id), at: now)
        }
    }

    /// The routes that a request moves, and what it moves them by; those that are configured.
    func parts(of request: MoveRequest) -> [(index: Int, move: Move)] {
        request.moves.compactMap { move in index(of: move.route).map { ($0, move) } }
    }

    /// Nothing came of moves that were put together: each goes alone from now on.
    ///
    /// - Returns: whether there were companions.
    mutating func comeApart(_ request: MoveRequest) -> Bool {
        guard !request.companions.isEmpty else { return false }
        for part in parts(of: request) { states[part.index].episode.goesAlone = true }
        return true
    }
}
