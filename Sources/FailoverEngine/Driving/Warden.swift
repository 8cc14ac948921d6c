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
    let parts: WardenParts

    /// Letters to the driver.
    ///
    /// 512: probes send at most one each, and people few.
    let letters = Mailbox<Letter>(capacity: 512)
    /// Jobs for the worker.
    ///
    /// The policy has one request per route, so 64 is never reached.
    let jobs = Mailbox<Job>(capacity: 64)
    let shared: Mutex<SharedState>

    /// Makes a warden; nothing happens before ``run()``.
    public init(parts: WardenParts, policy: FailoverPolicy, logger: Logger) {
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
        await readRunHistory()
        await takeUpUnfinishedRun()
        await takeUpAlerts()
        await withDiscardingTaskGroup { group in
            // One child for each loop, so that none waits for another; each ends at the stop flag,
            // and nothing is left behind when the group is.
            group.addTask { await self.parts.probeLoop.run { self.post(.look) } }
            if let vantageLoop = self.parts.vantageLoop {
                group.addTask { await vantageLoop.run { await self.tell($0) } }
            }
            group.addTask {
                await self.repeating(every: self.parts.holderInterval) {
                    await self.takeUpStalledRun()
                    await self.readHolders()
                    await self.followUpFences()
                }
            }
            group.addTask {
                await self.repeating(every: self.parts.dnsInterval) {
                    await self.lookAtDNS()
                    await self.followUpConvergence()
                }
            }
            group.addTask { await self.watchReadinessNearby() }
            group.addTask { await self.watchReadinessRemotely() }
            group.addTask { await self.work() }
            group.addTask { await self.tick() }
            group.addTask { await self.drive() }
        }
        await note(.agentStopped)
    }

    private func drive() async {
        // What happened but could not be journaled yet, oldest first. It stays short: until it is
        // taken in, the policy orders nothing whose end could add to it.
        var backlog: [PolicyEvent] = []
        for await letter in letters.letters {
            parts.driverProgress.advance()
            switch letter {
            case .look:
                await tellUntold()
                await takeIn(&backlog)
                if backlog.isEmpty { await lookAtVerdicts() }
            case .event(.holder(let route, let reading)):
                await takeIn(&backlog)
                await takeHolder(route, reading, isCurrent: backlog.isEmpty)
            case .event(.readiness(let route, let pool, let readiness)):
                await takeIn(&backlog)
                if backlog.isEmpty { await takeReadiness(route, pool, readiness) }
            case .event(let event):
                backlog.append(event)
                await takeIn(&backlog)
            case .order(let event, let reply): reply.resume(returning: await takeOrder(event))
            case .orderJob(let event, let job, let reply):
                let answer = await takeOrder(event)
                if answer == .accepted { jobs.send(job) }
                reply.resume(returning: answer)
            case .dns(let findings): await takeFindings(findings)
            case .job(let job): jobs.send(job)
            }
        }
    }

    /// Takes in what waits, as far as it can be journaled; the next look tries again.
    private func takeIn(_ backlog: inout [PolicyEvent]) async {
        while let event = backlog.first, await take(event) == nil { backlog.removeFirst() }
    }

    /// A reading that is not taken in is forgotten, so that the next one is news.
    private func takeHolder(
        _ route: RouteName,
        _ reading: HolderReading,
        isCurrent: Bool
    ) async {
        if isCurrent, await take(.holder(route, reading)) == nil { return }
        shared.withLock { $0.holders[route] = nil }
    }

    /// Journaled when it says something else, not when it is said again.
    private func takeReadiness(
        _ route: RouteName,
        _ pool: FQDN,
        _ readiness: Readiness
    ) async {
        let before = shared.withLock { $0.readiness[route]?[pool] }
        let isNews = readiness.readings.contains { item, reading in
            before?[item]?.state != reading.state
        }
        let event = PolicyEvent.readiness(route, pool, readiness)
        guard await take(event, isWorthKeeping: isNews) == nil else { return }
        shared.withLock {
            $0.readiness[route, default: [:]][pool, default: Readiness()].take(readiness)
        }
    }

    private func lookAtVerdicts() async {
        if let (standings, isNews) = windowNews() {
            guard await take(.windows(standings), isWorthKeeping: isNews) == nil else { return }
            shared.withLock { $0.windows.merge(standings) { _, new in new } }
        }
        let now = clock.now()
        board.leaveOut(shared.withLock { $0.policy.serversInMaintenance(at: now) })
        for (leg, verdict) in board.verdicts().sorted(by: { $0.key < $1.key }) {
            let before = shared.withLock { $0.verdicts[leg] }
            guard before != verdict else { continue }
            let isNews = before?.verdict != verdict.verdict
            // One that could not be journaled is news again at the next look.
            guard await take(.verdict(leg, verdict), isWorthKeeping: isNews) == nil else { return }
            shared.withLock { $0.verdicts[leg] = verdict }
        }
        if let deadline = shared.withLock({ $0.policy.nextDeadline }), deadline <= clock.now() {
            await take(.tick, isWorthKeeping: false)
        }
        // Only here is everything taken in.
        if shared.withLock(\.untold.isEmpty) { parts.decisionProgress.advance() }
    }

    /// Steps the policy and carries out what it orders.
    ///
    /// Returns what could not be journaled.
    @discardableResult
    private func take(_ event: PolicyEvent, isWorthKeeping: Bool = true) async -> JournalFailure? {
        if isWorthKeeping, let failure = await note(.event(event)) { return failure }
        let now = clock.now()
        let (effects, memory, keptNumber) = shared.withLock { state in
            let effects = state.policy.step(event, at: now)
            let open = Set(state.policy.openRequests.map(\.id))
            state.waiting = state.waiting.filter { open.contains($0.key) }
            let isKept = isWorthKeeping || !effects.isEmpty
            return (effects, isKept ? state.policy.memory(at: now) : nil, state.keptNumber)
        }
        guard let memory else { return nil }
        // The memory says what people were told, so it is kept after that: killed in between, the agent
        // tells them again, not never. What begins, and a number that is given away, is kept before.
        var isKept = false
        for effect in effects {
            if !isKept, effect.needsMemory(ofNewNumber: memory.nextRequest != keptNumber) {
                await keep(memory)
                isKept = true
            }
            await carryOut(effect)
        }
        if !isKept { await keep(memory) }
        switch event {
        case .runFinished, .lockReleased: await dropUnwatchedAlerts()
        default: break
        }
        return nil
    }

    private func keep(_ memory: PolicyMemory) async {
        do {
            try await journal.saveMemory(memory, at: wallClock.now())
            shared.withLock { $0.keptNumber = memory.nextRequest }
        } catch {
            logger.error("journal cannot be written", metadata: ["reason": "\(error.message)"])
        }
    }

    private func takeOrder(_ event: PolicyEvent) async -> OrderReply {
        let now = clock.now()
        let (refusal, progress) = shared.withLock { state in
            (state.policy.refusal(of: event, at: now), state.running)
        }
        if let refusal {
            // The policy asks anew what changed since it was asked.
            if refusal.code == .changedSince { await take(event) }
            // What it waits for, the policy says itself.
            guard let progress, progress.waitsFor == nil,
                [.lockHeld, .requestPending].contains(refusal.code)
            else { return .refused(refusal.sentence) }
            return .refused("\(refusal.sentence) (\(progress.inWords))")
        }
        if let failure = await take(event) {
            return .refused(
                "nothing was done, because it could not be journaled: \(failure.message)"
            )
        }
        return .accepted
    }

    private func carryOut(_ ordered: PolicyEffect) async {
        let effect = withImpact(ordered)
        let failure = await note(effect.record)
        switch effect {
        case .shadow: return
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
        case .notify(let notice) where notice.code.waitsForDay:
            shared.withLock { $0.readinessDesk.take(notice) }
            await tellByDay()
        case .notify(let notice): await tell(notice)
        }
    }

    /// Logs a notice and queues it for every hook.
    public func tell(_ notice: Notice) async {
        log(notice)
        do {
            try await parts.notify(notice)
        } catch {
            logger.error("outbox cannot be written", metadata: ["reason": "\(error.message)"])
            shared.withLock { $0.keepUntold(notice) }
        }
    }

    func log(_ notice: Notice) {
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
    }

    /// Queues what could not be queued before.
    private func tellUntold() async {
        while let notice = shared.withLock(\.untold.first) {
            do {
                try await parts.notify(notice)
            } catch {
                return
            }
            shared.withLock { $0.toldFirst() }
        }
    }

    @discardableResult
    func note(_ record: AgentRecord) async -> JournalFailure? {
        do {
            try await journal.append(record, at: wallClock.now())
            shared.withLock { $0.journalTrouble = nil }
            return nil
        } catch {
            // What is tried again several times a second is said once.
            let isNews = shared.withLock { state in
                defer { state.journalTrouble = error.message }
                return state.journalTrouble != error.message
            }
            if isNews {
                logger.error("journal cannot be written", metadata: ["reason": "\(error.message)"])
            }
            return error
        }
    }
}
