/// A plan while it is being put together: steps in order, impact and warnings.
///
/// The extensions add the steps, a file per part of the runbooks.
struct PlanDraft {
    let organisation: Organisation
    let snapshot: Snapshot
    let direction: MoveDirection
    let moves: [Move]
    let record: FailoverRecord?
    var warnings: [String] = []
    var impact: [String] = []
    var needsApproval = false
    private(set) var steps: [Step] = []
    /// Legs whose verdicts the plan depends on, besides those of its moves.
    var legs: Set<PoolLeg> = []
    /// Names of records that are planned, with what they will hold.
    var planned: [RecordKey: RecordSet?] = [:]

    /// A name and type in one view.
    struct RecordKey: Hashable {
        var zone: ZoneKey
        var name: FQDN
        var type: RecordType
    }

    init(
        organisation: Organisation,
        snapshot: Snapshot,
        direction: MoveDirection,
        moves: [Move],
        record: FailoverRecord?
    ) {
        self.organisation = organisation
        self.snapshot = snapshot
        self.direction = direction
        self.moves = moves
        self.record = record
    }

    // MARK: Building

    mutating func add(
        _ title: String,
        _ role: StepRole,
        _ move: Move,
        _ operation: Operation,
        timeout: Duration
    ) {
        let source = StepSource.of(
            role,
            move.kind,
            direction,
            version(of: move.to),
            flag: organisation.route(move.route)?.federationFlag ?? .preStaged
        )
        let limit = operation.operationClass == .person ? PersonTask.patience : timeout
        steps.append(
            Step(
                id: StepID(steps.count + 1),
                title: title,
                source: source,
                operation: operation,
                timeout: limit
            )
        )
    }

    mutating func warn(_ warning: String) {
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    /// Warns of something that needs a person's yes in every mode.
    mutating func ask(_ warning: String) {
        needsApproval = true
        warn(warning)
    }

    mutating func addImpact(_ sentence: String) {
        if !impact.contains(sentence) { impact.append(sentence) }
    }

    // MARK: What is planned so far

    /// Sites whose route the plan changes.
    var changedSites: [SiteName] {
        steps.compactMap { step in
            if case .setSiteRoute(let site, _, _, _) = step.operation { site } else { nil }
        }
    }

    /// A service's new Edge pool.
    struct ServiceChange {
        var service: ServiceIdentity
        var from: ServiceIdentity
        var to: ServiceIdentity
    }

    /// Services whose Edge pool the plan changes.
    var changedServices: [ServiceChange] {
        steps.compactMap { step in
            guard case .setAssociation(let service, let from, let to) = step.operation else {
                return nil
            }
            return ServiceChange(service: service, from: from, to: to)
        }
    }

    /// The targets, each once.
    var targets: [FQDN] {
        moves.reduce(into: []) { if !$0.contains($1.to) { $0.append($1.to) } }
    }

    // MARK: What is known

    func version(of pool: FQDN) -> ProductVersion {
        organisation.edgePool(pool)?.version ?? .sfb2015
    }

    func members(of pool: FQDN) -> [FQDN] {
        organisation.edgePool(pool)?.servers.map(\.fqdn) ?? []
    }

    /// Edge servers that are taken for dead: nothing of them answers the probes, and their host
    /// neither.
    ///
    /// A pool that was fenced or never enabled has nothing that answers; that its host told us a
    /// start type, and that its replica is up to date, shows that it lives.
    var deadMembers: Set<FQDN> {
        snapshot.deadMembers.filter { server in
            guard snapshot.startTypes[server] != nil else { return true }
            return snapshot.replicas.first { $0.server == server }?.isUpToDate == false
        }
    }

    /// Whether the agent can send commands to an Edge server now.
    func isManageable(_ server: FQDN) -> Bool {
        snapshot.manageableEdges.contains(server) && snapshot.unreachableEdges[server] == nil
    }

    /// Whether this leg of a pool is probed at all.
    func isWatched(_ leg: PoolLeg) -> Bool {
        snapshot.verdicts[leg] != nil
    }

    func answers(_ leg: PoolLeg) -> Bool {
        snapshot.verdicts[leg]?.verdict.isUsable ?? false
    }

    func list(_ names: [FQDN]) -> String { names.map(\.name).joined(separator: ", ") }

    // MARK: The end

    /// The plan.
    func finish() -> Plan {
        var verdicts: [PoolLeg: VerdictClass] = [:]
        for move in moves {
            for pool in [move.from, move.to] {
                let leg = PoolLeg(pool: pool, kind: move.kind.leg)
                verdicts[leg] = snapshot.verdicts[leg]?.verdict ?? .unknown
            }
        }
        for leg in legs { verdicts[leg] = snapshot.verdicts[leg]?.verdict ?? .unknown }
        let headlines = moves.map { move in
            move.kind == .media
                ? "media and Web Conferencing move from \(move.from) to \(move.to): conferences"
                    + " with remote users are cut and have to be joined again"
                : "\(move.kind.carries) in both directions moves from \(move.from) to \(move.to)"
        }
        return Plan(
            direction: direction,
            moves: moves,
            steps: steps,
            impact: headlines + impact,
            warnings: warnings,
            verdicts: verdicts,
            needsApproval: needsApproval
        )
    }
}
