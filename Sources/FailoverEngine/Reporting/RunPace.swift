public import FailoverCore

/// What an unfinished run is measured by.
public struct RunOutlook: Sendable {
    /// The wall clock.
    public var now: Timestamp
    /// How long steps take here.
    public var pace: RunPace
}

/// How long steps take here: what they took in earlier runs, else what is usual.
///
/// People are told it as an expectation; nothing is decided by it.
public struct RunPace: Sendable {
    /// What the newest run that did it took for a step of a kind.
    private var measured: [Kind: Duration] = [:]

    /// Knows nothing of earlier runs.
    public init() {}

    /// Learns from a run's journal; the newest is to come last.
    mutating func take(_ state: RunState, _ events: [JournaledRunEvent]) {
        for step in state.steps {
            // What a person had to come for, or what found nothing to do, tells nothing.
            guard case .verified? = state.phases[step.id], state.attempts[step.id] ?? 1 <= 1,
                let kind = Kind(step.operation)
            else { continue }
            measured[kind] = RunPace.time(of: step.id, events)
        }
    }

    /// How long a step will take about; nil for a person's.
    public func expected(of step: Step) -> Duration? {
        if case .soak(_, _, let time) = step.operation { return time }
        guard let kind = Kind(step.operation) else { return nil }
        return min(measured[kind] ?? kind.usual, step.timeout)
    }

    /// How long all these steps will take about, besides those that wait for a person.
    public func expected(of steps: [Step]) -> Duration {
        steps.compactMap(expected).reduce(.zero, +)
    }

    /// How long a run will still take about, besides what waits for a person.
    ///
    /// - Parameters:
    ///   - state: where it is.
    ///   - events: its journal.
    ///   - now: the wall clock.
    /// - Returns: zero when it should be over.
    public func remaining(
        of state: RunState,
        _ events: [JournaledRunEvent],
        at now: Timestamp
    ) -> Duration {
        let open = state.steps.filter { state.phases[$0.id]?.isSettled != true }
        return open.reduce(.zero) { sum, step in
            guard let expected = expected(of: step) else { return sum }
            let begin = events.first { $0.event.step == step.id }?.at
            // What takes longer than expected may end any moment.
            return sum + max(expected - (begin.map { now - $0 } ?? .zero), .zero)
        }
    }

    private static func time(of step: StepID, _ events: [JournaledRunEvent]) -> Duration? {
        let own = events.filter { $0.event.step == step }
        guard let first = own.first, let last = own.last else { return nil }
        return last.at - first.at
    }

    /// Steps that take about as long as each other.
    private enum Kind: Hashable {
        case topologyEdit, publication, replication, stopServices, startServices, setup, fence
        case unfence, probe, trial, records, recordCheck, reading, partner

        /// Nil for a person's step, and for a soak, which has its time.
        init?(_ operation: FailoverCore.Operation) {
            switch operation {
            case .setSiteRoute, .setAssociation, .setNextHop: self = .topologyEdit
            case .enableTopology: self = .publication
            case .awaitReplication: self = .replication
            case .stopServices: self = .stopServices
            case .startServices: self = .startServices
            case .runSetup: self = .setup
            case .fence: self = .fence
            case .unfence: self = .unfence
            case .checkPath, .checkProtocol, .checkReplicationPath, .checkCloudPath,
                .checkResolution:
                self = .probe
            case .tryRights: self = .trial
            case .changeRecords: self = .records
            case .checkRecords: self = .recordCheck
            case .checkSiteRoutes, .checkAssociations: self = .reading
            case .testPartner: self = .partner
            case .soak, .person: return nil
            }
        }

        /// What is usual, before a run has shown it.
        var usual: Duration {
            switch self {
            case .probe, .records, .reading, .fence: .seconds(5)
            case .topologyEdit, .recordCheck, .trial, .partner: .seconds(15)
            case .publication, .stopServices: .seconds(60)
            case .startServices, .unfence: .seconds(120)
            case .replication: .seconds(180)
            case .setup: .seconds(600)
            }
        }
    }
}
