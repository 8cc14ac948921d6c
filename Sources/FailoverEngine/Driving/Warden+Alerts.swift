public import FailoverCore
import Logging
import Synchronization

/// Alerts that people were told of: what stood before the start, and who cares for what.
extension Warden {
    /// How the places for alerts fare.
    public func alertingState() async -> AlertingState {
        await parts.alerts?.state() ?? AlertingState()
    }

    /// Sends a test message by one hook, now; nil when there is no such hook.
    public func testAlert(_ hook: String, by person: Person) async -> DeliveryResult? {
        guard let result = await parts.alerts?.test(hook, by: person) else { return nil }
        await note(
            .alertTested(
                hook: hook,
                by: person,
                isDelivered: result.isDelivered,
                detail: result.detail
            )
        )
        return result
    }

    /// Ends the reminders of what an alert is about: a person cares for it.
    public func acknowledge(
        _ alert: Int64,
        by person: Person,
        reason: String
    ) async -> OrderReply {
        guard let desk = parts.alerts else { return .refused("this agent sends no alerts") }
        if let refusal = await desk.acknowledge(alert, by: person, reason: reason) {
            return .refused(refusal)
        }
        await note(.alertAcknowledged(alert, by: person, reason: reason))
        return .accepted
    }

    /// Takes in what an agent before this one told and what has not ended: nothing is told twice,
    /// and nothing is left standing that is over.
    func takeUpAlerts() async {
        guard let desk = parts.alerts else { return }
        do throws(JournalFailure) {
            for notice in try await desk.standing() {
                if let what = unwatched(notice) {
                    try await drop(notice, what, desk)
                } else {
                    try await takeUp(notice)
                }
            }
        } catch {
            logger.error(
                "what people were told before is not known",
                metadata: ["reason": "\(error.message)"]
            )
        }
    }

    private func takeUp(_ notice: Notice) async throws(JournalFailure) {
        switch notice.code {
        case .standbyNotReady: shared.withLock { $0.readinessDesk.carry(notice) }
        case .dnsMismatch, .dnsDisagreement, .dnsUnresolved:
            guard let route = notice.route, let name = notice.name else { return }
            let finding = DNSFinding(
                code: notice.code,
                route: route,
                name: name,
                sentence: notice.sentence
            )
            shared.withLock { $0.findings.append(finding) }
        case .approvalWanted:
            // A plan that waited for an answer is made anew, if it is needed still; that it was
            // answered shows in the run's journal.
            guard let request = notice.request,
                try await journal.events(of: RunID(request.number)).isEmpty
            else { return }
            await tell(
                Notice(
                    .approvalWithdrawn,
                    .info,
                    route: notice.route,
                    pool: notice.pool,
                    request: request,
                    sentence:
                        "request \(request.number) ended with the agent's restart or reload: if it is "
                        + "still needed, you are asked again, under another number"
                )
            )
        case .isolated, .late:
            await tell(
                Notice(
                    .vantageSound,
                    .info,
                    sentence:
                        "\(parts.vantageLoop?.current.name ?? parts.name) started anew and judges "
                        + "afresh whether it can be believed"
                )
            )
        default: return
        }
    }
}

/// Alerts about what was taken out of the configuration: nobody would ever tell their end.
extension Warden {
    /// Ends what is watched no longer; when a run is over, so is what people were told of it.
    func dropUnwatchedAlerts() async {
        guard let desk = parts.alerts else { return }
        do throws(JournalFailure) {
            for notice in try await desk.standing() {
                if let what = unwatched(notice) { try await drop(notice, what, desk) }
            }
        } catch {
            // The next start tries again.
            logger.error("alerts not ended", metadata: ["reason": "\(error.message)"])
        }
    }

    /// What a notice is about and the configuration has no longer; nil when it still has it, and while
    /// a run of it keeps the lock.
    private func unwatched(_ notice: Notice) -> String? {
        if let route = notice.route.flatMap(organisation.route) {
            guard notice.code.isAboutPool, let pool = notice.pool, !route.pools.contains(pool)
            else { return nil }
            return "\(pool), of route \(route.name),"
        }
        if let request = notice.request, notice.code.isAboutRun {
            let hasRun = shared.withLock { $0.policy.hasRun(request) }
            return hasRun ? nil : "the route of request \(request)"
        }
        return notice.route.map { "route \($0)" }
    }

    private func drop(
        _ notice: Notice,
        _ what: String,
        _ desk: any AlertDesk
    ) async throws(JournalFailure) {
        var last = Notice(
            .noLongerWatched,
            .info,
            route: notice.route,
            pool: notice.pool,
            request: notice.request,
            sentence: "\(what) is not in the configuration any more, so nobody is reminded of this:"
                + " \(notice.sentence)"
        )
        last.name = notice.name
        log(last)
        try await desk.end(notice, by: last)
    }
}

extension NoticeCode {
    /// Whether it tells how a pool of a route is.
    fileprivate var isAboutPool: Bool {
        switch self {
        case .routeDown, .poolDegraded, .poolImpaired, .standbyDown, .standbyNotReady: true
        default: false
        }
    }

    /// Whether a run needs people.
    fileprivate var isAboutRun: Bool {
        switch self {
        case .personWanted, .stepFailed, .runStuck: true
        default: false
        }
    }
}
