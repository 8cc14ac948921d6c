import FailoverCore

extension StepExecutor {
    /// An answer or a refusal shows that the way is open; silence does not.
    ///
    /// Members that were dead when the run began don't count.
    func checkPath(_ poolName: FQDN, _ leg: LegKind, _ run: RunOpening) async -> VerifyResult {
        guard let pool = organisation.edgePool(poolName) else {
            return .doesNot("\(poolName) is not configured any more")
        }
        let dead = run.snapshot.deadMembers
        for server in pool.servers where !dead.contains(server.fqdn) {
            guard let target = probers.target(server, pool, leg, as: .tcp) else {
                return .doesNot("\(server.fqdn) has no address to probe")
            }
            let outcome = await probers.probe(target)
            switch outcome.finding {
            case .answered, .refused, .reset, .closedEarly: continue
            default: return .doesNot(outcome.reason)
            }
        }
        return .holds("the way to port \(pool.port(for: leg)) of every member is open")
    }

    /// Every member that lived when the run began must answer, and at least one.
    ///
    /// Where none of them answered this leg, it is just what the run brings up: then every member
    /// counts that answered anything.
    func checkProtocol(
        _ poolName: FQDN,
        _ only: FQDN?,
        _ leg: LegKind,
        _ run: RunOpening
    ) async -> VerifyResult {
        guard let pool = organisation.edgePool(poolName) else {
            return .doesNot("\(poolName) is not configured any more")
        }
        if leg == .media, pool.servers.allSatisfy(\.mediaAddresses.isEmpty) {
            return .holds("not looked at: \(poolName) has no media addresses in the configuration")
        }
        let before = run.snapshot.members.filter { $0.kind == leg && pool.has($0.server) }
        let wasSilent = before.allSatisfy { $0.liveness == .dead }
        let dead =
            wasSilent
            ? run.snapshot.deadMembers
            : Set(before.filter { $0.liveness == .dead }.map(\.server))
        var answered: [String] = []
        var silent: [String] = []
        for server in pool.servers where only == nil || server.fqdn == only {
            guard let aim = probers.aim(server, pool, leg) else {
                return .doesNot("\(server.fqdn) has no address to probe")
            }
            let outcome = await probers.probe(aim)
            if outcome.liveness == .alive {
                answered.append(server.fqdn.host)
            } else if only != nil || !dead.contains(server.fqdn) {
                return .doesNot(outcome.reason)
            } else {
                silent.append(outcome.reason)
            }
        }
        guard !answered.isEmpty else {
            silent.insert("no member of \(poolName) answers \(leg.label)", at: 0)
            return .doesNot(silent.joined(separator: "; "))
        }
        return .holds("\(answered.joined(separator: ", ")) answer \(leg.label)")
    }

    /// Answers all the time, for that long; a break begins it anew.
    func soak(
        _ pool: FQDN,
        _ leg: LegKind,
        _ duration: Duration,
        within timeout: Duration,
        _ run: RunOpening
    ) async -> VerifyResult {
        let deadline = clock.now() + max(timeout, duration)
        let interval = max(pollInterval, .seconds(5))
        var since: Instant?
        var breaks = 0
        var lastBreak = ""
        while true {
            let result = await checkProtocol(pool, nil, leg, run)
            let now = clock.now()
            switch result {
            case .holds(let text):
                let begun = since ?? now
                since = begun
                if now - begun >= duration {
                    return .holds("\(text), for \(duration.inWords) without a break")
                }
            case .doesNot(let text):
                if since != nil { breaks += 1 }
                since = nil
                lastBreak = text
            }
            let words = lastBreak.isEmpty ? "" : "; \(breaks) breaks, the last: \(lastBreak)"
            let text =
                "\(leg.label) of \(pool) did not answer for \(duration.inWords) without a break"
                + words
            // Once it cannot come true in time, waiting is no use.
            guard !isInterrupted, (since ?? now) + duration <= deadline else {
                return .doesNot(text)
            }
            do {
                try await clock.sleep(until: min(now + interval, (since ?? now) + duration))
            } catch {
                return .doesNot("the agent is stopping; \(text)")
            }
        }
    }
}
