import FailoverCore
import Logging
import Synchronization

/// The worker: plans and runs, one job at a time.
extension Warden {
    func work() async {
        for await job in jobs.letters {
            if parts.stop.isRaised { continue }
            switch job {
            case .plan(let request): await plan(request)
            case .run(let request, let digest, let authority):
                await start(request, digest, authority)
            case .takeUp(let id, let state, let event): await takeUp(id, state, event)
            case .take(let id, let event): await take(id, event)
            case .fence(let fence): await putUp(fence)
            }
        }
    }

    private func plan(_ request: MoveRequest) async {
        do throws(PlanRefusal) {
            let prepared = try await planMaker.prepare(
                request.moves,
                request.direction,
                on: basis
            )
            shared.withLock { $0.plans[request.id] = prepared }
            let needsApproval = prepared.plan.needsApproval
            post(.event(.planned(request.id, prepared.digest, needsApproval: needsApproval)))
        } catch {
            post(.event(.planRefused(request.id, reasons: error.reasons)))
        }
    }

    /// What a decision about these moves rests on now, besides its plan.
    @Sendable
    func basis(of moves: [Move]) -> DecisionBasis {
        let now = clock.now()
        return shared.withLock { $0.policy.basis(of: moves, at: now) }
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
            prepared = try await planMaker.prepare(request.moves, request.direction, on: basis)
        } catch {
            let reason = error.reasons.joined(separator: "; ")
            post(.event(.runNotStarted(request.id, reason: reason)))
            return
        }
        guard prepared.digest == digest else {
            post(.event(.planOvertaken(request.id, reason: overtaken(request, by: prepared))))
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
        let partners = await parts.executor.answeringPartners(
            of: prepared.plan,
            at: prepared.snapshot
        )
        // The last look before the first write: what was asked may no longer be needed.
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
            partnersBefore: partners,
            isRehearsal: request.trigger.isRehearsal
        )
        shared.withLock { $0.begin(id) }
        let end = await parts.runner.run(id, opening: opening) { event, state in
            await self.watch(id, event, state)
        }
        await finish(id, request, end)
    }

    /// What is different from the plan that was decided on.
    private func overtaken(_ request: MoveRequest, by now: PreparedPlan) -> String {
        let decided = shared.withLock { $0.plans[request.id] }
        var changes = (decided?.basis ?? request.basis).map(now.basis.changes) ?? []
        if let decided { changes += now.plan.changes(since: decided.plan) }
        return "the plan is no longer the one that was decided on, because the facts changed"
            + (changes.isEmpty ? "" : ": " + changes.joined(separator: "; "))
    }

    private func takeUp(_ id: RunID, _ state: RunState, _ event: RunEvent) async {
        shared.withLock { $0.begin(id) }
        let request = state.opening.request
        let end = await parts.runner.takeUp(id, state, with: event) { event, state in
            await self.watch(id, event, state)
        }
        if case .refused(let reason) = end, let outcome = state.outcome {
            // It was possible when it was ordered: another order came in between.
            await tell(
                Notice(
                    .orderRefused,
                    .warning,
                    route: request.move.route,
                    request: request.id,
                    sentence: "run \(id) stays as it is: \(reason)"
                )
            )
            await finish(id, request, .finished(outcome))
            return
        }
        await finish(id, request, end)
    }

    /// Writes down who took a stuck run; the run stays as it is.
    private func take(_ id: RunID, _ event: RunEvent) async {
        do throws(JournalFailure) {
            guard let state = try await replay(id) else { return }
            let end = await parts.runner.takeUp(id, state, with: event) { _, _ in }
            guard case .journalFailed(let reason) = end else { return }
            throw JournalFailure(code: .other, message: reason)
        } catch {
            await tell(
                Notice(
                    .agentTrouble,
                    .warning,
                    sentence: "who took run \(id) is not in its journal: \(error.message)"
                )
            )
        }
    }

    private func finish(_ id: RunID, _ request: MoveRequest, _ end: Runner.End) async {
        switch end {
        case .finished(let outcome):
            // First, so that readings of the holders find the policy done with the run.
            post(.event(.runFinished(request.id, outcome)))
            shared.withLock { $0.end() }
            if outcome == .done {
                for move in request.moves {
                    await parts.alerts?.noteMoved(move.route, from: move.from)
                }
            }
            await tellTooLate(id, request, outcome)
            await remember(id)
            await readHolders()
            // What led to the old pool a minute ago is nobody's harm any more.
            await lookAtDNS()
        case .refused(let reason):
            logger.error("run refused", metadata: ["run": "\(id)", "reason": "\(reason)"])
        case .parked:
            logger.notice("run parked", metadata: ["run": "\(id)"])
        case .journalFailed(let reason):
            let isNews = shared.withLock { $0.stall(id) }
            guard isNews else { return }
            let sentence =
                "run \(id) stands still, because the journal cannot be written: \(reason)."
                + " Make room; it goes on by itself"
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

    /// An order to undo a run that came in the moment of its end.
    private func tellTooLate(_ id: RunID, _ request: MoveRequest, _ outcome: RunOutcome) async {
        guard parts.runner.desk.takeUndo(of: id) != nil else { return }
        await tell(
            Notice(
                .orderRefused,
                .warning,
                route: request.move.route,
                request: request.id,
                sentence: "run \(id) was not undone: it had come to its end in that moment"
                    + " (\(outcome.inWords))"
            )
        )
    }

    /// Lets a run go on that stood still because it could not be journaled; while that still fails,
    /// it stands where it stood.
    func takeUpStalledRun() async {
        guard let id = shared.withLock({ $0.takeStalledRun() }) else { return }
        do throws(JournalFailure) {
            guard let state = try await replay(id) else {
                // Not even its opening was written.
                shared.withLock { $0.end() }
                let reason = "its beginning could not be journaled"
                post(.event(.runNotStarted(RequestID(id.number), reason: reason)))
                return
            }
            if let outcome = state.outcome {
                await finish(id, state.opening.request, .finished(outcome))
                return
            }
            let event = RunEvent.recovered(reason: "the journal can be written again")
            jobs.send(.takeUp(id, state, event))
        } catch {
            shared.withLock { _ = $0.stall(id) }
        }
    }

    /// After a crash, a stop or a reload: the run that was on its way comes first, and what policy
    /// and journal say of runs is made to agree.
    func takeUpUnfinishedRun() async {
        do throws(JournalFailure) {
            for id in try await journal.runs(limit: 20) {
                guard let state = try await replay(id), state.outcome == nil else { continue }
                shared.withLock { $0.begin(id) }
                jobs.send(.takeUp(id, state, .recovered(reason: "the agent started again")))
                return
            }
            let now = clock.now()
            let requests = shared.withLock { state in
                organisation.routes.map { state.policy.status(of: $0.name, at: now) }
                    .filter { $0.phase == .running }.compactMap(\.request?.id)
            }
            for request in requests {
                // The agent stopped between the policy's order and the run's first write, or
                // between its last write and the policy's hearing of it.
                if let outcome = try await replay(RunID(request.number))?.outcome {
                    post(.event(.runFinished(request, outcome)))
                } else {
                    let reason = "the agent stopped before the run began"
                    post(.event(.runNotStarted(request, reason: reason)))
                }
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

    /// A run's state from its journal; nil when there is no such run.
    func replay(_ id: RunID) async throws(JournalFailure) -> RunState? {
        let events = try await journal.events(of: id).map(\.event)
        do throws(IllegalRunEvent) {
            return try RunState(replaying: events)
        } catch {
            throw JournalFailure(code: .corrupt, message: "run \(id): \(error)")
        }
    }
}
