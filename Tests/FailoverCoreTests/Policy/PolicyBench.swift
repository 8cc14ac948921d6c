import FailoverCore

/// A policy with virtual time: events go in, ticks come when the policy asked for them, all effects
/// are kept.
struct PolicyBench {
    static let home = name("edgepool1.contoso.net")
    static let standby = name("edgepool2.contoso.net")
    static let third = name("edgepool3.contoso.net")
    static let sip = RouteName("sip")
    static let xmpp = RouteName("xmpp")
    static let media = RouteName("media")
    static let anna = Person(name: "anna", userID: 1_000)
    static let berta = Person(name: "berta", userID: 1_001)
    static let plan = PlanDigest(hex: String(repeating: "a", count: 64))
    static let otherPlan = PlanDigest(hex: String(repeating: "b", count: 64))

    var policy: FailoverPolicy
    var now = Instant.at(0)
    /// Effects of the latest call that sent events.
    var latest: [PolicyEffect] = []
    var all: [PolicyEffect] = []

    init(
        _ routes: [FederationRoute] = [.sip()],
        settings: PolicySettings = PolicySettings(),
        memory: PolicyMemory = .empty,
        isReady: Bool = true
    ) {
        policy = FailoverPolicy(routes: routes, settings: settings, memory: memory, at: now)
        guard isReady else { return }
        for route in routes {
            for pool in route.pools { readiness(.ready(at: Self.neverStale), of: pool, route.name) }
        }
        all = []
    }

    /// Readings from then don't age within any test that is not about their age.
    static let neverStale = Instant.at(1_000_000_000)

    mutating func readiness(
        _ readiness: Readiness,
        of pool: FQDN = standby,
        _ route: RouteName = sip
    ) {
        send(.readiness(route, pool, readiness))
    }

    /// One item of a pool reads like that now.
    mutating func read(
        _ item: ReadinessItem,
        _ state: ReadinessReading.State,
        of pool: FQDN = standby,
        _ route: RouteName = sip
    ) {
        let reason = "\(item.inWords) is \(state.rawValue) in this test"
        readiness(Readiness([item: ReadinessReading(state, reason, at: now)]), of: pool, route)
    }

    /// All pools up and the holder read, ready for the story of a test.
    static func ready(
        _ routes: [FederationRoute] = [.sip()],
        settings: PolicySettings = PolicySettings(),
        holder: FQDN = home
    ) -> PolicyBench {
        var bench = PolicyBench(routes, settings: settings)
        for route in routes {
            for pool in route.pools { bench.verdict(pool, .up, route.kind) }
            bench.send(.holder(route.name, .pool(holder)))
        }
        bench.all = []
        return bench
    }

    @discardableResult
    mutating func send(_ event: PolicyEvent) -> [PolicyEffect] {
        latest = policy.step(event, at: now)
        all += latest
        return latest
    }

    /// Lets time pass, with the ticks that the policy asked for.
    mutating func wait(_ seconds: Double) {
        let end = now + .seconds(seconds)
        var seen: [PolicyEffect] = []
        while let deadline = policy.nextDeadline, deadline <= end {
            precondition(deadline > now, "a deadline must lie ahead")
            now = deadline
            send(.tick)
            seen += latest
        }
        now = end
        latest = seen
    }

    mutating func verdict(_ pool: FQDN, _ verdict: VerdictClass, _ kind: RouteKind = .sip) {
        self.verdict(pool, verdict, leg: kind.leg)
    }

    mutating func verdict(_ pool: FQDN, _ verdict: VerdictClass, leg kind: LegKind) {
        let reason = "\(pool.host) \(kind.label) is \(verdict.rawValue) in this test"
        send(.verdict(PoolLeg(pool: pool, kind: kind), Verdict(verdict, reason: reason)))
    }

    // MARK: What came out

    static func notices(_ effects: [PolicyEffect]) -> [Notice] {
        effects.compactMap { if case .notify(let notice) = $0 { notice } else { nil } }
    }

