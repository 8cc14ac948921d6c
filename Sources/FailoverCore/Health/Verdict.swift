/// One probe's result as Health takes it in.
public struct Observation: Sendable, Hashable, Codable {
    /// From where it was seen.
    public var vantage: String
    /// The server probed.
    public var server: FQDN
    /// The protocol probed.
    public var kind: LegKind
    /// What is wrong with its certificate.
    public var problems: [CertificateProblem]
    /// What does not work although the server lives; only for media.
    public var mediaProblem: MediaProblem?
    /// What was found; ``EvidenceCode/weight(for:)`` says what it counts as.
    public var code: EvidenceCode
    /// The probe's sentence.
    public var reason: String

    /// Makes an observation.
    public init(
        vantage: String,
        server: FQDN,
        kind: LegKind,
        problems: [CertificateProblem] = [],
        mediaProblem: MediaProblem? = nil,
        code: EvidenceCode,
        reason: String
    ) {
        self.vantage = vantage
        self.server = server
        self.kind = kind
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
            problems: outcome.problems,
            mediaProblem: outcome.mediaProblem,
            code: outcome.code,
            reason: outcome.reason
        )
    }
}

/// The judgement on a server or a pool for one protocol.
public enum VerdictClass: String, Sendable, Hashable, Codable, CaseIterable {
    /// All members answer.
    case up
    /// It works in part: some members are down, impaired or not known.
    case degraded
    /// It lives, but its peers refuse all of it or get nothing through: ``Impairment`` says why.
    ///
    /// Never acted on without a person.
    case impaired
    /// Nothing of it answers.
    case down
    /// The evidence is missing or too old; never treated as down.
    case unknown
}

/// A verdict with its reason in words.
public struct Verdict: Sendable, Hashable, Codable {
    /// The judgement.
    public var verdict: VerdictClass
    /// What peers refuse it for; nil unless impaired.
    public var impairment: Impairment?
    /// Why, in one sentence, as every display shows it.
    public var reason: String

    /// Makes a verdict; an impaired one is so by its certificate unless it is said.
    public init(_ verdict: VerdictClass, _ impairment: Impairment? = nil, reason: String) {
        self.verdict = verdict
        self.impairment = verdict == .impaired ? impairment ?? .certificate : nil
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
