/// Whether a request may begin, must wait, or has lost its ground.
enum Ground: Sendable, Hashable {
    case needed
    case onHold(String)
    case void(String)
}

extension FailoverPolicy {
    /// Holds a request against pauses and evidence, before its run.
    func ground(of request: MoveRequest, at now: Instant) -> Ground {
        if !request.trigger.isOrdered, let pause = pauses.covering(request.move.route, at: now) {
            return .void("automatic action is \(pause.inWords)")
        }
        return evidenceGround(of: request)
    }

    private func evidenceGround(of request: MoveRequest) -> Ground {
        guard let index = index(of: request.move.route) else { return .void("no such route") }
        let state = states[index]
        var hold: String?
        switch state.holder {
        case .known(let place):
            guard place.pool == request.move.from else {
                return .void("\(place.pool.host) holds the route now")
            }
        case .foreign(_, _, let words):
            return .void("the holder changed without a run of ours: \(words)")
        case .unread: hold = "who holds the route has not been read"
        case .unreadable(_, let reason): hold = "who holds the route cannot be read: \(reason)"
        }
        let target = evidence(state.leg(request.move.to)).verdict
        let source = evidence(state.leg(request.move.from)).verdict
        switch target.verdict {
        case .down where canGoToSilent(request, state): break
        case .down: return .void("the target \(request.move.to.host) is down: \(target.reason)")
        case .unknown: hold = hold ?? "nothing is known of the target: \(target.reason)"
        case .up, .degraded: break
        }
        switch request.trigger {
        case .ordered, .drill, .rehearsal: break
        case .poolDown:
            switch source.verdict {
            case .up: return .void("\(request.move.from.host) is up again: \(source.reason)")
            case .degraded:
                return .void("\(request.move.from.host) works again: \(source.reason)")
            case .unknown: hold = hold ?? "nothing is known of the holder: \(source.reason)"
            case .down: break
            }
        case .homeRestored:
            guard target.verdict == .up || returned(state) != nil else {
                return .void("\(request.move.to.host) did not stay up: \(target.reason)")
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