    var codes: [NoticeCode] { Self.notices(latest).map(\.code) }

    func count(_ code: NoticeCode) -> Int { Self.notices(all).filter { $0.code == code }.count }

    func sentence(_ code: NoticeCode) -> String? {
        Self.notices(all).last { $0.code == code }?.sentence
    }

    var plans: [MoveRequest] {
        all.compactMap { if case .makePlan(let request) = $0 { request } else { nil } }
    }

    var questions: [MoveRequest] {
        all.compactMap { if case .askApproval(let request, _, _) = $0 { request } else { nil } }
    }

    var starts: [(request: MoveRequest, authority: Authority)] {
        all.compactMap {
            if case .startRun(let request, _, let authority) = $0 {
                (request: request, authority: authority)
            } else {
                nil
            }
        }
    }

    var withdrawn: [RequestID] {
        all.compactMap { if case .withdraw(let request, _) = $0 { request.id } else { nil } }
    }

    func status(_ route: RouteName = sip) -> RouteStatus { policy.status(of: route, at: now) }

    // MARK: Stretches of a story

    /// Answers the latest `makePlan` with a plan.
    mutating func plan(_ digest: PlanDigest = plan) {
        guard let request = plans.last else { return }
        send(.planned(request.id, digest))
    }

    mutating func approve(_ digest: PlanDigest = plan, by person: Person = anna) {
        guard let request = questions.last else { return }
        send(.approved(request.id, digest, by: person))
    }

    /// The same, with the rules that it breaks.
    mutating func approve(overriding rules: OverrideRule..., because reason: String = "it must be")
    {
        guard let request = questions.last else { return }
        let overrides = Overrides(rules, reason: reason)
        send(.approved(request.id, Self.plan, by: Self.anna, overriding: overrides))
    }

    mutating func deny() {
        guard let request = questions.last else { return }
        send(.denied(request.id, by: Self.anna, reason: "not now"))
    }

    mutating func finish(_ outcome: RunOutcome = .done) {
        guard let start = starts.last else { return }
        send(.runFinished(start.request.id, outcome))
        if case .done = outcome {
            send(.holder(start.request.move.route, .pool(start.request.move.to)))
        }
    }

    /// Home goes down and the route moves to the standby, approved if need be, verified.
    mutating func failOver() {
        verdict(Self.home, .down)
        wait(120)
        plan()
        if starts.isEmpty { approve() }
        finish()
    }
}

extension FederationRoute {
    /// A SIP route from edgepool1 to edgepool2, confirmed for two minutes, soaking for thirty.
    static func sip(
        _ mode: RouteMode = .approve,
        failback: RouteMode = .approve,
        standby: [FQDN] = [PolicyBench.standby],
        flag: FederationFlag = .preStaged,
        fence: Fence = .off
    ) -> FederationRoute {
        FederationRoute(
            name: PolicyBench.sip,
            kind: .sip,
            home: PolicyBench.home,
            standby: standby,
            mode: mode,
            federationFlag: flag,
            fence: fence,
            confirmFor: .seconds(120),
            failback: FailbackSettings(mode: failback, stableFor: .seconds(1_800))
        )
    }

    /// The same for XMPP.
    static func xmpp(
        _ mode: RouteMode = .approve,
        services: EdgeServices? = nil
    ) -> FederationRoute {
        FederationRoute(
            name: PolicyBench.xmpp,
            kind: .xmpp,
            home: PolicyBench.home,
            standby: [PolicyBench.standby],
            mode: mode,
            federationFlag: .preStaged,
            edgeServices: services,
            confirmFor: .seconds(120)
        )
    }

    /// The same for media.
    static func media(_ mode: RouteMode = .approve) -> FederationRoute {
        FederationRoute(
            name: PolicyBench.media,
            kind: .media,
            home: PolicyBench.home,
            standby: [PolicyBench.standby],
            mode: mode,
            federationFlag: .preStaged,
            confirmFor: .seconds(120)
        )
    }
}
