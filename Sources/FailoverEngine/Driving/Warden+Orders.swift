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
        /// Servers against which a failure counts while nothing is decided.
        public var suspects: Set<ServerLeg>
        /// What is thought of the agent's own vantage; nil where nobody watches it.
        public var vantage: VantageWatch?
        /// What is wrong with DNS.
        public var dns: [DNSFinding]
        /// What is hurt, in words, of the routes on which anything is.
        public var impacts: [RouteName: String]
        /// Plans that wait for a person.
        public var waiting: [WaitingApproval]
        /// How many people have to say yes to each.
        public var approvalsNeeded: Int
        /// What stands against a yes to them now.
        public var obstacles: [RequestID: Obstacles]
        /// The run that is on its way.
        public var running: RunProgress?
        /// Wall clock at the end of the last drill, there and back, by route.
        public var lastDrill: [RouteName: Timestamp]
        /// Wall clock at the end of the last rehearsal that came through, by route.
        public var lastRehearsal: [RouteName: Timestamp]
        /// Pauses and maintenances in force, everything's first.
        public var pauses: [PauseStatus]
        /// Members of failed pools that are fenced when they return.
        public var pendingFences: [FQDN]
        /// Now on the monotonic clock, to tell remaining times.
        public var now: Instant
    }

    /// What stands against a yes to a plan that waits.
    public struct Obstacles: Sendable {
        /// The rules that a yes has to name.
        public var rules: [BrokenRule]
        /// What changed since it was asked, so that it is asked anew; nil when nothing did.
        public var changes: String?
    }

    /// Everything that `status` shows.
    public func overview() -> Overview {
        let now = clock.now()
        let verdicts = board.verdicts()
        return shared.withLock { state in
            let waiting = state.waitingNow
            return Overview(
                routes: organisation.routes.map { state.policy.status(of: $0.name, at: now) },
                verdicts: verdicts,
                probes: board.entries(),
                suspects: board.suspects(),
                vantage: parts.vantageLoop?.current,
                dns: state.findings,
                impacts: Dictionary(
                    uniqueKeysWithValues: organisation.routes.compactMap { route in
                        impact(on: route.name, verdicts, state).map { (route.name, $0) }
                    }
                ),
                waiting: waiting,
                approvalsNeeded: state.policy.settings.approvalsNeeded,
                obstacles: Dictionary(
                    uniqueKeysWithValues: waiting.map(\.request).map { request in
                        let obstacles = Obstacles(
                            rules: state.policy.unnamedRules(of: request, at: now),
                            changes: state.policy.changedWords(request, at: now)
                        )
                        return (request.id, obstacles)
                    }
                ),
                running: state.running,
                lastDrill: state.history.lastDrill,
                lastRehearsal: state.history.lastRehearsal,
                pauses: state.policy.pauseStatuses(at: now),
                pendingFences: state.history.pendingFences.map(\.server),
                now: now
            )
        }
    }

    /// What is counted and measured besides what ``overview()`` says.
    public struct Tallies: Sendable {
        /// How many probes of each server ended how, since the agent's start.
        public var probes: [ServerLeg: [EvidenceCode: Int]]
        /// What led to the routes' pools at the latest look at DNS.
        public var records: [RecordReading]
        /// How many runs ended how.
        public var runs: [RunKind: Int]
        /// How much later than planned the clock watch last woke up; nil where nobody watches.
        public var lag: Duration?
    }

    /// What is counted and measured.
    public var tallies: Tallies {
        let (records, runs) = shared.withLock { ($0.records, $0.history.ended) }
        return Tallies(
            probes: board.counts(),
            records: records,
            runs: runs,
            lag: parts.vantageLoop?.lag
        )
    }

    /// What runs that are under way are measured by.
    public var outlook: RunOutlook {
        RunOutlook(now: wallClock.now(), pace: shared.withLock { $0.history.pace })
    }

    /// Why a route is not acted on right now, and the present instant; nil for an unknown route.
    public func explanation(of route: RouteName) -> (explanation: Explanation, now: Instant)? {
        let now = clock.now()
        return shared.withLock { $0.policy.explanation(of: route, at: now) }.map { ($0, now) }
    }

    /// Why a request takes no yes, such as how it ended; nil when it does.
    public func standing(of request: RequestID) -> String? {
        let now = clock.now()
        return shared.withLock { $0.policy.canApprove(request, at: now)?.sentence }
    }

    /// Gives a person's order to the policy and waits until it was taken in or refused.
    public func order(_ event: PolicyEvent) async -> OrderReply {
        await withCheckedContinuation { continuation in
            if !post(.order(event, continuation)) {
                continuation.resume(returning: .refused("the agent is busy or stopping: try again"))
            }
        }
    }

    /// Takes a maintenance, after looking whether there is what it covers.
    public func maintain(
        _ coverage: Coverage,
        for length: Duration,
        by person: Person,
        reason: String
    ) async -> OrderReply {
        let unknown: String? =
            switch coverage {
            case .everything, .route: nil
            case .pool(let pool):
                organisation.edgePool(pool) == nil ? "there is no Edge pool \(pool)" : nil
            case .server(let server):
                organisation.edgePools.flatMap(\.servers).contains { $0.fqdn == server }
                    ? nil : "there is no Edge server \(server)"
            }
        if let unknown { return .refused(unknown) }
        let until = instant(after: length)
        return await order(.maintenanceAdded(coverage, until: until, by: person, reason: reason))
    }

    /// Plans one route without asking for anything: what `edgewarden plan` shows.
    ///
    /// Touches nothing.
    ///
    /// - Throws: ``PlanRefusal`` with every reason.
    public func plan(
        _ direction: MoveDirection,
        _ name: RouteName,
        to pool: FQDN?
    ) async throws(PlanRefusal) -> PreparedPlan {
        try await plan(direction, [name], to: pool)
    }

    /// Plans several routes as one, enabled once, without asking for anything.
    ///
    /// Touches nothing.
    ///
    /// - Parameters:
    ///   - direction: away from home or back.
    ///   - names: the routes, at least one.
    ///   - pool: where they are to go; nil for home, or for what the policy would choose for each.
    /// - Returns: the plan.
    /// - Throws: ``PlanRefusal`` with every reason.
    public func plan(
        _ direction: MoveDirection,
        _ names: [RouteName],
        to pool: FQDN?
    ) async throws(PlanRefusal) -> PreparedPlan {
        var moves: [Move] = []
        var reasons: [String] = []
        for name in names {
            do throws(PlanRefusal) {
                moves.append(try await move(direction, name, to: pool))
            } catch {
                reasons += error.reasons
            }
        }
        guard reasons.isEmpty else { throw .unreadable(reasons) }
        guard !moves.isEmpty else { throw .unreadable(["no route is named"]) }
        return try await planMaker.prepare(moves, direction, on: basis)
    }

    private func move(
        _ direction: MoveDirection,
        _ name: RouteName,
        to pool: FQDN?
    ) async throws(PlanRefusal) -> Move {
        guard let route = organisation.route(name) else {
            let known = organisation.routes.map(\.name.name).joined(separator: ", ")
            throw .unreadable(["there is no route '\(name)' (there are: \(known))"])
        }
        if shared.withLock({ $0.holders[name]?.pool }) == nil { await readHolders() }
        let (reading, chosen) = shared.withLock { state in
            (state.holders[name], state.policy.preferredTarget(of: name))
        }
        guard let holder = reading?.pool else {
            let why: String =
                switch reading {
                case .foreign(let text), .unknown(let text): text
                case .pool, nil: "it was not read yet"
                }
            throw .unreadable(["who holds route '\(name)' is not known: \(why)"])
        }
        let others = route.pools.filter { $0 != holder }
        let target =
            direction == .failback
            ? route.home : pool ?? chosen.flatMap { others.contains($0) ? $0 : nil } ?? others.first
        guard let target, target != holder else {
            throw .unreadable(["\(holder) holds route '\(name)' already"])
        }
        guard route.pools.contains(target) else {
            throw .unreadable(["\(target) is no pool of route '\(name)'"])
        }
        return Move(route: name, kind: route.kind, from: holder, to: target)
    }

    /// Takes a person's yes to a plan, with what they say about it and the rules that they name.
    public func approve(
        _ id: RequestID,
        _ digest: PlanDigest,
        by person: Person,
        reason: String,
        overriding rules: [OverrideRule] = []
    ) async -> OrderReply {
        let overrides = rules.isEmpty ? nil : Overrides(rules, reason: reason)
        let reply = await order(.approved(id, digest, by: person, overriding: overrides))
        if reply == .accepted, !reason.isEmpty {
            await note(.remark(id, by: person, text: reason))
        }
        return reply
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
    /// Who may do what.
    public var access: AccessRules { parts.access }

    /// Writes down that a person's order was not taken.
    public func noteRefusal(of order: String, by person: Person, because reason: String) async {
        await note(.orderRefused(by: person, order: order, reason: reason))
    }

    /// Why a request is there; nil when nothing is known of it.
    public func trigger(of request: RequestID) -> Trigger? {
        shared.withLock { $0.policy.openRequests.first { $0.id == request }?.trigger }
    }

    /// Whether a route is with its home pool, as far as is known.
    public func isAtHome(_ route: RouteName) -> Bool {
        guard let home = organisation.route(route)?.home else { return false }
        return shared.withLock { $0.policy.establishedHolder(of: route) } == home
    }

    /// Whether a drill of that person took a route away, and nothing moved it since.
    ///
    /// The journal is asked: a run that has just ended is in it.
    public func isAway(_ route: RouteName, forDrillOf person: Person) async -> Bool {
        // A journal that cannot be read leaves the stricter rule, and refuses the order by itself.
        let last = try? await journal.lastRun(of: route)?.opening
        guard let last, last.plan.direction == .failover, last.request.trigger.isDrill else {
            return false
        }
        return last.request.trigger.orderedBy?.isSame(as: person) == true
    }

    /// The organisation that is watched.
    public var watchedOrganisation: Organisation { organisation }

    /// The verdict on one server now.
    public func verdict(on server: FQDN, _ kind: LegKind) -> Verdict {
        board.verdict(on: server, kind)
    }

    /// An instant that far from now, for pauses.
    public func instant(after duration: Duration) -> Instant { clock.now() + duration }
}
