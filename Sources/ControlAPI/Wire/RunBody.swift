/// A run in a list or on its way.
public struct RunBody: Codable, Sendable {
    /// Its number.
    public var run: Int
    /// The request that it carries out.
    public var request: Int
    /// The route.
    public var route: String
    /// `failover` or `failback`.
    public var direction: String
    /// The pool that held the route.
    public var from: String
    /// The pool that is to hold it.
    public var to: String
    /// Everything that it moves: the route, and those that go with it.
    public var moves: [MoveBody]
    /// Why.
    public var trigger: String
    /// By whose authority.
    public var authority: String
    /// RFC 3339.
    public var startedAt: String
    /// RFC 3339; nil while it goes on.
    public var finishedAt: String?
    /// `running`, `parked`, `done`, `rehearsed`, `stopped_unchanged`, `stopped`, `stuck` or `aborted`.
    public var outcome: String
    /// The outcome in words.
    public var outcomeText: String
    /// How long it will still take about, besides what waits for a person; nil when it is over.
    public var remainingSeconds: Double?
    /// Half of a drill.
    public var isDrill: Bool
    /// A rehearsal: nothing is changed.
    public var isRehearsal: Bool
    /// The step that a person is waited for; nil when none is.
    public var awaits: AwaitedBody?
    /// Who took the stuck run.
    public var takenBy: String?
    /// Its steps.
    public var steps: [RunStepBody]
    /// The steps that undo it, newest first, once that was ordered; their numbers follow the plan's.
    public var undo: [RunStepBody]
}

/// What a run waits for a person to do.
public struct AwaitedBody: Codable, Sendable {
    /// The run.
    public var run: Int
    /// The step.
    public var step: Int
    /// What it is called in the plan.
    public var title: String
    /// What to do, and where.
    public var task: PersonTaskBody
    /// RFC 3339 of the request; nil when not known.
    public var askedAt: String?
    /// RFC 3339 of the moment at which the run stops waiting; nil when not known.
    public var until: String?
    /// What the machine saw last, when it looked and was not content.
    public var seen: String?
    /// Whether the run is being undone, and this is part of it.
    public var isUndo: Bool

    /// The command that tells the agent that it is done.
    public var doneCommand: String { "edgewarden done \(step)" }
}

/// Something that a person does in the middle of a run.
public struct PersonTaskBody: Codable, Sendable {
    /// What to do, and where.
    public var instruction: String
    /// Why the machine does not do it.
    public var reason: String
    /// What the machine looks at afterwards.
    public var check: String
    /// Commands that the person runs, as they would type them.
    public var commands: [String]
}

/// A step of a run.
public struct RunStepBody: Codable, Sendable {
    /// Its place.
    public var number: Int
    /// What it does.
    public var title: String
    /// `pending`, `running`, `waiting` (for a person), `verified`, `skipped`, `forced` (a person took the
    /// responsibility) or `failed`.
    public var phase: String
    /// What it changes, from what to what.
    public var changes: [String]
    /// What was read or what went wrong; in a rehearsal also what Windows said.
    public var detail: String
    /// From its first event to its last; to now while it goes on.
    public var seconds: Double?

    /// Whether nothing is left to do for it.
    public var isSettled: Bool { ["verified", "skipped", "forced"].contains(phase) }
}

/// The list of runs.
public struct RunsBody: Codable, Sendable {
    /// Newest first.
    public var runs: [RunBody]

    /// Makes a list.
    public init(runs: [RunBody]) { self.runs = runs }
}

/// A report: see ``FailoverEngine/IncidentReport``.
public struct ReportBody: Codable, Sendable {
    /// The run.
    public var run: RunBody
    /// What happened, a line each.
    public var timeline: [TimelineBody]
    /// What was changed, from what to what.
    public var changes: [String]
    /// What `abort-run` would do, newest first; empty where there is nothing to undo.
    public var undo: [StepBody]
    /// Why the run cannot be undone; nil when it can.
    public var undoRefusal: String?
    /// Seconds between the milestones, where both are known.
    public var durations: DurationsBody
    /// RFC 3339 of the first *down* verdict that led here.
    public var detectedAt: String?
    /// The report as Markdown.
    public var markdown: String
}

/// A report as one HTML file.
public struct PageBody: Codable, Sendable {
    /// The file.
    public var html: String
}

/// One line of a timeline.
public struct TimelineBody: Codable, Sendable {
    /// RFC 3339 with milliseconds left out.
    public var at: String
    /// Milliseconds since 1970, for arithmetic.
    public var atMilliseconds: Int64
    /// What happened.
    public var text: String
}

/// How long the parts of an incident took.
public struct DurationsBody: Codable, Sendable {
    /// From the down verdict to the request for approval or the decision.
    public var detectedToAskedSeconds: Double?
    /// From there to the yes.
    public var askedToApprovedSeconds: Double?
    /// From the run's first event to its verified end.
    public var runSeconds: Double?
    /// From the down verdict to the verified end.
    public var detectedToVerifiedSeconds: Double?
}
