extension FailoverPolicy {
    /// Ends a request that has lost its ground; an automatic plan in the making has to be wanted
    /// still.
    mutating func withdrawIfVoid(_ index: Int, _ request: MoveRequest, at now: Instant) {
        if case .void(let reason) = ground(of: request, at: now) {
            withdraw(index, request, reason, at: now)
        } else if case .planning = states[index].phase, !request.trigger.isOrdered,
            let gone = parts(of: request).first(where: { !isWanted($0, request, at: now) })
        {
            withdraw(index, request, evidenceWords(of: states[gone.index], at: now), at: now)
        }
    }

    private func isWanted(
        _ part: (index: Int, move: Move),
        _ request: MoveRequest,
        at now: Instant
    ) -> Bool {
        guard case .act(let wanted, _) = desire(of: states[part.index], at: now) else {
            return false
        }
        return wanted.from == part.move.from && wanted.to == part.move.to
            && wanted.situation == request.trigger.situation
    }

    /// Ends a question when the evidence now asks for something more urgent.
    ///
    /// Of routes that go together, the first that is more urgent ends it for all; the others are
    /// asked about anew.
    mutating func withdrawIfSuperseded(_ index: Int, _ request: MoveRequest, at now: Instant) {
        for (part, move) in parts(of: request) {
            guard case .act(let wanted, let permission) = desire(of: states[part], at: now),
                wanted.situation == .holderDown
            else { continue }
            if permission == .automatic {
                withdraw(index, request, "it goes on without an approval now", at: now)
                return
            }
            if wanted.from != move.from || wanted.to != move.to {
                let words = "\(wanted.from.host) is down and \(wanted.to.host) can take over"
                withdraw(index, request, words, at: now)
                return
            }
        }
    }

    mutating func withdraw(
        _ index: Int,
        _ request: MoveRequest,
        _ reason: String,
        at now: Instant
    ) {
        let peopleKnow: Bool
        switch states[index].phase {
        case .asked, .cleared, .queued: peopleKnow = true
        default: peopleKnow = request.trigger.isOrdered
        }
        end(request, "it was withdrawn: \(reason)", at: now)
        outbox.append(.withdraw(request, reason: reason))
        guard peopleKnow else { return }
        notify(
            .approvalWithdrawn,
            .info,
            index,
            pool: request.move.to,
            request: request.id,
            "\(request) is withdrawn: \(reason)"
        )
    }

    mutating func expire(_ index: Int, _ request: MoveRequest, at now: Instant) {
        let waited = settings.approvalTimeout.inWords
        let silent = request.approvals.isEmpty ? "nobody" : "nobody besides \(request.approvers)"
        end(request, "\(silent) answered within \(waited)", at: now)
        outbox.append(.withdraw(request, reason: "\(silent) answered within \(waited)"))
        var sentence = "\(silent) answered \(request) within \(waited)"
        if !request.trigger.isOrdered {
            let holds = parts(of: request).compactMap { goOnOrHold($0.index, request, at: now) }
            sentence += holds.isEmpty ? "; \(FailoverPolicy.proceedWords)" : holds[0]
        }
        notify(
            .approvalExpired,
            request.trigger.isUrgent ? .critical : .warning,
            index,
            pool: request.move.to,
            request: request.id,
            sentence
        )
    }

    static let proceedWords = "on_timeout is proceed: it goes on as an automatic decision"

    /// A route whose failover nobody answered goes on if it may, by the rules of automatic ones.
    ///
    /// - Returns: nil when it goes on; else what becomes of it, to follow a sentence.
    private mutating func goOnOrHold(
        _ index: Int,
        _ request: MoveRequest,
        at now: Instant
    ) -> String? {
        let asksAgain =
            "; if it is still needed, it is asked again in \(settings.denyCoolDown.inWords)"
        guard states[index].route.onTimeout == .proceed, request.trigger.isPoolDown else {
            decline(index, by: nil, at: now)
            return asksAgain
        }
        states[index].episode.unanswered = request.id
        guard case .act(_, .ask(let reason)) = desire(of: states[index], at: now) else {
            return nil
        }
        states[index].episode.unanswered = nil
        decline(index, by: nil, at: now)
        let name = states[index].route.name
        return "; on_timeout is proceed, but an automatic failover of route \(name) would not be "
            + "allowed now (\(whyAsked(reason, states[index], at: now)))" + asksAgain
    }

    /// Nobody is asked again for a while, as long as the situation is the same.
    mutating func decline(_ index: Int, by person: Person?, at now: Instant) {
        let situation = states[index].episode.situation
        guard situation != .calm else { return }
        let until = now + settings.denyCoolDown
        let decline = Decline(situation: situation, until: until, by: person)
        states[index].enter(.declined(decline), at: now)
    }

    mutating func lapse(
        _ index: Int,
        _ request: MoveRequest,
        at now: Instant
    ) {
        let waited = settings.approvalTimeout.inWords
        let words =
            "its approval by \(request.approvers) lapsed: the run could not begin within \(waited)"
        end(request, words, at: now)
        outbox.append(.withdraw(request, reason: words))
        notify(
            .approvalExpired,
            .warning,
            index,
            pool: request.move.to,
            request: request.id,
            "\(request): \(words); it is asked again if still needed"
        )
    }

    mutating func giveUpPlanning(_ index: Int, _ request: MoveRequest, at now: Instant) {
        let reason = "the planner did not answer within \(settings.planningTimeout.inWords)"
        end(request, reason, at: now)
        outbox.append(.withdraw(request, reason: reason))
        retry(index, request, reason, at: now)
    }

    /// Reports that nothing came of a request, once per reason; what the evidence wants is tried
    /// again.
    mutating func retry(
        _ index: Int,
        _ request: MoveRequest,
        _ reason: String,
        after delay: Duration? = nil,
        _ code: NoticeCode = .cannotAct,
        at now: Instant
    ) {
        let situation = states[index].episode.situation
        let isTriedAgain = !request.trigger.isOrdered && situation != .calm
        if isTriedAgain {
            let until = now + (delay ?? settings.retryAfter)
            states[index].enter(.retrying(situation, until: until, reason: reason), at: now)
        }
        guard request.trigger.isOrdered || states[index].episode.isNews("\(code) \(reason)") else {
            return
        }
        let isAtOnce = isTriedAgain && delay == .zero
        notify(
            code,
            request.trigger.isPoolDown && !isAtOnce ? .critical : .warning,
            index,
            pool: request.move.to,
            request: request.id,
            "\(request): \(reason)"
                + (isAtOnce
                    ? "; it is planned anew now" : isTriedAgain ? "; it is tried again" : "")
        )
    }
}
