/// What a reading is worth now.
public enum ReadinessClass: String, Sendable, Hashable, Codable, CaseIterable {
    /// Read, well and fresh.
    case ready
    /// Read, and something is wrong.
    case notReady = "not_ready"
    /// It was well, too long ago.
    case stale
    /// Never read, or it could not be told.
    case notKnown = "not_known"
    /// Nothing of the kind is configured.
    case notNeeded = "not_needed"

    /// The table.
    ///
    /// | reading | older than its limit | class |
    /// |---|---|---|
    /// | none | – | not known: what was never judged is not ready |
    /// | ready | no | ready |
    /// | ready | yes | stale |
    /// | not ready | any | not ready: age makes nothing better |
    /// | not known | any | not known |
    /// | not needed | any | not needed: that is configuration, which does not age |
    public init(_ state: ReadinessReading.State?, isTooOld: Bool) {
        self =
            switch state {
            case nil, .notKnown: .notKnown
            case .ready: isTooOld ? .stale : .ready
            case .notReady: .notReady
            case .notNeeded: .notNeeded
            }
    }

    /// Whether a pool can be ready with an item of this class.
    public var isWell: Bool { self == .ready || self == .notNeeded }

    /// As sentences name it.
    public var inWords: String {
        switch self {
        case .ready: "ready"
        case .notReady: "not ready"
        case .stale: "stale"
        case .notKnown: "not known"
        case .notNeeded: "not needed"
        }
    }
}

/// One item of a pool, judged.
public struct ReadinessFinding: Sendable, Hashable {
    /// What was looked at.
    public var item: ReadinessItem
    /// What its reading is worth.
    public var grade: ReadinessClass
    /// Why, in words; never empty.
    public var reason: String
    /// How old the reading is; nil when there is none, and for probes, which never stop.
    public var age: Duration?
    /// Whether the pool is only ready when this is.
    public var isRequired: Bool

    /// Whether this alone makes the pool not ready.
    public var isObstacle: Bool { isRequired && !grade.isWell }

    /// `rights not ready: Set-CsSite is not found`.
    public var inWords: String { "\(item.inWords) \(grade.inWords): \(reason)" }
}

/// A pool, judged for a route at one moment.
public struct ReadinessJudgement: Sendable, Hashable {
    /// Every item, in its order.
    public var findings: [ReadinessFinding]

    /// Whether nothing but the probes stands against the pool; whether it is *up* is a verdict.
    public var isReady: Bool { obstacles.isEmpty }

    /// What makes it not ready, besides its probes.
    public var obstacles: [ReadinessFinding] {
        findings.filter { $0.isObstacle && $0.item != .legs }
    }

    /// Why it is not ready, in words; empty when it is.
    public var reasons: String { obstacles.map(\.inWords).joined(separator: "; ") }
}

extension ReadinessSettings {
    /// Judges the readings of a pool; total, and a function of its arguments alone.
    public func judge(_ readiness: Readiness, at now: Instant) -> ReadinessJudgement {
        ReadinessJudgement(
            findings: ReadinessItem.allCases.filter { $0 != .legs }.map {
                judge($0, readiness[$0], at: now)
            }
        )
    }

    private func judge(
        _ item: ReadinessItem,
        _ reading: ReadinessReading?,
        at now: Instant
    ) -> ReadinessFinding {
        let limit = ageLimit(of: item)
        let age = reading.map { now - $0.at }
        let isTooOld = isTooOld(age, limit)
        let grade = ReadinessClass(reading?.state, isTooOld: isTooOld)
        var reason = reading?.reason ?? "it was never read"
        if grade == .stale, let age, let limit {
            reason =
                "\(reason), but that is \(age.inWords) ago, and may be \(limit.inWords) ago at most"
        }
        return ReadinessFinding(
            item: item,
            grade: grade,
            reason: reason,
            age: age,
            isRequired: isRequired(item)
        )
    }

    private func isTooOld(_ age: Duration?, _ limit: Duration?) -> Bool {
        guard let age, let limit else { return false }
        return age >= limit
    }

    /// When a pool with these readings stops being ready if nothing is read; nil when it is not.
    ///
    /// The same judgement, for every look at the pool, at the price of a comparison.
    func readyUntil(_ readiness: Readiness) -> Instant? {
        var until = Instant(nanoseconds: .max)
        for item in ReadinessItem.allCases where item != .legs && isRequired(item) {
            guard let reading = readiness[item] else { return nil }
            switch reading.state {
            case .notReady, .notKnown: return nil
            case .notNeeded: continue
            case .ready:
                if let limit = ageLimit(of: item) { until = min(until, reading.at + limit) }
            }
        }
        return until
    }
}
