public import FailoverCore
public import Logging
import Synchronization

/// Drives the policy.
///
/// It takes in what probes, people and runs say, steps the policy, journals what it orders, and has
/// it carried out.
///
/// Decides nothing itself.
///
/// Three tasks: the driver steps the policy, one event at a time; the worker plans and runs, one
/// job at a time; the watches feed events. A letter box with a bound lies between each.
public final class Warden: Sendable {
    let organisation: Organisation
    let board: ProbeBoard
    let planMaker: PlanMaker
    let journal: any JournalStore
    let clock: any MonotonicClock
    let wallClock: any WallClock
    let logger: Logger
    private let parts: WardenParts

    /// Letters to the driver.
    ///
    /// 512: probes send at most one each, and people few.
    private let letters = Mailbox<Letter>(capacity: 512)
    /// Jobs for the worker.
    ///
    /// The policy has one request per route, so 64 is never reached.
    private let jobs = Mailbox<Job>(capacity: 64)
    let shared: Mutex<SharedState>

    /// Makes a warden; nothing happens before ``run()``.
    public init(
        parts: WardenParts,
        policy: FailoverPolicy,
        logger: Logger
    ) {
        self.parts = parts
        organisation = parts.organisation
        board = parts.board
        planMaker = parts.planMaker
        journal = parts.journal
        clock = parts.clock
        wallClock = parts.wallClock
        self.logger = logger
        shared = Mutex(SharedState(policy: policy))
    }

    /// Sends a letter to the driver; false when it is overwhelmed.
    @discardableResult
    func post(_ letter: Letter) -> Bool { letters.send(letter) }

