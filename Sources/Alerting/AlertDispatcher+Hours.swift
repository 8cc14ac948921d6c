import FailoverCore
import FailoverEngine
import Logging

/// What comes with time: reminders, and the ends of quiet hours.
extension AlertDispatcher {
    /// How late a reminder or the end of quiet hours may be noticed.
    private static let hoursAreKept: Duration = .seconds(10)

    /// Reminds people, and wakes hooks whose quiet hours are over, until the task is cancelled.
    func keepHours() async {
        // As if it had been night until now: what the night held back may be due at the start.
        var quiet = Set(bells.keys)
        var isFailing = false
        while !Task.isCancelled {
            if let every = limits.remindEvery { await remind(every, &isFailing) }
            let now = wallClock.now()
            let stillQuiet = Set(
                subscriptions.filter { $0.quietUntil?(now) != nil }.map(\.hook.name)
            )
            for name in quiet.subtracting(stillQuiet) { bells[name]?.ring() }
            quiet = stillQuiet
            try? await clock.sleep(until: clock.now() + Self.hoursAreKept)  // cancelled: it ends
        }
    }

    /// What goes on failing is logged once.
    private func remind(_ every: Duration, _ isFailing: inout Bool) async {
        let now = wallClock.now()
        do throws(JournalFailure) {
            for standing in try await store.standing() {
                guard let last = standing.remindedAt else { continue }
                // One from the future was written before the clock was set back.
                guard now - last >= every || last > now else { continue }
                try await queue(reminder(of: standing.alert, every, at: now), subscriptions)
            }
            isFailing = false
        } catch {
            if !isFailing {
                logger.error("reminders not queued", metadata: ["reason": "\(error.message)"])
            }
            isFailing = true
        }
    }

    private func reminder(of alert: Alert, _ every: Duration, at now: Timestamp) -> AlertDraft {
        var notice = alert.notice
        notice.sentence =
            "still so, since \(alert.at): \(notice.sentence). You are reminded every "
            + "\(every.inWords) until it is over, or somebody says: edgewarden ack --alert "
            + "\(alert.id) --reason …"
        return AlertDraft(
            notice,
            agent: agent,
            at: now,
            subject: alert.subject,
            stage: .begins,
            reminds: alert.id
        )
    }
}
