/// What planning came to.
public enum Planning: Sendable, Hashable {
    /// The plan stands.
    case plan(Plan)
    /// It does not: every fact that blocks, not only the first.
    case blocked([PreflightBlocker])
}

/// What a finished failover of ours wrote: the base of the three-way comparison of procedure C.
public struct FailoverRecord: Sendable, Hashable, Codable {
    /// What was read before the failover.
    public var snapshot: Snapshot
    /// The plan that was carried out.
    public var plan: Plan

    /// Makes a record.
    public init(snapshot: Snapshot, plan: Plan) {
        self.snapshot = snapshot
        self.plan = plan
    }
}

/// Makes plans: procedures A, B, C and D as data.
///
/// Pure: the same input gives the same plan.
///
/// Moves of one plan are merged so that the topology is enabled once. The order is the runbooks':
/// store → restored services → federation flag → routes, associations, next hops → enable →
/// replication gate → setup → services → DNS → verify → fence.
public struct Planner: Sendable {
    /// The configuration.
    public let organisation: Organisation

    /// Makes a planner for an organisation.
    public init(organisation: Organisation) {
        self.organisation = organisation
    }

    /// Plans moves away from their pools (procedures A, B and D).
    public func failover(_ moves: [Move], snapshot: Snapshot) -> Planning {
        plan(moves, direction: .failover, snapshot: snapshot, record: nil)
    }

    /// Plans moves back to their home pools (procedure C).
    ///
    /// - Parameters:
    ///   - moves: routes back to their homes.
    ///   - snapshot: the live state.
    ///   - record: what the failover found and wrote; nil when it was not ours, and then the plan
    ///     is made from the configuration and always needs a person's yes.
    /// - Returns: the plan, or everything that blocks it.
    public func failback(
        _ moves: [Move],
        snapshot: Snapshot,
        record: FailoverRecord?
    ) -> Planning {
        plan(moves, direction: .failback, snapshot: snapshot, record: record)
    }

    private func plan(
        _ moves: [Move],
        direction: MoveDirection,
        snapshot: Snapshot,
        record: FailoverRecord?
    ) -> Planning {
        let moves = moves.sorted { ($0.kind.rank, $0.route) < ($1.kind.rank, $1.route) }
        let preflight = Preflight(
            organisation: organisation,
            snapshot: snapshot,
            direction: direction,
            record: record
        )
        var blockers = preflight.blockers(for: moves)
        var draft = PlanDraft(
            organisation: organisation,
            snapshot: snapshot,
            direction: direction,
            moves: moves,
            record: record
        )
        if direction == .failback, record == nil {
            draft.ask(
                "no failover of ours is on record: what to restore comes from the configuration"
            )
        }
        for warning in preflight.warnings(for: moves) { draft.warn(warning) }
        if preflight.needsApproval(for: moves) { draft.needsApproval = true }
        let dns = DNSPlanner(organisation: organisation, snapshot: snapshot, direction: direction)
        var records: [Move: DNSPlanner.Result] = [:]
        for move in moves where move.kind != .media {
            guard let route = organisation.route(move.route) else { continue }
            let result =
                record.map { dns.restore(route, move, record: $0) } ?? dns.lead(route, move)
            blockers += result.blockers.filter { !blockers.contains($0) }
            for warning in result.warnings { draft.warn(warning) }
            if result.needsApproval { draft.needsApproval = true }
            records[move] = result
        }
        draft.addStore()
        draft.addRestoredPools()
        draft.addTopologyChanges()
        draft.addPublication()
        draft.addSetup()
        for group in draft.groups {
            for move in group { draft.addXMPPServices(move) }
            for move in group { draft.addTargetCheck(move) }
            // The agent's zones first: nobody waits for a person who needs not.
            for byPerson in [false, true] {
                for move in group {
                    guard let result = records[move] else { continue }
                    draft.addRecords(move, result, byPerson: byPerson)
                }
            }
            for move in group { draft.addVerification(move, preflight) }
            for move in group { draft.addCloudChecks(move, records[move]) }
        }
        for move in moves { draft.addFence(move, preflight) }
        draft.addPoolFailbacks()
        if !blockers.isEmpty { return .blocked(blockers) }
        return .plan(draft.finish())
    }
}

extension RouteKind {
    /// The order of moves within a plan.
    var rank: Int {
        switch self {
        case .sip: 0
        case .xmpp: 1
        case .media: 2
        }
    }
}
