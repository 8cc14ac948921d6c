import FailoverCore

/// The naive book-keeping, and what it says of every effect.
extension RandomHistory {
    mutating func send(_ event: PolicyEvent) {
        let refusal = policy.refusal(of: event, at: now)
        if refusal?.code == .changedSince { refusedForChanges += 1 }
        note(event, isRefused: refusal != nil)
        let before = policy
        let effects = policy.step(event, at: now)
        judgeShadows(of: event, from: before, effects)
        transcript += effects
        for effect in effects { judge(effect) }
        if let run, run.isStuck, !run.isTaken,
            run.toldAt.map({ now - $0 > .seconds(600) }) ?? true
        {
            violations.append("a stuck run that nobody is reminded of: \(run.request)")
        }
        // Sentences cost more than decisions: only where something happened.
        guard !effects.isEmpty else { return }
        for status in policy.statuses(at: now) {
            if status.phase == .awaitingWindow { waitsForWindow += 1 }
            guard status.reason.isEmpty else { continue }
            violations.append("a status without a reason in phase \(status.phase)")
        }
    }

    private mutating func note(_ event: PolicyEvent, isRefused: Bool) {
        switch event {
        case .verdict(let leg, let verdict):
            if classes[leg]?.verdict != verdict.verdict { classes[leg] = (verdict.verdict, now) }
            guard verdict.verdict != .unknown else { return }
            let isDown = verdict.verdict == .down
            if let last = lastDown[leg], last != isDown { changes[leg, default: []].append(now) }
            lastDown[leg] = isDown
        case .planned(let id, _, _), .planRefused(let id, _): planning.removeAll { $0.id == id }
        case .readiness(let route, let pool, let readiness):
            readings[PoolOfRoute(route: route, pool: pool), default: [:]]
                .merge(readiness.readings) { $1 }
        case .approved(let id, let digest, _, let overrides):
            guard let question = asked[id], question.digest == digest, now < question.expires
            else { return }
            let isAsSeen = seen[id] == sight(of: question.request)
            if !isAsSeen, !isRefused {
                violations.append("a yes was taken to what is no longer so: \(question.request)")
            }
            guard isAsSeen, !isRefused, overrides?.rules.isEmpty != false || overrides?.reason != ""
            else { return }
            approvals[id] = digest
            asked[id] = nil
        case .denied(let id, _, _) where !isRefused:
            planning.removeAll { $0.id == id }
            asked[id] = nil
            approvals[id] = nil
        case .runNotStarted(let id, _) where run?.request.id == id && run?.isHalted == false:
            run = nil
        case .runFinished(let id, let outcome) where run?.request.id == id: noteEnd(outcome)
        case .runResumed(let id, _), .runAborting(let id, _, _), .runForced(let id, _, _, _):
            if isRefused != (run?.request.id != id || run?.isHalted == false) {
                violations.append("a way out of a stopped run wrongly taken or refused: \(event)")
            }
            if run?.request.id == id {
                run?.isHalted = false
                run?.isStuck = false
            }
        case .runTaken(let id, _, _):
            if isRefused != (run?.request.id != id || run?.isStuck != true || run?.isTaken == true)
            {
                violations.append("a stuck run wrongly taken or refused: \(event)")
            }
            if run?.request.id == id, run?.isStuck == true { run?.isTaken = true }
        case .lockReleased where run?.isHalted == true: run = nil
        case .coolDownAcknowledged(let route, _, _): acknowledged[route] = now
        case .windows(let standings):
            guard let standing = standings[PolicyBench.sip] else { return }
            if case .open(let until?) = standing {
                windowOpenUntil = until
            } else {
                windowOpenUntil = nil
            }
        case .paused(let route, let until, _, _): pausedUntil[route] = until
        case .resumed(let route, _): pausedUntil[route] = nil
        case .maintenanceAdded(let coverage, let until, _, _): maintainedUntil[coverage] = until
        case .maintenanceEnded(let coverage, _): maintainedUntil[coverage] = nil
        default: return
        }
    }

    private mutating func noteEnd(_ outcome: RunOutcome) {
        guard let ended = run else { return }
        if ended.request.trigger.isRehearsal {
            run = nil
            return
        }
        switch outcome {
        case .done:
            for move in ended.request.moves {
                holders[move.route] = move.to
                if !ended.request.trigger.isDrill {
                    finished.append((move.route, ended.request.trigger.isRescue, now))
                }
            }
            run = nil
        case .aborted:
            if !ended.request.trigger.isDrill {
                finished += ended.request.moves.map { ($0.route, false, now) }
            }
            run = nil
        case .stoppedUnchanged, .rehearsed: run = nil
        case .stopped:
            run?.isHalted = true
            run?.isStuck = false
        case .stuck:
            run?.isHalted = true
            run?.isStuck = true
            run?.isTaken = false
            run?.toldAt = nil
        }
    }

