/// How long runs wait until a published topology has arrived at the servers that need it:
/// `policy.replication`.
public struct ReplicationPatience: Sendable, Hashable, Codable {
    /// When one replication is forced to those that still lack it; default 5 minutes, less than
    /// the time-out.
    public var forceAfter: Duration
    /// When the run stops and tells people; default 15 minutes.
    public var timeout: Duration

    /// Makes a patience.
    public init(forceAfter: Duration = .seconds(300), timeout: Duration = .seconds(900)) {
        self.forceAfter = forceAfter
        self.timeout = timeout
    }

    /// When one replication is forced in a gate of that length.
    ///
    /// A run keeps the time-out of its plan. When the configuration has changed since, the same share
    /// of it goes by first.
    public func forceAfter(in gate: Duration) -> Duration {
        guard gate != timeout else { return forceAfter }
        let whole = max(1, timeout.wholeMilliseconds)
        return .milliseconds(gate.wholeMilliseconds * forceAfter.wholeMilliseconds / whole)
    }
}
