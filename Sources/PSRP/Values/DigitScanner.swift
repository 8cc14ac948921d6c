/// Reads fixed-form ASCII text such as dates and durations, left to right.
struct DigitScanner {
    private let units: [UInt8]
    private var position = 0

    init(_ text: String) {
        units = Array(text.utf8)
    }

    var isAtEnd: Bool { position == units.count }

    /// Steps over one ASCII character if it comes next.
    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < units.count, UInt32(units[position]) == character.value else {
            return false
        }
        position += 1
        return true
    }

    /// Exactly so many digits, as a number.
    mutating func number(digits: Int) -> Int? {
        guard let value = digitRun(atMost: digits), value.count == digits else { return nil }
        return Int(value.number)
    }

    /// One to eighteen digits, as a number.
    mutating func number() -> Int64? {
        guard let value = digitRun(atMost: 18), !nextIsDigit else { return nil }
        return value.number
    }

    /// The digits after a point, scaled to so many places; more places are cut off.
    mutating func fraction(places: Int) -> Int64? {
        guard let value = digitRun(atMost: places) else { return nil }
        while nextIsDigit { position += 1 }
        return (value.count..<places).reduce(value.number) { scaled, _ in scaled * 10 }
    }

    private var nextIsDigit: Bool {
        position < units.count && (0x30...0x39).contains(units[position])
    }

    private mutating func digitRun(atMost limit: Int) -> (number: Int64, count: Int)? {
        var number: Int64 = 0
        var count = 0
        while count < limit, nextIsDigit {
            number = number * 10 + Int64(units[position] - 0x30)
            position += 1
            count += 1
        }
        return count > 0 ? (number, count) : nil
    }
}
