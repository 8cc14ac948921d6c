import FailoverCore

/// A member of a failed pool that a finished run could not fence.
struct PendingFence: Sendable, Hashable {
    var run: RunID
    var step: Step
    var server: FQDN
    var move: Move
}

/// What a run was and how it ended.
public struct RunKind: Sendable, Hashable {
    /// `failover` or `failback`.
    public var direction: String
    /// `done`, `rehearsed`, `stopped_unchanged`, `stopped`, `stuck` or `aborted`.
    public var outcome: String

    init?(_ state: RunState) {
        guard let outcome = state.outcome else { return nil }
        direction = state.plan.direction.rawValue
        self.outcome = outcome.word
    }
}

/// A run that is over.
struct EndedRun: Sendable {
    var state: RunState
    var events: [JournaledRunEvent]
    /// Wall clock of its last event.
    var endedAt: Timestamp
}

/// What the journal's finished runs tell that outlives them.
struct RunHistory: Sendable {
    /// Wall clock at the end of the last drill that went there and back, by route.
    private(set) var lastDrill: [RouteName: Timestamp] = [:]
    /// Wall clock at the end of the last rehearsal that came through, by route.
    private(set) var lastRehearsal: [RouteName: Timestamp] = [:]
    /// Members to be fenced when they return.
    private(set) var pendingFences: [PendingFence] = []
    /// What runs wrote that resolvers are to take over.
    private(set) var convergences: [Convergence] = []
    /// How long steps took.
    private(set) var pace = RunPace()
    /// How many runs ended how.
    private(set) var ended: [RunKind: Int] = [:]

    /// Takes in an ended run; runs must come in their order.
    mutating func take(_ id: RunID, _ run: EndedRun) {
        let (state, endedAt) = (run.state, run.endedAt)
        let request = state.opening.request
        // A run that went on after its end is counted again: it ended twice.
        if let kind = RunKind(state) { ended[kind, default: 0] += 1 }
        if state.opening.isRehearsal {
            guard state.outcome == .rehearsed else { return }
            for move in state.plan.moves { lastRehearsal[move.route] = endedAt }
            return
        }
        let touched = state.touched
        pace.take(state, run.events)
        // Where names were changed again, resolvers are to say something else.
        convergences = convergences.compactMap { $0.run == id ? nil : $0.without(touched) }
        // Whoever lets a member start again does not want it fenced.
        let freed = Set(touched.compactMap(\.unfencedServer))
        pendingFences.removeAll { freed.contains($0.server) }
        guard state.outcome == .done else { return }
        let convergence = Convergence(
            run: id,
            endedAt: endedAt,
            move: state.plan.moves.first,
            steps: touched
        )
        if let convergence { convergences.append(convergence) }
        for move in state.plan.moves {
            pendingFences.removeAll { $0.move.from == move.to && $0.move.kind == move.kind }
            if request.trigger.isDrill, state.plan.direction == .failback {
                lastDrill[move.route] = endedAt
            }
        }
        pendingFences += state.fencesLeft(by: id)
    }

    /// The fence is up, or is not wanted any more.
    mutating func settle(_ fence: PendingFence) { pendingFences.removeAll { $0 == fence } }

    /// People were told, or it is too long ago to be told.
    mutating func settle(_ convergence: Convergence) {
        convergences.removeAll { $0.run == convergence.run }
    }
}

extension RunState {
    /// Steps of the plan and of an undo that were begun.
    fileprivate var touched: [Step] {
        attempts.filter { $0.value > 0 }.keys.sorted().compactMap(step)
    }

    fileprivate func fencesLeft(by id: RunID) -> [PendingFence] {
        let servers = Set(pendingFences)
        return plan.steps.compactMap { step in
            guard case .fence(let server, _) = step.operation, servers.contains(server),
                let move = plan.moves.first(where: { $0.kind == .sip }) ?? plan.moves.first
            else { return nil }
            return PendingFence(run: id, step: step, server: server, move: move)
        }
    }
}

extension Step {
    fileprivate var unfencedServer: FQDN? {
        switch operation {
        case .unfence(let server, _), .person(.unfence(let server, _, _)): server
        default: nil
        }
    }
}

