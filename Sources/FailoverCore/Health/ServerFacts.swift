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
    /// Clean probes in a row; 0 when the last one failed.
    public var cleanInARow: Int
    /// Failed probes in a row; 0 when the last one was clean.
    public var failedInARow: Int
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
        mediaProblem: MediaProblem?
    ) {
        self.vantage = vantage
        self.server = server
        self.kind = kind
        self.verdict = verdict
        self.mediaProblem = mediaProblem
        switch track.streak {
        case .none: (cleanInARow, failedInARow) = (0, 0)
        case .clean(let count): (cleanInARow, failedInARow) = (count, 0)
        case .failed(let count): (cleanInARow, failedInARow) = (0, count)
        }
        code = track.lastSeen == nil ? nil : track.code
        reason = track.lastSeen == nil ? nil : track.reason
        problems = track.problems
        lastSeen = track.lastSeen
        inconclusive = track.inconclusive
    }
}
