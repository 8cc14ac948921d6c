public import FailoverCore

/// Watches whether DNS leads to the pools that hold the routes, all the time; only alerts.
public struct DNSWatch: Sendable {
    private let organisation: Organisation
    private let records: RecordReader
    private let judge: RouteRecords

    /// Makes a watch.
    public init(organisation: Organisation, records: RecordReader) {
        self.organisation = organisation
        self.records = records
        judge = RouteRecords(organisation: organisation)
    }

    /// Looks once.
    ///
    /// - Parameter holders: the pool that holds each route, where known.
    /// - Returns: what is wrong now.
    public func look(holders: [RouteName: FQDN]) async -> [DNSFinding] {
        let kinds = Set(organisation.routes.map(\.kind)).sorted { $0.rawValue < $1.rawValue }
        let readings = await records.leading(to: kinds)
        return organisation.routes.flatMap { route in
            judge.findings(route, holder: holders[route.name], readings: readings)
        }
    }
}