/// What is read from the journal's runs.
extension JournalStore {
    /// How many of the newest runs are looked at: years of failovers.
    private var depth: Int { 200 }

    /// What earlier runs left behind; runs that cannot be understood are passed over.
    ///
    /// - Parameter now: resolvers are not followed any more a day after they had to have all.
    /// - Returns: the history.
    /// - Throws: ``JournalFailure`` when the journal cannot be read.
    func runHistory(at now: Timestamp) async throws(JournalFailure) -> RunHistory {
        var history = RunHistory()
        for id in try await runs(limit: depth).reversed() {
            if let run = try await ended(id) { history.take(id, run) }
        }
        for convergence in history.convergences
        where now - convergence.endedAt > convergence.allowance + .seconds(86_400) {
            history.settle(convergence)
        }
        guard !history.pendingFences.isEmpty || !history.convergences.isEmpty else {
            return history
        }
        // Rare, and the notes of fences may lie far back.
        for entry in try await records(limit: 50_000) {
            switch entry.record {
            case .fenceSettled(let run, let step, _, _):
                for fence in history.pendingFences where fence.run == run && fence.step.id == step {
                    history.settle(fence)
                }
            case .convergenceSettled(let run, _, _):
                for convergence in history.convergences where convergence.run == run {
                    history.settle(convergence)
                }
            default: break
            }
        }
        return history
    }

    /// A run that is over; nil for any other, and for one that cannot be understood.
    func ended(_ id: RunID) async throws(JournalFailure) -> EndedRun? {
        let entries = try await understood(id)
        guard let last = entries.last else { return nil }
        do throws(IllegalRunEvent) {
            guard let state = try RunState(replaying: entries.map(\.event)),
                state.outcome != nil
            else { return nil }
            return EndedRun(state: state, events: entries, endedAt: last.at)
        } catch {
            return nil
        }
    }

    /// The events of a run; none when a row cannot be understood, as after an update of the agent.
    private func understood(_ id: RunID) async throws(JournalFailure) -> [JournaledRunEvent] {
        do throws(JournalFailure) {
            return try await events(of: id)
        } catch {
            guard error.code == .corrupt else { throw error }
            return []
        }
    }

    /// What our failovers of these routes found and wrote, as one record.
    ///
    /// Nil when one of the routes was not brought where it is by a verified failover of ours. Routes
    /// that went by different runs are put together: what each run wrote, over the state before the
    /// first of them.
    func failoverRecord(of moves: [Move]) async throws(JournalFailure) -> FailoverRecord? {
        var openings: [RunID: RunOpening] = [:]
        for move in moves {
            guard let (id, opening) = try await lastFailover(of: move) else { return nil }
            openings[id] = opening
        }
        let inOrder = openings.sorted { $0.key < $1.key }.map(\.value)
        guard let first = inOrder.first else { return nil }
        var plan = first.plan
        for opening in inOrder.dropFirst() {
            plan.moves += opening.plan.moves
            plan.steps += opening.plan.steps
        }
        return FailoverRecord(snapshot: first.snapshot, plan: plan)
    }

    /// The newest verified failover of the route that led where the route is now, unless a later
    /// failback has been verified.
    private func lastFailover(
        of move: Move
    ) async throws(JournalFailure) -> (RunID, RunOpening)? {
        guard let (id, opening) = try await lastRun(of: move.route) else { return nil }
        let wentHere = opening.plan.moves.contains {
            $0.route == move.route && $0.to == move.from && $0.from == move.to
        }
        return opening.plan.direction == .failover && wentHere ? (id, opening) : nil
    }

    /// The newest verified run that moved a route.
    func lastRun(
        of route: RouteName
    ) async throws(JournalFailure) -> (id: RunID, opening: RunOpening)? {
        for id in try await runs(limit: depth) {
            let events = try await events(of: id).map(\.event)
            guard case .opened(let opening)? = events.first, !opening.isRehearsal,
                opening.plan.moves.contains(where: { $0.route == route }),
                events.contains(.finished(.done))
            else { continue }
            return (id, opening)
        }
        return nil
    }
}
