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

/// Makes plans: procedures A, B and C as data.
///
/// Pure: the same input gives the same plan.
///
/// Moves of one plan are merged so that the topology is enabled once. The order is the runbooks':
/// topology changes → enable → replication gate → services → DNS → verify.
public struct Planner: Sendable {
    /// The configuration.
    public let organisation: Organisation

    /// Makes a planner for an organisation.
    public init(organisation: Organisation) {
        self.organisation = organisation
    }

    /// Plans moves away from their pools (procedures A and B).
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
        let preflight = Preflight(organisation: organisation, snapshot: snapshot)
        var blockers = preflight.blockers(for: moves)
        var draft = PlanDraft(organisation: organisation, snapshot: snapshot, direction: direction)
        draft.needsApproval = direction == .failback && record == nil
        if draft.needsApproval {
            draft.warnings.append(
                "no failover of ours is on record: what to restore comes from the configuration"
            )
        }
        draft.warnings += preflight.warnings(for: moves)
        let moves = moves.sorted { ($0.kind.rawValue, $0.route) < ($1.kind.rawValue, $1.route) }
        let dns = DNSPlanner(organisation: organisation, snapshot: snapshot)
        var records: [DNSPlanner.Result] = []
        for move in moves {
            guard let route = organisation.route(move.route) else { continue }
            if direction == .failback { draft.addRestoredServices(move) }
            draft.addSiteRoutes(move, record: record)
            let result =
                direction == .failback && record != nil
                ? dns.restore(route, record: record) : dns.lead(route, to: move.to, direction)
            blockers += result.blockers
            draft.warnings += result.warnings
            if result.hasForeignChanges { draft.needsApproval = true }
            records.append(result)
        }
        draft.addPublication(moves)
        for move in moves where move.kind == .xmpp { draft.addXMPPServices(move) }
        for move in moves { draft.addTargetCheck(move) }
        for result in records { draft.addRecords(result) }
        for move in moves { draft.addVerification(move) }
        if !blockers.isEmpty { return .blocked(blockers) }
        return .plan(draft.finish(moves))
    }
}
