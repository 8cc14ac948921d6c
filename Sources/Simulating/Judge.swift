import FailoverCore

/// A second, naive book-keeping that judges every event.
struct Judge {
    struct Question {
        var request: MoveRequest
        var digest: PlanDigest
        var expires: Int
        var isOrdered: Bool
    }

    struct Run {
        var request: MoveRequest
        var isHalted = false
        var isStuck = false
        var isTaken = false
        var toldAt: Int?
    }

    struct Finished {
        var route: RouteName
        var isRescue: Bool
        var at: Int
    }

    let setup: Setup
    let estate: Estate
    private(set) var violations: [Violation] = []

    // MARK: What the policy was told and said
    var classes: [PoolLeg: (verdict: VerdictClass, since: Int)] = [:]
    var impairments: [PoolLeg: Impairment] = [:]
    var holders: [RouteName: FQDN] = [:]
    /// Routes that a person moved, and that no run of ours has brought home since.
    var orderedAway: Set<RouteName> = []
    var planning: [RequestID: MoveRequest] = [:]
    var asked: [RequestID: Question] = [:]
    var approvals: [RequestID: (digest: PlanDigest, at: Int)] = [:]
    /// Who said yes to what is asked.
    var yeses: [RequestID: [Person]] = [:]
    var run: Run?
    /// Until when what is paused or in maintenance.
    var covered: [Coverage: Int] = [:]
    /// By route and pool: when it was last read to be ready; nothing once it was read not to be.
    var readyAt: [RouteName: [FQDN: Int]] = [:]
    /// Seconds in which the window is open by its last reading.
    var window = Int.min..<Int.max
    /// Routes of which a question ran out without an answer; nothing once the holder lives.
    var unanswered: Set<RouteName> = []
    /// Routes that a rescue of ours moved: the only ones that may go home by themselves.
    var rescued: Set<RouteName> = []
    /// What was last read of who holds a route.
    var readings: [RouteName: FQDN] = [:]
    var finished: [Finished] = []
    /// Last time that each route was told of in a notice that wants somebody.
    var alerted: [RouteName: Int] = [:]
    var savedAt = 0
    /// When a run last brought each route where it is.
    var arrived: [RouteName: Int] = [:]
    /// Routes whose latest reading told who holds them.
    var isHolderRead: Set<RouteName> = []

    // MARK: What runs did
    var observedInitial: Set<StepID> = []
    var verified: Set<StepID> = []
    var begun: Set<StepID> = []
    var acted: [StepID: Int] = [:]
    var mayRepeat = false
    var verifyingSince = 0
    var openedAt = 0
    /// Servers whose services a run could not start again, and told people so.
    var leftToPeople: Set<FQDN> = []
    /// Values that somebody else wrote.
    var foreignSites: [SiteSnapshot]?

    init(_ setup: Setup, _ estate: Estate) {
        self.setup = setup
        self.estate = estate
        forgetEvidence(at: 0)
    }

    mutating func object(_ invariant: Invariant, _ at: Int, _ words: String) {
        violations.append(Violation(invariant: invariant, at: at, words: words))
    }

    private mutating func forgetEvidence(at now: Int) {
        for pool in estate.pools {
            for kind in LegKind.allCases {
                classes[PoolLeg(pool: pool, kind: kind)] = (.unknown, now)
            }
        }
    }

    /// A new process: evidence, plans and questions are gone.
    ///
    /// - Parameters:
    ///   - perceived: seconds that the agent believes it was away, by the wall clock.
    ///   - truly: seconds since its memory was saved.
    ///   - now: the time.
    mutating func restarted(perceived: Int, truly: Int, at now: Int) {
        forgetEvidence(at: now)
        planning = [:]
        asked = [:]
        approvals = [:]
        yeses = [:]
        isHolderRead = []
        // Waits are aged by the wall clock, so what is too soon is measured by it too.
        let lapse = perceived - truly
        for index in finished.indices { finished[index].at -= lapse }
        // A pause ends when its time is over by the same clock.
        for (coverage, until) in covered where until != .max { covered[coverage] = until - lapse }
        readyAt = [:]
        unanswered = []
        if let told = run?.toldAt { run?.toldAt = told - lapse }
    }

    mutating func agentGone() {
        planning = [:]
        asked = [:]
    }

    // MARK: Before a step

