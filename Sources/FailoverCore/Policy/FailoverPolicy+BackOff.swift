/// A home pool that relapses has to prove itself for longer before the next failback.
extension FailoverPolicy {
    /// Counts a relapse: home goes down again after it had come back, while the route is still away
    /// or soon after it went home.
    mutating func noteRelapse(_ leg: PoolLeg, _ verdict: VerdictClass, at now: Instant) {
        for index in states.indices {
            let state = states[index]
            guard leg == state.leg(state.route.home) else { continue }
            switch verdict {
            case .up: states[index].homeWasUp = true
            case .down where state.homeWasUp:
                states[index].homeWasUp = false
                guard isRelapse(state, at: now) else { continue }
                states[index].relapses = recentRelapses(state, at: now) + [now]
            case .down, .degraded, .impaired, .unknown: continue
            }
        }
    }

    private func isRelapse(_ state: RouteState, at now: Instant) -> Bool {
        guard let place = state.holder.expected else { return false }
        if place.pool != state.route.home { return true }
        return state.cameHome.map { now < $0 + settings.relapseWithin } ?? false
    }

    func recentRelapses(_ state: RouteState, at now: Instant) -> [Instant] {
        state.relapses.filter { now < $0 + settings.relapseWithin }
    }

    /// How long home has to be up before the failback: `stableFor`, doubled for each relapse.
    func soak(of state: RouteState, at now: Instant) -> Duration {
        let base = state.route.failback.stableFor
        // 2 to the 10th of a second is 17 minutes; the limit comes first for any sensible setting.
        let doubled = base * (1 << min(recentRelapses(state, at: now).count, 10))
        return min(doubled, max(base, settings.longestSoak))
    }

    /// How long that is, and why it is longer than configured.
    func soakWords(_ state: RouteState, at now: Instant) -> String {
        let count = recentRelapses(state, at: now).count
        let soak = soak(of: state, at: now)
        guard count > 0, soak > state.route.failback.stableFor else { return soak.inWords }
        let times = count == 1 ? "once" : "\(count) times"
        return
            "\(soak.inWords) (instead of \(state.route.failback.stableFor.inWords), because it went "
            + "down again \(times) within \(settings.relapseWithin.inWords))"
    }
}
