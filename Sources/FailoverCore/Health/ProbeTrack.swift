/// What one vantage knows of one server and protocol: a standing, and the counts that may change it.
///
/// The rules, in full. Probes with a weight count and refresh; those with
/// ``EvidenceWeight/nothing`` do neither. `okReset` clean probes in a row heal all failures counted
/// so far; fewer do not, so that a server that answers now and then is found out.
///
/// | standing | counts | becomes |
/// |---|---|---|
/// | unsure, no failure seen | 1 clean | up |
/// | unsure, after a failure | `rise` clean in a row | up, failures forgotten |
/// | unsure | `fall` failures, not healed in between | down |
/// | up | `fall` failures, not healed in between | down |
/// | down | `rise` clean in a row | up, failures forgotten |
/// | any | evidence grew older than `staleAfter`, or no longer counts | unsure, counts forgotten |
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

    /// What has been counted.
    struct Counts: Sendable, Hashable {
        /// Failures that no row of clean probes has healed; not counted beyond `fall`.
        var failures = 0
        /// Clean probes in a row; 0 when the last one failed.
        var cleans = 0
    }

    /// The protocol, which weighs the evidence.
    let kind: LegKind
    private(set) var standing: Standing = .unsure(afterFailure: false)
    private(set) var counts = Counts()
    /// Whether clean probes came between the failures that count.
    private(set) var isInterrupted = false
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
        let liveness = observation.code.liveness(for: kind)
        guard liveness != .unknown else {
            inconclusive = observation.reason
            return
        }
        if !isFresh(at: now, settings) { forget() }
        inconclusive = nil
        lastSeen = max(now, lastSeen ?? now)
        code = observation.code
        reason = observation.reason
        let isAlive = liveness == .alive
        if standing != .down {
            isInterrupted =
                isAlive ? counts.failures > 0 : isInterrupted && counts.failures > 0
        }
        counts = Self.counted(counts, isClean: isAlive, settings)
        (standing, counts) = Self.next(standing, counts, settings)
        if isAlive { takeAnswer(observation) }
    }

    private mutating func takeAnswer(_ observation: Observation) {
        let isTimeout = code == .sipServerTimeout
        timeoutsInARow = isTimeout ? timeoutsInARow + 1 : 0
        if !isTimeout, code != .wantsClientCertificate { hasAnsweredOtherwise = true }
        problems = observation.problems
        mediaProblem = observation.mediaProblem
        mediaProblemsInARow = mediaProblem == nil ? 0 : mediaProblemsInARow + 1
    }

    /// One more probe.
    static func counted(_ counts: Counts, isClean: Bool, _ settings: HealthSettings) -> Counts {
        guard isClean else {
            return Counts(failures: min(counts.failures + 1, settings.fall), cleans: 0)
        }
        let cleans = min(counts.cleans + 1, max(settings.rise, settings.okReset))
        return Counts(failures: cleans >= settings.okReset ? 0 : counts.failures, cleans: cleans)
    }

    /// The table above.
    static func next(
        _ standing: Standing,
        _ counts: Counts,
        _ settings: HealthSettings
    ) -> (Standing, Counts) {
        let isFallen = counts.cleans == 0 && counts.failures >= settings.fall
        let isRisen = counts.cleans >= settings.rise
        switch standing {
        case .down: return isRisen ? (.up, Counts(cleans: counts.cleans)) : (.down, counts)
        case .up: return (isFallen ? .down : .up, counts)
        case .unsure(let afterFailure):
            if isFallen { return (.down, counts) }
            if counts.cleans == 0 { return (.unsure(afterFailure: true), counts) }
            guard !afterFailure || isRisen else { return (standing, counts) }
            return (.up, Counts(cleans: counts.cleans))
        }
    }

    /// Whether a failure counts and nothing is decided yet.
    func isSuspect(at now: Instant, _ settings: HealthSettings) -> Bool {
        guard isFresh(at: now, settings) else { return false }
        switch standing {
        case .up: return counts.failures > 0
        case .unsure(let afterFailure): return afterFailure
        case .down: return false
        }
    }

    /// Evidence counts up to and including the instant when it is `staleAfter` old.
    func isFresh(at now: Instant, _ settings: HealthSettings) -> Bool {
        guard let lastSeen else { return false }
        return now - lastSeen <= settings.staleAfter
    }

    /// A gap: what was counted before no longer stands together with what comes.
    mutating func forget() {
        switch standing {
        case .down, .unsure(afterFailure: true): standing = .unsure(afterFailure: true)
        case .up, .unsure: standing = .unsure(afterFailure: counts.failures > 0)
        }
        counts = Counts()
        isInterrupted = false
        problems = []
        mediaProblem = nil
        mediaProblemsInARow = 0
        timeoutsInARow = 0
    }

    /// What was seen no longer counts, however young it is.
    mutating func disown() {
        forget()
        lastSeen = nil
    }

    /// The standing as of now, staleness and what peers refuse counted in.
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
