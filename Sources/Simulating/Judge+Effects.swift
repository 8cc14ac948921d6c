import FailoverCore

extension Judge {
    /// Judges what the policy orders after an event, and what it leaves standing.
    mutating func judge(
        _ effects: [PolicyEffect],
        after event: PolicyEvent,
        _ refusal: Refusal?,
        at now: Int
    ) {
        for effect in effects { judge(effect, at: now) }
        judgeReports(effects, after: event, refusal, at: now)
        judgeQuestions(at: now)
        if let run, run.isStuck, !run.isTaken, run.toldAt.map({ now - $0 > 601 }) ?? true {
            object(.remindsOfStuck, now, "\(run.request)")
        }
    }

    private mutating func judge(_ effect: PolicyEffect, at now: Int) {
        switch effect {
        case .makePlan(let request):
            if run != nil { object(.oneRunAtATime, now, "planned while a run has the lock") }
            if !planning.isEmpty { object(.oneRunAtATime, now, "two plans in the making") }
            judgePause(request, at: now)
            judgePreparation(request, at: now)
            planning[request.id] = request
        case .askApproval(let request, let digest, let expires):
            judgePause(request, at: now)
            asked[request.id] = Question(
                request: request,
                digest: digest,
                expires: Life.seconds(expires),
                isOrdered: request.trigger.orderedBy != nil
            )
        case .withdraw(let request, _):
            if let question = asked[request.id], now >= question.expires {
                unanswered.formUnion(request.moves.map(\.route))
            }
            planning[request.id] = nil
            asked[request.id] = nil
            approvals[request.id] = nil
        case .startRun(let request, let digest, let authority):
            judgeStart(request, digest, authority, at: now)
        case .notify(let notice):
            if notice.sentence.isEmpty { object(.statusInWords, now, "a notice without a word") }
            if let route = notice.route, notice.severity > .info { alerted[route] = now }
            if notice.code == .failbackDue, let route = notice.route, let holder = holders[route],
                holder == estate.organisation.route(route)?.home
            {
                object(.noFalseAlarm, now, "at home, and told to go home: \(notice.sentence)")
            }
            if notice.code == .runStuck { judgeReminder(notice, at: now) }
        case .shadow: return
        }
    }

    private mutating func judgeReminder(_ notice: Notice, at now: Int) {
        guard let stuck = run, stuck.isStuck, notice.request == stuck.request.id else {
            object(.remindsOfStuck, now, "an alarm without a stuck run: \(notice.sentence)")
            return
        }
        if stuck.isTaken { object(.remindsOfStuck, now, "an alarm after the run was taken") }
        run?.toldAt = now
    }

    private mutating func judgePause(_ request: MoveRequest, at now: Int) {
        if request.trigger.orderedBy != nil { return }
        for move in request.moves {
            if isPaused(move.route, at: now) {
                object(.obeysMode, now, "not idle while paused: \(request)")
            }
            if isCovered([.pool(move.from), .pool(move.to)], at: now) {
                object(.obeysMode, now, "not idle while a pool is in maintenance: \(request)")
            }
        }
    }

    // MARK: Starts

    private mutating func judgeStart(
        _ request: MoveRequest,
        _ digest: PlanDigest,
        _ authority: Authority,
        at now: Int
    ) {
        if let run { object(.oneRunAtATime, now, "\(request) begins during \(run.request)") }
        run = Run(request: request)
        planning[request.id] = nil
        judgePause(request, at: now)
        for move in request.moves {
            if let holder = holders[move.route], holder != move.from {
                object(.foreignKept, now, "\(request): \(holder) holds the route")
            }
            judgeStart(of: move, request, authority, at: now)
        }
        switch authority {
        case .rehearsal:
            if !request.trigger.isRehearsal {
                object(.approvedPlanOnly, now, "a real move started as a rehearsal: \(request)")
            }
        case .approved(_, _, let approved):
            let given = approvals[request.id]
            if approved != digest || given?.digest != digest {
                object(.approvedPlanOnly, now, "\(request) began without an approval of its plan")
            } else if let given, now - given.at > setup.approvalTimeout {
                object(.approvedPlanOnly, now, "\(request) began on an approval that had lapsed")
            }
        case .automatic: judgeAutomatic(request, at: now)
        }
    }

