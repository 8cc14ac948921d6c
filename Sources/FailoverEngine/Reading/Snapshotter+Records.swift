import FailoverCore

extension Snapshotter {
    /// What DNS says, and whether it would take our updates.
    func records(
        _ moves: [Move],
        _ record: FailoverRecord?
    ) async -> (readings: [RecordReading], refusals: [ZoneKey: String]) {
        let written: [(FQDN, RecordType)] =
            record?.plan.steps.flatMap { step -> [(FQDN, RecordType)] in
                switch step.operation {
                case .changeRecords(_, let changes), .person(.changeRecords(_, let changes)):
                    return changes.map { ($0.name, $0.type) }
                default: return []
                }
            } ?? []
        let kinds = Set(organisation.routes.map(\.kind)).sorted { $0.rawValue < $1.rawValue }
        let readings = await records.leading(to: kinds, besides: written)
        return (readings, await refusals(moves, readings))
    }

    private func refusals(
        _ moves: [Move],
        _ readings: [RecordReading]
    ) async -> [ZoneKey: String] {
        let changesRecords = moves.contains { move in
            move.kind != .media
                && organisation.route(move.route).map { $0.dnsStyle != DNSStyle.none } ?? true
        }
        guard changesRecords else { return [:] }
        var refusals: [ZoneKey: String] = [:]
        // The records of a zone with the provider `manual` are a person's business.
        for zone in organisation.zones where zone.provider != .manual {
            // The set of the zone that is nearest to what will change, as the server that takes
            // updates has it.
            let candidates = readings.filter { reading in
                reading.zone == zone.key && reading.server == zone.authoritative.first
                    && reading.failure == nil
            }
            let existing =
                candidates.first { $0.type == .a && $0.set != nil }?.set
                ?? candidates.compactMap(\.set).first
            guard let existing else { continue }
            guard let updater else {
                refusals[zone.key] =
                    "nothing is set up for its provider '\(zone.provider.rawValue)'"
                continue
            }
            do {
                try await updater.provePermission(with: existing, in: zone)
            } catch {
                refusals[zone.key] = error.message
            }
        }
        return refusals
    }
}
