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
        findings(in: await read(), holders: holders)
    }

    /// Reads what leads to the routes' pools, at every authoritative server.
    func read() async -> [RecordReading] {
        let kinds = Set(organisation.routes.map(\.kind)).sorted { $0.rawValue < $1.rawValue }
        return await records.leading(to: kinds)
    }

    /// What is wrong with what was read.
    func findings(in readings: [RecordReading], holders: [RouteName: FQDN]) -> [DNSFinding] {
        organisation.routes.flatMap { route in
            judge.findings(route, holder: holders[route.name], readings: readings)
        }
    }
}