    private mutating func judgeStart(
        of move: Move,
        _ request: MoveRequest,
        _ authority: Authority,
        at now: Int
    ) {
        let target = verdict(move.to, move.kind)
        let isAutomatic = authority == .automatic
        let isProposal = if case .poolImpaired = request.trigger { true } else { false }
        let mayBeImpaired = target == .impaired && !isProposal
        let isTried = authority.isRehearsal && (target == .degraded || mayBeImpaired)
        let isFit = target == .up || isTried
        let isOverridden = !isAutomatic && request.overrides.contains { $0.rule == .notUp }
        if !isFit, !isOverridden, !(target == .down && mayStartSilent(move, isAutomatic)) {
            object(.targetUp, now, "\(request): \(move.to) is \(target)")
        }
        judgeNames(move, request, at: now)
        if case .homeRestored = request.trigger, !window.contains(now) {
            object(.soakedFailback, now, "out of hours: \(request)")
        }
        if request.trigger.isRescue, verdict(move.from, move.kind) != .down {
            object(.withdrawnWhenOver, now, "\(request): \(move.from) is not down")
        }
    }

    /// What stands against a move that people want was named by them.
    private mutating func judgeNames(_ move: Move, _ request: MoveRequest, at now: Int) {
        guard !request.trigger.isRehearsal else { return }
        func isNamed(_ rule: OverrideRule) -> Bool {
            request.overrides.contains { $0.rule == rule && !$0.reason.isEmpty }
        }
        if !isReady(move.to, for: move.route, at: now), !isNamed(.notReady) {
            object(.rulesNamed, now, "\(move.to) is not ready: \(request)")
        }
        if isCovered([.pool(move.to)], at: now), !isNamed(.maintenance) {
            object(.rulesNamed, now, "\(move.to) is in maintenance: \(request)")
        }
        guard case .ordered = request.trigger, move.to == estate.pools[0],
            rescued.contains(move.route), verdict(move.from, move.kind) == .up
        else { return }
        if !window.contains(now), !isNamed(.window) {
            object(.rulesNamed, now, "the window is closed: \(request)")
        }
        if finished.contains(where: { $0.route == move.route && now - $0.at < setup.coolDown }),
            !isNamed(.coolDown)
        {
            object(.rulesNamed, now, "in the cool-down: \(request)")
        }
    }

    /// Whether a plan starts or enables what is down on the target: then its host has to live, and
    /// a person has to agree.
    private func mayStartSilent(_ move: Move, _ isAutomatic: Bool) -> Bool {
        guard !isAutomatic else { return false }
        let kinds: [LegKind] =
            switch move.kind {
            case .sip: setup.estate == .strict ? [.access] : []
            case .xmpp: [.sip, .access]
            case .media: []
            }
        return kinds.contains {
            let verdict = classes[PoolLeg(pool: move.to, kind: $0)]?.verdict
            return verdict == .up || verdict == .degraded || verdict == .impaired
        }
    }

    func verdict(_ pool: FQDN, _ kind: RouteKind) -> VerdictClass {
        classes[PoolLeg(pool: pool, kind: kind.leg)]?.verdict ?? .unknown
    }

    private func since(_ pool: FQDN, _ kind: RouteKind) -> Int {
        classes[PoolLeg(pool: pool, kind: kind.leg)]?.since ?? 0
    }

