@testable import FailoverCore

/// What stands against a request: its ground, the rules that it breaks, and people's orders that are
/// refused.
extension Oracle {
    enum Ground { case needed, waits, lost }

    func ground(_ request: Request) -> Ground {
        let all = request.moves.map { ground($0, request) }
        if all.contains(.lost) { return .lost }
        return all.contains(.waits) ? .waits : .needed
    }

    private func ground(_ move: Move, _ request: Request) -> Ground {
        guard let index = index(move.route) else { return .lost }
        let state = routes[index]
        let target = sight(PoolLeg(pool: move.to, kind: move.kind.leg))
        let source = sight(PoolLeg(pool: move.from, kind: move.kind.leg))
        let isForced = request.named.contains(.notUp)
        var waits = !state.isKnown
        if case .elsewhere = state.reading { return .lost }
        if state.isKnown, state.holder != move.from { return .lost }
        // What nobody ordered is dropped when somebody takes it into their hands.
        if !request.cause.isOrdered {
            if isPaused(move.route) { return .lost }
            if isPaused(.pool(move.from)) || isPaused(.pool(move.to)) { return .lost }
        }
        switch target.verdict {
        case .down where !isForced && !mayBeSilent(move, request.cause): return .lost
        case .unknown where !isForced: waits = true
        case .impaired where request.cause == .relief: return .lost
        case .impaired where request.cause == .rescue && target.impairment != .nextHop:
            return .lost
        default: break
        }
        switch request.cause {
        case .order, .drill, .rehearsal: break
        case .rescue:
            if [.up, .degraded, .impaired].contains(source.verdict) { return .lost }
            if source.verdict == .unknown { waits = true }
        case .relief:
            if [.up, .degraded].contains(source.verdict) { return .lost }
            if source.verdict == .impaired, source.impairment == .nextHop { return .lost }
            if source.verdict == .unknown { waits = true }
        case .failback:
            if homeLeg(state) == nil { return .lost }
            if ![.none, .open].contains(window(state)) { return .lost }
        }
        return waits ? .waits : .needed
    }

    /// Whether a plan may go to a pool whose own leg is down.
    func mayBeSilent(_ move: Move, _ cause: Cause) -> Bool {
        guard let index = index(move.route), cause != .relief else { return false }
        let state = routes[index]
        if canBeStarted(move.to, state.route) { return true }
        // Who orders a fenced pool back knows that it answers nothing.
        if cause.isOrdered { return isFencedHome(move.to, state.route) }
        return cause == .failback && homeLeg(state) != nil
    }

    // MARK: Rules that people may break by name

    func broken(_ moves: [Move], _ cause: Cause) -> Set<OverrideRule> {
        guard cause != .rehearsal else { return [] }
        return Set(moves.flatMap { broken($0, cause) })
    }

    private func broken(_ move: Move, _ cause: Cause) -> [OverrideRule] {
        guard let index = index(move.route) else { return [] }
        let state = routes[index]
        var rules: [OverrideRule] = []
        let target = verdict(move.to, state.route)
        if target != .up, target != .down || !mayBeSilent(move, cause) { rules.append(.notUp) }
        if !isReady(move.to, move.route) { rules.append(.notReady) }
        if isPaused(.pool(move.to)) { rules.append(.maintenance) }
        let holder = verdict(state.holder, state.route)
        // Haste: only for what a dead pool moved away and what still works there.
        guard cause == .order, move.to == state.route.home, state.isKnown,
            state.place?.cause == .downVerdict, holder != .down, holder != .impaired
        else { return rules }
        if homeLeg(state) != nil, !isSoaked(state) { rules.append(.soak) }
        if coolingUntil(state) != nil { rules.append(.coolDown) }
        if ![.none, .open].contains(window(state)) { rules.append(.window) }
        return rules
    }

