public import FailoverCore
public import FailoverEngine

/// Hands each zone's changes to the updater of that zone.
public struct RoutingUpdater: DNSUpdater {
    private let updaters: [DNSZone: any DNSUpdater]

    /// Makes an updater.
    ///
    /// - Parameter updaters: who changes which zone; a zone that is not here is never changed.
    public init(_ updaters: [DNSZone: any DNSUpdater]) {
        self.updaters = updaters
    }

    /// Carries out all changes through the zone's updater.
    ///
    /// - Throws: `DNSFailure`; `cannotSend` when the zone has no updater, else what its updater
    ///   says.
    public func update(_ changes: [DNSChange], in zone: DNSZone) async throws(DNSFailure) {
        try await updater(of: zone).update(changes, in: zone)
    }

    /// Shows through the zone's updater that updates are permitted.
    ///
    /// - Throws: `DNSFailure` as ``update(_:in:)``.
    public func provePermission(
        with existing: RecordSet,
        in zone: DNSZone
    ) async throws(DNSFailure) {
        try await updater(of: zone).provePermission(with: existing, in: zone)
    }

    private func updater(of zone: DNSZone) throws(DNSFailure) -> any DNSUpdater {
        if let updater = updaters[zone] { return updater }
        guard let server = zone.authoritative.first else {
            preconditionFailure("zone \(zone.name) has no server")
        }
        let reason =
            zone.provider == .manual
            ? "its provider is 'manual', so only a person changes its records"
            : "nothing is set up for its provider '\(zone.provider.rawValue)'; complete the "
                + "zone's provider in the configuration"
        throw DNSFailure(
            code: .cannotSend,
            server: server,
            message: "The update of zone \(zone.name) (\(zone.view)) was not sent: \(reason)",
            mayHaveActed: false
        )
    }
}