    private mutating func judge(_ effect: PolicyEffect) {
        switch effect {
        case .makePlan(let request):
            if run != nil { violations.append("planned while a run has the lock") }
            if !planning.isEmpty { violations.append("two plans in the making") }
            expectUnpaused(request)
            for move in request.moves
            where asked.values.contains(where: {
                $0.request.moves.contains { $0.route == move.route }
            }) {
                violations.append("two requests on route \(move.route)")
            }
            if Set(request.moves.map(\.route)).count < request.moves.count {
                violations.append("a route twice in one request: \(request)")
            }
            if !request.companions.isEmpty { joined += 1 }
            planning.append(request)
        case .askApproval(let request, let digest, let expires):
            expectUnpaused(request)
            asked[request.id] = (request, digest, expires)
            seen[request.id] = sight(of: request)
            if request.moves.contains(where: { !isReady($0.to, $0.route) }) {
                questionsOfUnready += 1
            }
        case .withdraw(let request, let reason):
            if reason.hasPrefix("nobody answered") {
                unanswered.formUnion(request.moves.map(\.route))
            }
            planning.removeAll { $0.id == request.id }
            asked[request.id] = nil
            approvals[request.id] = nil
        case .startRun(let request, let digest, let authority):
            judgeStart(request, digest, authority)
        case .notify(let notice):
            if notice.sentence.isEmpty { violations.append("a notice without a sentence") }
            if notice.code == .runStuck { judgeReminder(notice) }
        case .shadow(let record): judge(record)
        }
    }

    private mutating func judgeReminder(_ notice: Notice) {
        guard let stuck = run, stuck.isStuck, notice.severity == .critical,
            notice.request == stuck.request.id
        else {
            violations.append("an alarm without a stuck run: \(notice.sentence)")
            return
        }
        if stuck.isTaken { violations.append("an alarm after the run was taken") }
        if let told = stuck.toldAt, now - told < .seconds(600) {
            violations.append("alarms too close together")
        }
        reminders += 1
        run?.toldAt = now
    }

    private mutating func expectUnpaused(_ request: MoveRequest) {
        if request.trigger.orderedBy != nil { return }
        if request.moves.contains(where: { isPaused($0.route) }) {
            violations.append("not idle while paused: \(request)")
        }
        for pool in request.moves.flatMap({ [$0.from, $0.to] }) {
            guard let until = maintainedUntil[.pool(pool)], until > now else { continue }
            violations.append("not idle while \(pool) is in maintenance: \(request)")
        }
    }

    private mutating func judgeStart(
        _ request: MoveRequest,
        _ digest: PlanDigest,
        _ authority: Authority
    ) {
        if run != nil { violations.append("two runs at once") }
        run = Run(request: request)
        planning.removeAll { $0.id == request.id }
        expectUnpaused(request)
        for move in request.moves { judgeStart(of: move, request, authority) }
        if request.trigger.isDrill { drills += 1 }
        switch authority {
        case .rehearsal:
            rehearsals += 1
            if !request.trigger.isRehearsal {
                violations.append("a real move started as a rehearsal: \(request)")
            }
        case .approved(_, let approved):
            approvedStarts += 1
            if approved != digest || approvals[request.id] != digest {
                violations.append("started without an approval of that plan: \(request)")
            }
        case .automatic: automaticStarts += 1
        }
    }

    private mutating func judgeStart(
        of move: Move,
        _ request: MoveRequest,
        _ authority: Authority
    ) {
        let target = classes[PoolLeg(pool: move.to, kind: move.kind.leg)]
        let isTried = request.trigger.isRehearsal
        if target?.verdict != .up {
            if target?.verdict == .down, mayGoToSilent(move, request.trigger, authority) {
                startsOfSilentTargets += 1
            } else if isTried && [.degraded, .impaired].contains(target?.verdict) {
                // It changes nothing.
            } else if authority != .automatic, isNamed(.notUp, request) {
                overriddenStarts += 1
            } else {
                violations.append("started to a pool that is not up: \(request)")
            }
        }
        if !isTried, !isReady(move.to, move.route) {
            if authority != .automatic, isNamed(.notReady, request) {
                overriddenStarts += 1
            } else {
                violations.append("started to a pool that is not ready: \(request)")
            }
        }
        judgeWindow(of: move, request)
        let source = classes[PoolLeg(pool: move.from, kind: move.kind.leg)]
        if request.trigger.isRescue, source?.verdict != .down {
            violations.append("rescued from a pool that is not down: \(request)")
        }
        judgeRelief(request, from: source?.verdict, to: target?.verdict)
        if authority == .automatic {
            judgeAutomatic(move, request, downSince: source?.since ?? now)
        }
    }

    /// A pool that lives but is refused by peers is left only for one that serves them better.
    private mutating func judgeRelief(
        _ request: MoveRequest,
        from source: VerdictClass?,
        to target: VerdictClass?
    ) {
        guard case .poolImpaired = request.trigger else { return }
        reliefs += 1
        if source != .impaired, source != .down {
            violations.append("left a pool that is not impaired: \(request)")
        }
        if target != .up, target != .degraded {
            violations.append("from one impaired pool to another that is no better: \(request)")
        }
    }

