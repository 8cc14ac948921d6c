@testable import FailoverCore

/// What has to follow: what is withdrawn, given up, asked, planned and begun.
extension Oracle {
    mutating func settleAll() {
        for place in requests.indices {
            guard case .halted(true, isTaken: false, let due?) = requests[place].stage, now >= due
            else { continue }
            let next = now + settings.stuckReminder
            requests[place].stage = .halted(isStuck: true, isTaken: false, remindAt: next)
            acts.append("alarm \(requests[place].id)")
        }
        for (coverage, until) in pauses where !isPaused(coverage) && until != nil {
            pauses[coverage] = nil
        }
        for index in routes.indices {
            let situation = situation(routes[index])
            if situation != routes[index].situation { routes[index].begin(situation) }
            settle(index)
        }
        wishes = routes.map(wish)
        giveLock()
    }

    /// What a route's evidence asks for at the end of a step.
    func wished(_ state: Route) -> Wish {
        index(state.name).map { wishes[$0] } ?? wish(state)
    }

    // MARK: What ends

    private mutating func settle(_ index: Int) {
        let name = routes[index].name
        if let quiet = routes[index].quiet {
            let isOver = now >= quiet.until || quiet.situation != routes[index].situation
            // Silence is no objection to what needs nobody's yes.
            let isSilence = !quiet.isNo && !quiet.isRetry
            if isOver || isSilence && wish(routes[index]).isAutomatic { routes[index].quiet = nil }
        }
        guard let request = requests.first(where: { $0.moves[0].route == name }),
            !request.hasBegun
        else { return }
        if ground(request) == .lost || request.stage == .planning && !isStillWanted(request) {
            withdraw(request)
            return
        }
        switch request.stage {
        case .queued: if isOvertaken(request) { withdraw(request) }
        case .planning:
            guard now >= request.since + settings.planningTimeout else { return }
            withdraw(request)
            retry(request, after: settings.retryAfter)
        case .asked(let until) where now >= until: nobodyAnswered(request)
        case .asked:
            if isOvertaken(request) {
                withdraw(request)
            } else if !request.yeses.isEmpty, request.seen != sight(of: request.moves),
                ground(request) == .needed
            {
                askAnew(request)
            }
        case .approved(let until):
            let isAsSeen = request.seen == sight(of: request.moves)
            let isNamed = broken(request.moves, request.cause).isSubset(of: request.named)
            if !isAsSeen || !isNamed, ground(request) == .needed {
                askAnew(request)
            } else if now >= until {
                withdraw(request)
            }
        case .running, .halted: return
        }
    }

    /// What the agent plans by itself has to be what the evidence asks for to the end.
    private func isStillWanted(_ request: Request) -> Bool {
        request.cause.isOrdered
            || request.moves.allSatisfy { move in
                guard let index = index(move.route) else { return false }
                let wish = wish(routes[index])
                return wish.isAct && wish.from == move.from && wish.to == move.to
                    && wish.situation == request.cause.situation
            }
    }

    /// Whether a rescue is due that needs no yes, or another one than people are asked about.
    private func isOvertaken(_ request: Request) -> Bool {
        request.moves.contains { move in
            guard let index = index(move.route) else { return false }
            let wish = wish(routes[index])
            return wish.row == .rescue
                || wish.isRescue && (wish.from != move.from || wish.to != move.to)
        }
    }

    private mutating func nobodyAnswered(_ request: Request) {
        withdraw(request)
        guard !request.cause.isOrdered else { return }
        for move in request.moves {
            guard let index = index(move.route) else { continue }
            if routes[index].route.onTimeout == .proceed, request.cause == .rescue {
                routes[index].isUnanswered = true
                let wish = wish(routes[index])
                if !wish.isAct || wish.isAutomatic { continue }
                routes[index].isUnanswered = false
            }
            quiet(move, isNo: false)
        }
    }

    mutating func quiet(_ move: Move, isNo: Bool) {
        guard let index = index(move.route), routes[index].situation != .calm else { return }
        let until = now + settings.denyCoolDown
        routes[index].quiet = Quiet(
            situation: routes[index].situation,
            until: until,
            isNo: isNo
        )
    }

    mutating func retry(_ request: Request, after wait: Duration) {
        guard let index = index(request.moves[0].route), !request.cause.isOrdered,
            routes[index].situation != .calm
        else { return }
        let situation = routes[index].situation
        routes[index].quiet = Quiet(situation: situation, until: now + wait, isRetry: true)
    }

    /// What was put together and came to nothing goes alone from now on.
    mutating func comeApart(_ request: Request) {
        guard request.moves.count > 1 else { return }
        for move in request.moves {
            if let index = index(move.route) { routes[index].goesAlone = true }
        }
    }

    mutating func askAnew(_ request: Request) {
        guard ground(request) == .needed else { return }
        withdraw(request)
        if request.cause.isOrdered { open(request.moves, request.cause, .queued, request.named) }
    }

