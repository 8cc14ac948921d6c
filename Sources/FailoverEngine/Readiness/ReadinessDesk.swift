import FailoverCore

/// Notices about standbys wait for the day: nobody is woken for what can wait until morning.
///
/// At most one per pool of a route; what came and went at night is never told.
struct ReadinessDesk: Sendable {
    private struct Place: Hashable {
        var route: RouteName?
        var pool: FQDN?
    }

    private var waiting: [Place: Notice] = [:]
    /// What was last told of each place.
    private var told: [Place: NoticeCode] = [:]

    /// Takes a notice in; it is handed out when it is day.
    mutating func take(_ notice: Notice) {
        let place = Place(route: notice.route, pool: notice.pool)
        let standing = told[place] ?? .standbyReady
        waiting[place] = standing == notice.code ? nil : notice
    }

    /// What is to be told now, in a fixed order; nothing while it is night.
    mutating func handOut(isDay: Bool) -> [Notice] {
        guard isDay, !waiting.isEmpty else { return [] }
        let due = waiting.sorted { $0.value.sentence < $1.value.sentence }
        for (place, notice) in due { told[place] = notice.code }
        waiting = [:]
        return due.map(\.value)
    }
}
