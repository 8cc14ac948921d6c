import FailoverCore

/// SplitMix64: small, seeded, the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// A history of random events, with a second, naive book-keeping that judges every effect.
struct RandomHistory {
    private struct Run {
        var request: MoveRequest
        var isHalted = false
        var isStuck = false
        var isTaken = false
        /// When people were last told that it is stuck.
        var toldAt: Instant?
    }

    private let routes: [FederationRoute]
    private var generator: SeededGenerator
    private var policy: FailoverPolicy
    private var now = Instant.at(0)

    // The naive book-keeping.
    private var classes: [PoolLeg: (verdict: VerdictClass, since: Instant)] = [:]
    private var holders: [RouteName: FQDN] = [:]
    private var planning: [MoveRequest] = []
    private var asked: [RequestID: (request: MoveRequest, digest: PlanDigest, expires: Instant)] =
        [:]
    private var approvals: [RequestID: PlanDigest] = [:]
    private var run: Run?
    private var pausedUntil: [RouteName?: Instant] = [:]
    private var finished: [(route: RouteName, isRescue: Bool, at: Instant)] = []

    private(set) var transcript: [PolicyEffect] = []
    private(set) var violations: [String] = []
    private(set) var automaticStarts = 0
    private(set) var approvedStarts = 0
    private(set) var restarts = 0
    private(set) var rehearsals = 0
    private(set) var drills = 0
    private(set) var reminders = 0
    private(set) var startsOfSilentTargets = 0

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        let pools = [PolicyBench.standby, PolicyBench.third]
        routes = [
            .sip(
                RouteMode.allCases.randomElement(using: &generator) ?? .auto,
                failback: RouteMode.allCases.randomElement(using: &generator) ?? .auto,
                standby: pools,
                flag: FederationFlag.allCases.randomElement(using: &generator) ?? .preStaged
            ),
            .xmpp(RouteMode.allCases.randomElement(using: &generator) ?? .auto),
            .media(RouteMode.allCases.randomElement(using: &generator) ?? .auto),
        ]
        policy = FailoverPolicy(routes: routes, at: now)
        for route in routes { holders[route.name] = route.home }
        for leg in legs { classes[leg] = (.unknown, now) }
    }

    private var legs: [PoolLeg] {
        let pools = Set(routes.flatMap(\.pools)).sorted()
        return pools.flatMap { pool in
            LegKind.allCases.map { PoolLeg(pool: pool, kind: $0) }
        }
    }

    /// Whether a plan can start the route on a pool whose own leg is down: the rules, said again.
    private func canBeStarted(_ request: MoveRequest) -> Bool {
        guard let route = routes.first(where: { $0.name == request.move.route }) else {
            return false
        }
        let kinds: [LegKind] =
            switch (route.kind, route.federationFlag) {
            case (.sip, .strictSingle): [.access]
            case (.sip, .preStaged), (.media, _): []
            case (.xmpp, _): [.sip, .access]
            }
        return kinds.contains { kind in
            let verdict = classes[PoolLeg(pool: request.move.to, kind: kind)]?.verdict
            return verdict == .up || verdict == .degraded
        }
    }

    private func isPaused(_ route: RouteName) -> Bool {
        [pausedUntil[nil], pausedUntil[route]].contains { $0.map { $0 > now } ?? false }
    }

    // MARK: Events

    mutating func live(events: Int) {
        for _ in 0..<events {
            pass(.seconds(Int.random(in: 0...90, using: &generator)))
            if generator.chance(1) { restart() }
            send(randomEvent())
        }
    }

    private mutating func pass(_ time: Duration) {
        let end = now + time
        while let deadline = policy.nextDeadline, deadline <= end {
            if deadline <= now { violations.append("a deadline does not lie ahead") }
            now = max(now, deadline)
            send(.tick)
        }
        now = end
    }

    private mutating func randomEvent() -> PolicyEvent {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<40: return randomVerdict()
        case 40..<55: return randomReading()
        case 55..<85: return answer()
        case 85..<89: return randomOrder()
        case 89..<92: return randomPause()
        case 92..<94: return .lockReleased(by: PolicyBench.anna, reason: "")
        default: return .tick
        }
    }

    private mutating func randomVerdict() -> PolicyEvent {
        guard let leg = legs.randomElement(using: &generator) else { return .tick }
        let weighted: [VerdictClass] = [.up, .up, .up, .down, .down, .degraded, .unknown]
        let verdict = weighted.randomElement(using: &generator) ?? .up
        return .verdict(leg, Verdict(verdict, reason: "seen"))
    }

    private mutating func randomReading() -> PolicyEvent {
        guard let route = routes.randomElement(using: &generator) else { return .tick }
        if generator.chance(5) { return .holder(route.name, .unknown("no Front End answers")) }
        if generator.chance(2), let pool = route.pools.randomElement(using: &generator) {
            return .holder(route.name, .pool(pool))
        }
        return .holder(route.name, .pool(holders[route.name] ?? route.home))
    }

    /// Whatever is open is answered: well, badly, late or twice.
    private mutating func answer() -> PolicyEvent {
        if let run, generator.chance(50) { return randomEnd(of: run) }
        if let request = planning.last, generator.chance(70) {
            if generator.chance(10) { return .planRefused(request.id, reasons: ["a blocker"]) }
            return .planned(request.id, PolicyBench.plan)
        }
        let id = RequestID(Int.random(in: 1...40, using: &generator))
        let open = asked.keys.sorted().last ?? id
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return .denied(open, by: PolicyBench.anna, reason: "")
        case 1: return .approved(open, PolicyBench.otherPlan, by: PolicyBench.anna)
        case 2: return .approved(id, PolicyBench.plan, by: PolicyBench.anna)
        case 3: return .planned(id, PolicyBench.otherPlan)
        case 4: return .runFinished(id, .done)
        default: return .approved(open, PolicyBench.plan, by: PolicyBench.anna)
        }
    }

    private mutating func randomEnd(of run: Run) -> PolicyEvent {
        let id = run.request.id
        if run.isHalted, generator.chance(60) { return randomWayOut(of: run) }
        if run.request.trigger.isRehearsal, generator.chance(80) {
            return .runFinished(id, .rehearsed)
        }
        switch Int.random(in: 0..<14, using: &generator) {
        case 0: return .runFinished(id, .stopped(reason: "a step failed"))
        case 1: return .runFinished(id, .stoppedUnchanged(reason: "a blocker"))
        case 2: return .runNotStarted(id, reason: "the plan changed")
        case 3: return .runFinished(id, .stuck(reason: "an undo failed"))
        case 4: return .runFinished(id, .aborted(reason: "by anna"))
        case 5: return .runWaits(id, for: PersonWait(step: StepID(3), title: "Publish"))
        case 6: return .runWaits(id, for: nil)
        default: return .runFinished(id, .done)
        }
    }

    private mutating func randomWayOut(of run: Run) -> PolicyEvent {
        let id = run.request.id
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return .runResumed(id, by: PolicyBench.anna)
        case 1: return .runAborting(id, by: PolicyBench.anna, reason: "")
        case 2: return .runForced(id, StepID(2), by: PolicyBench.anna, reason: "seen to be done")
        default: return .runTaken(id, by: PolicyBench.anna, reason: "")
        }
    }

    private mutating func randomOrder() -> PolicyEvent {
        guard let route = routes.randomElement(using: &generator) else { return .tick }
        let isDrill = generator.chance(30)
        let anna = PolicyBench.anna
        let pool = generator.chance(50) ? route.pools.randomElement(using: &generator) : nil
        if generator.chance(20) {
            let direction: MoveDirection = generator.chance(50) ? .failover : .failback
            return .rehearsalOrdered(route.name, to: pool, direction, by: anna, reason: "")
        }
        if generator.chance(50) {
            return .failbackOrdered(route.name, by: anna, reason: "", isDrill: isDrill)
        }
        return .failoverOrdered(route.name, to: pool, by: anna, reason: "", isDrill: isDrill)
    }

    private mutating func randomPause() -> PolicyEvent {
        let names: [RouteName?] = [nil] + routes.map(\.name)
        let name = names.randomElement(using: &generator) ?? nil
        if generator.chance(50) { return .resumed(name, by: PolicyBench.anna) }
        let until = now + .seconds(Int.random(in: 1...3_600, using: &generator))
        return .paused(name, until: until, by: PolicyBench.anna, reason: "")
    }

    /// The agent dies and comes back with its memory: evidence, plans and questions are gone.
    private mutating func restart() {
        restarts += 1
        policy = FailoverPolicy(routes: routes, memory: policy.memory(at: now), at: now)
        planning = []
        asked = [:]
        approvals = [:]
        for leg in legs { classes[leg] = (.unknown, now) }
    }

    // MARK: Book-keeping and judgement

    private mutating func send(_ event: PolicyEvent) {
        note(event, isRefused: policy.refusal(of: event, at: now) != nil)
        let effects = policy.step(event, at: now)
        transcript += effects
        for effect in effects { judge(effect) }
        if let run, run.isStuck, !run.isTaken,
            run.toldAt.map({ now - $0 > .seconds(600) }) ?? true
        {
            violations.append("a stuck run that nobody is reminded of: \(run.request)")
        }
        // Sentences cost more than decisions: only where something happened.
        guard !effects.isEmpty else { return }
        for status in policy.statuses(at: now) where status.reason.isEmpty {
            violations.append("a status without a reason in phase \(status.phase)")
        }
    }

    private mutating func note(_ event: PolicyEvent, isRefused: Bool) {
        switch event {
        case .verdict(let leg, let verdict):
            if classes[leg]?.verdict != verdict.verdict { classes[leg] = (verdict.verdict, now) }
        case .planned(let id, _, _), .planRefused(let id, _): planning.removeAll { $0.id == id }
        case .approved(let id, let digest, _):
            guard let question = asked[id], question.digest == digest, now < question.expires
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
        case .paused(let route, let until, _, _): pausedUntil[route] = until
        case .resumed(let route, _): pausedUntil[route] = nil
        default: return
        }
    }

    private mutating func noteEnd(_ outcome: RunOutcome) {
        guard let ended = run else { return }
        let move = ended.request.move
        if ended.request.trigger.isRehearsal {
            run = nil
            return
        }
        switch outcome {
        case .done:
            holders[move.route] = move.to
            if !ended.request.trigger.isDrill {
                finished.append((move.route, ended.request.trigger.isRescue, now))
            }
            run = nil
        case .aborted:
            if !ended.request.trigger.isDrill { finished.append((move.route, false, now)) }
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
            if asked.values.contains(where: { $0.request.move.route == request.move.route }) {
                violations.append("two requests on route \(request.move.route)")
            }
            planning.append(request)
        case .askApproval(let request, let digest, let expires):
            expectUnpaused(request)
            asked[request.id] = (request, digest, expires)
        case .withdraw(let request, _):
            planning.removeAll { $0.id == request.id }
            asked[request.id] = nil
            approvals[request.id] = nil
        case .startRun(let request, let digest, let authority):
            judgeStart(request, digest, authority)
        case .notify(let notice):
            if notice.sentence.isEmpty { violations.append("a notice without a sentence") }
            if notice.code == .runStuck { judgeReminder(notice) }
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
        if isPaused(request.move.route) { violations.append("not idle while paused: \(request)") }
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
        let target = classes[PoolLeg(pool: request.move.to, kind: request.move.kind.leg)]
        if target?.verdict != .up, target?.verdict != .degraded || authority == .automatic {
            if target?.verdict == .down, authority != .automatic, canBeStarted(request) {
                startsOfSilentTargets += 1
            } else {
                violations.append("started to a pool that is not up: \(request)")
            }
        }
        let source = classes[PoolLeg(pool: request.move.from, kind: request.move.kind.leg)]
        if request.trigger.isRescue, source?.verdict != .down {
            violations.append("rescued from a pool that is not down: \(request)")
        }
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
        case .automatic:
            automaticStarts += 1
            judgeAutomatic(request, downSince: source?.since ?? now)
        }
    }

    private mutating func judgeAutomatic(_ request: MoveRequest, downSince: Instant) {
        guard let route = routes.first(where: { $0.name == request.move.route }) else { return }
        let past = finished.filter { $0.route == route.name }
        if past.contains(where: { now - $0.at < .seconds(1_800) }) {
            violations.append("automatic within the cool-down: \(request)")
        }
        switch request.trigger {
        case .ordered, .drill, .rehearsal:
            violations.append("an order started by itself: \(request)")
        case .poolDown:
            if route.mode != .auto { violations.append("automatic in \(route.mode): \(request)") }
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

    // MARK: Healing

    /// Everything becomes well but the SIP holder, which is dead for good: somebody must be told or
    /// it moves.
    mutating func heal() -> Bool {
        if run?.isHalted == true { send(.lockReleased(by: PolicyBench.anna, reason: "")) }
        if let run { send(.runFinished(run.request.id, .done)) }
        for name in [nil, PolicyBench.sip, PolicyBench.xmpp, PolicyBench.media] {
            send(.resumed(name, by: PolicyBench.anna))
        }
        for leg in legs { send(.verdict(leg, Verdict(.up, reason: "healed"))) }
        pass(.seconds(3_700))
        for route in routes {
            let pool = holders[route.name] ?? route.home
            send(.holder(route.name, .pool(pool)))
            send(.holderAdopted(route.name, by: PolicyBench.anna, reason: ""))
        }
        let before = automaticStarts + approvedStarts
        let told = transcript.count
        let holder = holders[PolicyBench.sip] ?? PolicyBench.home
        send(.verdict(PoolLeg(pool: holder, kind: .sip), Verdict(.down, reason: "dead")))
        for _ in 0..<200 {
            pass(.seconds(30))
            if let request = planning.last { send(.planned(request.id, PolicyBench.plan)) }
            if let id = asked.keys.sorted().first {
                send(.approved(id, PolicyBench.plan, by: PolicyBench.anna))
            }
            if let run { send(.runFinished(run.request.id, .done)) }
        }
        if routes[0].mode == .observe {
            return PolicyBench.notices(Array(transcript[told...])).contains { $0.code == .wouldAct }
        }
        return automaticStarts + approvedStarts > before
    }
}
