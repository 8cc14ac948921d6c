/// Why a route is held by a pool that is not its home.
public enum DisplacementCause: String, Sendable, Hashable, Codable, CaseIterable {
    /// A run of ours, for a *down* verdict: the only cause that the policy takes back by itself.
    case downVerdict = "down_verdict"
    /// A person moved it: it stays until a person orders it back.
    case ordered
    /// It was there when the agent first looked.
    case found
}

/// Where a route is, and why when it is not at home.
public struct Place: Sendable, Hashable, Codable {
    /// The pool that holds the route.
    public var pool: FQDN
    /// Why it is there; nil at home.
    public var cause: DisplacementCause?

    /// Makes a place.
    public init(pool: FQDN, cause: DisplacementCause?) {
        self.pool = pool
        self.cause = cause
    }
}

/// What is known of who holds a route: readings held against what our runs and the start
/// established.
enum Holder: Sendable, Hashable {
    /// Not read since the start, or since a person freed the lock of a stopped run.
    case unread(expected: Place?)
    /// Read, and as established.
    case known(Place)
    /// The latest reading failed; what was established before.
    case unreadable(expected: Place?, reason: String)
    /// It changed without a run of ours, or is none of the route's pools.
    case foreign(expected: Place?, found: FQDN?, words: String)

    /// Whether it was read, and is as established.
    var isKnown: Bool { if case .known = self { true } else { false } }

    /// What our runs and the start established.
    var expected: Place? {
        switch self {
        case .known(let place): place
        case .unread(let expected), .unreadable(let expected, _), .foreign(let expected, _, _):
            expected
        }
    }

    /// The pool that most likely carries the route now, for alerts and status, never for acting.
    func presumed(home: FQDN) -> FQDN {
        switch self {
        case .foreign(let expected, let found, _): found ?? expected?.pool ?? home
        case .known, .unread, .unreadable: expected?.pool ?? home
        }
    }

    /// What a new reading makes of it.
    ///
    /// With nothing established, the first reading that names a pool of the route is taken as it
    /// is. A failed reading doesn't clear a foreign one.
    func after(_ reading: HolderReading, of route: FederationRoute) -> Holder {
        switch (reading, self) {
        case (.unknown, .foreign): return self
        case (.unknown(let reason), _): return .unreadable(expected: expected, reason: reason)
        case (.foreign(let words), _):
            return .foreign(expected: expected, found: nil, words: words)
        case (.pool(let pool), _):
            if let expected {
                if expected.pool == pool { return .known(expected) }
            } else if route.pools.contains(pool) {
                return .known(Place(pool: pool, cause: pool == route.home ? nil : .found))
            }
            let found = route.pools.contains(pool) ? pool : nil
            return .foreign(expected: expected, found: found, words: pool.name)
        }
    }
}
