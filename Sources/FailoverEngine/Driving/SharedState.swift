public import FailoverCore

/// A letter to the driver.
enum Letter: Sendable {
    /// Something may have changed: look at the verdicts and deadlines.
    case look
    /// Something happened.
    case event(PolicyEvent)
    /// A person ordered something and waits for the answer.
    case order(PolicyEvent, CheckedContinuation<OrderReply, Never>)
    /// The same, with what the worker is to do once it was taken in.
    case orderJob(PolicyEvent, Job, CheckedContinuation<OrderReply, Never>)
    /// What the DNS watch saw.
    case dns([DNSFinding])
    /// A job for the worker, in order with everything else.
    case job(Job)
}

/// A job for the worker.
enum Job: Sendable {
    case plan(MoveRequest)
    case run(MoveRequest, PlanDigest, Authority)
    case takeUp(RunID, RunState, RunEvent)
    /// Writes into a stuck run's journal who took it.
    case take(RunID, RunEvent)
    /// Fences a member that came back.
    case fence(PendingFence)
}

/// The answer to a person's order.
public enum OrderReply: Sendable, Hashable {
    /// It was taken in; what comes of it shows in the status.
    case accepted
    /// It was not; why, in words.
    case refused(String)
}

/// A plan that waits for a person.
public struct WaitingApproval: Sendable {
    /// The request.
    public var request: MoveRequest
    /// The plan and what it was made from.
    public var prepared: PreparedPlan
    /// When it lapses.
    public var expires: Instant
    /// Wall clock when it was asked.
    public var askedAt: Timestamp
}

/// How far the running run is.
public struct RunProgress: Sendable {
    /// The run.
    public var id: RunID
    /// Its state; nil before its first event.
    public var state: RunState?

    /// The step that it waits for a person to do.
    public var waitsFor: PersonWait? {
        state?.waitingStep.map { PersonWait(step: $0.id, title: $0.title) }
    }

    /// What it is doing, for whoever asks: `run 3 is at step 4 of 12 (Enable the topology)`.
    public var inWords: String {
        guard let state else { return "run \(id) begins" }
        if let waitsFor { return "run \(id) waits for a person to do \(waitsFor)" }
        let way = state.undoing == nil ? "" : " of undoing"
        guard let step = state.currentStep else { return "run \(id) comes to its end" }
        return "run \(id) is at step \(step.id) of \(state.steps.count)\(way) (\(step.title))"
    }
}

/// What the driver, the worker and the API share, behind one mutex.
struct SharedState: Sendable {
    var policy: FailoverPolicy
    var verdicts: [PoolLeg: Verdict] = [:]
    var holders: [RouteName: HolderReading] = [:]
    var findings: [DNSFinding] = []
    /// What led to the routes' pools at the latest look at DNS.
    var records: [RecordReading] = []
    /// How the failback windows stand, as the policy was last told.
    var windows: [RouteName: WindowStanding] = [:]
    /// Plans of open requests.
    var plans: [RequestID: PreparedPlan] = [:]
    var waiting: [RequestID: WaitingApproval] = [:]
    /// The same with what people said since they were asked, by number.
    var waitingNow: [WaitingApproval] {
        let open = policy.openRequests
        return waiting.values.sorted { $0.request.id < $1.request.id }.map { waiting in
            var waiting = waiting
            waiting.request = open.first { $0.id == waiting.request.id } ?? waiting.request
            return waiting
        }
    }
    private(set) var running: RunProgress?
    /// What earlier runs left behind.
    var history = RunHistory()
    /// When runs ended whose data resolvers are to take over.
    var endsOfRuns: [RunID: Instant] = [:]
    /// What was last sent of each pool's readiness, by route.
    var readiness: [RouteName: [FQDN: Readiness]] = [:]
    /// Notices about standbys that wait for the day.
    var readinessDesk = ReadinessDesk()
    /// Routes whose holder the policy is told even when it reads as before.
    var unconfirmed: Set<RouteName> = []
    /// The run that stands still because it could not be journaled; nil while it is tried again.
    private var stalledRun: RunID?
    /// The run of which people were told that.
    private var stallTold: RunID?
    /// Notices that could not be queued for the hooks yet, oldest first; ``untoldMax`` at most.
    private(set) var untold: [Notice] = []
    /// More than the hooks could ever be behind by while the journal fails: the first say what began.
    private static let untoldMax = 64
    /// Why the latest record could not be journaled; nil when it could.
    var journalTrouble: String?
    /// The number of the next request, as the journal knows it.
    var keptNumber: Int

    init(policy: FailoverPolicy) {
        self.policy = policy
        keptNumber = policy.memory(at: .origin).nextRequest
    }

    var isRunning: Bool { running != nil }

    /// A run stands still; tells whether that is news.
    mutating func stall(_ id: RunID) -> Bool {
        defer { (stalledRun, stallTold) = (id, id) }
        return stallTold != id
    }

    /// The run that stands still, to be tried again by the caller.
    mutating func takeStalledRun() -> RunID? { stalledRun.take() }

    /// The oldest untold notice was queued at last.
    mutating func toldFirst() { untold.removeFirst() }

    /// Keeps a notice that could not be queued for the hooks; the latest give way.
    mutating func keepUntold(_ notice: Notice) {
        if untold.count < Self.untoldMax { untold.append(notice) }
    }

    mutating func begin(_ id: RunID) { running = RunProgress(id: id, state: nil) }

    /// Takes in how far the run is; tells whether what it waits for is another thing now.
    mutating func progress(_ id: RunID, _ state: RunState) -> Bool {
        let before = running?.waitsFor
        running = RunProgress(id: id, state: state)
        return running?.waitsFor != before
    }

    mutating func end() {
        running = nil
        (stalledRun, stallTold) = (nil, nil)
        // Readings during a run are of no use to the policy, not even when they stay as they are.
        unconfirmed.formUnion(holders.keys)
        plans = plans.filter { waiting[$0.key] != nil }
    }
}

extension PolicyEffect {
    /// As the journal keeps it.
    var record: AgentRecord {
        if case .shadow(let record) = self { .shadow(record) } else { .effect(self) }
    }

    /// Whether it is carried out only when the memory is on disk, which may hold the number of a new
    /// request.
    func needsMemory(ofNewNumber isNumberNew: Bool) -> Bool {
        switch self {
        case .makePlan, .askApproval, .startRun: true
        case .notify(let notice): isNumberNew && notice.request != nil
        case .withdraw, .shadow: false
        }
    }
}

extension HolderReading {
    /// The pool, when it is one of ours.
    public var pool: FQDN? {
        if case .pool(let pool) = self { pool } else { nil }
    }
}
