import FailoverCore
import Synchronization

/// Whether resolvers take over what runs wrote, watched without the lock (runbooks, A, verify).
extension Warden {
    /// Asks the resolvers, and tells once per run that they have the new data or do not get it.
    func followUpConvergence() async {
        guard let watch = parts.resolverWatch else { return }
        for convergence in pendingConvergences {
            let readings = await watch.look(convergence)
            // A run may have begun or ended while they were asked: then it is old news.
            guard pendingConvergences.contains(convergence) else { continue }
            let age = age(of: convergence)
            let lags = convergence.lags(in: readings)
            if lags.isEmpty {
                await settle(
                    convergence,
                    isConverged: true,
                    "\(age.inWords) after its end all resolvers that are asked have the DNS data"
                        + " that run \(convergence.run) wrote"
                        + " (\(watch.resolvers.map(\.description).joined(separator: ", ")))"
                )
            } else if age > convergence.allowance {
                await settle(
                    convergence,
                    isConverged: false,
                    "\(age.inWords) after its end not all resolvers have the DNS data that run"
                        + " \(convergence.run) wrote, although the old data's time to live and 10 %"
                        + " have passed: \(lags.joined(separator: "; ")). Whoever asks them is not"
                        + " led to the new pool: have their caches flushed, or see why they keep it"
                )
            }
        }
    }

    /// None while a run may be changing DNS again.
    private var pendingConvergences: [Convergence] {
        shared.withLock { $0.isRunning ? [] : $0.history.convergences }
    }

    /// How long ago the run ended.
    ///
    /// The wall clock is asked when the run is first seen, since a restart may lie between; from then
    /// on only the clock for intervals counts.
    private func age(of convergence: Convergence) -> Duration {
        let now = clock.now()
        let past = max(.zero, wallClock.now() - convergence.endedAt)
        return shared.withLock { state in
            let end = state.endsOfRuns[convergence.run] ?? now + (.zero - past)
            let followed = Set(state.history.convergences.map(\.run))
            state.endsOfRuns[convergence.run] = end
            state.endsOfRuns = state.endsOfRuns.filter { followed.contains($0.key) }
            return now - end
        }
    }

    private func settle(
        _ convergence: Convergence,
        isConverged: Bool,
        _ sentence: String
    ) async {
        let record = AgentRecord.convergenceSettled(
            convergence.run,
            isConverged: isConverged,
            detail: sentence
        )
        // Not forgotten before that is on record: a restart would tell it again.
        guard await note(record) == nil else { return }
        shared.withLock { state in
            state.history.settle(convergence)
            state.endsOfRuns[convergence.run] = nil
        }
        await tell(
            Notice(
                isConverged ? .dnsConverged : .dnsNotConverged,
                isConverged ? .info : .warning,
                route: convergence.move?.route,
                pool: convergence.move?.to,
                request: RequestID(convergence.run.number),
                sentence: sentence
            )
        )
    }
}
