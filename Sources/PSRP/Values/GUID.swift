/// A GUID, kept in the order of its text, with .NET's mixed-endian wire form (MS-DTYP 2.3.4.2).
public struct GUID: Hashable, Sendable, CustomStringConvertible {
    /// The first 8 bytes in text order.
    let high: UInt64
    /// The last 8 bytes in text order.
    let low: UInt64

    /// The GUID of zeros, which names the runspace pool itself where a pipeline's is expected.
    public static let zero = GUID(high: 0, low: 0)

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a version 4 GUID from a caller's randomness.
    public init(using generator: inout some RandomNumberGenerator) {
        let high: UInt64 = generator.next()
        let low: UInt64 = generator.next()
        self.high = (high & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
        self.low = (low & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    }

    /// Reads `XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX` in any case; nil when it is anything else.
    public init?(_ text: String) {
        let units = Array(text.utf8)
        guard units.count == 36 else { return nil }
        var words: [UInt64] = [0, 0]
        var digits = 0
        for (index, unit) in units.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard unit == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Hexadecimal.value(of: unit) else { return nil }
            words[digits / 16] = words[digits / 16] << 4 | UInt64(digit)
            digits += 1
        }
        self.init(high: words[0], low: words[1])
    }

    /// Reads the 16 bytes of the wire form; nil when there are not exactly 16.
    init?(dotNetBytes bytes: ArraySlice<UInt8>) {
        guard bytes.count == 16 else { return nil }
        let raw = Array(bytes)
        let order = [3, 2, 1, 0, 5, 4, 7, 6]
        self.init(
            high: order.reduce(0) { $0 << 8 | UInt64(raw[$1]) },
            low: raw[8...].reduce(0) { $0 << 8 | UInt64($1) }
        )
    }

    /// The 16 bytes of the wire form: the first three fields little-endian, the rest as written.
    var dotNetBytes: [UInt8] {
        let first = (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64($0))) }
        let last = (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * UInt64($0))) }
        return [3, 2, 1, 0, 5, 4, 7, 6].map { first[$0] } + last
    }

    /// The upper-case text with hyphens, as Windows writes it in SOAP.
    public var description: String {
        var text = ""
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append("-") }
            let word = index < 16 ? high : low
            text.append(Hexadecimal.digit(UInt8(word >> (60 - 4 * UInt64(index % 16)) & 0xF)))
        }
        return text
    }
}

/// Hexadecimal digits, in both directions.
enum Hexadecimal {
    static func value(of unit: UInt8) -> UInt8? {
        switch unit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): unit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): unit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): unit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    static func digit(_ value: UInt8) -> Character {
        Character(Unicode.Scalar(unit(value)))
    }

    /// The digit's ASCII code.
    static func unit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
