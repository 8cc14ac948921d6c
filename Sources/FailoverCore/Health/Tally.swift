/// How many parts of a whole stand how; the two tables that merge verdicts.
struct Tally: Sendable, Hashable {
    var up = 0
    var degraded = 0
    var impaired = 0
    var down = 0
    var unknown = 0

    /// Counts one part.
    mutating func count(_ verdict: VerdictClass) {
        switch verdict {
        case .up: up += 1
        case .degraded: degraded += 1
        case .impaired: impaired += 1
        case .down: down += 1
        case .unknown: unknown += 1
        }
    }

    /// All parts.
    var total: Int { up + degraded + impaired + down + unknown }

    /// One server as several vantages with fresh evidence see it.
    ///
    /// | down | up or degraded | impaired | server |
    /// |---|---|---|---|
    /// | the quorum, or more | any | any | down |
    /// | none | some, all up | none | up |
    /// | fewer | some | otherwise | degraded: seen from one side only, or in part |
    /// | none | none | some | impaired |
    /// | some, fewer | none | some | degraded |
    /// | fewer | none | none | unknown |
    ///
    /// The quorum is how many vantages have to say down; at least 1.
    func ofVantages(quorum: Int) -> VerdictClass {
        if down >= quorum { return .down }
        if up + degraded > 0 { return degraded + impaired + down > 0 ? .degraded : .up }
        if impaired > 0 { return down > 0 ? .degraded : .impaired }
        return .unknown
    }

    /// One pool as its members stand.
    ///
    /// | up or degraded | impaired | down | unknown | pool |
    /// |---|---|---|---|---|
    /// | all, all up | | | | up |
    /// | some | otherwise | any | any | degraded: also when a member is unknown, for up says *all* answer |
    /// | none | some | any | none | impaired: no member that peers accept |
    /// | none | some | any | some | degraded: at least one lives, and not all are known |
    /// | none | none | all | | down |
    /// | none | none | otherwise | | unknown: never down on missing evidence |
    var ofMembers: VerdictClass {
        if up + degraded > 0 { return up == total ? .up : .degraded }
        if impaired > 0 { return unknown > 0 ? .degraded : .impaired }
        return down > 0 && down == total ? .down : .unknown
    }
}
