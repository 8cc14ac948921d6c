@testable import FailoverCore

/// What happened, written down; and what people and runs make of a request.
extension Oracle {
    /// Takes in what happened and says what has to be done; afterwards ``acts`` has it.
    mutating func take(_ event: PolicyEvent, at time: Instant) {
        now = time
        acts = []
        if isRefused(event) {
            if case .approved(let id, let digest, let person, _) = event {
                refusedYes(id, digest, person)
            }
        } else {
            note(event)
        }
        settleAll()
    }

    /// A yes to what is no longer so is asked anew.
    private mutating func refusedYes(_ id: RequestID, _ digest: PlanDigest, _ person: Person) {
        guard let request = requests.first(where: { $0.id == id }),
            case .asked(let until) = request.stage, now < until, digest == request.digest,
            !request.yeses.contains(person.name), request.seen != sight(of: request.moves)
        else { return }
        askAnew(request)
    }

    private mutating func note(_ event: PolicyEvent) {
        switch event {
        case .verdict(let leg, let verdict): note(leg, verdict)
        case .holder(let name, let reading): note(name, reading)
        case .readiness(let name, let pool, let readiness):
            readings[PoolOfRoute(route: name, pool: pool), default: [:]]
                .merge(readiness.readings) { $1 }
        case .windows(let standings): windows.merge(standings) { $1 }
        case .paused(let name, let until, _, _): pauses[Coverage(name)] = .some(until)
        case .maintenanceAdded(let coverage, let until, _, _): pauses[coverage] = .some(until)
        case .resumed(let name, _): pauses[Coverage(name)] = nil
        case .maintenanceEnded(let coverage, _): pauses[coverage] = nil
        case .planned(let id, let digest, let needsPerson): planned(id, digest, needsPerson)
        case .planRefused(let id, _): planRefused(id)
        case .approved(let id, _, let person, let overrides):
            guard let place = requests.firstIndex(where: { $0.id == id }) else { return }
            requests[place].named.formUnion(overrides?.rules ?? [])
            requests[place].yeses.append(person.name)
            guard requests[place].yeses.count == settings.approvalsNeeded else { return }
            requests[place].stage = .approved(until: now + settings.approvalTimeout)
        case .denied(let id, _, _):
            guard let request = requests.first(where: { $0.id == id }) else { return }
            end(request)
            if !request.cause.isOrdered { for move in request.moves { quiet(move, isNo: true) } }
        case .failoverOrdered(let name, let others, let to, _, _, let isDrill, let overrides):
            let moves = moves([name] + others, to, .failover)
            order(moves, isDrill ? .drill : .order, Set(overrides?.rules ?? []))
        case .failbackOrdered(let name, let others, _, _, let isDrill, let overrides):
            let moves = moves([name] + others, nil, .failback)
            order(moves, isDrill ? .drill : .order, Set(overrides?.rules ?? []))
        case .rehearsalOrdered(let name, let to, let direction, _, _):
            order(moves([name], to, direction), .rehearsal, [])
        case .runNotStarted(let id, _):
            guard let request = requests.first(where: { $0.id == id && $0.stage == .running })
            else { return }
            end(request)
            comeApart(request)
            retry(request, after: settings.retryAfter)
        case .planOvertaken(let id, _):
            guard let request = requests.first(where: { $0.id == id && $0.stage == .running }),
                let index = index(request.moves[0].route)
            else { return }
            end(request)
            routes[index].overtaken += 1
            if routes[index].overtaken > 3 { comeApart(request) }
            retry(request, after: routes[index].overtaken > 3 ? settings.retryAfter : .zero)
        case .runFinished(let id, let outcome):
            guard let request = requests.first(where: { $0.id == id && $0.hasBegun }) else {
                return
            }
            finished(request, outcome)
        case .runResumed(let id, _), .runAborting(let id, _, _), .runForced(let id, _, _, _):
            stage(id, .running)
        case .runTaken(let id, _, _):
            stage(id, .halted(isStuck: true, isTaken: true, remindAt: nil))
        case .lockReleased: released()
        case .holderAdopted(let name, _, _):
            guard let index = index(name) else { return }
            let holder = routes[index].holder
            let isHome = holder == routes[index].route.home
            routes[index].place = Place(pool: holder, cause: isHome ? nil : .ordered)
            routes[index].reading = .fits
        case .coolDownAcknowledged(let name, _, _):
            guard let index = index(name) else { return }
            (routes[index].ended, routes[index].rescues) = (nil, [])
        case .runWaits, .tick: return
        }
    }

