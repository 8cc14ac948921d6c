/// What one vantage knows of one server and protocol: a standing, and the streak that may change
/// it.
///
/// The rules, in full. Conclusive probes (alive, dead) count and refresh; inconclusive ones do
/// neither.
///
/// | standing | streak of probes | becomes |
/// |---|---|---|
/// | unsure, no failure seen | 1 clean | up |
/// | unsure, after a failure | `rise` clean | up |
/// | unsure | `fall` failed | down |
/// | up | `fall` failed | down |
/// | down | `rise` clean | up |
/// | any | evidence grew older than `staleAfter` | unsure, streak forgotten |
///
/// One clean probe is enough for a server that was never seen to fail: an answer is positive
/// evidence, and what an early *up* can cause (a request withdrawn, a target chosen) is checked
/// again before anything acts. A server that failed has to prove itself with `rise`, also after a
/// gap in the evidence. A failure never weighs by itself: also from unsure it takes `fall`, and so
/// does a media problem before it degrades a server that is up; one probe without it ends it.
struct ProbeTrack: Sendable {
    enum Standing: Sendable, Hashable {
        case unsure(afterFailure: Bool)
        case up
        case down
    }

    enum Streak: Sendable, Hashable {
        case none
        case clean(Int)
        case failed(Int)
    }

    /// The protocol, which weighs the evidence.
    let kind: LegKind
    private(set) var standing: Standing = .unsure(afterFailure: false)
    private(set) var streak: Streak = .none
    /// The last conclusive probe's time.
    private(set) var lastSeen: Instant?
    /// The last conclusive probe's code and sentence.
    private(set) var code = EvidenceCode.inconclusive
    private(set) var reason = ""
    /// The certificate problems of the last probe that was alive.
    private(set) var problems: [CertificateProblem] = []
    /// The media problem of the last probe that was alive.
    private var mediaProblem: MediaProblem?
    /// Probes in a row that were alive with a media problem, whichever.
    private var mediaProblemsInARow = 0
    /// Answers of 504 in a row.
    private var timeoutsInARow = 0
    /// Whether it ever gave another answer than 504, so that 504 is a change.
    private var hasAnsweredOtherwise = false
    /// Why the latest probe said nothing; nil when it said something.
    private(set) var inconclusive: String?

    init(kind: LegKind) { self.kind = kind }

    mutating func record(_ observation: Observation, settings: HealthSettings, at now: Instant) {
        let liveness = observation.code.liveness(for: observation.kind)
        guard liveness != .unknown else {
            inconclusive = observation.reason
            return
        }
        if !isFresh(at: now, settings) { forget() }
        inconclusive = nil
        lastSeen = max(now, lastSeen ?? now)
        code = observation.code
        reason = observation.reason
        switch (liveness, streak) {
        case (.alive, .clean(let count)): streak = .clean(count + 1)
        case (.alive, _): streak = .clean(1)
        case (_, .failed(let count)): streak = .failed(count + 1)
        case (_, _): streak = .failed(1)
        }
        if liveness == .alive {
            let isTimeout = code == .sipServerTimeout
            timeoutsInARow = isTimeout ? timeoutsInARow + 1 : 0
            if !isTimeout, code != .wantsClientCertificate { hasAnsweredOtherwise = true }
            problems = observation.problems
            mediaProblem = observation.mediaProblem
            mediaProblemsInARow = mediaProblem == nil ? 0 : mediaProblemsInARow + 1
        }
        standing = Self.next(standing, streak, settings)
    }

    /// The table above.
    static func next(_ standing: Standing, _ streak: Streak, _ settings: HealthSettings) -> Standing
    {
        switch (standing, streak) {
        case (_, .none): standing
        case (.up, .clean): .up
        case (.unsure(afterFailure: false), .clean): .up
        case (.unsure, .clean(let count)): count >= settings.rise ? .up : standing
        case (.down, .clean(let count)): count >= settings.rise ? .up : .down
        case (.down, .failed): .down
        case (.up, .failed(let count)): count >= settings.fall ? .down : .up
        case (.unsure, .failed(let count)):
            count >= settings.fall ? .down : .unsure(afterFailure: true)
        }
    }

    /// Evidence counts up to and including the instant when it is `staleAfter` old.
    func isFresh(at now: Instant, _ settings: HealthSettings) -> Bool {
        guard let lastSeen else { return false }
        return now - lastSeen <= settings.staleAfter
    }

    /// A gap: what was counted before no longer stands in a row with what comes.
    private mutating func forget() {
        switch (standing, streak) {
        case (.down, _), (.unsure(afterFailure: true), _), (_, .failed):
            standing = .unsure(afterFailure: true)
        case (.up, _), (.unsure, _):
            standing = .unsure(afterFailure: false)
        }
        streak = .none
        problems = []
        mediaProblem = nil
        mediaProblemsInARow = 0
        timeoutsInARow = 0
    }

    /// The standing as of now, staleness and certificate counted in.
    func verdict(at now: Instant, _ settings: HealthSettings) -> VerdictClass {
        guard isFresh(at: now, settings) else { return .unknown }
        switch standing {
        case .unsure: return .unknown
        case .down: return .down
        case .up:
            if impairment(settings) != nil { return .impaired }
            let isPartial = problems.contains(where: \.isSerious)
            return isPartial || standingMediaProblem(settings) != nil ? .degraded : .up
        }
    }

    /// What peers refuse the server for while it is up; nil for nothing.
    ///
    /// A bad certificate is what it is at the first look. A 504 is normal for a probe whose domain
    /// the Edge does not federate with (domain facts, section 3): only a change to it counts, that
    /// is `fall` of them in a row where another answer was given before.
    func impairment(_ settings: HealthSettings) -> Impairment? {
        if problems.contains(where: { $0.evidence.weight(for: kind) == .impairment }) {
            return .certificate
        }
        return hasAnsweredOtherwise && timeoutsInARow >= settings.fall ? .nextHop : nil
    }

    /// The media problem, once it was seen often enough in a row.
    func standingMediaProblem(_ settings: HealthSettings) -> MediaProblem? {
        mediaProblemsInARow >= settings.fall ? mediaProblem : nil
    }
}
