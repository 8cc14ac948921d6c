/// How many parts of a whole stand how; the two tables that merge verdicts.
struct Tally: Sendable, Hashable {
    var up = 0
    var degraded = 0
    var down = 0
    var unknown = 0

    /// Counts one part.
    mutating func count(_ verdict: VerdictClass) {
        switch verdict {
        case .up: up += 1
        case .degraded: degraded += 1
        case .down: down += 1
        case .unknown: unknown += 1
        }
    }

    /// One server as several vantages with fresh evidence see it.
    ///
    /// | up or degraded | down | undecided | server |
    /// |---|---|---|---|
    /// | some, all up | none | any | up |
    /// | some | otherwise | any | degraded: seen from one side only, or its certificate is bad |
    /// | none | some | none | down: every vantage that knows says so |
    /// | none | otherwise | | unknown |
    var ofVantages: VerdictClass {
        if up + degraded > 0 { return degraded + down > 0 ? .degraded : .up }
        return down > 0 && unknown == 0 ? .down : .unknown
    }

    /// One pool as its members stand.
    ///
    /// | up or degraded | down | unknown | pool |
    /// |---|---|---|---|
    /// | all, all up | | | up |
    /// | some | otherwise | | degraded: also when a member is unknown, for up says *all* answer |
    /// | none | all | | down |
    /// | none | otherwise | | unknown: never down on missing evidence |
    var ofMembers: VerdictClass {
        let total = up + degraded + down + unknown
        if up + degraded > 0 { return up == total ? .up : .degraded }
        return down > 0 && down == total ? .down : .unknown
    }
}
