/// What one vantage knows of one server and protocol, for `status`.
public struct ServerFacts: Sendable, Hashable {
    /// From where it is seen.
    public var vantage: String
    /// The server.
    public var server: FQDN
    /// The protocol.
    public var kind: LegKind
    /// How this vantage alone judges it.
    public var verdict: VerdictClass
    /// Clean probes in a row, as far as they matter; 0 when the last one failed.
    public var cleanInARow: Int
    /// Failed probes that count: no row of clean ones has healed them; at most `fall`.
    public var failures: Int
    /// Whether a failure counts and nothing is decided yet: it is probed faster.
    public var isSuspect: Bool
    /// The code of the last conclusive probe; nil before the first.
    public var code: EvidenceCode?
    /// The sentence of the last conclusive probe; nil before the first.
    public var reason: String?
    /// What is wrong with the certificate.
    public var problems: [CertificateProblem]
    /// What does not work although the server lives; only for media, and only once it has stood.
    public var mediaProblem: MediaProblem?
    /// When the last conclusive probe ended; nil before the first.
    public var lastSeen: Instant?
    /// Why the latest probe said nothing; nil when it said something.
    public var inconclusive: String?
}

extension ServerFacts {
    init(
        vantage: String,
        server: FQDN,
        kind: LegKind,
        track: ProbeTrack,
        verdict: VerdictClass,
        isSuspect: Bool,
        mediaProblem: MediaProblem?
    ) {
        self.vantage = vantage
        self.server = server
        self.kind = kind
        self.verdict = verdict
        self.isSuspect = isSuspect
        self.mediaProblem = mediaProblem
        cleanInARow = track.counts.cleans
        failures = track.counts.failures
        code = track.lastSeen == nil ? nil : track.code
        reason = track.lastSeen == nil ? nil : track.reason
        problems = track.problems
        lastSeen = track.lastSeen
        inconclusive = track.inconclusive
    }
}
