@testable import FailoverCore

/// A history of random events, held against the oracle after each.
struct RandomHistory {
    private(set) var routes: [FederationRoute]
    private(set) var settings = PolicySettings()
    private var generator: SeededGenerator
    var policy: FailoverPolicy
    var oracle: Oracle
    var now = Instant.at(0)
    /// Which pool carries which route, whatever anybody believes.
    private var holders: [RouteName: FQDN] = [:]

    var transcript: [PolicyEffect] = []
    /// Where the policy and the oracle first said different things.
    var disagreement: String?
    var events = 0
    /// What mode `auto` would have done on observed routes, and what people did there.
    var openShadows: [RouteName: ShadowDecision] = [:]
    var shadowMoves = 0
    var shadowQuestions = 0
    var shadowPeopleMoves = 0
    /// How often each row of the decision table held, each state was reached and each act came up.
    var reached: [String: Int] = [:]

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        let pools = [PolicyBench.standby, PolicyBench.third]
        var sip = FederationRoute.sip(
            RouteMode.allCases.randomElement(using: &generator) ?? .auto,
            failback: RouteMode.allCases.randomElement(using: &generator) ?? .auto,
            standby: pools,
            flag: FederationFlag.allCases.randomElement(using: &generator) ?? .preStaged,
            fence: Fence.allCases.randomElement(using: &generator) ?? .off
        )
        if generator.chance(60) { sip.failback.stableFor = .seconds(300) }
        if generator.chance(60) {
            sip.failback.window = try? WeeklyWindow("Sat 02:00-05:00 UTC")
        }
        routes = [
            sip,
            .xmpp(RouteMode.allCases.randomElement(using: &generator) ?? .auto),
            .media(RouteMode.allCases.randomElement(using: &generator) ?? .auto),
        ]
        for index in routes.indices {
            // Not written is hold as well; both must be.
            routes[index].onTimeout =
                generator.chance(50) ? .proceed : generator.chance(50) ? .hold : nil
        }
        settings.flap.threshold = generator.chance(50) ? 5 : 1_000
        settings.approvalTimeout = generator.chance(50) ? .seconds(300) : .seconds(1_800)
        settings.approvalsNeeded = seed.isMultiple(of: 3) ? 2 : 1
        policy = FailoverPolicy(routes: routes, settings: settings, at: now)
        oracle = Oracle(routes, settings, at: now)
        for route in routes { holders[route.name] = route.home }
    }

    private var legs: [PoolLeg] {
        let pools = Set(routes.flatMap(\.pools)).sorted()
        return pools.flatMap { pool in
            LegKind.allCases.map { PoolLeg(pool: pool, kind: $0) }
        }
    }

    // MARK: Events

    mutating func live(events: Int) {
        for _ in 0..<events {
            pass(.seconds(Int.random(in: 0...90, using: &generator)))
            if generator.chance(1) { restart() }
            if generator.chance(20) { survey(wellBeing: 95) }
            if generator.chance(10) { strike() }
            if generator.chance(4) { mend() }
            // Nobody answers, and nothing else happens either.
            if generator.chance(5), oracle.requests.contains(where: \.isAsked) {
                pass(settings.approvalTimeout)
            }
            send(randomEvent())
        }
    }

    private mutating func pass(_ time: Duration) {
        let end = now + time
        while disagreement == nil, let deadline = policy.nextDeadline, deadline <= end {
            if deadline <= now { object("a deadline that does not lie ahead") }
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
        case 94..<96: return randomWindow()
        case 96 where generator.chance(30):
            let route = routes.randomElement(using: &generator) ?? routes[0]
            return .coolDownAcknowledged(route.name, by: PolicyBench.anna, reason: "seen")
        default: return .tick
        }
    }

    private mutating func randomVerdict() -> PolicyEvent {
        guard let leg = legs.randomElement(using: &generator) else { return .tick }
        let weighted: [VerdictClass] = [
            .up, .up, .up, .down, .down, .degraded, .impaired, .unknown,
        ]
        let verdict = weighted.randomElement(using: &generator) ?? .up
        let cause: Impairment = generator.chance(30) ? .nextHop : .certificate
        return .verdict(leg, Verdict(verdict, cause, reason: "seen"))
    }

    /// A pool dies, or returns, on all its legs at once.
    private mutating func strike() {
        guard let pool = legs.randomElement(using: &generator)?.pool else { return }
        let verdict: VerdictClass = generator.chance(50) ? .down : .up
        for leg in legs where leg.pool == pool {
            send(.verdict(leg, Verdict(verdict, reason: "struck")))
        }
    }

    /// Everything is well and quiet for a while, so that what is away can go home.
    private mutating func mend() {
        for leg in legs { send(.verdict(leg, Verdict(.up, reason: "mended"))) }
        survey(wellBeing: 95)
        for route in routes {
            send(.holder(route.name, .pool(holders[route.name] ?? route.home)))
        }
        pass(.seconds(400))
        send(randomWindow())
    }

    /// Every pool's readiness is read; most of it is well.
    private mutating func survey(wellBeing: Int) {
        for route in routes {
            for pool in route.pools {
                var readiness = Readiness.ready(at: now)
                if !generator.chance(wellBeing) {
                    let items = ReadinessItem.allCases.filter { $0 != .legs }
                    let states = ReadinessReading.State.allCases
                    readiness[items.randomElement(using: &generator) ?? .rights] = ReadinessReading(
                        states.randomElement(using: &generator) ?? .notReady,
                        "read",
                        at: now
                    )
                }
                send(.readiness(route.name, pool, readiness))
            }
        }
    }

    private mutating func randomOverrides() -> Overrides? {
        guard generator.chance(60) else { return nil }
        let rules = OverrideRule.allCases.filter { _ in generator.chance(75) }
        return Overrides(rules, reason: generator.chance(90) ? "it must be" : "")
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
        if let run = oracle.requests.first(where: \.hasBegun), generator.chance(50) {
            return randomEnd(of: run)
        }
        if let request = oracle.requests.first(where: { $0.stage == .planning }),
            generator.chance(70)
        {
            if generator.chance(10) { return .planRefused(request.id, reasons: ["a blocker"]) }
            let needsApproval = generator.chance(10)
            return .planned(request.id, PolicyBench.plan, needsApproval: needsApproval)
        }
        let id = RequestID(Int.random(in: 1...40, using: &generator))
        let open = oracle.requests.last { $0.isAsked }?.id ?? id
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return .denied(open, by: PolicyBench.anna, reason: "")
        case 1: return .approved(open, PolicyBench.otherPlan, by: PolicyBench.anna)
        case 2: return .approved(id, PolicyBench.plan, by: PolicyBench.anna)
        case 3: return .planned(id, PolicyBench.otherPlan)
        case 4: return .runFinished(id, .done)
        default:
            let overrides = randomOverrides()
            return .approved(open, PolicyBench.plan, by: randomPerson(), overriding: overrides)
        }
    }

    /// Where one person is enough, it is always the same.
    private mutating func randomPerson() -> Person {
        settings.approvalsNeeded == 1 || generator.chance(50)
            ? PolicyBench.anna : PolicyBench.berta
    }

    private mutating func randomEnd(of run: Oracle.Request) -> PolicyEvent {
        let id = run.id
        if run.isHalted, generator.chance(60) { return randomWayOut(of: run) }
        if run.cause == .rehearsal, generator.chance(80) { return .runFinished(id, .rehearsed) }
        switch Int.random(in: 0..<14, using: &generator) {
        case 0: return .runFinished(id, .stopped(reason: "a step failed"))
        case 1: return .runFinished(id, .stoppedUnchanged(reason: "a blocker"))
        case 2:
            return generator.chance(70)
                ? .planOvertaken(id, reason: "the plan changed")
                : .runNotStarted(id, reason: "the journal is full")
        case 3: return .runFinished(id, .stuck(reason: "an undo failed"))
        case 4: return .runFinished(id, .aborted(reason: "by anna"))
        case 5: return .runWaits(id, for: PersonWait(step: StepID(3), title: "Publish"))
        case 6: return .runWaits(id, for: nil)
        default: return done(run)
        }
    }

    private mutating func done(_ run: Oracle.Request) -> PolicyEvent {
        if run.cause != .rehearsal { for move in run.moves { holders[move.route] = move.to } }
        return .runFinished(run.id, .done)
    }

    private mutating func randomWayOut(of run: Oracle.Request) -> PolicyEvent {
        let id = run.id
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return .runResumed(id, by: PolicyBench.anna)
        case 1: return .runAborting(id, by: PolicyBench.anna, reason: "")
        case 2: return .runForced(id, StepID(2), by: PolicyBench.anna, reason: "seen to be done")
        default: return .runTaken(id, by: PolicyBench.anna, reason: "")
        }
    }

    private mutating func randomOrder() -> PolicyEvent {
        guard let route = routes.randomElement(using: &generator) else { return .tick }
        let isDrill = generator.chance(50)
        let anna = PolicyBench.anna
        let pool = generator.chance(50) ? route.pools.randomElement(using: &generator) : nil
        if generator.chance(20) {
            let direction: MoveDirection = generator.chance(50) ? .failover : .failback
            return .rehearsalOrdered(route.name, to: pool, direction, by: anna, reason: "")
        }
        let others = generator.chance(20) ? routes.map(\.name).filter { $0 != route.name } : []
        if generator.chance(50) {
            return .failbackOrdered(
                route.name,
                with: others,
                by: anna,
                reason: "",
                isDrill: isDrill,
                overriding: randomOverrides()
            )
        }
        return .failoverOrdered(
            route.name,
            with: others,
            to: pool,
            by: anna,
            reason: "",
            isDrill: isDrill,
            overriding: randomOverrides()
        )
    }

    private mutating func randomPause() -> PolicyEvent {
        let names: [RouteName?] = [nil] + routes.map(\.name)
        let name = names.randomElement(using: &generator) ?? nil
        if generator.chance(40), let pool = routes[0].pools.randomElement(using: &generator) {
            let end = now + .seconds(Int.random(in: 1...7_200, using: &generator))
            let anna = PolicyBench.anna
            return generator.chance(60)
                ? .maintenanceAdded(.pool(pool), until: end, by: anna, reason: "patches")
                : .maintenanceEnded(.pool(pool), by: anna)
        }
        if generator.chance(50) { return .resumed(name, by: PolicyBench.anna) }
        let until = now + .seconds(Int.random(in: 1...3_600, using: &generator))
        return .paused(name, until: until, by: PolicyBench.anna, reason: "")
    }

    private mutating func randomWindow() -> PolicyEvent {
        let end = now + .seconds(Int.random(in: 3_600...90_000, using: &generator))
        return .windows([
            PolicyBench.sip: generator.chance(50) ? .open(until: end) : .closed(until: end)
        ])
    }

    /// The agent dies and comes back with its memory, at times with other modes: evidence, plans and
    /// questions are gone.
    private mutating func restart() {
        reached["restart", default: 0] += 1
        let memory = policy.memory(at: now)
        // Routes in observe stay so: what auto would have done there is judged over restarts too.
        for index in routes.indices where generator.chance(20) && routes[index].mode != .observe {
            routes[index].mode = generator.chance(50) ? .approve : .auto
            oracle.routes[index].route = routes[index]
        }
        policy = FailoverPolicy(routes: routes, settings: settings, memory: memory, at: now)
        oracle.now = now
        oracle.restart()
    }

    // MARK: Healing

    /// Everything becomes well but the SIP holder, which is dead for good: somebody must be told or
    /// it moves.
    mutating func heal() -> Bool {
        if oracle.requests.contains(where: \.isHalted) {
            send(.lockReleased(by: PolicyBench.anna, reason: ""))
        }
        finish()
        for name in [nil, PolicyBench.sip, PolicyBench.xmpp, PolicyBench.media] {
            send(.resumed(name, by: PolicyBench.anna))
        }
        for pool in routes[0].pools {
            send(.maintenanceEnded(.pool(pool), by: PolicyBench.anna))
        }
        for leg in legs { send(.verdict(leg, Verdict(.up, reason: "healed"))) }
        survey(wellBeing: 100)
        pass(.seconds(3_700))
        for route in routes {
            let pool = holders[route.name] ?? route.home
            send(.holder(route.name, .pool(pool)))
            send(.holderAdopted(route.name, by: PolicyBench.anna, reason: ""))
        }
        let told = transcript.count
        let holder = holders[PolicyBench.sip] ?? PolicyBench.home
        send(.verdict(PoolLeg(pool: holder, kind: .sip), Verdict(.down, reason: "dead")))
        for round in 0..<200 {
            pass(.seconds(30))
            if round.isMultiple(of: 40) { survey(wellBeing: 100) }
            if let request = oracle.requests.first(where: { $0.stage == .planning }) {
                send(.planned(request.id, PolicyBench.plan))
            }
            for person in [PolicyBench.anna, PolicyBench.berta] {
                guard let request = oracle.requests.first(where: \.isAsked) else { continue }
                send(.approved(request.id, PolicyBench.plan, by: person))
            }
            finish()
        }
        let since = transcript[told...]
        if routes[0].mode == .observe {
            return PolicyBench.notices(Array(since)).contains { $0.code == .wouldAct }
        }
        return since.contains { if case .startRun = $0 { true } else { false } }
    }

    private mutating func finish() {
        if let run = oracle.requests.first(where: \.hasBegun) { send(done(run)) }
    }
}
