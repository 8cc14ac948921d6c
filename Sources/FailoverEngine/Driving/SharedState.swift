public import FailoverCore

/// A letter to the driver.
enum Letter: Sendable {
    /// Something may have changed: look at the verdicts and deadlines.
    case look
    /// Something happened.
    case event(PolicyEvent)
    /// A person ordered something and waits for the answer.
    case order(PolicyEvent, CheckedContinuation<OrderReply, Never>)
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
}

/// What the driver, the worker and the API share, behind one mutex.
struct SharedState: Sendable {
    var policy: FailoverPolicy
    var verdicts: [PoolLeg: Verdict] = [:]
    var holders: [RouteName: HolderReading] = [:]
    var findings: [DNSFinding] = []
    /// Plans of open requests.
    var plans: [RequestID: PreparedPlan] = [:]
    var waiting: [RequestID: WaitingApproval] = [:]
    private(set) var running: RunProgress?

    init(policy: FailoverPolicy) { self.policy = policy }

    var isRunning: Bool { running != nil }

    mutating func begin(_ id: RunID) { running = RunProgress(id: id, state: nil) }

    mutating func progress(_ id: RunID, _ state: RunState) {
        running = RunProgress(id: id, state: state)
    }

    mutating func end() {
        running = nil
        plans = plans.filter { waiting[$0.key] != nil }
    }
}

extension HolderReading {
    /// The pool, when it is one of ours.
    public var pool: FQDN? {
        if case .pool(let pool) = self { pool } else { nil }
    }
}