    private func isRefused(_ broken: Set<OverrideRule>, _ overrides: Overrides?) -> Bool {
        let rules = Set(overrides?.rules ?? [])
        if !rules.isEmpty, overrides?.reason.isEmpty == true { return true }
        return !broken.isSubset(of: rules)
    }

    // MARK: Refusals

    /// Whether a person's word is refused.
    func isRefused(_ event: PolicyEvent) -> Bool {
        switch event {
        case .approved(let id, let digest, let person, let overrides):
            guard let request = requests.first(where: { $0.id == id }),
                case .asked(let until) = request.stage, now < until, digest == request.digest,
                !request.yeses.contains(person.name),
                request.seen == sight(of: request.moves)
            else { return true }
            let broken = broken(request.moves, request.cause).subtracting(request.named)
            return isRefused(broken, overrides)
        case .denied(let id, _, _):
            guard let request = requests.first(where: { $0.id == id }) else { return true }
            if case .asked(let until) = request.stage, now >= until { return true }
            return request.hasBegun
        case .failoverOrdered(let name, let others, let to, _, _, let isDrill, let overrides):
            return isOrderRefused([name] + others, to, .failover)
                || isRefused(
                    broken(moves([name] + others, to, .failover), isDrill ? .drill : .order),
                    overrides
                )
        case .failbackOrdered(let name, let others, _, _, let isDrill, let overrides):
            return isOrderRefused([name] + others, nil, .failback)
                || isRefused(
                    broken(moves([name] + others, nil, .failback), isDrill ? .drill : .order),
                    overrides
                )
        case .rehearsalOrdered(let name, let to, let direction, _, _):
            guard !isOrderRefused([name], to, direction), let index = index(name),
                let move = moves([name], to, direction).first
            else { return true }
            let route = routes[index].route
            let isOffered = canBeStarted(move.to, route) || isFencedHome(move.to, route)
            let verdict = verdict(move.to, route)
            return verdict == .unknown || verdict == .down && !isOffered
        case .runResumed(let id, _), .runAborting(let id, _, _), .runForced(let id, _, _, _):
            return !requests.contains { $0.id == id && $0.isHalted }
        case .runTaken(let id, _, _):
            return !requests.contains { request in
                guard case .halted(true, isTaken: false, _) = request.stage else { return false }
                return request.id == id
            }
        case .lockReleased: return !requests.contains(where: \.isHalted)
        case .holderAdopted(let name, _, _):
            guard let index = index(name), case .elsewhere(_?) = routes[index].reading else {
                return true
            }
            return false
        case .coolDownAcknowledged(let name, _, _):
            guard let index = index(name) else { return true }
            return coolingUntil(routes[index]) == nil && recent(routes[index].rescues).isEmpty
        case .resumed(let name, _): return pauses[Coverage(name)] == nil
        case .maintenanceEnded(let coverage, _): return pauses[coverage] == nil
        default: return false
        }
    }

    private func isOrderRefused(
        _ names: [RouteName],
        _ to: FQDN?,
        _ direction: MoveDirection
    ) -> Bool {
        if Set(names).count < names.count { return true }
        // Only a run keeps people from ordering; a plan in the making is waited for.
        if requests.contains(where: \.hasBegun) { return true }
        for name in names {
            guard let index = index(name), request(of: name) == nil, routes[index].isKnown,
                let move = moves([name], to, direction).first, move.from != move.to,
                routes[index].route.pools.contains(move.to)
            else { return true }
        }
        let homeward = moves(names, to, direction).map { move in
            routes.contains { $0.name == move.route && $0.route.home == move.to }
        }
        return Set(homeward).count > 1
    }

    func moves(_ names: [RouteName], _ to: FQDN?, _ direction: MoveDirection) -> [Move] {
        names.compactMap { name in
            guard let index = index(name), routes[index].isKnown else { return nil }
            let state = routes[index]
            let home = direction == .failback ? state.route.home : to
            return (home ?? target(state, awayFrom: state.holder))
                .map { Move(state.route, from: state.holder, to: $0) }
        }
    }
}
