import FailoverCore
import Logging
import Synchronization

/// What earlier runs left behind: members to be fenced when they return, and when drills were.
extension Warden {
    /// Reads the journal's runs once, at the start.
    func readRunHistory() async {
        do throws(JournalFailure) {
            let history = try await journal.runHistory(at: wallClock.now())
            shared.withLock { $0.history = history }
        } catch {
            await tell(
                Notice(
                    .agentTrouble,
                    .warning,
                    sentence: "the journal cannot be read, so drills and pending fences of earlier"
                        + " runs are not known: \(error.message)"
                )
            )
        }
    }

    /// Takes in a run that has just ended.
    func remember(_ id: RunID) async {
        do throws(JournalFailure) {
            guard let run = try await journal.ended(id) else { return }
            shared.withLock { $0.history.take(id, run) }
        } catch {
            logger.error("journal cannot be read", metadata: ["reason": "\(error.message)"])
            return
        }
        for fence in shared.withLock({ $0.history.pendingFences }) where fence.run == id {
            await tell(
                fence,
                .warning,
                "\(fence.server) could not be fenced, so it may answer as an Edge server when it"
                    + " returns; it is fenced as soon as it can be managed"
            )
        }
    }

    /// Looks whether members that are to be fenced can be managed now.
    ///
    /// Only looks: the worker fences, between runs.
    func followUpFences() async {
        for fence in shared.withLock({ $0.history.pendingFences }) {
            guard mayPutUp(fence), let state = await state(of: fence) else { continue }
            // One look: who is still away is looked for at the next interval.
            var look = fence.step
            look.timeout = .zero
            switch await parts.executor.observe(look, of: state) {
            case .unreadable: continue
            case .initial: jobs.send(.fence(fence))
            case .intended(let text): await settle(fence, isFenced: true, text)
            case .foreign(let text): await settle(fence, isFenced: false, text)
            }
        }
    }

    /// Fences a member, unless that is no longer wanted.
    func putUp(_ fence: PendingFence) async {
        guard mayPutUp(fence), let state = await state(of: fence) else { return }
        switch await parts.executor.act(fence.step, of: state) {
        case .failed(let text), .answerLost(let text):
            logger.warning(
                "fence not put up",
                metadata: ["server": "\(fence.server)", "reason": "\(text)"]
            )
        case .foreign(let text): await settle(fence, isFenced: false, text)
        case .done:
            guard case .holds(let text) = await parts.executor.verify(fence.step, of: state) else {
                return
            }
            await settle(fence, isFenced: true, text)
        }
    }

    /// A live pool is never fenced, nor one to which a route is about to go.
    private func mayPutUp(_ fence: PendingFence) -> Bool {
        shared.withLock { state in
            guard !state.isRunning, state.history.pendingFences.contains(fence) else {
                return false
            }
            let pool = fence.move.from
            let isElsewhere = organisation.routes.filter { $0.kind != .media }.allSatisfy { route in
                state.holders[route.name]?.pool.map { $0 != pool } ?? false
            }
            return isElsewhere
                && !state.policy.openRequests.contains { $0.moves.contains { $0.to == pool } }
        }
    }

    private func state(of fence: PendingFence) async -> RunState? {
        do throws(JournalFailure) {
            return try await replay(fence.run)
        } catch {
            logger.error("journal cannot be read", metadata: ["reason": "\(error.message)"])
            return nil
        }
    }

    private func settle(_ fence: PendingFence, isFenced: Bool, _ detail: String) async {
        let record = AgentRecord.fenceSettled(
            fence.run,
            fence.step.id,
            isFenced: isFenced,
            detail: detail
        )
        // Not forgotten before that is on record.
        guard await note(record) == nil else { return }
        shared.withLock { $0.history.settle(fence) }
        await tell(
            fence,
            isFenced ? .info : .warning,
            isFenced
                ? "\(fence.server) came back and is fenced now, as run \(fence.run) wanted: \(detail)"
                : "\(fence.server) came back and is not fenced, because somebody else changed it:"
                    + " \(detail)"
        )
    }

    private func tell(_ fence: PendingFence, _ severity: Severity, _ sentence: String) async {
        await tell(
            Notice(
                .fencePending,
                severity,
                route: fence.move.route,
                pool: fence.move.from,
                request: RequestID(fence.run.number),
                sentence: sentence
            )
        )
    }
}
