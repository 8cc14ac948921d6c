import FailoverCore
import Synchronization

/// Judges standbys all the time, not only when they are needed.
extension Warden {
    /// How often what is known here already is looked at.
    private static let nearbyInterval: Duration = .seconds(30)
    /// How soon it is looked at again while the agent starts and has not probed every pool yet.
    private static let eagerness: Duration = .seconds(1)
    /// How soon machines are asked again of which something is wrong or unread: what passes by
    /// itself, as replicas that are behind after a publication, is soon over; what does not, doubles
    /// the time up to the second.
    private static let impatience: (first: Duration, last: Duration) = (.seconds(5), .seconds(120))

    /// Looks at what probes and the journal know, which takes no time and asks nobody.
    func watchReadinessNearby() async {
        guard let reader = parts.readiness else { return }
        let eagerUntil = clock.now() + Self.nearbyInterval
        var due = clock.now()
        await repeating(every: Self.eagerness) {
            guard clock.now() >= due else { return }
            await tellByDay()
            let drills = shared.withLock { $0.history.lastDrill }
            let news = reader.readNearby(lastDrill: drills)
            send(news)
            let isWhole = news.allSatisfy { $0.readiness[.certificate] != nil }
            let isEager = !isWhole && clock.now() < eagerUntil
            due = clock.now() + (isEager ? Self.eagerness : Self.nearbyInterval)
        }
    }

    /// Asks the machines, at a pace of their own.
    func watchReadinessRemotely() async {
        guard let reader = parts.readiness else { return }
        var due = clock.now()
        var patience = Self.impatience.first
        await repeating(every: Self.eagerness) {
            guard clock.now() >= due, mayRead else { return }
            let news = await reader.readRemotely { self.mayRead }
            send(news)
            let isWell = !news.isEmpty && news.allSatisfy { $0.isWell }
            let pace = reader.settings.every * parts.jitter()
            due = clock.now() + (isWell ? pace : min(pace, patience))
            patience = isWell ? Self.impatience.first : min(patience * 2, Self.impatience.last)
        }
    }

    /// Runs and plans go first: they want the same machines.
    private var mayRead: Bool {
        !parts.stop.isRaised && shared.withLock { !$0.isRunning && !$0.policy.isPlanning }
    }

    private func send(_ news: [ReadinessReader.News]) {
        for item in news { post(.event(.readiness(item.route, item.pool, item.readiness))) }
    }

    /// Hands out what waited for the day.
    func tellByDay() async {
        settleCarried()
        let isDay = parts.readiness?.settings.isDay(at: wallClock.now(), parts.zones) ?? true
        for notice in shared.withLock({ $0.readinessDesk.handOut(isDay: isDay) }) {
            await tell(notice)
        }
    }
}

extension Warden {
    /// The policy begins anew with each start, and says nothing of a standby that is ready from the
    /// first; people who were told before that it is not are told of that, too.
    private func settleCarried() {
        let now = clock.now()
        shared.withLock { state in
            for place in state.readinessDesk.carried {
                guard let route = place.route, organisation.route(route) != nil else { continue }
                let standbys = state.policy.status(of: route, at: now).readiness
                guard let standby = standbys.first(where: { $0.pool == place.pool }),
                    standby.canTakeOver
                else { continue }
                state.readinessDesk.take(
                    Notice(
                        .standbyReady,
                        .info,
                        route: route,
                        pool: standby.pool,
                        sentence:
                            "\(standby.pool.host), on standby for route \(route), could take over"
                            + " now, as far as can be told without doing it"
                    )
                )
            }
        }
    }
}

extension ReadinessReader.News {
    /// Whether everything was read and nothing is wrong.
    fileprivate var isWell: Bool {
        let remote: [ReadinessItem] = [.management, .rights, .replication, .dnsPermission]
        return remote.allSatisfy { item in
            switch readiness[item]?.state {
            case .ready, .notNeeded: true
            case .notReady, .notKnown, nil: false
            }
        }
    }
}

extension NoticeCode {
    /// Whether nobody is to be woken for it.
    var waitsForDay: Bool { self == .standbyNotReady || self == .standbyReady }
}