    mutating func withdraw(_ request: Request) {
        end(request)
        acts.append("withdraw \(request.id)")
    }

    mutating func end(_ request: Request) { requests.removeAll { $0.id == request.id } }

    // MARK: Plans

    mutating func planned(_ id: RequestID, _ digest: PlanDigest, _ needsPerson: Bool) {
        guard let place = requests.firstIndex(where: { $0.id == id && $0.stage == .planning })
        else { return }
        requests[place].digest = digest
        let request = requests[place]
        if ground(request) == .lost || !isStillWanted(request) {
            withdraw(request)
            return
        }
        if request.cause == .rehearsal {
            ground(request) == .waits ? end(request) : begin(request, "rehearsal")
            return
        }
        if !request.cause.isOrdered {
            for move in request.moves where request.moves.count == 1 {
                if let index = index(move.route) { routes[index].planNeedsPerson = needsPerson }
            }
            let isAutomatic = request.moves.allSatisfy { move in
                index(move.route).map { wish(routes[$0]).isAutomatic } ?? false
            }
            if isAutomatic, needsPerson, request.moves.count > 1 {
                comeApart(request)
                withdraw(request)
                return
            }
            if isAutomatic {
                begin(request, "automatic")
                return
            }
        }
        let until = now + settings.approvalTimeout
        requests[place].stage = .asked(until: until)
        requests[place].seen = sight(of: request.moves)
        acts.append("ask \(id) until \(until)")
    }

    mutating func planRefused(_ id: RequestID) {
        guard let request = requests.first(where: { $0.id == id && $0.stage == .planning }) else {
            return
        }
        end(request)
        if request.moves.count > 1, !request.cause.isOrdered {
            comeApart(request)
        } else {
            retry(request, after: settings.retryAfter)
        }
    }

    // MARK: The lock

    /// An approved move first, then rescues, then orders, then failbacks; of each the first route.
    private mutating func giveLock() {
        guard !hasLock else { return }
        for state in routes {
            guard let request = requests.first(where: { $0.moves[0].route == state.name }),
                case .approved = request.stage, ground(request) == .needed
            else { continue }
            begin(request, "approved")
            return
        }
        if plan(where: \.isRescue) { return }
        // What waits for the other half of its plan keeps orders waiting too.
        if routes.contains(where: { isIdle($0) && wished($0).isRescue }) { return }
        for state in routes {
            guard
                let place = requests.firstIndex(where: {
                    $0.moves[0].route == state.name && $0.stage == .queued
                })
            else { continue }
            requests[place].stage = .planning
            requests[place].since = now
            acts.append("plan \(requests[place].id): \(requests[place].moves)")
            return
        }
        _ = plan { !$0.isRescue }
    }

    private mutating func plan(where fits: (Wish) -> Bool) -> Bool {
        for state in routes where isIdle(state) {
            let wish = wished(state)
            guard wish.isAct, fits(wish), waitForOthers(wish, state) == nil else { continue }
            let moves = [state] + companions(wish, state)
            open(
                moves.map { other in
                    let also = wished(other)
                    return Move(
                        other.route,
                        from: also.from ?? other.holder,
                        to: also.to ?? other.holder
                    )
                },
                wish.isRescue ? .rescue : wish.situation == .holderImpaired ? .relief : .failback,
                .planning
            )
            return true
        }
        return false
    }

    /// What is due as well, in the same direction and with the same need of a person.
    private func companions(_ wish: Wish, _ state: Route) -> [Route] {
        guard !state.goesAlone else { return [] }
        return routes.filter { other in
            guard other.name != state.name, isIdle(other), !other.goesAlone else { return false }
            let also = wished(other)
            return also.isAct && also.situation == wish.situation
                && also.isAutomatic == wish.isAutomatic
                && (also.to == other.route.home) == (wish.to == state.route.home)
        }
    }

    mutating func open(
        _ moves: [Move],
        _ cause: Cause,
        _ stage: Stage,
        _ named: Set<OverrideRule> = []
    ) {
        let id = RequestID(nextRequest)
        nextRequest += 1
        requests.append(
            Request(id: id, moves: moves, cause: cause, stage: stage, since: now, named: named)
        )
        if stage == .planning { acts.append("plan \(id): \(moves)") }
    }

    private mutating func begin(_ request: Request, _ authority: String) {
        guard let place = requests.firstIndex(where: { $0.id == request.id }) else { return }
        requests[place].stage = .running
        acts.append("begin \(request.id) \(authority)")
    }
}

extension Oracle.Cause {
    fileprivate var situation: Situation {
        switch self {
        case .rescue: .holderDown
        case .relief: .holderImpaired
        case .failback: .homeBack
        case .order, .drill, .rehearsal: .calm
        }
    }
}
