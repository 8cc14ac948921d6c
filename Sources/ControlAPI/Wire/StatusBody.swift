/// What `GET /v1/status` answers.
///
/// Times in words or as RFC 3339; names carry units.
public struct StatusBody: Codable, Sendable {
    /// The agent's name.
    public var agent: String
    /// The program's version.
    public var version: String
    /// Routes in configured order.
    public var routes: [RouteBody]
    /// Pools with their members, per protocol.
    public var pools: [PoolBody]
    /// Whether the agent's own view can be believed.
    public var vantage: VantageBody?
    /// What is wrong with DNS.
    public var dns: [DNSBody]
    /// Plans that wait for a person.
    public var waiting: [WaitingBody]
    /// The run that is on its way.
    public var running: RunBody?
    /// Pauses and maintenances in force, everything's first.
    public var pauses: [PauseBody]
    /// Members of failed pools that are fenced when they return.
    public var pendingFences: [String]
    /// How the places for alerts fare; nil where an older agent does not say.
    public var alerts: AlertsBody?
}

/// A route.
public struct RouteBody: Codable, Sendable {
    /// Its name.
    public var name: String
    /// `sip`, `xmpp`, `media` or `access`.
    public var kind: String
    /// `observe`, `approve` or `auto`.
    public var mode: String
    /// Its home pool.
    public var home: String
    /// Its standbys in order.
    public var standby: [String]
    /// The pool that holds it; nil when not known.
    public var holder: String?
    /// What it is doing, as a stable word.
    public var phase: String
    /// The same in a sentence.
    public var reason: String
    /// For how long it has been doing this.
    public var sinceSeconds: Double?
    /// How long it will wait at most.
    public var remainingSeconds: Double?
    /// The number of the request that lives.
    public var request: Int?
    /// The run that is under way, stopped or stuck.
    public var run: Int?
    /// What that run waits for a person to do.
    public var awaits: AwaitedBody?
    /// Who took the stuck run.
    public var takenBy: String?
    /// The pause that covers it.
    public var pause: String?
    /// What is hurt now: outbound, and inbound by domain; nil when nothing is known to be.
    public var impact: String?
    /// Its pools that go down and come up too often, so that automatic moves ask.
    public var flapping: [String]?
    /// RFC 3339 of the end of the last drill, there and back; nil when there was none.
    public var lastDrill: String?
    /// RFC 3339 of the end of the last rehearsal that came through; nil when there was none.
    public var lastRehearsal: String?
    /// Every pool but the holder, and whether it could take over; nil where nobody looks.
    public var readiness: [StandbyBody]?
}

/// A pool that does not hold a route, and whether it could.
public struct StandbyBody: Codable, Sendable {
    /// Its internal FQDN.
    public var pool: String
    /// Whether it is up and ready.
    public var canTakeOver: Bool
    /// What was looked at, the probes first.
    public var items: [ReadinessBody]
}

/// One item of a pool's readiness.
public struct ReadinessBody: Codable, Sendable {
    /// A stable word, such as `rights`.
    public var item: String
    /// `ready`, `not_ready`, `stale`, `not_known` or `not_needed`.
    public var state: String
    /// Why.
    public var reason: String
    /// How old the reading is; nil when there is none, and for probes.
    public var ageSeconds: Double?
    /// Whether the pool is only ready when this is.
    public var isRequired: Bool
}

/// A pool for one protocol.
public struct PoolBody: Codable, Sendable {
    /// Its internal FQDN.
    public var pool: String
    /// `sip`, `xmpp`, `media` or `access`.
    public var kind: String
    /// `up`, `degraded`, `impaired`, `down` or `unknown`.
    public var verdict: String
    /// Why.
    public var reason: String
    /// Its members.
    public var servers: [ServerBody]
}