    /// Watches, decides and acts until the stop flag is raised and all is parked.
    public func run() async {
        await note(.agentStarted(name: parts.name, version: parts.version))
        await takeUpUnfinishedRun()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.parts.probeLoop.run { self.post(.look) } }
            group.addTask {
                await self.repeating(every: self.parts.holderInterval, self.readHolders)
            }
            group.addTask { await self.repeating(every: self.parts.dnsInterval, self.lookAtDNS) }
            group.addTask { await self.work() }
            group.addTask { await self.tick() }
            group.addTask { await self.drive() }
        }
        await note(.agentStopped)
    }

    // MARK: driver

    private func drive() async {
        for await letter in letters.letters {
            parts.driverProgress.advance()
            switch letter {
            case .look: await lookAtVerdicts()
            case .event(let event): await take(event)
            case .order(let event, let reply): reply.resume(returning: await takeOrder(event))
            case .dns(let findings): await takeFindings(findings)
            case .job(let job): jobs.send(job)
            }
        }
    }

    private func lookAtVerdicts() async {
        for (leg, verdict) in board.verdicts().sorted(by: { $0.key < $1.key }) {
            let before = shared.withLock { $0.verdicts.updateValue(verdict, forKey: leg) }
            guard before != verdict else { continue }
            let isNews = before?.verdict != verdict.verdict
            await take(.verdict(leg, verdict), isWorthKeeping: isNews)
        }
        if let deadline = shared.withLock({ $0.policy.nextDeadline }), deadline <= clock.now() {
            await take(.tick, isWorthKeeping: false)
        }
    }

    /// Steps the policy and carries out what it orders.
    ///
    /// Returns what could not be journaled.
    @discardableResult
    private func take(_ event: PolicyEvent, isWorthKeeping: Bool = true) async -> JournalFailure? {
        if isWorthKeeping, let failure = await note(.event(event)) { return failure }
        let now = clock.now()
        let (effects, memory) = shared.withLock { state in
            let effects = state.policy.step(event, at: now)
            let open = Set(state.policy.openRequests.map(\.id))
            state.waiting = state.waiting.filter { open.contains($0.key) }
            return (effects, state.policy.memory(at: now))
        }
        guard isWorthKeeping || !effects.isEmpty else { return nil }
        do {
            try await journal.saveMemory(memory, at: wallClock.now())
        } catch {
            logger.error("journal cannot be written", metadata: ["reason": "\(error.message)"])
        }
        for effect in effects { await carryOut(effect) }
        return nil
    }

    private func takeOrder(_ event: PolicyEvent) async -> OrderReply {
        let now = clock.now()
        if let refusal = shared.withLock({ $0.policy.refusal(of: event, at: now) }) {
            return .refused(refusal.sentence)
        }
        if let failure = await take(event) {
            return .refused(
                "nothing was done, because it could not be journaled: \(failure.message)"
            )
        }
        return .accepted
    }

    private func carryOut(_ effect: PolicyEffect) async {
        let failure = await note(.effect(effect))
        switch effect {
        case .makePlan(let request): jobs.send(.plan(request))
        case .askApproval(let request, let digest, let expires):
            shared.withLock { state in
                guard let prepared = state.plans[request.id], prepared.digest == digest else {
                    return
                }
                state.waiting[request.id] = WaitingApproval(
                    request: request,
                    prepared: prepared,
                    expires: expires,
                    askedAt: wallClock.now()
                )
            }
        case .withdraw(let request, _): shared.withLock { $0.plans[request.id] = nil }
        case .startRun(let request, let digest, let authority):
            shared.withLock { $0.waiting[request.id] = nil }
            if let failure {
                post(.event(.runNotStarted(request.id, reason: failure.message)))
            } else {
                jobs.send(.run(request, digest, authority))
            }
        case .notify(let notice): await tell(notice)
        }
    }

    /// Logs a notice and queues it for every hook.
    public func tell(_ notice: Notice) async {
        let level: Logger.Level =
            switch notice.severity {
            case .info: .info
            case .warning: .warning
            case .critical: .critical
            }
        logger.log(
            level: level,
            "notice",
            metadata: ["code": "\(notice.code.rawValue)", "sentence": "\(notice.sentence)"]
        )
        do {
            try await parts.notify(notice)
        } catch {
            logger.error("outbox cannot be written", metadata: ["reason": "\(error.message)"])
        }
    }

    @discardableResult
    func note(_ record: AgentRecord) async -> JournalFailure? {
        do {
            try await journal.append(record, at: wallClock.now())
            return nil
        } catch {
            logger.error("journal cannot be written", metadata: ["reason": "\(error.message)"])
            return error
        }
    }

    // MARK: watches

    /// Looks at deadlines often enough that none is missed by more than a fifth of a second.
    private func tick() async {
        while !parts.stop.isRaised {
            do {
                try await clock.sleep(until: clock.now() + .milliseconds(200))
            } catch {
                break
            }
            post(.look)
        }
        letters.close()
        jobs.close()
    }

    private func repeating(every interval: Duration, _ body: () async -> Void) async {
        while !parts.stop.isRaised {
            await body()
            let next = clock.now() + interval
            while clock.now() < next, !parts.stop.isRaised {
                do {
                    try await clock.sleep(until: min(next, clock.now() + .milliseconds(200)))
                } catch {
                    return
                }
            }
        }
    }

    /// Reads who holds the routes; not while a run is moving them.
    func readHolders() async {
        guard !shared.withLock({ $0.isRunning }) else { return }
        let readings: [(RouteName, HolderReading)]
        let pools = organisation.edgePools.map(\.fqdn)
        do throws(SnapshotFailure) {
            let sites = try await parts.snapshotter.sites()
            readings = organisation.routes.map { route in
                (route.name, Snapshot.holder(of: route.kind, in: sites, among: pools))
            }
        } catch {
            let reason = error.reasons.joined(separator: "; ")
            readings = organisation.routes.map { ($0.name, .unknown(reason)) }
        }
        // A run may have begun while this was read: then it is old news.
        guard !shared.withLock({ $0.isRunning }) else { return }
        for (route, reading) in readings {
            let before = shared.withLock { $0.holders.updateValue(reading, forKey: route) }
            if before != reading { post(.event(.holder(route, reading))) }
        }
    }

    private func lookAtDNS() async {
        let (isRunning, holders) = shared.withLock { state in
            (state.isRunning, state.holders.compactMapValues { $0.pool })
        }
        guard !isRunning else { return }
        let findings = await parts.dnsWatch.look(holders: holders)
        guard !shared.withLock({ $0.isRunning }) else { return }
        post(.dns(findings))
    }

    /// Tells what is new about DNS, once, and when it is over.
    private func takeFindings(_ findings: [DNSFinding]) async {
        let (fresh, cleared) = shared.withLock { state in
            let old = Set(state.findings)
            state.findings = findings
            return (
                findings.filter { !old.contains($0) },
                old.subtracting(findings).sorted { $0.sentence < $1.sentence }
            )
        }
        for finding in fresh {
            await tell(
                Notice(finding.code, .warning, route: finding.route, sentence: finding.sentence)
            )
        }
        for finding in cleared where !findings.contains(where: { $0.name == finding.name }) {
            await tell(
                Notice(
                    .dnsWell,
                    .info,
                    route: finding.route,
                    sentence: "over: \(finding.sentence)"
                )
            )
        }
    }

    // MARK: worker

    private func work() async {
        for await job in jobs.letters {
            if parts.stop.isRaised { continue }
            switch job {
            case .plan(let request): await plan(request)
            case .run(let request, let digest, let authority):
                await start(request, digest, authority)
            case .takeUp(let id, let state, let event): await takeUp(id, state, event)
            }
        }
    }

    private func plan(_ request: MoveRequest) async {
        do throws(PlanRefusal) {
            let prepared = try await planMaker.prepare(request.move, request.direction)
            shared.withLock { $0.plans[request.id] = prepared }
            let needsApproval = prepared.plan.needsApproval
            post(.event(.planned(request.id, prepared.digest, needsApproval: needsApproval)))
        } catch {
            post(.event(.planRefused(request.id, reasons: error.reasons)))
        }
    }

    /// Plans anew from what is live now: what was approved is carried out only if it is still the
    /// very same.
    private func start(
        _ request: MoveRequest,
        _ digest: PlanDigest,
        _ authority: Authority
    ) async {
        let prepared: PreparedPlan
        do throws(PlanRefusal) {
            prepared = try await planMaker.prepare(request.move, request.direction)
        } catch {
            let reason = error.reasons.joined(separator: "; ")
            post(.event(.runNotStarted(request.id, reason: reason)))
            return
        }
        guard prepared.digest == digest else {
            let reason =
                "the plan is no longer the one that was decided on, because the facts changed"
            post(.event(.runNotStarted(request.id, reason: reason)))
            return
        }
        if prepared.plan.needsApproval, authority == .automatic {
            let reason = "this plan needs a person's yes"
            post(.event(.runNotStarted(request.id, reason: reason)))
            return
        }
        // One number for a request and the run that carries it out.
        let id = RunID(request.id.number)
        do throws(JournalFailure) {
            guard try await journal.events(of: id).isEmpty else {
                let reason = "the journal holds a run \(id) already"
                post(.event(.runNotStarted(request.id, reason: reason)))
                return
            }
        } catch {
            post(.event(.runNotStarted(request.id, reason: error.message)))
            return
        }
        if let reason = shared.withLock({ $0.policy.reasonNotToBegin(request.id) }) {
            post(.event(.runNotStarted(request.id, reason: reason)))
            return
        }
        let opening = RunOpening(
            request: request,
            plan: prepared.plan,
            digest: digest,
            authority: authority,
            snapshot: prepared.snapshot,
            partnersBefore: await parts.executor.answeringPartners(
                of: prepared.plan,
                at: prepared.snapshot
            )
        )
        shared.withLock { $0.begin(id) }
        let end = await parts.runner.run(id, opening: opening) { event, state in
            self.shared.withLock { $0.progress(id, event, state) }
        }
        await finish(id, request, end)
    }

    private func takeUp(_ id: RunID, _ state: RunState, _ event: RunEvent) async {
        shared.withLock { $0.begin(id) }
        let request = state.opening.request
        let end = await parts.runner.takeUp(id, state, with: event) { event, state in
            self.shared.withLock { $0.progress(id, event, state) }
        }
        await finish(id, request, end)
    }

    private func finish(_ id: RunID, _ request: MoveRequest, _ end: Runner.End) async {
        switch end {
        case .finished(let outcome):
            shared.withLock { $0.end() }
            await readHolders()
            post(.event(.runFinished(request.id, outcome)))
        case .parked:
            logger.notice("run parked", metadata: ["run": "\(id)"])
        case .journalFailed(let reason):
            let sentence =
                "run \(id) stands still, because the journal cannot be written: \(reason)."
                + " Make room and restart the agent; it then goes on"
            await tell(
                Notice(
                    .agentTrouble,
                    .critical,
                    route: request.move.route,
                    request: request.id,
                    sentence: sentence
                )
            )
        }
    }

    /// After a crash or a stop: the run that was on its way comes first.
    private func takeUpUnfinishedRun() async {
        do throws(JournalFailure) {
            for id in try await journal.runs(limit: 20) {
                let events = try await journal.events(of: id).map(\.event)
                let replayed: RunState?
                do throws(IllegalRunEvent) {
                    replayed = try RunState(replaying: events)
                } catch {
                    throw JournalFailure(code: .corrupt, message: "run \(id): \(error)")
                }
                guard let state = replayed, state.outcome == nil else { continue }
                shared.withLock { $0.begin(id) }
                jobs.send(.takeUp(id, state, .recovered(reason: "the agent started again")))
                return
            }
        } catch {
            await tell(
                Notice(
                    .agentTrouble,
                    .critical,
                    sentence: "the journal cannot be read, so unfinished runs are not taken up: "
                        + error.message
                )
            )
        }
    }
}
