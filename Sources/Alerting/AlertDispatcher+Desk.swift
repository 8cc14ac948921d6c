public import FailoverCore
public import FailoverEngine
import Logging

extension AlertDispatcher: AlertDesk {
    /// How hooks and heartbeat fare.
    public func state() async -> AlertingState {
        var depths: [String: OutboxDepth]?
        do throws(JournalFailure) {
            depths = try await store.depths(at: wallClock.now())
        } catch {
            logger.debug("outbox not counted", metadata: ["reason": "\(error.message)"])
        }
        let hooks = hookStates.map { state in
            var state = state
            state.depth = depths.map { $0[state.name] ?? OutboxDepth() }
            return state
        }
        return AlertingState(hooks: hooks, heartbeat: heartbeat?.state)
    }

    /// What people were told of that has not ended.
    ///
    /// - Throws: `JournalFailure` when it cannot be read.
    public func standing() async throws(JournalFailure) -> [Notice] {
        try await store.standing().map(\.alert.notice)
    }

    /// A run took a route away from a pool: nobody need be reminded any more of how that pool is.
    public func noteMoved(_ route: RouteName, from pool: FQDN) async {
        let subject = Subject(Notice(.routeDown, .critical, route: route, pool: pool, sentence: ""))
        do throws(JournalFailure) {
            try await store.calm(subject.name)
        } catch {
            logger.error("reminders not ended", metadata: ["reason": "\(error.message)"])
        }
    }

    /// Ends what people were told of, reminders included, by a last notice about it.
    ///
    /// - Throws: `JournalFailure` when it could not be written; it stands then.
    public func end(_ begun: Notice, by last: Notice) async throws(JournalFailure) {
        try await queue(
            AlertDraft(
                last,
                agent: agent,
                at: wallClock.now(),
                subject: Subject(begun).name,
                stage: .ends
            ),
            subscriptions
        )
    }

    /// Sends a test message by one hook, now and past the queue; nil when there is no such hook.
    public func test(_ name: String, by person: Person) async -> DeliveryResult? {
        guard let subscription = subscriptions.first(where: { $0.hook.name == name }) else {
            return nil
        }
        let now = wallClock.now()
        let alert = Alert(
            // No number of the journal's, so that no receiver takes it for a repetition.
            id: now.millisecondsSinceEpoch,
            at: now,
            agent: agent,
            notice: Notice(
                .test,
                .warning,
                sentence:
                    "TEST: \(person) tries the alert hook \"\(name)\". Nothing has happened, and "
                    + "nobody needs to do anything"
            )
        )
        return await subscription.deliver(alert)
    }

    /// Ends the reminders of what an alert is about, and tells who cares for it.
    ///
    /// - Returns: nil when it was done; else why not.
    public func acknowledge(_ alert: Int64, by person: Person, reason: String) async -> String? {
        do throws(JournalFailure) {
            guard let standing = try await store.standing(about: alert)?.alert else {
                return "there is no alert \(alert), or what it is about is over"
            }
            let about = standing.notice
            var notice = Notice(
                .alertAcknowledged,
                .info,
                route: about.route,
                pool: about.pool,
                request: about.request,
                sentence: "\(person) cares for alert \(standing.id) "
                    + "(\(AlertText(standing).headline)): \(reason)"
            )
            notice.name = about.name
            let draft = AlertDraft(
                notice,
                agent: agent,
                at: wallClock.now(),
                subject: standing.subject,
                stage: .acknowledged
            )
            try await queue(draft, subscriptions, about: [about])
            return nil
        } catch {
            return error.message
        }
    }
}