/// A member.
public struct ServerBody: Codable, Sendable {
    /// Its FQDN.
    public var server: String
    /// `up`, `degraded`, `impaired`, `down` or `unknown`.
    public var verdict: String
    /// Address and port probed.
    public var target: String?
    /// The last probe's code.
    public var code: String?
    /// Whether a failure counts against it and nothing is decided: it is probed faster.
    public var suspect: Bool?
    /// The last probe's sentence.
    public var reason: String
    /// The last probe's time.
    public var latencyMilliseconds: Double?
    /// Wall clock of the last probe.
    public var probedAt: String?
    /// End of the certificate's validity.
    public var certificateExpires: String?
    /// What is wrong with the certificate.
    public var certificateProblems: [String]
}

/// The agent as a watcher.
public struct VantageBody: Codable, Sendable {
    /// Its name.
    public var name: String
    /// `sound`, `isolated` or `late`.
    public var state: String
    /// The same in words.
    public var reason: String
    /// Control targets, and whether each answered the last time.
    public var controls: [ControlBody]
}

/// A control target.
public struct ControlBody: Codable, Sendable {
    /// Address and port.
    public var target: String
    /// `gateway`, `resolver` or `configured`.
    public var source: String
    /// Whether it answered the last time.
    public var answers: Bool
}

/// A pause or a maintenance in force; of everything when nothing is named.
public struct PauseBody: Codable, Sendable {
    /// The route.
    public var route: String?
    /// The pool.
    public var pool: String?
    /// The server.
    public var server: String?
    /// Whether it is a planned maintenance.
    public var isMaintenance: Bool
    /// Who said so.
    public var by: String
    /// Why.
    public var reason: String
    /// How long it still holds; nil for until further notice.
    public var remainingSeconds: Double?

    /// Makes one; of everything when nothing is named.
    public init(
        route: String? = nil,
        pool: String? = nil,
        server: String? = nil,
        isMaintenance: Bool,
        by: String,
        reason: String,
        remainingSeconds: Double?
    ) {
        self.route = route
        self.pool = pool
        self.server = server
        self.isMaintenance = isMaintenance
        self.by = by
        self.reason = reason
        self.remainingSeconds = remainingSeconds
    }
}

/// Something about DNS.
public struct DNSBody: Codable, Sendable {
    /// A stable word.
    public var code: String
    /// The route concerned.
    public var route: String
    /// The name concerned.
    public var name: String
    /// What was seen.
    public var sentence: String
}

/// A plan that waits for a person.
public struct WaitingBody: Codable, Sendable {
    /// The request's number.
    public var request: Int
    /// The route.
    public var route: String
    /// Why it is wanted.
    public var trigger: String
    /// What is hurt now; nil when nothing is known to be.
    public var impact: String?
    /// When it was asked, RFC 3339.
    public var askedAt: String
    /// How long it still waits.
    public var remainingSeconds: Double
    /// The rules that it breaks and that a yes has to name; nil or empty when there are none.
    public var rules: [RuleBody]?
    /// The rules that were named already, in words.
    public var overrides: [String]?
    /// How many different people have to say yes; nil, as in older answers, for one.
    public var approvalsNeeded: Int?
    /// Who has said yes so far.
    public var approvedBy: [String]?
    /// What is different from what it was asked on, so that a yes is refused and it is asked anew.
    public var changes: String?
    /// Whether the pools that are to take over could; nil where an older agent does not say.
    public var targets: [TargetBody]?
    /// The plan.
    public var plan: PlanBody
}

/// The pool that is to take a route over.
public struct TargetBody: Codable, Sendable {
    /// The route.
    public var route: String
    /// Its readiness.
    public var standby: StandbyBody
}

/// A rule that stands against a move.
public struct RuleBody: Codable, Sendable {
    /// What `--override` takes.
    public var rule: String
    /// What breaks it.
    public var sentence: String
}

/// What `GET v1/requests/N` answers.
public struct RequestBody: Codable, Sendable {
    /// The request's number.
    public var request: Int
    /// Why it takes no yes, such as how it ended; empty when it does.
    public var reasons: [String]
}
