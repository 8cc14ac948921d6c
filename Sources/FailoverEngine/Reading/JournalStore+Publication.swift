public import FailoverCore

extension JournalStore {
    /// When a run of ours last enabled the topology and saw it through; nil when none ever did.
    ///
    /// Rehearsals publish nothing.
    ///
    /// - Parameter limit: how many of the newest runs are looked at; default 200.
    /// - Returns: the moment.
    /// - Throws: ``JournalFailure`` when the journal cannot be read.
    public func lastPublication(
        limit: Int = 200
    ) async throws(JournalFailure) -> Timestamp? {
        for id in try await runs(limit: limit) {
            let events = try await events(of: id)
            guard case .opened(let opening)? = events.first?.event, !opening.isRehearsal,
                let state = replay(events.map(\.event))
            else { continue }
            let publications = events.filter { entry in
                guard case .verified(let step, .holds) = entry.event else { return false }
                return state.step(step)?.operation == .enableTopology
            }
            if let last = publications.last { return last.at }
        }
        return nil
    }

    /// nil for a journal that makes no sense; whoever takes it up says so.
    private func replay(_ events: [RunEvent]) -> RunState? {
        do throws(IllegalRunEvent) {
            return try RunState(replaying: events)
        } catch {
            return nil
        }
    }
}
