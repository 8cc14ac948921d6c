/// What resolvers are to say after a run that changed public DNS, and from when they have no excuse
/// not to.
///
/// Runbooks, procedure A, verify: resolvers are watched without the lock, and people are told at
/// the old time to live and 10 %.
public struct Convergence: Sendable, Hashable {
    /// How long a resolver may remember that there was nothing, where a set is new; 1 hour.
    ///
    /// RFC 2308 section 5 found one to three hours to work well for zones.
    public static let absenceTTL: UInt32 = 3_600

    /// The run.
    public let run: RunID
    /// Wall clock at its end.
    public let endedAt: Timestamp
    /// What moved, for people.
    public let move: Move?
    /// Every record set that changed, from before the run to after it.
    public private(set) var changes: [DNSChange]

    /// What a run's steps changed in the public view; nil when that is nothing.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - endedAt: wall clock at its end.
    ///   - move: its first move.
    ///   - steps: its steps that were carried out, in order.
    public init?(run: RunID, endedAt: Timestamp, move: Move?, steps: [Step]) {
        var changes: [DNSChange] = []
        for change in steps.flatMap(\.publicChanges) {
            if let index = changes.firstIndex(where: { $0.isOfSameSet(as: change) }) {
                changes[index].to = change.to
            } else {
                changes.append(change)
            }
        }
        guard !changes.isEmpty else { return nil }
        self.run = run
        self.endedAt = endedAt
        self.move = move
        self.changes = changes
    }

    /// From the end of the run until no resolver may have the old data: the longest old time to
    /// live and a tenth of it.
    public var allowance: Duration {
        .milliseconds(1_100 * Int64(changes.map(\.oldTTL).max() ?? 0))
    }

    /// Leaves out what a later run's steps changed again; nil when nothing is left.
    public func without(_ steps: [Step]) -> Convergence? {
        let later = steps.flatMap(\.publicChanges)
        var rest = self
        rest.changes.removeAll { change in later.contains { $0.isOfSameSet(as: change) } }
        return rest.changes.isEmpty ? nil : rest
    }

    /// What is still not as it should be, a phrase for each resolver and name; empty when all
    /// resolvers have the new data.
    ///
    /// - Parameter readings: of every change at every resolver.
    /// - Returns: the phrases, in the order of the changes.
    public func lags(in readings: [RecordReading]) -> [String] {
        changes.flatMap { change in
            let said = readings.filter { $0.name == change.name && $0.type == change.type }
            if said.isEmpty { return ["nobody was asked for \(change.question)"] }
            return said.compactMap { change.lag(of: $0) }
        }
    }
}

extension DNSChange {
    /// How long resolvers may go on with what was there before, in seconds.
    fileprivate var oldTTL: UInt32 { from?.ttl ?? Convergence.absenceTTL }

    fileprivate var question: String { "\(name) \(type.rawValue)" }

    fileprivate func isOfSameSet(as other: DNSChange) -> Bool {
        zone == other.zone && name == other.name && type == other.type
    }

    /// Times to live count down in resolvers: only the data is compared.
    fileprivate func lag(of reading: RecordReading) -> String? {
        if let failure = reading.failure {
            return "\(reading.server) gives no answer for \(question) (\(failure))"
        }
        let isNew = to.map { $0.hasSameData(as: reading.set) } ?? (reading.set == nil)
        if isNew { return nil }
        let said = reading.set?.dataText ?? "nothing"
        return "\(reading.server) says \(said) for \(question), not \(to?.dataText ?? "nothing")"
    }
}

extension Step {
    /// What it changes in the view that partners see.
    fileprivate var publicChanges: [DNSChange] {
        switch operation {
        case .changeRecords(let zone, let changes), .person(.changeRecords(let zone, let changes)):
            zone.view == "public" ? changes : []
        default: []
        }
    }
}
