/// The number of a run, never used twice in one journal.
public struct RunID: JournalNumber {
    /// Counted from 1.
    public let number: Int

    /// Takes a number.
    public init(_ number: Int) { self.number = number }
}

/// What a step's observation found (runbooks, "What observe, act and verify mean").
public enum Observed: Sendable, Hashable, Codable {
    /// As in the snapshot, or nothing to read: the act is due.
    case initial(String)
    /// As the step wants it: nothing to do.
    case intended(String)
    /// Somebody else changed it: the run stops. Names value and place.
    case foreign(String)
    /// It could not be read.
    case unreadable(String)

    /// What was read, in words.
    public var detail: String {
        switch self {
        case .initial(let text), .intended(let text), .foreign(let text), .unreadable(let text):
            text
        }
    }
}

/// How an act ended.
public enum ActResult: Sendable, Hashable, Codable {
    /// It was carried out; what came back.
    case done(String)
    /// It was not carried out.
    case failed(String)
    /// No answer: it may have been carried out.
    case answerLost(String)
    /// The re-reading just before the write found that somebody else had changed the value.
    case foreign(String)
}

/// How a verification ended.
public enum VerifyResult: Sendable, Hashable, Codable {
    /// It holds; what was read.
    case holds(String)
    /// It does not, within the step's time; what was read last.
    case doesNot(String)
}

/// An event in a run's journal.
///
/// A run's state is nothing but the fold over these.
public enum RunEvent: Sendable, Hashable, Codable {
    /// The run was opened: always the first event.
    case opened(RunOpening)
    /// A step's observation begins.
    case observing(StepID)
    /// It found this.
    case observed(StepID, Observed)
    /// The step's act is about to be carried out; durable before it is.
    case acting(StepID)
    /// It ended so.
    case acted(StepID, ActResult)
    /// The step's verification begins.
    case verifying(StepID)
    /// It ended so.
    case verified(StepID, VerifyResult)
    /// Services that a step stopped on a healthy pool are about to be started again.
    case compensating(StepID)
    /// How that ended.
    case compensated(StepID, ActResult)
    /// The agent came back after a crash or a stop and goes on with the run.
    case recovered(reason: String)
    /// The agent stops in good order and leaves the run as it is.
    case parked(reason: String)
    /// A person is asked to do the step, and waited for.
    case instructed(StepID)
    /// A person said that the step is done; the machine looks next.
    case personDone(StepID, by: Person, reason: String)
    /// Nobody did the step in time.
    case personTimedOut(StepID)
    /// A person ordered a stopped run to go on.
    case resumed(by: Person, reason: String)
    /// A person ordered a run to be undone that is under way, stopped, or waits for a person; what an
    /// act that was begun has changed is looked at first.
    case aborting(by: Person, reason: String)
    /// A person takes the responsibility for the step at which the run stopped or waits: it counts as
    /// done, unverified, and the run goes on.
    case forced(StepID, by: Person, reason: String)
    /// A person took a stuck run into their hands: it stops alerting.
    case taken(by: Person, reason: String)
    /// The run ended.
    case finished(RunOutcome)

    /// The step that the event is about.
    public var step: StepID? {
        switch self {
        case .observing(let step), .observed(let step, _), .acting(let step), .acted(let step, _),
            .verifying(let step), .verified(let step, _), .compensating(let step),
            .compensated(let step, _), .instructed(let step), .personDone(let step, _, _),
            .personTimedOut(let step), .forced(let step, _, _):
            step
        case .opened, .recovered, .parked, .resumed, .aborting, .taken, .finished: nil
        }
    }
}

/// Everything a run begins with, so that it can be finished without anything else.
public struct RunOpening: Sendable, Hashable, Codable {
    /// The request that it carries out.
    public var request: MoveRequest
    /// The plan.
    public var plan: Plan
    /// Its digest.
    public var digest: PlanDigest
    /// By whose authority.
    public var authority: Authority
    /// What was read just before the run, and what undo and failback compare with.
    public var snapshot: Snapshot
    /// Partners that answered before the run; only they can fail its verification.
    public var partnersBefore: [FQDN]
    /// Whether it is a rehearsal: every cmdlet with `-WhatIf` where it has one, DNS with guards only.
    public var isRehearsal: Bool

    /// Makes an opening.
    public init(
        request: MoveRequest,
        plan: Plan,
        digest: PlanDigest,
        authority: Authority,
        snapshot: Snapshot,
        partnersBefore: [FQDN],
        isRehearsal: Bool = false
    ) {
        self.isRehearsal = isRehearsal
        self.request = request
        self.plan = plan
        self.digest = digest
        self.authority = authority
        self.snapshot = snapshot
        self.partnersBefore = partnersBefore
    }
}
