extension MoveRequest {
    /// Whether a person named that rule.
    func names(_ rule: OverrideRule) -> Bool { overrides.contains { $0.rule == rule } }
}

extension [BrokenRule] {
    /// ` --override not-ready --reason …`, to follow a command; empty when no rule is broken.
    var options: String {
        guard !isEmpty else { return "" }
        return Set(map(\.rule)).sorted().map { " --override \($0.rawValue)" }.joined()
            + " --reason …"
    }
}

/// Rules that stand against what people want, and how they are broken by name.
extension FailoverPolicy {
    /// The rules that a move breaks now, the evidence's and people's moves alike.
    ///
    /// | rule | broken when | holds for |
    /// |---|---|---|
    /// | not-up | the target is not *up*; one that the plan starts counts as up | all |
    /// | not-ready | an item of the target's readiness is missing, old or not well | all |
    /// | maintenance | the target is in maintenance | all |
    /// | soak | home has not been up for `stable_for` | ordered failbacks |
    /// | cool-down | the last run is too recent | ordered failbacks |
    /// | window | the window of the failback is not open | ordered failbacks |
    ///
    /// The last three are for routes that a down verdict moved away, while their holder works: who
    /// moved it there by order may take it back, and a rescue is never held up. Drills, which go
    /// there and back, break neither. A rehearsal changes nothing and breaks no rule.
    func brokenRules(_ move: Move, _ trigger: Trigger, at now: Instant) -> [BrokenRule] {
        guard !trigger.isRehearsal, let index = index(of: move.route) else { return [] }
        let state = states[index]
        var broken: [BrokenRule] = []
        let verdict = evidence(state.leg(move.to)).verdict
        let isSilentByDesign =
            verdict.verdict == .down && canGoToSilent(move, trigger, state)
        if verdict.verdict != .up, !isSilentByDesign {
            let words = "\(move.to.host) is \(verdict.verdict): \(verdict.reason)"
            broken.append(BrokenRule(rule: .notUp, sentence: words))
        }
        if !isReady(move.to, state, at: now) {
            let words = notReadyWords(move.to, state, at: now)
            broken.append(BrokenRule(rule: .notReady, sentence: words))
        }
        if let pause = maintenance(of: move.to, at: now) {
            let words = "\(move.to.host) is \(pause.inWords)"
            broken.append(BrokenRule(rule: .maintenance, sentence: words))
        }
        guard case .ordered = trigger else { return broken }
        return broken + brokenByHaste(move, state, at: now)
    }

    private func brokenByHaste(
        _ move: Move,
        _ state: RouteState,
        at now: Instant
    ) -> [BrokenRule] {
        guard move.to == state.route.home, case .known(let place) = state.holder,
            place.cause == .downVerdict,
            ![.down, .impaired].contains(evidence(state.leg(place.pool)).verdict.verdict)
        else { return [] }
        var broken: [BrokenRule] = []
        if let home = returned(state) {
            let soak = soak(of: state, at: now)
            if now < evidence(home).since + soak {
                broken.append(
                    BrokenRule(
                        rule: .soak,
                        sentence: "\(standing(state, home, at: now)), and a failback wants "
                            + soak.inWords
                    )
                )
            }
        }
        if let until = state.coolDownUntil, now < until {
            let words = "the cool-down of the last run goes on for another \((until - now).inWords)"
            broken.append(BrokenRule(rule: .coolDown, sentence: words))
        }
        if waitForWindow(state, at: now) != nil {
            let words = "the window of the failback (\(state.windowWords)) is not open"
            broken.append(BrokenRule(rule: .window, sentence: words))
        }
        return broken
    }

    /// The rules that a request breaks now and that nobody has named yet; what was named with an
    /// order holds for its answer too.
    public func unnamedRules(of request: MoveRequest, at now: Instant) -> [BrokenRule] {
        request.moves.flatMap { brokenRules($0, request.trigger, at: now) }
            .filter { !request.names($0.rule) }
    }

    /// What has come to stand against a request since its yes; nil when nothing has.
    func unnamedWords(_ request: MoveRequest, at now: Instant) -> String? {
        let rules = unnamedRules(of: request, at: now)
        return rules.isEmpty ? nil : rules.map(\.sentence).joined(separator: "; ")
    }

    /// What persons named, each with what it allows now.
    func named(
        _ overrides: Overrides?,
        by person: Person,
        for request: MoveRequest,
        at now: Instant
    ) -> [NamedOverride] {
        guard let overrides else { return [] }
        let broken = request.moves.flatMap { brokenRules($0, request.trigger, at: now) }
        return Set(overrides.rules).sorted().map { rule in
            let words = broken.filter { $0.rule == rule }.map(\.sentence)
            return NamedOverride(
                rule: rule,
                by: person,
                reason: overrides.reason,
                breaks: words.isEmpty ? nil : words.joined(separator: "; ")
            )
        }
    }

