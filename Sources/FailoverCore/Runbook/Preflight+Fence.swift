/// Whether the failed pool may be switched off after the move (domain facts, section 7.12).
extension Preflight {
    /// Why the failed pool is not fenced; nil when it may be.
    ///
    /// It never blocks a rescue: the plan goes without the fence and says so.
    ///
    /// - Parameters:
    ///   - move: the SIP move whose pool is left.
    ///   - moves: all moves of the plan.
    ///   - moved: services that get another Edge pool in the same plan.
    /// - Returns: the reason, as a warning.
    func fenceRefusal(
        _ move: Move,
        among moves: [Move],
        moved: Set<ServiceIdentity>
    ) -> String? {
        var carried: [String] = []
        for kind in [RouteKind.sip, .xmpp]
        where !moves.contains(where: { $0.kind == kind && $0.from == move.from }) {
            let sites = snapshot.sites.filter { $0.edgePool(kind) == move.from }.map(\.name)
                .sorted()
            if !sites.isEmpty {
                let list = sites.map(\.name).joined(separator: ", ")
                carried.append("the \(kind.label) route of \(list)")
            }
        }
        // What is down carries nothing.
        let services = snapshot.services(using: move.from).map(\.service)
            .filter { !moved.contains($0) && !snapshot.isDown($0.pool) }
            .map(\.description).sorted()
        if !services.isEmpty {
            carried.append("media of \(services.joined(separator: ", "))")
        }
        guard !carried.isEmpty else { return nil }
        return "\(move.from) is not fenced: it still carries \(carried.joined(separator: " and "))"
    }
}
