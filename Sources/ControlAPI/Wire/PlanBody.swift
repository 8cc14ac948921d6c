/// A plan, as `GET /v1/plan` and the approval prompt have it.
public struct PlanBody: Codable, Sendable {
    /// SHA-256 over its canonical form.
    public var digest: String
    /// `failover` or `failback`.
    public var direction: String
    /// What moves.
    public var moves: [MoveBody]
    /// What users will notice.
    public var impact: [String]
    /// What to know before saying yes.
    public var warnings: [String]
    /// Verdicts at planning time: pool and protocol, class, sentence.
    public var evidence: [EvidenceBody]
    /// The steps in order.
    public var steps: [StepBody]
    /// Whether a person must say yes even in `auto`.
    public var needsApproval: Bool
    /// The management endpoint it was made from.
    public var endpoint: String
    /// How long it will take about, besides what waits for a person; nil when not known.
    public var expectedSeconds: Double?
}

/// One move.
public struct MoveBody: Codable, Sendable {
    /// The route.
    public var route: String
    /// `sip`, `xmpp` or `media`.
    public var kind: String
    /// The pool that holds it.
    public var from: String
    /// The pool that is to hold it.
    public var to: String
}

/// A verdict that a plan rests on.
public struct EvidenceBody: Codable, Sendable {
    /// The pool.
    public var pool: String
    /// `sip`, `xmpp`, `media` or `access`.
    public var kind: String
    /// `up`, `degraded`, `impaired`, `down` or `unknown`.
    public var verdict: String
    /// Why.
    public var reason: String
}

/// One step.
public struct StepBody: Codable, Sendable {
    /// Its place, from 1.
    public var number: Int
    /// What it does.
    public var title: String
    /// Where it is carried out: a server, a zone, or who looks.
    public var place: String
    /// Where it comes from in Microsoft's documents.
    public var source: SourceBody
    /// `state`, `repeatable`, `once`, `person` or `reading`.
    public var operationClass: String
    /// What it changes, from what to what.
    public var changes: [String]
    /// Cmdlets and DNS updates as a person would write them.
    public var commands: [String]
    /// What it looks at, for steps that check.
    public var checks: [String]
    /// What a person does, where it is a person's step.
    public var task: PersonTaskBody?
    /// How it is taken back.
    public var undo: [String]
    /// Its time limit.
    public var timeoutSeconds: Double
}

/// Where a step comes from.
public struct SourceBody: Codable, Sendable {
    /// A, B, C or D.
    public var procedure: String
    /// The heading in the document.
    public var section: String
    /// The step numbers; empty for what the document leaves out.
    public var steps: String
    /// Why it is done otherwise.
    public var deviation: String?
}

/// A plan as a transcript that an administrator could carry out by hand.
public struct ScriptBody: Codable, Sendable {
    /// Digest of the plan.
    public var digest: String
    /// Commented PowerShell.
    public var script: String

    /// Makes a script's body.
    public init(digest: String, script: String) {
        self.digest = digest
        self.script = script
    }
}
