/// Whether the failed pool may be switched off after the move (domain facts, section 7.12).
extension Preflight {
    /// Why the failed pool is not fenced; nil when it may be.
    ///
    /// It never blocks a rescue: the plan goes without the fence and says so.
    ///
    /// - Parameters:
    ///   - move: the SIP move whose pool is left.
    ///   - moves: all moves of the plan.
    ///   - movesMedia: whether the plan also moves the associations of that pool.
    /// - Returns: the reason, as a warning.
    func fenceRefusal(_ move: Move, among moves: [Move], movesMedia: Bool = false) -> String? {
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
        let isMediaMoved =
            movesMedia || moves.contains { $0.kind == .media && $0.from == move.from }
        // What is down carries nothing.
        let down = snapshot.pools.filter { snapshot.isDown($0) }.map(\.fqdn)
        let services = snapshot.services(using: move.from).map(\.service)
            .filter { !down.contains($0.pool) }.map(\.description).sorted()
        if !isMediaMoved, !services.isEmpty {
            carried.append("media of \(services.joined(separator: ", "))")
        }
        guard !carried.isEmpty else { return nil }
        return "\(move.from) is not fenced: it still carries \(carried.joined(separator: " and "))"
    }
}
