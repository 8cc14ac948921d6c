/// Decides when a route moves: one state machine per route over one lock for the topology.
///
/// Pure: events and the time come in, effects go out, nothing else is read. Every event is first
/// applied, then everything is reconciled with the evidence, in the order of the routes; so the
/// same history gives the same effects. The pieces:
///
/// - ``Desire``: what the evidence asks for; ``RoutePhase``: where the request for it is.
/// - ``Holder``: who holds the route; ``LegEvidence``: what stands since when; ``Pauses``.
///
/// Decisions that are not obvious, each with its test:
///
/// - *Unknown* in between restarts `confirmFor` and the soak, and withdraws an automatic plan in
///   the making. A request that people were asked about stays, but its run begins only on a *down*
///   verdict.
/// - A target must be up and ready; what was never judged is not ready. When none is ready, the
///   first that is up is proposed, and a yes has to name the rule (``OverrideRule``). When none is up, a degraded one will do with a person's yes, never
///   automatically; and when none is degraded either, one whose plan can start or enable it.
/// - An approval is for one request, one plan digest and what people saw when they were asked
///   (``DecisionBasis``): when that is different, it is refused, and asked anew. It lapses when its run could not begin
///   within `approvalTimeout`. Waiting for people doesn't keep the lock; planning and running do,
///   and a run that stopped keeps it until a person decides.
/// - Cool-down and counts never refuse a rescue, they turn `auto` into asking; when they end while
///   nobody has answered, it goes on automatically. A person's no holds for `denyCoolDown`, also
///   over a restart.
/// - A move ordered by a person, in any mode and while paused, is never started without an approval
///   of its plan, and never taken back. A drill is such a move, and counts for nothing.
/// - A rehearsal changes nothing: no approval, no cool-down, no new holder; only the lock.
/// - Routes whose moves are due at the same time, in the same direction and with the same need of a
///   person share one request and one plan, so that the topology is enabled once. When nothing comes
///   of that, each goes alone: none is held up by what is wrong with another.
/// - A run that can go neither way is stuck: people are reminded of it until one takes it.
///
/// - Important: Holder readings must have begun after the last run ended; the driver drops others.
public struct FailoverPolicy: Sendable {
    /// The limits that hold for every route.
    public let settings: PolicySettings
    var states: [RouteState]
    var legs: [PoolLeg: LegEvidence] = [:]
    var pauses = Pauses()
    var nextRequest: Int
    /// Runs remembered of routes that are no longer configured: they keep the lock all the same.
    var orphans: [Orphan] = []
    /// How the latest requests ended, for answers to people; the oldest go first.
    var endings: [(request: RequestID, words: String)] = []
    /// When this life of the policy began.
    let startedAt: Instant
    /// The time of the latest step.
    var clock: Instant
    /// Effects of the step under way; empty between steps.
    var outbox: [PolicyEffect] = []

    /// Enough to answer everybody who could still have a prompt open.
    static let endingsKept = 32

    /// Starts without evidence, with what is remembered of an earlier life.
    public init(
        routes: [FederationRoute],
        settings: PolicySettings = PolicySettings(),
        memory: PolicyMemory = .empty,
        at now: Instant
    ) {
        self.settings = settings
        clock = now
        startedAt = now
        nextRequest = max(1, memory.nextRequest)
        states = routes.map { RouteState(route: $0, holder: .unread(expected: nil), at: now) }
        for route in routes {
            for leg in route.pools.flatMap(route.legs(of:)) {
                legs[leg] = LegEvidence(
                    verdict: Verdict(.unknown, reason: "there is no verdict yet"),
                    since: now
                )
            }
        }
        recall(memory, at: now)
    }

    /// Takes one event in and says what is to be done, in this order.
    ///
    /// Time that goes backwards is taken as standing still.
    public mutating func step(_ event: PolicyEvent, at time: Instant) -> [PolicyEffect] {
        let now = max(time, clock)
        clock = now
        apply(event, at: now)
        reconcile(at: now)
        defer { outbox = [] }
        return outbox
    }

    /// When to send ``PolicyEvent/tick`` at the latest; nil when only events can change anything.
    public var nextDeadline: Instant? {
        var times: [Instant] = pauses.all.compactMap(\.pause.until)
        for state in states {
            for state in [state, state.asAuto()].compactMap(\.self) {
                times += state.timers(settings)
                // Also while paused: people are told when something would have been due.
                if case .wait(_, let until) = unhindered(state, at: clock) { times.append(until) }
            }
            times += state.route.pools.compactMap { pool in
                settling(pool, state)
            }
            times += state.route.pools.compactMap { pool in
                evidence(state.leg(pool)).changes.flapsUntil(settings.flap, at: clock)
            }
            times += readinessTimes(of: state)
        }
        times += orphans.compactMap { $0.halt?.remindAt }
        return times.filter { $0 > clock }.min()
    }

    /// Requests that wait for the lock, a plan or an answer; a restart or a reload drops them.
    ///
    /// The driver closes them in its own records then; what is still needed is made anew.
    public var openRequests: [MoveRequest] {
        states.compactMap { state in
            switch state.phase {
            case .queued(let request), .planning(let request), .asked(let request, _, _),
                .cleared(let request, _, _):
                request
            case .idle, .joined, .running, .halted, .declined, .retrying: nil
            }
        }
    }

    /// Whether a plan is being made, so that others keep off the ways that it goes.
    public var isPlanning: Bool {
        states.contains { if case .planning = $0.phase { true } else { false } }
    }

    /// The evidence on a leg; unknown for one that no route has.
    func evidence(_ leg: PoolLeg) -> LegEvidence {
        legs[leg]
            ?? LegEvidence(
                verdict: Verdict(.unknown, reason: "\(leg.pool) is not configured"),
                since: clock
            )
    }

    func index(of route: RouteName) -> Int? { states.firstIndex { $0.route.name == route } }

    func index(of request: RequestID) -> Int? {
        states.firstIndex { $0.phase.request?.id == request }
    }

    /// The route whose request this one goes with; itself when it goes alone.
    func lead(of state: RouteState) -> RouteState {
        guard case .joined(let id) = state.phase, let index = index(of: id) else { return state }
        return states[index]
    }

    mutating func notify(
        _ code: NoticeCode,
        _ severity: Severity,
        _ index: Int,
        pool: FQDN? = nil,
        request: RequestID? = nil,
        _ sentence: String
    ) {
        outbox.append(
            .notify(
                Notice(
                    code,
                    severity,
                    route: states[index].route.name,
                    pool: pool,
                    request: request,
                    sentence: sentence
                )
            )
        )
    }
}

extension RouteState {
    /// Every instant at which this route may have to be looked at again, past ones among them.
    func timers(_ settings: PolicySettings) -> [Instant] {
        var times = failovers.map { $0 + settings.maxFailovers.per }
        if let coolDownUntil { times.append(coolDownUntil) }
        times += relapses.map { $0 + settings.relapseWithin }
        switch window {
        case .open(let until?), .closed(let until?): times.append(until)
        case .open, .closed, nil: break
        }
        switch phase {
        case .idle, .joined, .queued, .running: break
        case .halted(_, _, let halt):
            if let due = halt.remindAt { times.append(due) }
        case .planning: times.append(since + settings.planningTimeout)
        case .asked(_, _, let expires): times.append(expires)
        case .cleared(_, _, let lapses): times.append(lapses)
        case .declined(let decline): times.append(decline.until)
        case .retrying(_, let until, _): times.append(until)
        }
        return times
    }
}