    /// Takes an event in, as the policy will.
    mutating func note(_ event: PolicyEvent, _ refusal: Refusal?, at now: Int) {
        if let refusal, refusal.sentence.isEmpty {
            object(.statusInWords, now, "a refusal without a sentence: \(refusal.code)")
        }
        switch event {
        case .verdict(let leg, let verdict):
            impairments[leg] = verdict.impairment
            if verdict.verdict != .down, verdict.verdict != .unknown { noteAlive(leg) }
            if classes[leg]?.verdict != verdict.verdict { classes[leg] = (verdict.verdict, now) }
        case .planned(let id, _, _), .planRefused(let id, _): planning[id] = nil
        case .approved where refusal != nil: return
        case .approved(let id, let digest, let person, _):
            guard let question = asked[id], question.digest == digest, now < question.expires else {
                if refusal == nil {
                    object(.approvedPlanOnly, now, "an answer was taken that answers nothing")
                }
                return
            }
            noteYes(id, digest, person, at: now)
        case .denied(let id, _, _) where refusal == nil:
            planning[id] = nil
            asked[id] = nil
            approvals[id] = nil
        case .runNotStarted(let id, _) where run?.request.id == id && run?.isHalted == false,
            .planOvertaken(let id, _) where run?.request.id == id && run?.isHalted == false:
            run = nil
        case .runFinished(let id, let outcome) where run?.request.id == id:
            noteEnd(outcome, at: now)
        case .runResumed(let id, _), .runAborting(let id, _, _), .runForced(let id, _, _, _):
            guard refusal == nil, run?.request.id == id else { return }
            run?.isHalted = false
            run?.isStuck = false
        case .runTaken(let id, _, _) where refusal == nil && run?.request.id == id:
            run?.isTaken = true
        case .lockReleased where refusal == nil:
            for move in run?.request.moves ?? [] {
                holders[move.route] = nil
                isHolderRead.remove(move.route)
                rescued.remove(move.route)
                // Where it was left half way nobody ordered it to be.
                orderedAway.remove(move.route)
                finished.append(Finished(route: move.route, isRescue: false, at: now))
            }
            run = nil
        case .holder(let route, _) where isMoving(route):
            // While a run moves the route, readings show it half way.
            return
        case .holder(let route, .pool(let pool)):
            readings[route] = pool
            isHolderRead.insert(route)
            if holders[route] == nil { holders[route] = pool }
        case .holder(let route, _): isHolderRead.remove(route)
        case .holderAdopted(let route, _, _) where refusal == nil:
            holders[route] = readings[route]
            rescued.remove(route)
            noteOrdered(route, to: readings[route])
        case .paused(let route, let until, _, _) where refusal == nil:
            covered[coverage(route)] = until.map(Life.seconds) ?? .max
        case .resumed(let route, _) where refusal == nil: covered[coverage(route)] = nil
        case .maintenanceAdded(let coverage, let until, _, _) where refusal == nil:
            covered[coverage] = Life.seconds(until)
        case .maintenanceEnded(let coverage, _) where refusal == nil: covered[coverage] = nil
        case .coolDownAcknowledged(let route, _, _) where refusal == nil:
            finished.removeAll { $0.route == route }
        default: return
        }
    }

    /// Enough of them, each from somebody else, make an approval.
    private mutating func noteYes(
        _ id: RequestID,
        _ digest: PlanDigest,
        _ person: Person,
        at now: Int
    ) {
        if yeses[id, default: []].contains(person) {
            object(.approvedPlanOnly, now, "\(person) said yes twice")
        }
        yeses[id, default: []].append(person)
        guard yeses[id]?.count == setup.approvalsNeeded else { return }
        approvals[id] = (digest, now)
        asked[id] = nil
    }

    /// Nobody has to answer any more for a holder that lives.
    private mutating func noteAlive(_ leg: PoolLeg) {
        for route in estate.routes where route.kind.leg == leg.kind {
            guard (holders[route.name] ?? route.home) == leg.pool else { continue }
            unanswered.remove(route.name)
        }
    }

    /// Somebody moved it there, or accepted it there; or it is at home.
    private mutating func noteOrdered(_ route: RouteName, to pool: FQDN?) {
        if isHome(pool, of: route) {
            orderedAway.remove(route)
        } else {
            orderedAway.insert(route)
        }
    }

    private func isHome(_ pool: FQDN?, of route: RouteName) -> Bool {
        estate.organisation.route(route)?.home == pool
    }

    private mutating func noteEnd(_ outcome: RunOutcome, at now: Int) {
        guard let ended = run else { return }
        if ended.request.trigger.isRehearsal {
            run = nil
            return
        }
        let counts = !ended.request.trigger.isDrill
        switch outcome {
        case .done:
            for move in ended.request.moves {
                holders[move.route] = move.to
                readings[move.route] = move.to
                arrived[move.route] = now
                rescued.remove(move.route)
                if isHome(move.to, of: move.route) || ended.request.trigger.isPersons {
                    noteOrdered(move.route, to: move.to)
                } else if ended.request.trigger.isRescue, !orderedAway.contains(move.route) {
                    rescued.insert(move.route)
                }
                guard counts else { continue }
                finished.append(
                    Finished(route: move.route, isRescue: ended.request.trigger.isRescue, at: now)
                )
            }
            run = nil
        case .aborted:
            for move in ended.request.moves where counts {
                finished.append(Finished(route: move.route, isRescue: false, at: now))
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

    private func isMoving(_ route: RouteName) -> Bool {
        run?.request.moves.contains { $0.route == route } ?? false
    }

    private func coverage(_ route: RouteName?) -> Coverage {
        route.map(Coverage.route) ?? .everything
    }

    /// Whether one of these is paused or in maintenance.
    func isCovered(_ coverages: [Coverage], at now: Int) -> Bool {
        coverages.contains { covered[$0].map { now < $0 } ?? false }
    }

    func isPaused(_ route: RouteName, at now: Int) -> Bool {
        isCovered([.everything, .route(route)], at: now)
    }

    mutating func read(_ standing: WindowStanding) {
        switch standing {
        case .open(let until): window = Int.min..<(until.map(Life.seconds) ?? .max)
        case .closed: window = 0..<0
        }
    }

    /// What was read of a pool's readiness.
    mutating func read(
        _ readiness: Readiness,
        of pool: FQDN,
        for route: RouteName,
        at now: Int
    ) {
        let isWell = readiness.readings.allSatisfy { $0.key == .drill || $0.value.state == .ready }
        readyAt[route, default: [:]][pool] = isWell ? now : nil
    }

    func isReady(_ pool: FQDN, for route: RouteName, at now: Int) -> Bool {
        readyAt[route]?[pool].map { now - $0 < 3_600 } ?? false
    }
}

extension Trigger {
    /// Whether a dead holder is the reason.
    var isRescue: Bool { if case .poolDown = self { true } else { false } }

    /// Whether a person's word moved it, so that only an order brings it back: an order, or a yes to
    /// leave an impaired pool.
    var isPersons: Bool {
        if case .poolImpaired = self { true } else { orderedBy != nil }
    }
}
