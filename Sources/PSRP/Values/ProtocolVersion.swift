/// A dotted version of two to four numbers, such as the protocol's `2.3`.
public struct ProtocolVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The numbers, most significant first; two to four of them.
    public let numbers: [Int]

    static let two2 = ProtocolVersion(2, 2)
    static let two3 = ProtocolVersion(2, 3)

    /// Makes a version of two numbers.
    public init(_ major: Int, _ minor: Int) {
        numbers = [major, minor]
    }

    /// Reads two to four numbers with points between; nil when it is anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard (2...4).contains(parts.count), numbers.count == parts.count,
            numbers.allSatisfy({ $0 >= 0 })
        else { return nil }
        self.numbers = numbers
    }

    /// The first number.
    public var major: Int { numbers[0] }

    /// The numbers with points between.
    public var description: String { numbers.map(String.init).joined(separator: ".") }

    /// Compares number by number; a missing number is older than 0, as in .NET.
    public static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}
