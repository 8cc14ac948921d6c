/// How much evidence a verdict needs, and how long evidence lasts.
public struct HealthSettings: Sendable, Hashable, Codable {
    /// Failed probes that make a server down, unless clean ones heal them before; at least 1,
    /// default 3.
    public var fall: Int
    /// Clean probes in a row that bring a server up again that failed; at least 1, default 5.
    public var rise: Int
    /// Clean probes in a row after which earlier failures no longer count; at least 1, default 2.
    ///
    /// With 1 only failures in a row count. More than 1 catches a server that answers now and then.
    public var okReset: Int
    /// How long the last conclusive probe counts; default 30 seconds.
    ///
    /// Older evidence makes the server *unknown*, never down. Several probe intervals and time-outs
    /// should fit in.
    public var staleAfter: Duration
    /// How many vantages watch; at least 1, default 1.
    public var vantages: Int
    /// How many of them must say *down*; default a majority.
    public var quorum: Quorum

    /// Makes the settings.
    public init(
        fall: Int = 3,
        rise: Int = 5,
        okReset: Int = 2,
        staleAfter: Duration = .seconds(30),
        vantages: Int = 1,
        quorum: Quorum = .majority
    ) {
        precondition(fall >= 1 && rise >= 1, "fall and rise count probes: at least one each")
        precondition(okReset >= 1, "ok_reset counts probes: at least one")
        precondition(staleAfter > .zero, "evidence must count for some time")
        precondition(vantages >= 1, "somebody must watch")
        self.fall = fall
        self.rise = rise
        self.okReset = okReset
        self.staleAfter = staleAfter
        self.vantages = vantages
        self.quorum = quorum
    }
}

/// How many of the configured vantages have to say *down*, so that a server is.
public enum Quorum: Sendable, Hashable, Codable {
    /// More than half of them.
    case majority
    /// Every one of them.
    case all
    /// One is enough.
    case any
    /// That many; at least 1. More than there are vantages is never reached.
    case count(Int)

    /// The number needed of so many configured vantages; at least 1.
    public func needed(of vantages: Int) -> Int {
        switch self {
        case .majority: vantages / 2 + 1
        case .all: max(vantages, 1)
        case .any: 1
        case .count(let count): max(count, 1)
        }
    }
}
