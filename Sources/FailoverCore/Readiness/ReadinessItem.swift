/// What is looked at, all the time, to know whether a pool could take a route over.
public enum ReadinessItem: String, Sendable, Hashable, Codable, CaseIterable, Comparable,
    CodingKeyRepresentable
{
    /// The probes of the very legs that the route needs.
    case legs
    /// The certificates that its members show, also those that expire soon.
    case certificate
    /// A Front End and, where they are configured, its Edge servers can be managed.
    case management
    /// The cmdlets and parameters that a run needs may be used there.
    case rights
    /// The configuration store reaches it.
    case replication
    /// The zones that a run changes take our updates.
    case dnsPermission = "dns_permission"
    /// The last drill, there and back; its reading is as old as the drill.
    case drill

    /// As sentences name it.
    public var inWords: String {
        switch self {
        case .legs: "probes"
        case .certificate: "certificate"
        case .management: "management"
        case .rights: "rights"
        case .replication: "replication"
        case .dnsPermission: "DNS permission"
        case .drill: "drill"
        }
    }

    /// Orders as the list above has them.
    public static func < (left: ReadinessItem, right: ReadinessItem) -> Bool {
        left.place < right.place
    }

    private var place: Int { ReadinessItem.allCases.firstIndex(of: self) ?? 0 }
}

/// What was read of one item.
public struct ReadinessReading: Sendable, Hashable, Codable {
    /// What was found.
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// All is as it should be.
        case ready
        /// Something is wrong.
        case notReady = "not_ready"
        /// It could not be told.
        case notKnown = "not_known"
        /// Nothing of the kind is configured, so that nothing can be wrong with it.
        case notNeeded = "not_needed"
    }

    /// What was found.
    public var state: State
    /// Why, in words; never empty.
    public var reason: String
    /// When it was read; of a drill, when that ended.
    public var at: Instant

    /// Makes a reading.
    public init(_ state: State, _ reason: String, at: Instant) {
        self.state = state
        self.reason = reason
        self.at = at
    }
}

/// Everything that was read of one pool for one route; what is missing was never read.
public struct Readiness: Sendable, Hashable, Codable {
    /// The readings, by item.
    public private(set) var readings: [ReadinessItem: ReadinessReading]

    /// Takes readings.
    public init(_ readings: [ReadinessItem: ReadinessReading] = [:]) { self.readings = readings }

    /// The reading of one item; nil when it was never read.
    public subscript(item: ReadinessItem) -> ReadinessReading? {
        get { readings[item] }
        set { readings[item] = newValue }
    }

    /// Takes newer readings in; what they say nothing of stays.
    public mutating func take(_ newer: Readiness) {
        readings.merge(newer.readings) { $1 }
    }

    /// Every item read as ready or not needed at that instant: for estates that watch nothing, and
    /// for tests.
    public static func ready(at now: Instant) -> Readiness {
        Readiness(
            Dictionary(
                uniqueKeysWithValues: ReadinessItem.allCases.filter { $0 != .legs }
                    .map { ($0, ReadinessReading(.ready, "\($0.inWords) is well", at: now)) }
            )
        )
    }
}
