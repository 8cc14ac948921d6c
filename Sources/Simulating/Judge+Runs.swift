import FailoverCore

/// What runs may do, judged from their journals and from the world.
extension Judge {
    mutating func opened(_ id: RunID, _ opening: RunOpening, at now: Int) {
        openedAt = now
        observedInitial = []
        verified = []
        begun = []
        acted = [:]
        mayRepeat = false
        if run?.request.id != opening.request.id {
            object(.oneRunAtATime, now, "run \(id) begins without the lock")
        }
        if case .approved(_, _, let digest) = opening.authority, digest != opening.digest {
            object(.approvedPlanOnly, now, "run \(id) carries out another plan")
        }
        if PlanBook.digest(of: opening.plan.canonicalText) != opening.digest {
            object(.approvedPlanOnly, now, "run \(id) has a plan that is not its digest's")
        }
    }

    /// A run that is taken up again: nothing that was seen before counts as seen.
    mutating func takenUp(_ id: RunID, _ state: RunState) { observedInitial = [] }

    mutating func note(_ event: RunEvent, _ state: RunState, at now: Int) {
        switch event {
        case .observed(let step, .initial): observedInitial.insert(step)
        case .observed(let step, .intended):
            // A step that was not begun is left alone; one that was has yet to be verified.
            if !begun.contains(step) { verified.insert(step) }
        case .observed(let step, .foreign):
            if state.undoing != nil { verified.insert(step) }
        case .acting(let step):
            if !observedInitial.contains(step) {
                object(.actsOnce, now, "step \(step) acts without having been looked at")
            }
            observedInitial.remove(step)
            begun.insert(step)
        case .instructed(let step):
            observedInitial.remove(step)
            begun.insert(step)
        case .verifying: verifyingSince = now
        case .verified(let step, .holds): verified.insert(step)
        case .forced(let step, _, _):
            verified.insert(step)
            mayRepeat = true
        case .resumed, .aborting:
            observedInitial = []
            mayRepeat = true
        case .recovered: observedInitial = []
        default: break
        }
    }

    /// An act is about to be carried out in the world.
    mutating func acts(_ run: RunID, _ step: Step, isTrial: Bool, _ world: World, at now: Int) {
        guard !isTrial else { return }
        acted[step.id, default: 0] += 1
        switch step.operation.operationClass {
        case .state:
            if acted[step.id, default: 0] > 1, !mayRepeat,
                case .initial = world.observe(step.operation)
            {
                // It was undone by somebody in between, or never took: both are seen first.
                break
            }
            if case .foreign(let text) = world.observe(step.operation) {
                object(.foreignKept, now, "step \(step.id): \(text)")
            }
        case .once:
            if acted[step.id, default: 0] > 1, !mayRepeat {
                object(.actsOnce, now, "step \(step.id), which may be done once, is repeated")
            }
        case .repeatable, .reading, .person: break
        }
    }

    mutating func personActs(_ run: RunID, _ step: Step) { acted[step.id, default: 0] += 1 }

    mutating func ended(_ id: RunID, _ state: RunState, _ world: World, at now: Int) {
        guard let outcome = state.outcome else { return }
        if !state.opening.isRehearsal {
            judgeServices(id, outcome, world, at: now)
        }
        guard outcome == .done else { return }
        for step in state.plan.steps where !verified.contains(step.id) {
            if case .fence = step.operation { continue }
            object(.doneMeansVerified, now, "run \(id): step \(step.id) was not verified")
        }
        let isPublished = state.plan.steps.contains { $0.operation == .enableTopology }
        if isPublished, world.enabledAt < openedAt, state.forcedSteps.isEmpty {
            object(.doneMeansVerified, now, "run \(id) is done, and nothing was published")
        }
        guard foreignSites == nil else { return }
        for move in state.plan.moves where state.forcedSteps.isEmpty {
            guard let route = estate.organisation.route(move.route) else { continue }
            if let holder = world.trueHolder(of: route), holder == move.to { continue }
            object(.doneMeansVerified, now, "run \(id) is done, and \(move.to) has no route")
        }
    }

    private mutating func judgeServices(
        _ id: RunID,
        _ outcome: RunOutcome,
        _ world: World,
        at now: Int
    ) {
        for (pool, members) in world.stopped.enumerated() {
            for (member, services) in members.enumerated() {
                let server = estate.servers[pool][member]
                if services.isEmpty {
                    leftToPeople.remove(server)
                    continue
                }
                // One that could not be started in time is told to people as such, and is theirs.
                if case .stuck = outcome { leftToPeople.insert(server) }
                guard world.conditions[pool][member] == .up, !leftToPeople.contains(server) else {
                    continue
                }
                let words = "run \(id) is over (\(outcome.inWords)), and \(server) has its services"
                object(.servicesRunning, now, words + " stopped")
            }
        }
    }

    mutating func foreignRoute(_ world: World) { foreignSites = world.sites }
}

extension World {
    var hasOnlyRunningServices: Bool {
        stopped.allSatisfy { $0.allSatisfy(\.isEmpty) }
    }
}
