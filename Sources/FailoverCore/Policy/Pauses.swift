/// A person's word that nothing automatic is to happen.
struct Pause: Sendable, Hashable {
    /// Nil for until further notice.
    var until: Instant?
    var by: Person
    var reason: String

    /// `paused by anna: maintenance`.
    var inWords: String { reason.isEmpty ? "paused by \(by)" : "paused by \(by): \(reason)" }

    func isOver(at now: Instant) -> Bool { until.map { $0 <= now } ?? false }
}

/// The pauses of routes, and of everything.
struct Pauses: Sendable, Hashable {
    /// Keyed by route; nil is everything.
    private(set) var byRoute: [RouteName?: Pause] = [:]

    /// The pause that covers a route: everything's, else its own.
    func covering(_ route: RouteName, at now: Instant) -> Pause? {
        [byRoute[nil], byRoute[route]].compactMap { $0 }.first { !$0.isOver(at: now) }
    }

    subscript(route: RouteName?) -> Pause? {
        get { byRoute[route] }
        set { byRoute[route] = newValue }
    }

    /// Those whose end has come, in a fixed order, removed.
    mutating func removeExpired(at now: Instant) -> [RouteName?] {
        let over = byRoute.filter { $0.value.isOver(at: now) }.keys.sorted(by: Pauses.order)
        for route in over { byRoute[route] = nil }
        return over
    }

    /// All of them in a fixed order, everything's first.
    var all: [(route: RouteName?, pause: Pause)] {
        byRoute.sorted { Pauses.order($0.key, $1.key) }.map { (route: $0.key, pause: $0.value) }
    }

    private static func order(_ left: RouteName?, _ right: RouteName?) -> Bool {
        switch (left, right) {
        case (nil, nil), (_, nil): false
        case (nil, _): true
        case (let left?, let right?): left < right
        }
    }
}
