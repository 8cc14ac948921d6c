public import FailoverCore
import Synchronization

/// What people ask of the agent; the API carries it.
extension Warden {
    /// Everything that `status` shows.
    public struct Overview: Sendable {
        /// Routes with their state in words.
        public var routes: [RouteStatus]
        /// Verdicts on the watched legs.
        public var verdicts: [PoolLeg: Verdict]
        /// Newest probe outcomes.
        public var probes: [ProbeBoard.Entry]
        /// What is wrong with DNS.
        public var dns: [DNSFinding]
        /// Plans that wait for a person.
        public var waiting: [WaitingApproval]
        /// The run that is on its way.
        public var running: RunProgress?
        /// Now on the monotonic clock, to tell remaining times.
        public var now: Instant
    }

    /// Everything that `status` shows.
    public func overview() -> Overview {
        let now = clock.now()
        let verdicts = board.verdicts()
        return shared.withLock { state in
            Overview(
                routes: organisation.routes.map { state.policy.status(of: $0.name, at: now) },
                verdicts: verdicts,
                probes: board.entries(),
                dns: state.findings,
                waiting: state.waiting.values.sorted { $0.request.id < $1.request.id },
                running: state.running,
                now: now
            )
        }
    }

    /// Gives a person's order to the policy and waits until it was taken in or refused.
    public func order(_ event: PolicyEvent) async -> OrderReply {
        await withCheckedContinuation { continuation in
            if !post(.order(event, continuation)) {
                continuation.resume(returning: .refused("the agent is busy or stopping: try again"))
            }
        }
    }

    /// Plans without asking for anything: what `edgewarden plan` shows.
    ///
    /// Touches nothing.
    ///
    /// - Throws: ``PlanRefusal`` with every reason.
    public func plan(
        _ direction: MoveDirection,
        _ name: RouteName,
        to pool: FQDN?
    ) async throws(PlanRefusal) -> PreparedPlan {
        guard let route = organisation.route(name) else {
            let known = organisation.routes.map(\.name.name).joined(separator: ", ")
            throw .unreadable(["there is no route '\(name)' (there are: \(known))"])
        }
        if shared.withLock({ $0.holders[name]?.pool }) == nil { await readHolders() }
        let reading = shared.withLock { $0.holders[name] }
        guard let holder = reading?.pool else {
            let why: String =
                switch reading {
                case .foreign(let text), .unknown(let text): text
                case .pool, nil: "it was not read yet"
                }
            throw .unreadable(["who holds route '\(name)' is not known: \(why)"])
        }
        let target =
            direction == .failback ? route.home : pool ?? route.pools.first { $0 != holder }
        guard let target, target != holder else {
            throw .unreadable(["\(holder) holds route '\(name)' already"])
        }
        let move = Move(route: name, kind: route.kind, from: holder, to: target)
        return try await planMaker.prepare(move, direction)
    }

    /// Takes a person's yes to a plan, with what they say about it.
    public func approve(
        _ id: RequestID,
        _ digest: PlanDigest,
        by person: Person,
        reason: String
    ) async -> OrderReply {
        let reply = await order(.approved(id, digest, by: person))
        if reply == .accepted, !reason.isEmpty {
            await note(.remark(id, by: person, text: reason))
        }
        return reply
    }

    /// Orders a run that stopped at a failed step to go on.
    public func resumeRun(_ id: RunID, by person: Person, reason: String) async -> OrderReply {
        if shared.withLock({ $0.isRunning }) { return .refused("another run is on its way") }
        do throws(JournalFailure) {
            guard let state = try await replay(id) else { return .refused("there is no run \(id)") }
            guard let outcome = state.outcome, outcome != .done else {
                return .refused(
                    "run \(id) has not stopped at a step: \(state.outcome?.inWords ?? "")"
                )
            }
            let request = state.opening.request.id
            let reply = await order(.runResumed(request, by: person))
            guard reply == .accepted else { return reply }
            guard post(.job(.takeUp(id, state, .resumed(by: person, reason: reason)))) else {
                return .refused("the agent is busy or stopping: try again")
            }
            return .accepted
        } catch {
            return .refused(error.message)
        }
    }

    /// The events of a run, for `runs` and `report`.
    public func events(of id: RunID) async throws(JournalFailure) -> [JournaledRunEvent] {
        try await journal.events(of: id)
    }

    /// The newest runs, newest first.
    public func runs(limit: Int) async throws(JournalFailure) -> [RunID] {
        try await journal.runs(limit: limit)
    }

    /// The newest records besides runs.
    public func records(limit: Int) async throws(JournalFailure) -> [JournaledRecord] {
        try await journal.records(limit: limit)
    }
}

extension Warden {
    /// The organisation that is watched.
    public var watchedOrganisation: Organisation { organisation }

    /// The verdict on one server now.
    public func verdict(on server: FQDN, _ kind: LegKind) -> Verdict {
        board.verdict(on: server, kind)
    }

    /// An instant that far from now, for pauses.
    public func instant(after duration: Duration) -> Instant { clock.now() + duration }
}
