import FailoverCore

/// Something that is due at a time.
enum Due: Sendable, Hashable {
    case plan(MoveRequest)
    case begin(MoveRequest, PlanDigest, Authority)
    case part
    case restart(agent: Int)
    case takeOver
    case readHolders
    /// Regular readings follow each other; others come in between.
    case readReadiness(isRegular: Bool)
    /// The wall clock is looked at for the failback windows.
    case readWindows
    /// A machine that slept runs again.
    case wake(agent: Int)
    case answer(RequestID, PlanDigest, by: Person)
    case refuse(RequestID)
    case care(RequestID)
    case personDone(RunID, StepID)
}

struct Timer: Sendable {
    var at: Int
    /// The agent's life that it belongs to; nil for people and machines, who live on.
    var life: Int?
    var due: Due
}

/// What the policy was last told of a pool's leg.
struct Told: Sendable, Hashable {
    var verdict: VerdictClass
    var impairment: Impairment?
}

/// A history as it is lived: the real core in a simulated organisation, judged after every event.
struct Life {
    let history: History
    let setup: Setup
    let estate: Estate
    let book: PlanBook
    /// Whether rounds in which nothing changes are jumped over.
    let jumps: Bool
    var world: World
    var journal = Journal()
    var judge: Judge
    var counts = Counts()
    var transcript: Transcript?

    // MARK: The agents
    /// The one that leads; nil while none does.
    var leader: Int? = 0
    var isDown: [Bool]
    var frozenUntil: [Int]
    /// Of the leader: changes with every start, so that old timers are known.
    var life = 1
    /// Whether its control targets have answered since it started.
    var hasSeenControls = false
    var policy: FailoverPolicy?
    var health: Health
    /// What the policy was last told, by pool and leg.
    var told: [[Told?]]
    var running: Running?
    var policyDeadline: Int?
    /// Seconds by which the wall clock differs from the true time.
    var clockStep = 0
    /// The run is cut off after so many further records.
    var crashAfter: (records: Int, downFor: Int)?

    // MARK: People
    var manner: Manner
    var lastAsked: (id: RequestID, digest: PlanDigest)?

    // MARK: Probing
    var timers: [Timer] = []
    var nextRound = 0
    /// Rounds in a row that found the same as the one before.
    var quietRounds = 0
    var lastAnswers: [Answer] = []
    /// By how much the clock of the evidence lies behind: time that was jumped over.
    var jumped = 0
    let observations: [[Observation]]
    let places: [[[[Int]]]]
    /// By pool, the legs that are probed there.
    let poolLegs: [[PoolLeg]]
    var witness: Witness
    /// By vantage: whether what it sees can be believed.
    var watches: [VantageWatch]
    /// Servers in maintenance.
    var leftOut: Set<FQDN> = []
    /// Since when every vantage is cut off from everything, by the true time.
    var blindSince: Int?

    /// So many equal rounds settle every verdict: counts are full, and old evidence is stale.
    static let quiet = 8

    init(_ history: History, book: PlanBook, jumps: Bool = true, isTold: Bool = false) {
        self.history = history
        self.book = book
        self.jumps = jumps
        setup = history.setup
        estate = Estate(setup)
        world = World(setup, estate)
        judge = Judge(setup, estate)
        isDown = Array(repeating: false, count: setup.agents)
        frozenUntil = Array(repeating: 0, count: setup.agents)
        health = Health(organisation: estate.organisation, settings: setup.healthSettings)
        manner = setup.manner
        transcript = isTold ? Transcript() : nil
        let legs = estate.kind.legs
        observations = Life.observations(estate, setup.vantages)
        places = Life.places(estate, setup.vantages)
        poolLegs = estate.pools.map { pool in legs.map { PoolLeg(pool: pool, kind: $0) } }
        told = estate.pools.map { _ in legs.map { _ in nil } }
        watches = (0..<setup.vantages).map { VantageWatch(name: "warden-\($0 + 1)") }
        witness = Witness(places: observations.count, setup.healthSettings)
    }

    var now: Int { world.now }
    var instant: Instant { Life.instant(world.now) }

