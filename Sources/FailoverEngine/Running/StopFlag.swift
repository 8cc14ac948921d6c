import Synchronization

/// Says that the agent is stopping in good order.
///
/// Waits end, acts that were begun end too, and nothing new is begun.
/// Not a cancellation, which would lose the answers of acts.
public final class StopFlag: Sendable {
    private let flag = Mutex(false)

    /// Makes a flag that is not raised.
    public init() {}

    /// Raises the flag for good.
    public func raise() { flag.withLock { $0 = true } }

    /// Whether the agent is stopping.
    public var isRaised: Bool { flag.withLock(\.self) }
}
