import FailoverCore
import Synchronization

/// Reads the failback windows off the wall clock.
extension Warden {
    /// The windows whose standing is another than the policy was told, and whether one opened or
    /// closed; nil when there is nothing to tell.
    ///
    /// The wall clock is read anew each time, for somebody may set it; all of them go in one event, so
    /// that routes whose windows open together go home together.
    func windowNews() -> (standings: [RouteName: WindowStanding], isNews: Bool)? {
        let windows = organisation.routes.compactMap { route in
            route.failback.window.map { (route.name, $0) }
        }
        guard !windows.isEmpty else { return nil }
        let wall = wallClock.now()
        let now = clock.now()
        var standings: [RouteName: WindowStanding] = [:]
        for (route, window) in windows {
            let rules = parts.zones(window.zone, wall)
            standings[route] =
                rules.map { WindowStanding(window, $0, at: wall, now: now) } ?? .closed(until: nil)
        }
        return shared.withLock { state in
            let news = standings.filter { route, standing in
                // A second's drift between two clocks is no news.
                state.windows[route].map { !standing.isLike($0, within: .seconds(1)) } ?? true
            }
            guard !news.isEmpty else { return nil }
            let isNews = news.contains { route, standing in
                standing.isOpen(at: now) != (state.windows[route]?.isOpen(at: now) ?? false)
            }
            return (news, isNews)
        }
    }
}