    static func instant(_ seconds: Int) -> Instant {
        Instant(nanoseconds: Int64(seconds) * 1_000_000_000)
    }

    static func seconds(_ instant: Instant) -> Int {
        Int((instant.nanoseconds + 999_999_999) / 1_000_000_000)
    }

    /// Lives the whole history, then heals the world and looks whether everything comes right.
    mutating func live() {
        start()
        for timed in history.actions {
            advance(to: timed.at)
            guard judge.violations.isEmpty else { return }
            say("\(timed.action.text)", isAction: true)
            if timed.action.isSeenByProbes { awaken() }
            perform(timed.action)
        }
        advance(to: now + 600)
        guard judge.violations.isEmpty else { return }
        heal()
    }

    /// Goes to a time through everything that is due before.
    mutating func advance(to end: Int) {
        while judge.violations.isEmpty, let due = nextDue(), due <= end {
            world.now = max(due, now)
            fire()
        }
        world.now = max(end, now)
        // What comes next comes after the round of this very time.
        jump(through: now)
    }

    private func nextDue() -> Int? {
        var due: Int?
        func take(_ time: Int) { due = due.map { min($0, time) } ?? time }
        for timer in timers { take(timer.at) }
        if isWatching { take(nextRound) }
        if let policyDeadline, policy != nil { take(max(policyDeadline, thaw)) }
        return due
    }

    /// When the leader's machine runs again.
    private var thaw: Int { leader.map { frozenUntil[$0] } ?? 0 }

    var isFrozen: Bool { now < thaw }

    /// Whether the next probe round may find anything new.
    private var isWatching: Bool {
        guard policy != nil else { return false }
        return !jumps || world.isRestless || quietRounds < Life.quiet
    }

    private mutating func fire() {
        world.transferWhenDue()
        if let index = earliestTimer() {
            let timer = timers.remove(at: index)
            if let life = timer.life, life != self.life { return }
            if timer.life != nil, isFrozen {
                timers.append(Timer(at: thaw, life: timer.life, due: timer.due))
                return
            }
            carryOut(timer.due)
            return
        }
        if isWatching, nextRound <= now {
            nextRound = now + Setup.interval
            if !isFrozen { probeRound() }
            return
        }
        if let deadline = policyDeadline, deadline <= now, !isFrozen { send(.tick) }
    }

    private func earliestTimer() -> Int? {
        timers.indices.filter { timers[$0].at <= now }
            .min { (timers[$0].at, $0) < (timers[$1].at, $1) }
    }

    mutating func schedule(_ due: Due, in seconds: Int, isOfAgent: Bool = true) {
        timers.append(Timer(at: now + seconds, life: isOfAgent ? life : nil, due: due))
    }

    private mutating func carryOut(_ due: Due) {
        switch due {
        case .plan(let request): makePlan(request)
        case .begin(let request, let digest, let authority): begin(request, digest, authority)
        case .part: proceed()
        case .restart(let agent): restart(agent)
        case .takeOver: takeOver()
        case .readHolders: readHolders()
        case .readReadiness(let isRegular): readReadiness(isRegular: isRegular)
        case .readWindows: readWindows()
        case .wake(let agent): wake(agent)
        case .answer(let id, let digest, let person): answer(id, digest, by: person)
        case .refuse(let id): order(.denied(id, by: People.berta, reason: "not now"))
        case .care(let id): care(id)
        case .personDone(let run, let step): personDone(run, step)
        }
    }

    /// Something changed: probes may find it.
    mutating func awaken() {
        jump(through: now - 1)
        quietRounds = 0
    }

    /// Leaves out the rounds until a time that would have found nothing new; the evidence stays fresh.
    private mutating func jump(through last: Int) {
        guard jumps, policy != nil, quietRounds >= Life.quiet, nextRound <= last else { return }
        let skipped = ((last - nextRound) / Setup.interval + 1) * Setup.interval
        jumped += skipped
        nextRound += skipped
    }

    mutating func say(_ words: @autoclosure () -> String, isAction: Bool = false) {
        guard transcript != nil else { return }
        let time = now
        let line = words()
        transcript?.add(time, line, isAction: isAction)
    }
}