    /// A failback that no person ordered begins only while its window is open.
    private mutating func judgeWindow(of move: Move, _ request: MoveRequest) {
        guard case .homeRestored = request.trigger, move.route == PolicyBench.sip,
            routes.contains(where: { $0.name == move.route && $0.failback.window != nil })
        else { return }
        startsInWindow += 1
        if windowOpenUntil.map({ $0 <= now }) ?? true {
            violations.append("a failback outside its window: \(request)")
        }
    }

    private mutating func judgeAutomatic(
        _ move: Move,
        _ request: MoveRequest,
        downSince: Instant
    ) {
        guard let route = routes.first(where: { $0.name == move.route }) else { return }
        let past = finished.filter {
            $0.route == route.name && $0.at >= acknowledged[route.name] ?? .at(0)
        }
        if route.mode == .approve, unanswered.contains(route.name) { startsUnanswered += 1 }
        let mayGoOn =
            route.mode == .approve && route.onTimeout == .proceed && unanswered.contains(route.name)
        if past.contains(where: { now - $0.at < .seconds(1_800) }) {
            violations.append("automatic within the cool-down: \(request)")
        }
        let touched = request.trigger.isRescue ? [move.from, move.to] : [move.to]
        for pool in touched {
            let seen = changes[PoolLeg(pool: pool, kind: route.kind.leg)] ?? []
            if seen.filter({ now - $0 < .seconds(3_600) }).count >= settings.flap.threshold {
                violations.append("automatic although a pool flaps: \(request)")
            }
        }
        switch request.trigger {
        case .ordered, .drill, .rehearsal:
            violations.append("an order started by itself: \(request)")
        case .poolImpaired: violations.append("a move from an impaired pool by itself: \(request)")
        case .poolDown:
            if route.mode != .auto, !mayGoOn {
                violations.append("automatic in \(route.mode): \(request)")
            }
            if now - downSince < route.confirmFor {
                violations.append("automatic before it was confirmed: \(request)")
            }
            if past.filter({ $0.isRescue && now - $0.at < .seconds(86_400) }).count >= 2 {
                violations.append("more automatic failovers than allowed: \(request)")
            }
        case .homeRestored:
            let home = classes[PoolLeg(pool: route.home, kind: route.kind.leg)]
            if route.failback.mode != .auto || route.mode == .observe {
                violations.append("automatic failback not allowed: \(request)")
            }
            if let home, now - home.since < route.failback.stableFor {
                violations.append("failback before the soak: \(request)")
            }
        }
    }

    private func isNamed(_ rule: OverrideRule, _ request: MoveRequest) -> Bool {
        request.overrides.contains { $0.rule == rule && !$0.reason.isEmpty }
    }

    /// Whether a pool could take a route over, said again: everything but drills was read within
    /// the hour and was well, or is not there to be read.
    private func isReady(_ pool: FQDN, _ route: RouteName) -> Bool {
        let known = readings[PoolOfRoute(route: route, pool: pool)] ?? [:]
        return ReadinessItem.allCases.filter { $0 != .legs && $0 != .drill }.allSatisfy { item in
            guard let reading = known[item] else { return false }
            if reading.state == .notNeeded { return true }
            return reading.state == .ready && now - reading.at < .seconds(3_600)
        }
    }

    /// What people see who are asked: a word for each pool, and for each item of the targets.
    private func sight(of request: MoveRequest) -> [String] {
        request.moves.flatMap { move -> [String] in
            let known = readings[PoolOfRoute(route: move.route, pool: move.to)] ?? [:]
            let pools = [move.from, move.to].map {
                "\(classes[PoolLeg(pool: $0, kind: move.kind.leg)]?.verdict ?? .unknown)"
            }
            return pools
                + ReadinessItem.allCases.filter { $0 != .legs }.map { item -> String in
                    guard let reading = known[item] else { return "unknown" }
                    let isOld = item != .drill && now - reading.at >= .seconds(3_600)
                    switch reading.state {
                    case .ready: return isOld ? "old" : "well"
                    case .notReady: return "bad"
                    case .notKnown: return "unknown"
                    case .notNeeded: return "none"
                    }
                }
        }
    }

    /// Whether a plan may go to a pool whose own leg is down: the rules, said again.
    private func mayGoToSilent(_ move: Move, _ trigger: Trigger, _ authority: Authority) -> Bool {
        guard authority != .automatic,
            let route = routes.first(where: { $0.name == move.route })
        else { return false }
        var kinds: [LegKind] =
            switch (route.kind, route.federationFlag) {
            case (.sip, .strictSingle): [.access]
            case (.sip, .preStaged), (.media, _): []
            case (.xmpp, _): [.sip, .access]
            }
        if route.fence == .accessEdge, move.to == route.home {
            // Who orders a fenced pool back knows that it answers nothing.
            if trigger.orderedBy != nil { return true }
            kinds.append(.media)
        }
        return kinds.contains { kind in
            let verdict = classes[PoolLeg(pool: move.to, kind: kind)]?.verdict
            return verdict == .up || verdict == .degraded || verdict == .impaired
        }
    }
}
