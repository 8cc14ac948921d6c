import FailoverCore

/// Random histories of the real core in a simulated organisation, by seed.
public struct Simulation {
    /// A history in which something happened that must not.
    public struct Failure: Sendable {
        /// Its seed.
        public var seed: UInt64
        /// What was violated, and how.
        public var violation: String
        /// The shortest history that was found to show it, as text that tests replay.
        public var history: String
        /// What happens in it, line by line.
        public var transcript: [String]
    }

    private var book = PlanBook()
    private(set) var counts = Counts()
    /// What went wrong; at most one per history.
    public private(set) var failures: [Failure] = []

    /// Starts without a history.
    public init() {}

    /// Lives the history of a seed.
    ///
    /// - Parameters:
    ///   - seed: any number; the same one gives the same history.
    ///   - shrinks: whether a failing history is made as short as can be found.
    public mutating func live(seed: UInt64, shrinks: Bool = true) {
        let history = HistoryMaker.history(seed: seed)
        var life = Life(history, book: book)
        life.live()
        counts.add(life.counts, agents: history.setup.agents)
        guard let violation = life.judge.violations.first else { return }
        let shortest =
            shrinks ? Shrinking.shortest(history, violation.invariant, book: book) : history
        failures.append(Simulation.failure(shortest, seed: seed, book: book, violation))
    }

    private static func failure(
        _ history: History,
        seed: UInt64,
        book: PlanBook,
        _ violation: Violation
    ) -> Failure {
        var life = Life(history, book: book, isTold: true)
        life.live()
        let found = life.judge.violations.first ?? violation
        return Failure(
            seed: seed,
            violation: "\(Transcript.stamp(found.at)) \(found.invariant.rawValue): \(found.words)",
            history: history.text,
            transcript: life.transcript?.lines ?? []
        )
    }

    /// Tells what happens in the history of a seed.
    ///
    /// - Parameter seed: any number.
    /// - Returns: the history as text that tests replay, what happens in it as lines that begin with
    ///   `>`, and whether nothing was violated.
    public static func tell(seed: UInt64) -> (lines: [String], isWell: Bool) {
        let history = HistoryMaker.history(seed: seed)
        var life = Life(history, book: PlanBook(), isTold: true)
        life.live()
        let violations = life.judge.violations.map {
            "# \(Transcript.stamp($0.at)) \($0.invariant.rawValue): \($0.words)"
        }
        let lines = history.text.split(separator: "\n").map(String.init)
        let told = (life.transcript?.lines ?? []).map { "> \($0)" }
        return (lines + told + violations, violations.isEmpty)
    }
}
