/// A number that names something in one journal, counted from 1 and never used twice.
///
/// Coded as the bare number, shown as it is.
public protocol JournalNumber: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// The number.
    var number: Int { get }

    /// Takes a number.
    init(_ number: Int)
}

extension JournalNumber {
    /// Decodes the bare number.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Int.self))
    }

    /// Encodes the bare number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    /// The number as text.
    public var description: String { String(number) }

    /// Orders by number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
