/// What a pause or a maintenance covers.
public enum Coverage: Sendable, Hashable, Codable, Comparable {
    /// Every route.
    case everything
    /// A route.
    case route(RouteName)
    /// An Edge pool: nothing is done about it, and nothing moves to it by itself.
    case pool(FQDN)
    /// An Edge server: it is left out of the verdicts on its pool.
    case server(FQDN)

    /// `all routes`, `route sip`, `edgepool1`, for sentences.
    public var inWords: String {
        switch self {
        case .everything: "all routes"
        case .route(let route): "route \(route)"
        case .pool(let pool): pool.host
        case .server(let server): server.host
        }
    }
}

/// A person's word that nothing automatic is to happen.
struct Pause: Sendable, Hashable {
    /// Nil for until further notice; a maintenance always has an end.
    var until: Instant?
    var by: Person
    var reason: String
    /// Whether it is a planned maintenance.
    var isMaintenance = false

    /// `paused by anna: works`, `in maintenance by anna: works`.
    var inWords: String {
        let what = isMaintenance ? "in maintenance" : "paused"
        return reason.isEmpty ? "\(what) by \(by)" : "\(what) by \(by): \(reason)"
    }

    /// The same with its end: `in maintenance by anna for another 50m: works`.
    func inWords(at now: Instant) -> String {
        var words = "\(isMaintenance ? "in maintenance" : "paused") by \(by)"
        if let until { words += " for another \((until - now).inWords)" }
        return reason.isEmpty ? words : "\(words): \(reason)"
    }

    func isOver(at now: Instant) -> Bool { until.map { $0 <= now } ?? false }
}

/// The pauses and maintenances of routes, pools and servers, and of everything.
struct Pauses: Sendable, Hashable {
    private var byCoverage: [Coverage: Pause] = [:]

    /// The pause that covers a route: everything's, else its own.
    func covering(_ route: RouteName, at now: Instant) -> Pause? {
        current(.everything, at: now) ?? current(.route(route), at: now)
    }

    /// The maintenance of a pool by itself.
    func covering(pool: FQDN, at now: Instant) -> Pause? { current(.pool(pool), at: now) }

    /// The servers in maintenance.
    func servers(at now: Instant) -> Set<FQDN> {
        Set(
            byCoverage.compactMap { coverage, pause in
                guard case .server(let server) = coverage, !pause.isOver(at: now) else {
                    return nil
                }
                return server
            }
        )
    }

    private func current(_ coverage: Coverage, at now: Instant) -> Pause? {
        byCoverage[coverage].flatMap { $0.isOver(at: now) ? nil : $0 }
    }

    subscript(coverage: Coverage) -> Pause? {
        get { byCoverage[coverage] }
        set { byCoverage[coverage] = newValue }
    }

    /// Those whose end has come, in a fixed order, removed.
    mutating func removeExpired(at now: Instant) -> [(coverage: Coverage, pause: Pause)] {
        let over = all.filter { $0.pause.isOver(at: now) }
        for entry in over { byCoverage[entry.coverage] = nil }
        return over
    }

    /// All of them in a fixed order, everything's first.
    var all: [(coverage: Coverage, pause: Pause)] {
        byCoverage.sorted { $0.key < $1.key }.map { (coverage: $0.key, pause: $0.value) }
    }
}

/// A pause or maintenance as people see it.
public struct PauseStatus: Sendable, Hashable {
    /// What it covers.
    public var coverage: Coverage
    /// When it ends; nil for a pause until further notice.
    public var until: Instant?
    /// Whether it is a planned maintenance.
    public var isMaintenance: Bool
    /// Who said so.
    public var by: Person
    /// Why.
    public var reason: String
}

extension Coverage {
    /// What a pause of a route covers, or, without a route, of everything.
    init(_ route: RouteName?) { self = route.map(Coverage.route) ?? .everything }
}
