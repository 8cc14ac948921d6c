/// The limits that hold for every route; ``FederationRoute`` has those of one route.
public struct PolicySettings: Sendable, Hashable, Codable {
    /// How many failovers within which time may be automatic.
    public struct Limit: Sendable, Hashable, Codable {
        /// Failovers for a down verdict; default 2, and 0 makes every failover ask.
        public var count: Int
        /// The time they are counted over; default 24 hours.
        public var per: Duration

        /// Makes a limit.
        public init(count: Int = 2, per: Duration = .seconds(86_400)) {
            self.count = count
            self.per = per
        }
    }

    /// How long a request waits for an answer, and an approval for its run to begin; default 30
    /// minutes.
    public var approvalTimeout: Duration
    /// How many people have to say yes to a plan, each of them somebody else; default 1, and 2 is
    /// the two-person rule.
    ///
    /// What is automatic needs nobody's yes.
    public var approvalsNeeded: Int
    /// How long after a verified run (from its finish) nothing is automatic; default 30 minutes.
    public var coolDown: Duration
    /// How many failovers may be automatic; more of them ask.
    public var maxFailovers: Limit
    /// How long a relapse of home lengthens the soak before the next failback: each one doubles it;
    /// default 24 hours.
    public var relapseWithin: Duration
    /// How long the soak gets at most by that; default 8 hours, and never shorter than configured.
    public var longestSoak: Duration
    /// How long nobody is asked again after a no, or after no answer; default 30 minutes.
    ///
    /// A situation that ended and began again is asked about at once.
    public var denyCoolDown: Duration
    /// How long after a refused plan or a run that could not begin it is tried again; default 1
    /// minute.
    ///
    /// After runs that stopped before they changed anything it doubles, up to 32 times.
    public var retryAfter: Duration
    /// How long the planner may take before it is given up; default 5 minutes.
    public var planningTimeout: Duration
    /// How long a pool's first verdict must be *degraded* before people are told; default 30
    /// seconds.
    ///
    /// While an agent starts, members are seen one after the other.
    public var firstVerdictSettles: Duration
    /// How often people are reminded of a run that is stuck, until a person takes it; default 10
    /// minutes, at least a second.
    public var stuckReminder: Duration
    /// How long after its own confirmation a rescue waits at most for another route of the same pool
    /// that is about to be confirmed as well, so that both go in one plan; default 10 seconds, and 0
    /// never waits.
    public var joinWithin: Duration
    /// How old readings of a pool's readiness may be; nil judges none: every pool counts as ready.
    public var readiness: ReadinessSettings?

    /// How often a pool may go down or come up before automatic moves to or from it ask.
    public var flap: FlapLimit

    /// Makes the settings.
    public init(
        approvalTimeout: Duration = .seconds(1_800),
        approvalsNeeded: Int = 1,
        coolDown: Duration = .seconds(1_800),
        maxFailovers: Limit = Limit(),
        relapseWithin: Duration = .seconds(86_400),
        longestSoak: Duration = .seconds(28_800),
        denyCoolDown: Duration = .seconds(1_800),
        retryAfter: Duration = .seconds(60),
        planningTimeout: Duration = .seconds(300),
        firstVerdictSettles: Duration = .seconds(30),
        stuckReminder: Duration = .seconds(600),
        joinWithin: Duration = .seconds(10),
        flap: FlapLimit = FlapLimit(),
        readiness: ReadinessSettings? = ReadinessSettings()
    ) {
        self.approvalTimeout = approvalTimeout
        self.approvalsNeeded = max(approvalsNeeded, 1)
        self.coolDown = coolDown
        self.maxFailovers = maxFailovers
        self.relapseWithin = relapseWithin
        self.longestSoak = longestSoak
        self.denyCoolDown = denyCoolDown
        self.retryAfter = retryAfter
        self.planningTimeout = planningTimeout
        self.firstVerdictSettles = firstVerdictSettles
        self.stuckReminder = max(stuckReminder, .seconds(1))
        self.joinWithin = joinWithin
        self.flap = flap
        self.readiness = readiness
    }
}