    /// Why an order is refused for the rules that it breaks; nil when it is not.
    func refusal(
        of names: [RouteName],
        to target: FQDN?,
        _ direction: MoveDirection,
        _ isDrill: Bool,
        _ overrides: Overrides?,
        at now: Instant
    ) -> Refusal? {
        let trigger = Trigger(isDrill: isDrill, by: Person(name: "somebody"), reason: "")
        let broken = names.compactMap { orderedMove($0, to: target, direction) }
            .flatMap { brokenRules($0, trigger, at: now) }
        return refusal(broken, overrides, "it")
    }

    /// Why an answer is refused for the rules that its request breaks; nil when it is not.
    func refusal(
        of request: MoveRequest,
        _ overrides: Overrides?,
        _ command: String,
        at now: Instant
    ) -> Refusal? {
        refusal(unnamedRules(of: request, at: now), overrides, command)
    }

    private func refusal(
        _ broken: [BrokenRule],
        _ overrides: Overrides?,
        _ command: String
    ) -> Refusal? {
        if let overrides, !overrides.rules.isEmpty, overrides.reason.isEmpty {
            return Refusal(.reasonMissing, "who breaks a rule says why: --reason is missing")
        }
        let unnamed = broken.filter { !(overrides?.rules.contains($0.rule) ?? false) }
        guard let first = unnamed.first else { return nil }
        return Refusal(
            first.rule == .notUp ? .targetNotUp : .overrideNeeded,
            unnamed.map(\.sentence).joined(separator: "; ")
                + ";\(unnamed.options) allows \(command) all the same"
        )
    }

    /// A rehearsal needs a target that answers, and no more: it is there to find the rest.
    func canRehearse(
        _ name: RouteName,
        to target: FQDN?,
        _ direction: MoveDirection
    ) -> Refusal? {
        guard let move = orderedMove(name, to: target, direction), let index = index(of: name)
        else {
            return nil
        }
        let verdict = evidence(states[index].leg(move.to)).verdict
        let isOffered =
            canBeStarted(move.to, for: states[index]) || isUnfencedByOrder(move.to, states[index])
        switch verdict.verdict {
        case .up, .degraded, .impaired: return nil
        case .down where isOffered: return nil
        case .down, .unknown:
            let words = "\(move.to.host) is \(verdict.verdict): \(verdict.reason)"
            return Refusal(.targetNotUp, words)
        }
    }

    /// What a yes has to name, and what was named, for the question.
    func overrideWords(for request: MoveRequest, at now: Instant) -> String {
        var words = request.overrides.map { " \($0)." }.joined()
        let unnamed = unnamedRules(of: request, at: now)
        guard !unnamed.isEmpty else { return words }
        words += " " + unnamed.map(\.sentence).joined(separator: "; ") + ": a yes has to name"
        return words + unnamed.options + "."
    }

    // MARK: What changed since a question

    /// What is different from what people saw; nil when nothing is.
    public func changedWords(_ request: MoveRequest, at now: Instant) -> String? {
        guard let basis = request.basis else { return nil }
        let changes = self.basis(of: request.moves, at: now).changes(since: basis)
        guard !changes.isEmpty else { return nil }
        return "since the question was asked: " + changes.joined(separator: "; ")
    }

    /// Why a yes is refused because of what changed; nil when nothing did.
    func refusalOfChange(_ request: MoveRequest, at now: Instant) -> Refusal? {
        guard let words = changedWords(request, at: now) else { return nil }
        if case .onHold(let reason) = ground(of: request, at: now) {
            return Refusal(.changedSince, "\(words); request \(request.id) waits: \(reason)")
        }
        return Refusal(.changedSince, "\(words); it is asked anew")
    }

    /// Ends a question whose ground has moved, and asks it as things are now.
    ///
    /// Where the evidence asks, it does so by itself; an order is given again, with what was named.
    mutating func askAnew(_ id: RequestID, _ words: String, at now: Instant) {
        guard let index = index(of: id), let request = states[index].phase.request,
            case .needed = ground(of: request, at: now)
        else { return }
        withdraw(index, request, words, at: now)
        guard request.trigger.isOrdered else { return }
        var again = makeRequest(
            for: states[index].route,
            from: request.move.from,
            to: request.move.to,
            with: request.companions,
            request.trigger
        )
        again.overrides = request.overrides
        states[index].enter(.queued(again), at: now)
        join(again, at: now)
    }
}
