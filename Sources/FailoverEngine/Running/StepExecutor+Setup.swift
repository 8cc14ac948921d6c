import FailoverCore

extension StepExecutor {
    /// A member that listens needs no Setup, unless it is to run anyway; whether one that was begun
    /// ran to its end, nothing tells.
    func observeSetup(
        _ server: FQDN,
        mustRun: Bool,
        _ step: Step,
        _ run: RunState
    ) async -> Observed {
        guard let pool = organisation.edgePools.first(where: { $0.has(server) }) else {
            return .unreadable("\(server) is not configured any more")
        }
        let listening = await checkListeners(server, pool, run)
        if !mustRun, run.attempts[step.id, default: 0] == 0, case .holds(let text) = listening {
            return .intended(text)
        }
        return .initial("nothing tells whether Setup ran on \(server). \(listening.detail)")
    }

    /// Runs Setup once; its exit code decides, and its log is named.
    func runSetup(_ server: FQDN, _ timeout: Duration) async -> ActResult {
        let result: CommandResult
        do {
            result = try await management.run(.runSetup, at: .edge(server), timeout: timeout)
        } catch {
            return error.mayHaveActed ? .answerLost(error.message) : .failed(error.message)
        }
        if let error = result.errors.first { return .failed("Setup on \(server): \(error)") }
        let answer = result.output.last
        let log =
            answer?["LogFile"].text.map { "its log is \($0) on \(server)" }
            ?? "it named no log"
        guard let code = answer?["ExitCode"].integer else {
            return .failed("Setup on \(server) said no exit code; \(log)")
        }
        guard code == 0 else {
            return .failed("Setup on \(server) ended with exit code \(code); \(log)")
        }
        let version = answer?["ProductVersion"].text.map { "; product version \($0)" } ?? ""
        return .done("Setup on \(server) ended with exit code 0; \(log)\(version)")
    }

    /// After Setup: the member listens where it should, and is not older than it was.
    func checkSetup(_ server: FQDN, _ timeout: Duration, _ run: RunState) async -> VerifyResult {
        guard let pool = organisation.edgePools.first(where: { $0.has(server) }) else {
            return .doesNot("\(server) is not configured any more")
        }
        let listening = await poll(timeout) { await checkListeners(server, pool, run) }
        guard case .holds(let first) = listening else { return listening }
        // The replica tells its version with its next report.
        let version = await poll(min(timeout, .seconds(60))) { await checkVersion(server, run) }
        guard case .holds(let second) = version else { return version }
        return .holds("\(first); \(second)")
    }

    func checkListeners(
        _ server: FQDN,
        _ pool: EdgePool,
        _ run: RunState
    ) async -> VerifyResult {
        // Media needs no port of federation.
        let moved = run.plan.moves.filter { $0.to == pool.fqdn && $0.kind != .media }
        let legs = moved.isEmpty ? [LegKind.sip] : moved.map(\.kind.leg)
        for leg in legs {
            let result = await checkProtocol(pool.fqdn, server, leg, run.opening)
            guard case .holds = result else { return result }
        }
        let ports = legs.map { "\(pool.port(for: $0))" }
        return .holds("\(server) answers on \(ports.joined(separator: " and "))")
    }

    func checkVersion(_ server: FQDN, _ run: RunState) async -> VerifyResult {
        func version(_ replicas: [ReplicaSnapshot]) -> String? {
            replicas.first { $0.server == server }?.productVersion
        }
        guard let before = version(run.opening.snapshot.replicas) else {
            return .holds("its product version before is not known")
        }
        do {
            let replicas = try await reader.replicas(at: endpoint(run.opening))
            guard let now = version(replicas) else {
                return .doesNot("\(server) does not report its product version")
            }
            guard !isOlder(now, than: before) else {
                return .doesNot(
                    "\(server) is at \(now) now and was at \(before): re-apply the cumulative update"
                )
            }
            return .holds("product version \(now)")
        } catch {
            return .doesNot(error.message)
        }
    }

    private func isOlder(_ version: String, than other: String) -> Bool {
        func parts(_ text: String) -> [Int] { text.split(separator: ".").map { Int($0) ?? 0 } }
        return parts(version).lexicographicallyPrecedes(parts(other))
    }
}
