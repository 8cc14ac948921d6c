import FailoverCore

/// When a delivery is tried again, and when no more.
///
/// The waits belong to a hook, not to an alert: while a receiver is away, the hook keeps its long
/// wait from one alert to the next, and goes back to none at the first success.
public struct RetrySchedule: Sendable, Hashable {
    /// The longest wait after the first failure; it doubles with each further one.
    ///
    /// Default: 5 s.
    public var first: Duration
    /// What the wait never exceeds.
    ///
    /// Default: 5 min.
    public var longest: Duration
    /// After how many attempts an alert is given up; at least 1.
    ///
    /// Default: its age alone counts.
    public var attemptsMax: Int
    /// At what age an alert is given up; it is tried at least once at any age.
    ///
    /// Default: 24 h.
    public var ageMax: Duration

    /// Makes a schedule with the defaults given at each property.
    public init(
        first: Duration = .seconds(5),
        longest: Duration = .seconds(300),
        attemptsMax: Int = .max,
        ageMax: Duration = .seconds(86_400)
    ) {
        precondition(first > .zero && longest >= first, "waits must be positive and ordered")
        precondition(attemptsMax > 0, "attemptsMax must be positive, is \(attemptsMax)")
        self.first = first
        self.longest = longest
        self.attemptsMax = attemptsMax
        self.ageMax = ageMax
    }

    /// The wait after that many failures in a row (1 or more): between half of the full wait and
    /// all of it.
    ///
    /// The random half keeps many agents from calling a receiver at the same moment when it comes
    /// back.
    func wait(
        afterFailures failures: Int,
        using generator: inout some RandomNumberGenerator
    )
        -> Duration
    {
        precondition(failures > 0, "a wait follows a failure, not \(failures)")
        var full = first
        for _ in 1..<max(2, failures) where failures > 1 && full < longest { full *= 2 }
        let nanoseconds = min(full, longest).wholeNanoseconds
        return .nanoseconds(Int64.random(in: nanoseconds / 2...nanoseconds, using: &generator))
    }

    /// The longest that a receiver can make a hook wait by its own word.
    static let longestAsked: Duration = .seconds(3_600)

    /// Whether an alert that has failed that often and is that old is given up.
    func isOver(attempts: Int, age: Duration) -> Bool {
        attempts >= attemptsMax || age >= ageMax
    }
}
