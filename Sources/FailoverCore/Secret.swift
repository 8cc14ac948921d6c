/// A password, key or token that never prints itself.
///
/// The value leaves only through ``withValue(_:)``; descriptions, mirrors and interpolations show a
/// placeholder, so that a secret in a log or an error message is impossible by accident.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let value: String

    /// Wraps a secret value.
    public init(_ value: String) {
        self.value = value
    }

    /// Hands the value to one closure, the only way to read it.
    public func withValue<Result>(_ body: (String) throws -> Result) rethrows -> Result {
        try body(value)
    }

    /// Always the placeholder `«secret»`.
    public var description: String { "«secret»" }

    /// Always the placeholder `«secret»`.
    public var debugDescription: String { description }

    /// Shows no children, so that `dump` and interpolation reveal nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
