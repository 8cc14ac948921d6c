/// A value that must not be seen: a password, a token.
///
/// It prints as `‹redacted›` wherever Swift prints values: interpolation, `debugPrint`, `dump`, logs. Reading the
/// value takes an explicit call, so that a search for `exposed` finds every place that does it.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let value: String

    /// Wraps `value`.
    public init(_ value: String) {
        self.value = value
    }

    /// The bare value: for handing over to the protocol that needs it, never for printing.
    public var exposed: String { value }

    /// Always the same word, whatever the value.
    public var description: String { "‹redacted›" }

    /// Always the same word, whatever the value.
    public var debugDescription: String { description }

    /// Nothing to reflect on: `dump` shows no content.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
