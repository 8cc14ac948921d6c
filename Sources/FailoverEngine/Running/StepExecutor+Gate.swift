public import FailoverCore

extension StepExecutor {
    /// The replication gate: up to date, and newer than before the run when the run changed anything.
    ///
    /// An undo, and a run that began with a dead store, compare with what they find at first; the
    /// change may be there already then, so that after a forced replication `UpToDate` alone counts.
    func awaitReplicas(
        _ servers: [FQDN],
        _ step: Step,
        _ run: RunState
    ) async -> VerifyResult {
        let endpoint = endpoint(run.opening)
        let isUndo = run.undoing != nil
        let hasChanged = run.plan.steps.contains { other in
            run.attempts[other.id, default: 0] > 0
                && (isUndo ? other.operation == .enableTopology : other.operation.editsTopology)
        }
        let comparesWithFirst = isUndo || run.opening.snapshot.replicas.isEmpty
        var baseline = run.opening.snapshot.replicas
        var isFirst = true
        // Without a recorded state a forced replication is the quickest news; it takes 2 to 3 minutes.
        let patience = organisation.replication.forceAfter(in: step.timeout)
        let forceAt = clock.now() + (comparesWithFirst ? patience / 10 : patience)
        let settleAt = forceAt + step.timeout / 5
        var hasForced = false
        return await poll(step.timeout) {
            let replicas: [ReplicaSnapshot]
            do throws(ManagementFailure) {
                replicas = try await reader.replicas(at: endpoint)
            } catch {
                return .doesNot(error.message)
            }
            if isFirst, comparesWithFirst { baseline = replicas }
            isFirst = false
            let needsNews = hasChanged && !(comparesWithFirst && clock.now() >= settleAt)
            let lagging = servers.filter { server in
                guard let replica = replicas.first(where: { $0.server == server }),
                    replica.isUpToDate
                else { return true }
                let before = baseline.first { $0.server == server }?.lastUpdate
                guard needsNews, let before else { return false }
                return (replica.lastUpdate ?? .min) <= before
            }
            if lagging.isEmpty { return .holds("\(servers.count) servers have the change") }
            if !hasForced, clock.now() >= forceAt {
                hasForced = true
                for server in lagging {
                    // Best effort: what counts is the next reading.
                    _ = await send(.replicate(to: server), at: endpoint, .seconds(60))
                }
            }
            let list = lagging.map(\.name).joined(separator: ", ")
            return .doesNot("still without the change: \(list)")
        }
    }

    /// The partners that answer through a pool now.
    public func answeringPartners(of plan: Plan, at snapshot: Snapshot) async -> [FQDN] {
        var answering: [FQDN] = []
        for step in plan.steps {
            guard case .testPartner(let domain, let pool, _) = step.operation else { continue }
            let endpoint = ManagementEndpoint.frontEnd(snapshot.endpointIndex)
            if await testPartner(domain, pool, endpoint).answers { answering.append(domain) }
        }
        return answering
    }
}
