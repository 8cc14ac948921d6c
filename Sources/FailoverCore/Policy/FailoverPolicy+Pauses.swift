/// Pauses and maintenances: nothing automatic happens, and people are told what would.
extension FailoverPolicy {
    /// The pauses and maintenances in force, everything's first.
    public func pauseStatuses(at now: Instant) -> [PauseStatus] {
        pauses.all.filter { !$0.pause.isOver(at: now) }.map { coverage, pause in
            PauseStatus(
                coverage: coverage,
                until: pause.until,
                isMaintenance: pause.isMaintenance,
                by: pause.by,
                reason: pause.reason
            )
        }
    }

    /// The servers whose probes do not count towards their pools' verdicts.
    public func serversInMaintenance(at now: Instant) -> Set<FQDN> { pauses.servers(at: now) }

    /// The maintenance of a pool; nil when there is none.
    func maintenance(of pool: FQDN, at now: Instant) -> Pause? {
        pauses.covering(pool: pool, at: now)
    }

    mutating func paused(_ coverage: Coverage, _ pause: Pause, at now: Instant) {
        pauses[coverage] = pause
        let end = pause.until.map { "for \(($0 - now).inWords)" } ?? "until it is resumed"
        let words = "\(pause.inWords), \(end)"
        switch coverage {
        case .everything, .route:
            tellPause(coverage, "automatic action on \(coverage.inWords) is \(words)")
        case .pool:
            tellPause(
                coverage,
                "\(coverage.inWords) is \(words): nothing is done about it, and nothing moves to it "
                    + "by itself"
            )
        case .server:
            tellPause(
                coverage,
                "\(coverage.inWords) is \(words): it does not count towards its pool's verdicts"
            )
        }
    }

    mutating func tellExpiredPauses(at now: Instant) {
        for (coverage, pause) in pauses.removeExpired(at: now) {
            let what = pause.isMaintenance ? "maintenance" : "pause"
            tellPause(
                coverage,
                "the \(what) of \(coverage.inWords) is over" + stillPaused(after: coverage)
            )
        }
    }

    mutating func resumed(_ coverage: Coverage, by person: Person) {
        let pause = pauses[coverage]
        pauses[coverage] = nil
        let words =
            pause?.isMaintenance == true
            ? "\(person) ended the maintenance of \(coverage.inWords)"
            : "\(person) allowed automatic action on \(coverage.inWords) again"
        tellPause(coverage, words + stillPaused(after: coverage))
    }

    /// A pause of everything and one of a route are apart: ending one leaves the other.
    private func stillPaused(after coverage: Coverage) -> String {
        let left = pauses.all.filter { other, _ in
            switch (coverage, other) {
            case (.everything, _), (_, .everything): true
            default: false
            }
        }
        guard !left.isEmpty else { return "" }
        let list = left.map { "\($0.coverage.inWords) \($0.pause.inWords)" }
        return "; still paused: " + list.joined(separator: ", ")
    }

    private mutating func tellPause(_ coverage: Coverage, _ sentence: String) {
        var notice = Notice(.pauseChanged, .info, sentence: sentence)
        switch coverage {
        case .route(let route): notice.route = route
        case .pool(let pool): notice.pool = pool
        case .everything, .server: break
        }
        outbox.append(.notify(notice))
    }

    /// Why that cannot be paused or ended now; nil when it can.
    ///
    /// Which pools and servers there are, the driver knows.
    func canResume(_ coverage: Coverage) -> Refusal? {
        guard pauses[coverage] == nil else { return nil }
        switch coverage {
        case .everything: return Refusal(.notPaused, "there is no pause for everything")
        case .route(let route):
            return Refusal(.notPaused, "route \(route) is not paused by itself")
        case .pool, .server:
            return Refusal(.notPaused, "\(coverage.inWords) is not in maintenance")
        }
    }

    /// What would be done if nothing were paused, to follow a sentence; empty when nothing would.
    func withoutPauseWords(_ state: RouteState, at now: Instant) -> String {
        switch unhindered(state, at: now) {
        case .act(let wanted, .automatic):
            "; without that, the move to \(wanted.to.host) would begin"
        case .act(let wanted, .ask), .tell(let wanted):
            "; without that, the move to \(wanted.to.host) would be asked for"
        case .wait(.confirmation, let until), .wait(.impairment, let until):
            "; without that, a failover would be due in \((until - now).inWords)"
        case .wait(_, let until):
            "; without that, a failback would be due in \((until - now).inWords) at the earliest"
        case .blocked(.noTarget):
            "; without that, nothing could be done either: "
                + noTargetWords(
                    of: state,
                    awayFrom: state.holder.presumed(home: state.route.home)
                )
        case .rest, .blocked(.holderNotRead): ""
        }
    }
}
