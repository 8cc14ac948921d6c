import FailoverCore

/// What happened in one or many histories.
struct Counts: Sendable {
    var histories = 0
    var observations = 0
    var events = 0
    var runs = 0
    var failovers = 0
    var failbacks = 0
    var crashesInRun = 0
    var takeOvers = 0
    var refusals: [RefusalCode: Int] = [:]
    var commandFaults: [CommandFault: Int] = [:]
    /// From one phase of a route to another.
    var transitions: [PhaseChange: Int] = [:]
    var outcomes: [String: Int] = [:]
    /// How often a vantage became isolated, late, or sound again.
    var doubts: [String: Int] = [:]
    var historiesWithFailover = 0
    var historiesWithCrashInRun = 0
    var historiesWithTwoAgents = 0
    private var phases: [RoutePhaseName?] = [nil, nil, nil]

    /// Notes a route's phase.
    ///
    /// - Returns: the one before, when it changed.
    mutating func note(_ route: Int, _ phase: RoutePhaseName) -> RoutePhaseName? {
        let before = phases[route]
        guard before != phase else { return nil }
        phases[route] = phase
        guard let before else { return nil }
        transitions[PhaseChange(from: before, to: phase), default: 0] += 1
        return before
    }

    mutating func end(_ outcome: RunOutcome, _ opening: RunOpening) {
        if outcome == .done, !opening.isRehearsal {
            if opening.plan.direction == .failover { failovers += 1 } else { failbacks += 1 }
        }
        let word: String =
            switch outcome {
            case .done: "done"
            case .stoppedUnchanged: "stopped_unchanged"
            case .stopped: "stopped"
            case .stuck: "stuck"
            case .aborted: "aborted"
            case .rehearsed: "rehearsed"
            }
        outcomes[word, default: 0] += 1
    }

    /// Adds what happened in one history.
    mutating func add(_ life: Counts, agents: Int) {
        histories += 1
        observations += life.observations
        events += life.events
        runs += life.runs
        failovers += life.failovers
        failbacks += life.failbacks
        crashesInRun += life.crashesInRun
        takeOvers += life.takeOvers
        refusals.merge(life.refusals, uniquingKeysWith: +)
        commandFaults.merge(life.commandFaults, uniquingKeysWith: +)
        transitions.merge(life.transitions, uniquingKeysWith: +)
        outcomes.merge(life.outcomes, uniquingKeysWith: +)
        doubts.merge(life.doubts, uniquingKeysWith: +)
        if life.failovers > 0 { historiesWithFailover += 1 }
        if life.crashesInRun > 0 { historiesWithCrashInRun += 1 }
        if agents > 1 { historiesWithTwoAgents += 1 }
    }
}

/// From one phase of a route to another.
struct PhaseChange: Sendable, Hashable {
    var from: RoutePhaseName
    var to: RoutePhaseName
}
