/// What the machine's clocks say at one moment.
public struct ClockReading: Sendable, Hashable {
    /// The clock that stands still while the machine sleeps.
    public var monotonic: Instant
    /// How long the machine has slept since it started; nil where that cannot be read.
    public var slept: Duration?
    /// The time of day.
    public var wall: Timestamp

    /// Makes a reading.
    public init(monotonic: Instant, slept: Duration?, wall: Timestamp) {
        self.monotonic = monotonic
        self.slept = slept
        self.wall = wall
    }
}

/// Why what was seen before can no longer be relied on.
public enum TimeGap: Sendable, Hashable {
    /// The agent got no turn for that long: a busy machine, a stopped process.
    case stalled(Duration)
    /// The machine slept for that long.
    case slept(Duration)
    /// Somebody or something set the clock by that much; negative is back.
    case clockSet(Duration)

    /// `it got no turn for 40s`.
    public var inWords: String {
        switch self {
        case .stalled(let time): "it got no turn for \(time.inWords)"
        case .slept(let time): "the machine slept for \(time.inWords)"
        case .clockSet(let step) where step < .zero:
            "the clock was set back by \((.zero - step).inWords)"
        case .clockSet(let step): "the clock was set forward by \(step.inWords)"
        }
    }
}

/// Finds gaps between readings that should follow each other closely.
///
/// | between two readings | gap |
/// |---|---|
/// | the machine slept for more than ``sleepMax`` | slept |
/// | else more than ``periodMax`` went by | stalled |
/// | else wall clock and monotonic clock differ by more than ``stepMax`` | clock set |
public struct ClockWatch: Sendable {
    /// More time than this between two readings is a stall.
    public let periodMax: Duration
    /// More sleep than this is one; a second, for clocks are not read at once.
    public static let sleepMax = Duration.seconds(1)
    /// A greater step of the wall clock than this is one: time servers correct less.
    public static let stepMax = Duration.seconds(30)

    private var last: ClockReading?

    /// Starts without a reading.
    public init(periodMax: Duration) { self.periodMax = periodMax }

    /// Takes a reading; says what went wrong since the one before.
    public mutating func take(_ reading: ClockReading) -> TimeGap? {
        defer { last = reading }
        guard let last else { return nil }
        let passed = reading.monotonic - last.monotonic
        var slept = Duration.zero
        if let now = reading.slept, let before = last.slept { slept = max(.zero, now - before) }
        if slept > Self.sleepMax { return .slept(slept) }
        if passed > periodMax { return .stalled(passed) }
        let step = (reading.wall - last.wall) - passed - slept
        return step > Self.stepMax || step < .zero - Self.stepMax ? .clockSet(step) : nil
    }
}
