@testable import FailoverCore

/// What mode `auto` would have done, held against what a policy in mode `auto` does.
extension RandomHistory {
    /// Judges what was written down in one step, from the policy before it.
    mutating func judgeShadows(
        of event: PolicyEvent,
        from before: FailoverPolicy,
        _ effects: [PolicyEffect]
    ) {
        let records = effects.compactMap { effect -> ShadowRecord? in
            if case .shadow(let record) = effect { record } else { nil }
        }
        for state in before.states where state.route.mode == .observe {
            let decided = records.compactMap { record -> ShadowDecision? in
                guard case .decided(let decision) = record else { return nil }
                return decision.move.route == state.route.name ? decision : nil
            }
            // While a decision stands, a twin would be in mid-run; while the lock is held, it waits.
            guard case .idle = state.phase, state.shadow.open == nil, before.lockHolder == nil,
                policy.lockHolder == nil, let twin = before.autoTwin(of: state)
            else { continue }
            let done = twin.does(event, at: now)
            if done != decided.map({ TwinMove($0) }).last {
                object(
                    "\(state.route.name): auto does \(String(describing: done)), the shadow "
                        + "\(decided)"
                )
            }
            if done?.isAutomatic == true { shadowMoves += 1 }
            if done?.isAutomatic == false { shadowQuestions += 1 }
        }
    }

    /// Held against a book-keeping of its own: one decision per situation, over restarts too.
    mutating func judge(_ record: ShadowRecord) {
        switch record {
        case .decided(let decision):
            let route = decision.move.route
            if routes.first(where: { $0.name == route })?.mode != .observe {
                object("a shadow of a route that is not only observed")
            }
            if let open = openShadows[route],
                open.asks == nil || (open.move == decision.move && decision.asks != nil)
            {
                object("written down twice: \(decision)")
            }
            openShadows[route] = decision
        case .ended(let route, let reason):
            if openShadows.removeValue(forKey: route) == nil || reason.isEmpty {
                object("the end of no decision on \(route)")
            }
        case .moved(let move):
            shadowPeopleMoves += 1
            if move.from == move.to { object("people moved nothing: \(move)") }
        }
    }
}

/// What a policy in mode `auto` does in one step.
private struct TwinMove: Equatable {
    var move: Move
    var isAutomatic: Bool

    init(_ move: Move, isAutomatic: Bool) {
        self.move = move
        self.isAutomatic = isAutomatic
    }

    init(_ decision: ShadowDecision) {
        self.init(decision.move, isAutomatic: decision.asks == nil)
    }
}

extension FailoverPolicy {
    /// The same policy with that route alone, in mode `auto`.
    fileprivate func autoTwin(of state: RouteState) -> FailoverPolicy? {
        guard let auto = state.asAuto() else { return nil }
        var twin = self
        twin.states = [auto]
        return twin
    }

    /// What a policy begins by an event, and whether by itself, once its plan is made.
    fileprivate func does(_ event: PolicyEvent, at now: Instant) -> TwinMove? {
        var twin = self
        let requests = twin.step(event, at: now).compactMap { effect -> MoveRequest? in
            if case .makePlan(let request) = effect { request } else { nil }
        }
        guard let request = requests.last, !request.trigger.isOrdered else { return nil }
        for effect in twin.step(.planned(request.id, PolicyBench.plan), at: now) {
            switch effect {
            case .startRun(_, _, .automatic): return TwinMove(request.move, isAutomatic: true)
            case .askApproval: return TwinMove(request.move, isAutomatic: false)
            default: continue
            }
        }
        return nil
    }
}
