import FailoverCore

/// What happened in the histories that were lived, for people and programs.
public struct SimulationReport: Sendable, Hashable, Codable {
    /// Histories lived to their end or to a violation.
    public var histories: Int
    /// Events that the core took in, of the policy and of runs.
    public var events: Int
    /// Probe results that the core took in.
    public var observations: Int
    /// Runs that were opened.
    public var runs: Int
    /// Verified failovers.
    public var failovers: Int
    /// Verified failbacks.
    public var failbacks: Int
    /// Runs by how they were left, each time that they were.
    public var outcomes: [String: Int]
    /// Crashes of the agent inside a run.
    public var crashesInRuns: Int
    /// Times that a second agent took over.
    public var takeOvers: Int
    /// Histories with at least one verified failover.
    public var historiesWithFailover: Int
    /// Histories with at least one crash inside a run.
    public var historiesWithCrashInRun: Int
    /// Histories with two agents.
    public var historiesWithTwoAgents: Int
    /// People's orders and answers that were refused, by reason.
    public var refusals: [String: Int]
    /// How often a route went from one phase to another; phases without a request are `idle`.
    public var transitions: [String: Int]
    /// How often a route entered a phase.
    public var phases: [String: Int]
    /// How often a vantage became isolated or late, or sound again.
    public var vantages: [String: Int]
    /// What was not reached often enough for the silence to say much; empty when all was.
    public var gaps: [String]
    /// Seeds of histories in which something was violated.
    public var failedSeeds: [UInt64]
}

extension Simulation {
    /// What happened so far.
    public var report: SimulationReport {
        var phases: [String: Int] = [:]
        for (change, count) in counts.transitions {
            phases[change.to.rawValue, default: 0] += count
        }
        return SimulationReport(
            histories: counts.histories,
            events: counts.events,
            observations: counts.observations,
            runs: counts.runs,
            failovers: counts.failovers,
            failbacks: counts.failbacks,
            outcomes: counts.outcomes,
            crashesInRuns: counts.crashesInRun,
            takeOvers: counts.takeOvers,
            historiesWithFailover: counts.historiesWithFailover,
            historiesWithCrashInRun: counts.historiesWithCrashInRun,
            historiesWithTwoAgents: counts.historiesWithTwoAgents,
            refusals: Dictionary(
                counts.refusals.map { ($0.key.rawValue, $0.value) },
                uniquingKeysWith: +
            ),
            transitions: HistoryCoverage.transitions(in: counts),
            phases: phases,
            vantages: counts.doubts,
            gaps: HistoryCoverage.gaps(in: counts),
            failedSeeds: failures.map(\.seed)
        )
    }
}