    private mutating func note(_ leg: PoolLeg, _ verdict: Verdict) {
        let sight = Sight(at: now, verdict: verdict.verdict, impairment: verdict.impairment)
        sights[leg, default: []].append(sight)
        for index in routes.indices {
            let state = routes[index]
            guard leg == PoolLeg(pool: state.route.home, kind: state.route.kind.leg) else {
                continue
            }
            if verdict.verdict == .up { routes[index].homeWasUp = true }
            guard verdict.verdict == .down, state.homeWasUp else { continue }
            routes[index].homeWasUp = false
            guard let place = state.place else { continue }
            let cameLately = state.cameHome.map { now < $0 + settings.relapseWithin } ?? false
            if place.pool != state.route.home || cameLately { routes[index].relapses.append(now) }
        }
    }

    private mutating func note(_ name: RouteName, _ reading: HolderReading) {
        // While a run moves a route, readings show it half way.
        guard let index = index(name), request(of: name)?.hasBegun != true else { return }
        let state = routes[index]
        switch reading {
        case .unknown:
            if case .elsewhere = state.reading { return }
            routes[index].reading = .failed
        case .foreign: routes[index].reading = .elsewhere(nil)
        case .pool(let pool):
            let isOurs = state.route.pools.contains(pool)
            if state.place == nil, isOurs {
                let isHome = pool == state.route.home
                routes[index].place = Place(pool: pool, cause: isHome ? nil : .found)
            }
            let fits = routes[index].place?.pool == pool
            routes[index].reading = fits ? .fits : .elsewhere(isOurs ? pool : nil)
        }
    }

    private mutating func order(_ moves: [Move], _ cause: Cause, _ named: Set<OverrideRule>) {
        for move in moves { if let index = index(move.route) { routes[index].quiet = nil } }
        open(moves, cause, .queued, named)
    }

    // MARK: Runs

    private mutating func finished(_ request: Request, _ outcome: RunOutcome) {
        if request.cause == .rehearsal {
            end(request)
            return
        }
        switch outcome {
        case .rehearsed: end(request)
        case .done:
            end(request)
            for move in request.moves { arrive(move, request.cause) }
            coolDown(request)
        case .aborted:
            end(request)
            coolDown(request)
        case .stoppedUnchanged where request.isHalted:
            end(request)
            coolDown(request)
        case .stoppedUnchanged:
            let isLost = ground(request) == .lost
            end(request)
            guard !isLost, let index = index(request.moves[0].route) else { return }
            comeApart(request)
            routes[index].fruitless += 1
            let doublings = min(routes[index].fruitless - 1, 5)
            retry(request, after: settings.retryAfter * (1 << doublings))
        case .stopped:
            stage(request.id, .halted(isStuck: false, isTaken: false, remindAt: nil))
        case .stuck:
            let due = now + settings.stuckReminder
            stage(request.id, .halted(isStuck: true, isTaken: false, remindAt: due))
            acts.append("alarm \(request.id)")
        }
    }

    private mutating func arrive(_ move: Move, _ cause: Cause) {
        guard let index = index(move.route) else { return }
        let isHome = move.to == routes[index].route.home
        // What a person moved is not taken back because of a later rescue.
        let isOurs = cause == .rescue && routes[index].place?.cause != .ordered
        routes[index].place = Place(
            pool: move.to,
            cause: isHome ? nil : isOurs ? .downVerdict : .ordered
        )
        routes[index].reading = .fits
        arrivals[PoolLeg(pool: move.to, kind: move.kind.leg)] = now
        if isHome { routes[index].cameHome = now }
        if cause == .rescue { routes[index].rescues.append(now) }
        routes[index].begin(.calm)
    }

    private mutating func coolDown(_ request: Request) {
        guard request.cause != .drill else { return }
        for move in request.moves { if let index = index(move.route) { routes[index].ended = now } }
    }

    private mutating func released() {
        guard let request = requests.first(where: \.isHalted) else { return }
        end(request)
        for move in request.moves {
            guard let index = index(move.route) else { continue }
            (routes[index].place, routes[index].reading) = (nil, .none)
            routes[index].ended = now
        }
    }

    private mutating func stage(_ id: RequestID, _ stage: Stage) {
        guard let place = requests.firstIndex(where: { $0.id == id }) else { return }
        requests[place].stage = stage
    }
}
