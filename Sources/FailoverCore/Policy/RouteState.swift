/// The verdict on a leg and since when its class stands without a break.
struct LegEvidence: Sendable, Hashable {
    var verdict: Verdict
    var since: Instant
    /// When it went down or came up.
    var changes = ChangeLog()

    /// Takes a verdict in; only another class starts the time anew.
    ///
    /// So *unknown* in between restarts the time that a *down* or an *up* must stand: what was not
    /// watched did not stand uninterrupted.
    mutating func take(_ new: Verdict, at now: Instant) {
        if new.verdict != verdict.verdict { since = now }
        verdict = new
        changes.take(new.verdict, at: now)
    }
}

/// One stretch of one situation: what was said and tried in it.
struct Episode: Sendable, Hashable {
    /// Different sentences per episode, at most; further ones are in the status only.
    static let sentenceLimit = 12
    /// Plans in an episode that are made at once in place of one that the facts have overtaken.
    static let overtakenLimit = 3

    var situation: Situation = .calm
    /// The request that nobody answered, after which the route goes on as if it were automatic.
    var unanswered: RequestID?
    /// Whether the latest plan needs a person even in `auto`.
    var planNeedsPerson = false
    /// Whether a plan together with other routes came to nothing, so that this one goes alone.
    var goesAlone = false
    /// Runs that stopped before they changed anything.
    var fruitlessRuns = 0
    /// Plans that were made anew at once because the facts had overtaken them.
    var overtakenPlans = 0
    private var said: Set<String> = []

    init(situation: Situation = .calm) { self.situation = situation }

    /// Whether this is news in the episode; remembers it.
    mutating func isNews(_ key: String) -> Bool {
        guard said.count < Episode.sentenceLimit else { return false }
        return said.insert(key).inserted
    }
}

/// Everything that the policy holds of one route.
struct RouteState: Sendable {
    private(set) var route: FederationRoute
    private(set) var phase: RoutePhase = .idle
    /// When the phase began.
    private(set) var since: Instant
    var holder: Holder
    /// How the failback's window stands; nil until it was read, and where the route has none.
    var window: WindowStanding?
    /// Automatic moves ask until then.
    var coolDownUntil: Instant?
    /// When failovers for a down verdict were finished, oldest first.
    var failovers: [Instant] = []
    /// When home went down again after it had come back, oldest first.
    var relapses: [Instant] = []
    /// When a run brought the route home.
    var cameHome: Instant?
    /// Whether home was up since it was last down.
    var homeWasUp = false
    var episode = Episode()
    /// What people were last told of each pool.
    var announced: [FQDN: VerdictClass] = [:]
    /// What was read of each pool's readiness.
    private(set) var readiness: [FQDN: Readiness] = [:]
    /// Until when pools are ready if nothing is read anew; those that are not are missing.
    private(set) var readyUntil: [FQDN: Instant] = [:]
    /// Whether people were last told that a pool is ready.
    var toldReady: [FQDN: Bool] = [:]
    /// What mode `auto` would have done, while the mode is `observe`.
    var shadow = Shadow()

    init(route: FederationRoute, holder: Holder, at now: Instant) {
        self.route = route
        self.holder = holder
        since = now
    }

    mutating func enter(_ next: RoutePhase, at now: Instant) {
        phase = next
        since = now
    }

    /// Says more of the phase, which goes on.
    mutating func replace(_ same: RoutePhase) { phase = same }

    /// Takes readings in, and remembers what they come to.
    mutating func take(_ news: Readiness, of pool: FQDN, _ settings: ReadinessSettings) {
        readiness[pool, default: Readiness()].take(news)
        readyUntil[pool] = readiness[pool].flatMap(settings.readyUntil)
    }

    /// The route as mode `auto` would have it, as if it had made the moves that it would have made;
    /// nil when its mode is not `observe`.
    func asAuto() -> RouteState? {
        guard route.mode == .observe else { return nil }
        var auto = self
        auto.route.mode = .auto
        auto.failovers = (failovers + shadow.failovers).sorted()
        auto.coolDownUntil = [coolDownUntil, shadow.coolDownUntil].compactMap { $0 }.max()
        return auto
    }

    /// The pool as a leg of this route.
    func leg(_ pool: FQDN) -> PoolLeg { PoolLeg(pool: pool, kind: route.kind.leg) }

    /// The failback's window as a person writes it.
    var windowWords: String { route.failback.window.map(\.description) ?? "none" }

    /// `SIP federation`, for sentences.
    var carries: String { route.kind.carries }
}
