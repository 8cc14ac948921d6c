/// One probe's result as Health takes it in.
public struct Observation: Sendable, Hashable, Codable {
    /// From where it was seen.
    public var vantage: String
    /// The server probed.
    public var server: FQDN
    /// The protocol probed.
    public var kind: LegKind
    /// Alive, dead, or nothing can be said.
    public var liveness: Liveness
    /// What is wrong with its certificate.
    public var problems: [CertificateProblem]
    /// What does not work although the server lives; only for media.
    public var mediaProblem: MediaProblem?
    /// The probe's stable code, such as `refused`.
    public var code: String
    /// The probe's sentence.
    public var reason: String

    /// Makes an observation.
    public init(
        vantage: String,
        server: FQDN,
        kind: LegKind,
        liveness: Liveness,
        problems: [CertificateProblem] = [],
        mediaProblem: MediaProblem? = nil,
        code: String,
        reason: String
    ) {
        self.vantage = vantage
        self.server = server
        self.kind = kind
        self.liveness = liveness
        self.problems = problems
        self.mediaProblem = mediaProblem
        self.code = code
        self.reason = reason
    }

    /// The observation that a probe's outcome amounts to.
    public init(vantage: String, server: FQDN, kind: LegKind, outcome: ProbeOutcome) {
        self.init(
            vantage: vantage,
            server: server,
            kind: kind,
            liveness: outcome.liveness,
            problems: outcome.problems,
            mediaProblem: outcome.mediaProblem,
            code: outcome.finding.code,
            reason: outcome.reason
        )
    }
}

/// The judgement on a server or a pool for one protocol.
public enum VerdictClass: String, Sendable, Hashable, Codable, CaseIterable {
    /// All members answer.
    case up
    /// It works, but something is wrong: some members are down, or a certificate is bad.
    case degraded
    /// Nothing of it answers.
    case down
    /// The evidence is missing or too old; never treated as down.
    case unknown
}

/// A verdict with its reason in words.
public struct Verdict: Sendable, Hashable, Codable {
    /// The judgement.
    public var verdict: VerdictClass
    /// Why, in one sentence, as every display shows it.
    public var reason: String

    /// Makes a verdict.
    public init(_ verdict: VerdictClass, reason: String) {
        self.verdict = verdict
        self.reason = reason
    }
}

/// What a verdict is about: a pool and a protocol.
public struct PoolLeg: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// The Edge pool.
    public var pool: FQDN
    /// The protocol.
    public var kind: LegKind

    /// Makes a leg.
    public init(pool: FQDN, kind: LegKind) {
        self.pool = pool
        self.kind = kind
    }

    /// `SIP of edgepool1.contoso.net`.
    public var description: String { "\(kind.label) of \(pool)" }

    /// Orders by pool, then protocol.
    public static func < (left: PoolLeg, right: PoolLeg) -> Bool {
        (left.pool.name, left.kind.rawValue) < (right.pool.name, right.kind.rawValue)
    }
}
