/// What the policy must not forget over a restart.
///
/// Times are ages and remainders, never instants. Requests that wait for a plan or an answer are
/// not in it: after a restart they are made anew from fresh evidence, under new numbers. A run is
/// in it: it keeps the lock until its end is reported.
public struct PolicyMemory: Sendable, Hashable, Codable {
    /// The number of the next request.
    public var nextRequest: Int
    /// Per route, in the order of the configuration.
    public var routes: [RouteMemory]
    /// The pauses in force.
    public var pauses: [PauseMemory]

    /// Makes a memory.
    public init(nextRequest: Int, routes: [RouteMemory], pauses: [PauseMemory]) {
        self.nextRequest = nextRequest
        self.routes = routes
        self.pauses = pauses
    }

    /// Of an agent that never ran.
    public static let empty = PolicyMemory(nextRequest: 1, routes: [], pauses: [])

    /// The memory after the agent was away for a known time; without it, waits only get longer.
    public func aged(by time: Duration) -> PolicyMemory {
        var memory = self
        for index in memory.routes.indices { memory.routes[index].age(by: time) }
        for index in memory.pauses.indices {
            memory.pauses[index].remaining = memory.pauses[index].remaining.map {
                max(.zero, $0 - time)
            }
        }
        return memory
    }
}

/// What must not be forgotten of one route.
public struct RouteMemory: Sendable, Hashable, Codable {
    /// The route.
    public var route: RouteName
    /// Where our runs or the start put it; nil when never established.
    public var place: Place?
    /// What is left of the cool-down.
    public var coolDown: Duration?
    /// How long ago failovers for a down verdict were finished, oldest first.
    public var failoverAges: [Duration]
    /// The run that has not ended.
    public var run: RunMemory?
    /// A no, or no answer, that still holds.
    public var decline: DeclineMemory?
    /// What people were last told of each pool, ordered by pool.
    public var announced: [Announcement]
    /// How long ago home went down again after it had come back, oldest first; an older journal does
    /// not say.
    public var relapseAges: [Duration]?
    /// How long ago a run brought the route home.
    public var cameHomeAge: Duration?
    /// What mode `auto` would have done; nil unless the mode is `observe`.
    public var shadow: ShadowMemory?

    /// What people were last told of a pool.
    public struct Announcement: Sendable, Hashable, Codable {
        /// The pool.
        public var pool: FQDN
        /// As what it was announced.
        public var verdict: VerdictClass
    }

    mutating func age(by time: Duration) {
        coolDown = coolDown.map { $0 - time }.flatMap { $0 > .zero ? $0 : nil }
        failoverAges = failoverAges.map { $0 + time }
        relapseAges = relapseAges?.map { $0 + time }
        cameHomeAge = cameHomeAge.map { $0 + time }
        shadow?.age(by: time)
        decline?.remaining -= time
        if let left = decline?.remaining, left <= .zero { decline = nil }
        if let left = run?.stuck?.reminderIn { run?.stuck?.reminderIn = max(.zero, left - time) }
    }
}

/// A run that had begun.
public struct RunMemory: Sendable, Hashable, Codable {
    /// What it carries out.
    public var request: MoveRequest
    /// The digest of its plan.
    public var digest: PlanDigest?
    /// Why it stopped at a step; nil while it was under way.
    public var stopped: String?
    /// What is particular to a run that is stuck; nil when it is not.
    public var stuck: StuckMemory?
}

/// A run that can go neither forward nor back.
public struct StuckMemory: Sendable, Hashable, Codable {
    /// In what time people are reminded.
    public var reminderIn: Duration
    /// The person who took it; then nobody is reminded.
    public var takenBy: Person?
}

/// A no, or no answer, that still holds.
public struct DeclineMemory: Sendable, Hashable, Codable {
    /// What it was about.
    public var situation: Situation
    /// For how long it still holds.
    public var remaining: Duration
    /// The person who said no; nil when nobody answered.
    public var by: Person?
}

/// A pause in force.
public struct PauseMemory: Sendable, Hashable, Codable {
    /// The route; nil for everything, and where a pool or a server is named.
    public var route: RouteName?
    /// The pool in maintenance.
    public var pool: FQDN?
    /// The server in maintenance.
    public var server: FQDN?
    /// Whether it is a planned maintenance; an older journal does not say.
    public var isMaintenance: Bool?
    /// For how long still; nil for until further notice.
    public var remaining: Duration?
    /// Who paused.
    public var by: Person
    /// Why.
    public var reason: String

    init(_ coverage: Coverage, _ pause: Pause, at now: Instant) {
        switch coverage {
        case .everything: break
        case .route(let name): route = name
        case .pool(let name): pool = name
        case .server(let name): server = name
        }
        isMaintenance = pause.isMaintenance
        remaining = pause.until.map { $0 - now }
        by = pause.by
        reason = pause.reason
    }

    var coverage: Coverage {
        if let pool { return .pool(pool) }
        return server.map(Coverage.server) ?? Coverage(route)
    }
}
