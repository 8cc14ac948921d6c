/// What a time zone's clocks show over a stretch of time, as read from the machine's zone data.
public struct ZoneRules: Sendable, Hashable {
    /// A change of the offset.
    public struct Transition: Sendable, Hashable {
        /// The first moment of the new offset.
        public var at: Timestamp
        /// Seconds that local time is ahead of UTC from then on; negative west of Greenwich.
        public var offsetSeconds: Int

        /// Makes a transition.
        public init(at: Timestamp, offsetSeconds: Int) {
            self.at = at
            self.offsetSeconds = offsetSeconds
        }
    }

    /// The offset before the first transition, in seconds ahead of UTC.
    public var offsetSeconds: Int
    /// The changes, oldest first.
    public var transitions: [Transition]

    /// Makes rules; without transitions the offset holds for ever.
    public init(offsetSeconds: Int, transitions: [Transition] = []) {
        self.offsetSeconds = offsetSeconds
        self.transitions = transitions.sorted { $0.at < $1.at }
    }

    /// Coordinated universal time.
    public static let utc = ZoneRules(offsetSeconds: 0)

    /// The offset at that moment.
    func offsetSeconds(at time: Timestamp) -> Int {
        transitions.last { $0.at <= time }?.offsetSeconds ?? offsetSeconds
    }

    /// When the offset changes next; nil when no change is known.
    func nextTransition(after time: Timestamp) -> Timestamp? {
        transitions.first { $0.at > time }?.at
    }
}
