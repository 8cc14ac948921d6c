public import FailoverCore
import Synchronization

extension Warden {
    /// What a comparison is made of, and how the routes in mode `observe` stand.
    public struct ShadowOverview: Sendable {
        /// The comparison.
        public var report: ShadowReport
        /// The routes in mode `observe`, as `status` shows them.
        public var observed: [RouteStatus]
    }

    /// More than an organisation has outages in years.
    private static let shadowRecordsMax = 10_000

    /// What mode `auto` would have done on routes in mode `observe`, held against what people did.
    ///
    /// Nil for all that is on record.
    ///
    /// - Throws: `JournalFailure` when the journal cannot be read.
    public func shadowOverview(
        since: Timestamp?
    ) async throws(JournalFailure) -> ShadowOverview {
        let entries = try await journal.shadowRecords(limit: Self.shadowRecordsMax)
            .compactMap { entry -> ShadowReport.Entry? in
                guard case .shadow(let record) = entry.record else { return nil }
                return ShadowReport.Entry(at: entry.at, record: record)
            }
        let now = clock.now()
        let observed = shared.withLock { state in
            organisation.routes.filter { $0.mode == .observe }
                .map { state.policy.status(of: $0.name, at: now) }
        }
        return ShadowOverview(
            report: ShadowReport(entries, since: since, now: wallClock.now()),
            observed: observed
        )
    }
}
