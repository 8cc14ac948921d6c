/// Whether what a vantage sees can be believed.
public enum VantageState: Sendable, Hashable, Codable {
    /// It can.
    case sound
    /// It reaches nothing at all, its control targets neither: the fault is on its side.
    ///
    /// Nothing that it sees counts until it is over.
    case isolated(since: Instant)
    /// It slept, stalled, or its clock jumped: what it saw before no longer counts.
    case late(since: Instant)

    /// Whether evidence that comes in now counts.
    public var countsEvidence: Bool {
        switch self {
        case .sound, .late: true
        case .isolated: false
        }
    }

    /// Whether people have nothing to know of it.
    public var isSound: Bool { self == .sound }

    /// A stable word for JSON and metrics: `sound`, `isolated` or `late`.
    public var name: String {
        switch self {
        case .sound: "sound"
        case .isolated: "isolated"
        case .late: "late"
        }
    }

    /// Why nothing is said of a server, for the reason of a verdict; nil while it is sound.
    func inWords(of vantage: String) -> String? {
        switch self {
        case .sound: nil
        case .isolated: "\(vantage) is isolated: it reaches none of its control targets either"
        case .late: "\(vantage) stood still or its clock jumped: what it saw before does not count"
        }
    }
}
