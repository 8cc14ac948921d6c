@testable import FailoverCore

/// Holds the policy against the oracle, after every event.
extension RandomHistory {
    mutating func send(_ event: PolicyEvent) {
        guard disagreement == nil else { return }
        oracle.now = now
        let refusal = policy.refusal(of: event, at: now)
        let shouldRefuse = oracle.isRefused(event)
        let before = policy
        let effects = policy.step(event, at: now)
        judgeShadows(of: event, from: before, effects)
        oracle.take(event, at: now)
        transcript += effects
        events += 1
        count(event, isRefused: refusal != nil)
        if (refusal != nil) != shouldRefuse {
            disagree(event, refusal?.sentence ?? "takes it", shouldRefuse ? "refused" : "taken")
        }
        compare(effects.compactMap(words), after: event)
        for effect in effects {
            switch effect {
            case .shadow(let record): judge(record)
            case .notify(let notice) where notice.sentence.isEmpty:
                object("a notice without a sentence: \(notice)")
            default: continue
            }
        }
        // Sentences cost more than decisions: only where something happened.
        guard !effects.isEmpty else { return }
        for status in policy.statuses(at: now) where status.reason.isEmpty {
            object("a status without a reason in phase \(status.phase)")
        }
    }

    private mutating func compare(_ acts: [String], after event: PolicyEvent) {
        if acts.sorted() != oracle.acts.sorted() {
            disagree(event, "\(acts)", "\(oracle.acts)")
        }
        for (state, route) in zip(policy.states, oracle.routes) {
            let phases = (words(state.phase), words(route))
            if phases.0 != phases.1 { disagree(event, phases.0, phases.1) }
            let holders = (words(state.holder), holderWords(route))
            if holders.0 != holders.1 { disagree(event, holders.0, holders.1) }
            let wishes = (
                wish(policy.desire(of: state, at: now), state.holder.isKnown), oracle.wished(route)
            )
            if wishes.0 != wishes.1 { disagree(event, "\(wishes.0)", "\(wishes.1)") }
            reached[wishes.1.row.rawValue, default: 0] += 1
            reached[phases.1.prefix { $0 != " " }.description, default: 0] += 1
        }
    }

    private mutating func disagree(_ event: PolicyEvent, _ found: String, _ expected: String) {
        object("after \(event), the policy: \(found); the oracle: \(expected)")
    }

    /// Keeps the first objection: what follows it may be no more than its consequence.
    mutating func object(_ words: String) {
        disagreement = disagreement ?? "at \(now), \(words)"
    }

    // MARK: The policy in the oracle's words

    private func words(_ effect: PolicyEffect) -> String? {
        switch effect {
        case .makePlan(let request): "plan \(request.id): \(request.moves)"
        case .askApproval(let request, _, let expires): "ask \(request.id) until \(expires)"
        case .withdraw(let request, _): "withdraw \(request.id)"
        case .startRun(let request, _, .automatic): "begin \(request.id) automatic"
        case .startRun(let request, _, .approved): "begin \(request.id) approved"
        case .startRun(let request, _, .rehearsal): "begin \(request.id) rehearsal"
        case .notify(let notice):
            notice.code == .runStuck ? notice.request.map { "alarm \($0)" } : nil
        case .shadow: nil
        }
    }

    private func words(_ phase: RoutePhase) -> String {
        switch phase {
        case .idle: "idle"
        case .joined(let id): "joined \(id)"
        case .queued(let request): "queued \(request.id)"
        case .planning(let request): "planning \(request.id)"
        case .asked(let request, _, let until): "asked \(request.id) until \(until)"
        case .cleared(let request, _, let until): "approved \(request.id) until \(until)"
        case .running(let request, _, _): "running \(request.id)"
        case .halted(let request, _, let halt):
            halt.stuck == nil ? "halted \(request.id)" : "stuck \(request.id)"
        case .declined(let decline):
            "\(decline.by == nil ? "unanswered" : "declined") until \(decline.until)"
        case .retrying(_, let until, _): "retrying until \(until)"
        }
    }

    private func words(_ holder: Holder) -> String {
        let reading =
            switch holder {
            case .known: "fits"
            case .unread: "none"
            case .unreadable: "failed"
            case .foreign(_, let found, _): "elsewhere \(found?.name ?? "")"
            }
        return "\(words(holder.expected)) \(reading)"
    }

    private func wish(_ desire: Desire, _ isKnown: Bool) -> Oracle.Wish {
        var wish = Oracle.Wish(row: DecisionRow(desire, isHolderKnown: isKnown))
        switch desire {
        case .rest, .blocked: break
        case .wait(_, let until): wish.until = until
        case .tell(let wanted), .act(let wanted, .automatic):
            (wish.from, wish.to) = (wanted.from, wanted.to)
        case .act(let wanted, .ask(let reason)):
            (wish.from, wish.to, wish.asked) = (wanted.from, wanted.to, reason)
        }
        return wish
    }

    // MARK: The oracle

    private func words(_ route: Oracle.Route) -> String {
        if let quiet = route.quiet {
            let kind = quiet.isRetry ? "retrying" : quiet.isNo ? "declined" : "unanswered"
            return "\(kind) until \(quiet.until)"
        }
        guard let request = oracle.request(of: route.name) else { return "idle" }
        guard request.moves[0].route == route.name else { return "joined \(request.id)" }
        switch request.stage {
        case .queued: return "queued \(request.id)"
        case .planning: return "planning \(request.id)"
        case .asked(let until): return "asked \(request.id) until \(until)"
        case .approved(let until): return "approved \(request.id) until \(until)"
        case .running: return "running \(request.id)"
        case .halted(let isStuck, _, _): return "\(isStuck ? "stuck" : "halted") \(request.id)"
        }
    }

    private func holderWords(_ route: Oracle.Route) -> String {
        let reading =
            switch route.reading {
            case .fits: "fits"
            case .none: "none"
            case .failed: "failed"
            case .elsewhere(let found): "elsewhere \(found?.name ?? "")"
            }
        return "\(words(route.place)) \(reading)"
    }

    private func words(_ place: Place?) -> String {
        place.map { "\($0.pool) \($0.cause?.rawValue ?? "home")" } ?? "nowhere"
    }

    // MARK: What the histories reach

    private mutating func count(_ event: PolicyEvent, isRefused: Bool) {
        for act in oracle.acts {
            let words = act.split(separator: " ")
            if let first = words.first { reached["act \(first)", default: 0] += 1 }
            guard words.first == "begin", let authority = words.last,
                let request = oracle.requests.first(where: \.hasBegun)
            else { continue }
            reached["begin \(authority) \(request.cause)", default: 0] += 1
            if request.moves.count > 1 { reached["begin several", default: 0] += 1 }
            if !request.named.isEmpty { reached["begin overridden", default: 0] += 1 }
        }
        switch event {
        case .approved: reached[isRefused ? "yes refused" : "yes", default: 0] += 1
        case .denied where !isRefused: reached["no", default: 0] += 1
        case .planOvertaken: reached["overtaken", default: 0] += 1
        case .failoverOrdered, .failbackOrdered, .rehearsalOrdered:
            reached[isRefused ? "order refused" : "order", default: 0] += 1
        default: return
        }
    }
}
