import FailoverCore

/// Notices about standbys wait for the day: nobody is woken for what can wait until morning.
///
/// At most one per pool of a route; what came and went at night is never told.
struct ReadinessDesk: Sendable {
    struct Place: Hashable {
        var route: RouteName?
        var pool: FQDN?

        init(_ notice: Notice) { (route, pool) = (notice.route, notice.pool) }
    }

    private var waiting: [Place: Notice] = [:]
    /// What was last told of each place.
    private var told: [Place: NoticeCode] = [:]
    /// Places that were told of before the agent's start, and of which nothing was heard since.
    private(set) var carried: Set<Place> = []

    /// Takes a notice in; it is handed out when it is day.
    mutating func take(_ notice: Notice) {
        let place = Place(notice)
        carried.remove(place)
        let standing = told[place] ?? .standbyReady
        waiting[place] = standing == notice.code ? nil : notice
    }

    /// Takes in that people were told of a standby before the agent's start.
    mutating func carry(_ notice: Notice) {
        told[Place(notice)] = notice.code
        carried.insert(Place(notice))
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