    private mutating func judgeAutomatic(_ request: MoveRequest, at now: Int) {
        for move in request.moves {
            guard let route = estate.organisation.route(move.route) else { continue }
            let past = finished.filter { $0.route == route.name }
            if past.contains(where: { now - $0.at < setup.coolDown }) {
                object(.limitedFailovers, now, "automatic within the cool-down: \(request)")
            }
            switch request.trigger {
            case .ordered, .drill, .rehearsal:
                object(.obeysMode, now, "an order started by itself: \(request)")
            case .poolImpaired:
                object(.obeysMode, now, "nobody was asked about an impairment: \(request)")
            case .poolDown:
                let isUnanswered =
                    setup.onTimeout == .proceed && unanswered.contains(route.name)
                if route.mode != .auto, !(route.mode == .approve && isUnanswered) {
                    object(.obeysMode, now, "\(route.mode): \(request)")
                }
                if now - since(move.from, move.kind) < setup.confirmFor {
                    object(.standingEvidence, now, "before it was confirmed: \(request)")
                }
                if past.count(where: { $0.isRescue && now - $0.at < 86_400 }) >= setup.maxFailovers
                {
                    object(.limitedFailovers, now, "one too many: \(request)")
                }
            case .homeRestored:
                if setup.failbackMode != .auto || route.mode == .observe {
                    object(.obeysMode, now, "an automatic failback: \(request)")
                }
                if now - since(route.home, move.kind) < setup.stableFor {
                    object(.soakedFailback, now, "\(request)")
                }
                if orderedAway.contains(route.name) || !rescued.contains(route.name) {
                    object(.operatorsMoveKept, now, "\(request)")
                }
            }
        }
    }

    // MARK: What is left standing

    /// Nobody is asked for what has lost its ground.
    private mutating func judgeQuestions(at now: Int) {
        for question in asked.values where !question.isOrdered {
            if now > question.expires {
                object(.withdrawnWhenOver, now, "\(question.request) should have expired")
            }
            for move in question.request.moves {
                let source = verdict(move.from, move.kind)
                if isOver(
                    question.request.trigger,
                    source,
                    PoolLeg(pool: move.from, kind: move.kind.leg)
                ) {
                    object(
                        .withdrawnWhenOver,
                        now,
                        "\(question.request): \(move.from) is \(source)"
                    )
                }
                let isGone = verdict(move.to, move.kind) == .down && !mayStartSilent(move, false)
                if isGone {
                    object(.withdrawnWhenOver, now, "\(question.request): \(move.to) is down")
                }
            }
        }
    }

    /// Whether the reason for a move is gone: what was down or impaired works, or lives.
    private func isOver(_ trigger: Trigger, _ source: VerdictClass, _ leg: PoolLeg) -> Bool {
        let works = source == .up || source == .degraded
        switch trigger {
        case .poolDown: return works || source == .impaired
        case .poolImpaired: return works || impairments[leg] == .nextHop
        case .homeRestored, .ordered, .drill, .rehearsal: return false
        }
    }

    private func isExpiry(_ effect: PolicyEffect) -> Bool {
        guard case .withdraw(_, let reason) = effect else { return false }
        return reason.hasPrefix("nobody")
    }

    /// Every stop, refusal and time-out is told.
    private mutating func judgeReports(
        _ effects: [PolicyEffect],
        after event: PolicyEvent,
        _ refusal: Refusal?,
        at now: Int
    ) {
        let codes = effects.compactMap { effect -> NoticeCode? in
            if case .notify(let notice) = effect { notice.code } else { nil }
        }
        func expect(_ wanted: [NoticeCode], _ what: String) {
            if !codes.contains(where: wanted.contains) { object(.nothingUnreported, now, what) }
        }
        if refusal != nil { expect([.orderRefused], "a refusal") }
        switch event {
        case .runFinished(_, .stopped): if run?.isHalted == true { expect([.stepFailed], "a stop") }
        case .runFinished(_, .stuck): if run?.isStuck == true { expect([.runStuck], "a stuck run") }
        case .tick where effects.contains(where: isExpiry):
            expect([.approvalExpired], "a time-out")
        case .denied where refusal == nil: expect([.approvalDenied], "a no")
        case .lockReleased where refusal == nil: expect([.lockReleased], "a release")
        default: return
        }
    }
}

extension Authority {
    /// Whether nothing is changed by it.
    fileprivate var isRehearsal: Bool { if case .rehearsal = self { true } else { false } }
}
