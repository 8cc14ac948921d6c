import Synchronization

/// A value that the tasks of a test share, behind a mutex.
public final class Shared<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    /// Starts with a value.
    public init(_ value: Value) { mutex = Mutex(value) }

    /// The value now.
    public var value: Value { mutex.withLock(\.self) }

    /// Replaces the value.
    public func set(_ value: Value) { mutex.withLock { $0 = value } }

    /// Changes the value in one go.
    public func change(_ body: (inout Value) -> Void) { mutex.withLock { body(&$0) } }
}
