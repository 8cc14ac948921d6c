/// Which pools could take a route over, besides being up.
extension FailoverPolicy {
    /// Whether nothing but its verdict stands against a pool; what was never judged is not ready.
    func isReady(_ pool: FQDN, _ state: RouteState, at now: Instant) -> Bool {
        guard settings.readiness != nil else { return true }
        return state.readyUntil[pool].map { now < $0 } ?? false
    }

    /// Every item of a pool's readiness, the probes among them.
    func judgement(of pool: FQDN, _ state: RouteState, at now: Instant) -> ReadinessJudgement {
        guard let limits = settings.readiness else { return ReadinessJudgement(findings: []) }
        var judgement = limits.judge(state.readiness[pool] ?? Readiness(), at: now)
        judgement.findings.insert(legsFinding(pool, state), at: 0)
        return judgement
    }

    /// `edgepool2 is not ready: rights not ready: Set-CsSite is not found`.
    func notReadyWords(_ pool: FQDN, _ state: RouteState, at now: Instant) -> String {
        "\(pool.host) is not ready: \(judgement(of: pool, state, at: now).reasons)"
    }

    private func legsFinding(_ pool: FQDN, _ state: RouteState) -> ReadinessFinding {
        let verdict = evidence(state.leg(pool)).verdict
        var reason = verdict.reason
        let grade: ReadinessClass
        switch verdict.verdict {
        case .up: grade = .ready
        case .unknown: grade = .notKnown
        case .down where canBeStarted(pool, for: state):
            grade = .ready
            reason += "; its host answers, and the plan starts or enables the rest"
        case .degraded, .impaired, .down: grade = .notReady
        }
        return ReadinessFinding(
            item: .legs,
            grade: grade,
            reason: reason,
            age: nil,
            isRequired: true
        )
    }

    func standbyReadiness(of state: RouteState, at now: Instant) -> [StandbyReadiness] {
        guard settings.readiness != nil else { return [] }
        let holder = state.holder.presumed(home: state.route.home)
        return state.route.pools.filter { $0 != holder }.map { pool in
            let judgement = judgement(of: pool, state, at: now)
            return StandbyReadiness(
                pool: pool,
                canTakeOver: judgement.findings.allSatisfy { !$0.isObstacle },
                judgement: judgement
            )
        }
    }

    /// What a decision about these moves rests on now, besides its plan.
    public func basis(of moves: [Move], at now: Instant) -> DecisionBasis {
        DecisionBasis(
            pools: moves.flatMap { move -> [DecisionBasis.PoolState] in
                guard let index = index(of: move.route) else { return [] }
                let state = states[index]
                let items = judgement(of: move.to, state, at: now).findings
                    .filter { $0.item != .legs }.map { ($0.item, $0.grade) }
                return [
                    DecisionBasis.PoolState(
                        route: move.route,
                        pool: move.from,
                        verdict: evidence(state.leg(move.from)).verdict.verdict
                    ),
                    DecisionBasis.PoolState(
                        route: move.route,
                        pool: move.to,
                        verdict: evidence(state.leg(move.to)).verdict.verdict,
                        readiness: Dictionary(items) { $1 }
                    ),
                ]
            }
        )
    }

    // MARK: What people are told

    /// Tells by day which standby could not take over, once per change; the driver holds these
    /// notices back until then.
    ///
    /// What was never read is given time to be read, so that a start repeats nothing.
    mutating func announceReadiness(_ index: Int, at now: Instant) {
        guard settings.readiness != nil else { return }
        let state = states[index]
        let holder = state.holder.presumed(home: state.route.home)
        for pool in state.route.pools where pool != holder {
            let told = state.toldReady[pool]
            let isReady = isReady(pool, state, at: now)
            guard told != isReady else { continue }
            if isReady {
                states[index].toldReady[pool] = true
                guard told != nil else { continue }
                notify(
                    .standbyReady,
                    .info,
                    index,
                    pool: pool,
                    "\(pool.host), on standby for \(state.carries), could take over now, as far as"
                        + " can be told without doing it"
                )
            } else {
                let judgement = judgement(of: pool, state, at: now)
                let isOnlyUnread = judgement.obstacles.allSatisfy { $0.grade == .notKnown }
                if told == nil, isOnlyUnread, now < firstReadingsDue { continue }
                states[index].toldReady[pool] = false
                notify(
                    .standbyNotReady,
                    .warning,
                    index,
                    pool: pool,
                    "\(pool.host), on standby for \(state.carries), is not ready to take over: "
                        + judgement.reasons
                        + ". Nothing goes there automatically until that is put right"
                )
            }
        }
    }

    /// When everything should have been read once.
    private var firstReadingsDue: Instant {
        startedAt + (settings.readiness?.every ?? .zero) * 3
    }

    /// When a route has to be looked at again for the age of its readings.
    func readinessTimes(of state: RouteState) -> [Instant] {
        guard settings.readiness != nil else { return [] }
        let never = Instant(nanoseconds: .max)
        return state.readyUntil.values.filter { $0 < never } + [firstReadingsDue]
    }
}
