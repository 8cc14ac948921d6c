/// How much evidence a verdict needs, and how long evidence lasts.
public struct HealthSettings: Sendable, Hashable, Codable {
    /// Failed probes in a row that make a server down; at least 1, default 3.
    public var fall: Int
    /// Clean probes in a row that bring a server up again that failed; at least 1, default 5.
    public var rise: Int
    /// How long the last conclusive probe counts; default 30 seconds.
    ///
    /// Older evidence makes the server *unknown*, never down. Several probe intervals and time-outs
    /// should fit in.
    public var staleAfter: Duration

    /// Makes the settings.
    public init(fall: Int = 3, rise: Int = 5, staleAfter: Duration = .seconds(30)) {
        precondition(fall >= 1 && rise >= 1, "fall and rise count probes: at least one each")
        precondition(staleAfter > .zero, "evidence must count for some time")
        self.fall = fall
        self.rise = rise
        self.staleAfter = staleAfter
    }
}
