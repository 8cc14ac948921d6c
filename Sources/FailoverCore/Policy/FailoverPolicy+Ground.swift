/// Whether a request may begin, must wait, or has lost its ground.
enum Ground: Sendable, Hashable {
    case needed
    case onHold(String)
    case void(String)
}

extension FailoverPolicy {
    /// Holds a request against pauses and evidence, before its run.
    func ground(of request: MoveRequest, at now: Instant) -> Ground {
        if !request.trigger.isOrdered, let words = pauseWords(of: request, at: now) {
            return .void(words)
        }
        return evidenceGround(of: request)
    }

    private func pauseWords(of request: MoveRequest, at now: Instant) -> String? {
        for move in request.moves {
            if let pause = pauses.covering(move.route, at: now) {
                return "automatic action is \(pause.inWords)"
            }
            for pool in [move.from, move.to] {
                guard let pause = maintenance(of: pool, at: now) else { continue }
                return "\(pool.host) is \(pause.inWords)"
            }
        }
        return nil
    }

    /// Of moves that go together, one that lost its ground takes it from all.
    ///
    /// Of one that would be under way by now only its cause is looked at.
    func evidenceGround(of request: MoveRequest, isUnderWay: Bool = false) -> Ground {
        var ground = Ground.needed
        for move in request.moves {
            let own = evidenceGround(of: move, request, isUnderWay)
            switch own {
            case .needed: continue
            case .onHold: if ground == .needed { ground = own }
            case .void(let reason):
                return .void(request.companions.isEmpty ? reason : "\(move.route): \(reason)")
            }
        }
        return ground
    }

    private func evidenceGround(
        of move: Move,
        _ request: MoveRequest,
        _ isUnderWay: Bool
    ) -> Ground {
        let trigger = request.trigger
        guard let index = index(of: move.route) else { return .void("no such route") }
        let state = states[index]
        var hold: String?
        switch state.holder {
        case .known(let place):
            guard place.pool == move.from else {
                return .void("\(place.pool.host) holds the route now")
            }
        case .foreign(_, _, let words):
            return .void("the holder changed without a run of ours: \(words)")
        case .unread: hold = "who holds the route has not been read"
        case .unreadable(_, let reason): hold = "who holds the route cannot be read: \(reason)"
        }
        let target = evidence(state.leg(move.to)).verdict
        let source = evidence(state.leg(move.from)).verdict
        switch target.verdict {
        case _ where isUnderWay: break
        case .down where canGoToSilent(move, trigger, state): break
        case .down where request.names(.notUp), .unknown where request.names(.notUp): break
        case .down: return .void("the target \(move.to.host) is down: \(target.reason)")
        case .unknown: hold = hold ?? "nothing is known of the target: \(target.reason)"
        case .impaired where trigger.situation == .holderImpaired:
            return .void("\(move.to.host) is impaired as well: \(target.reason)")
        case .impaired where trigger.isPoolDown && !improves(target, on: state.route):
            return .void("a move to \(move.to.host) would improve nothing: \(target.reason)")
        case .up, .degraded, .impaired: break
        }
        switch trigger {
        case .ordered, .drill, .rehearsal: break
        case .poolDown:
            switch source.verdict {
            case .up: return .void("\(move.from.host) is up again: \(source.reason)")
            case .degraded:
                return .void("\(move.from.host) works again: \(source.reason)")
            case .impaired:
                return .void("\(move.from.host) lives, but is impaired: \(source.reason)")
            case .unknown: hold = hold ?? "nothing is known of the holder: \(source.reason)"
            case .down: break
            }
        case .poolImpaired:
            switch source.verdict {
            case .up, .degraded:
                return .void("\(move.from.host) is \(source.verdict) again: \(source.reason)")
            case .impaired where source.impairment == .nextHop:
                return .void("only the next hop of \(move.from.host) is at fault: \(source.reason)")
            case .unknown: hold = hold ?? "nothing is known of the holder: \(source.reason)"
            case .impaired, .down: break
            }
        case .homeRestored:
            guard target.verdict == .up || returned(state) != nil else {
                return .void("\(move.to.host) did not stay up: \(target.reason)")
            }
            if !isUnderWay, let window = state.route.failback.window,
                state.window?.isOpen(at: clock) != true
            {
                return .void("the window for the failback is not open any more (\(window))")
            }
        }
        return hold.map(Ground.onHold) ?? .needed
    }

    /// Why a run that has not acted yet should not, for the runner to ask before its first act.
    ///
    /// Nil when it should go on. After the first act a run goes on to a verified state, whatever
    /// happens.
    public func reasonNotToBegin(_ id: RequestID) -> String? {
        guard let index = index(of: id), let request = states[index].phase.request else {
            return "request \(id) has ended"
        }
        // A run under way is not stopped by a pause, only by the evidence.
        if case .void(let reason) = evidenceGround(of: request) { return reason }
        return nil
    }
}
