/// The `_xHHHH_` escapes of CLIXML text (MS-PSRP 2.2.5.3.2), on UTF-16 code units.
enum CLIXMLText {
    private static let underscore = UInt16(UInt8(ascii: "_"))
    private static let smallX = UInt16(UInt8(ascii: "x"))
    private static let capitalX = UInt16(UInt8(ascii: "X"))

    /// Escapes control characters, surrogates, non-characters, and whatever looks like an escape.
    ///
    /// The specification names `_x` only; Windows reads `_X` as an escape too, so both are guarded.
    static func escape(_ text: String) -> String {
        let units = Array(text.utf16)
        guard units.contains(where: { mustEscape($0) || $0 == underscore }) else { return text }
        return escape(units)
    }

    /// Escapes code units, which need not be well-formed UTF-16: surrogates are always escaped.
    static func escape(_ units: [UInt16]) -> String {
        var output: [UInt16] = []
        output.reserveCapacity(units.count + 16)
        for (index, unit) in units.enumerated() {
            let next = index + 1 < units.count ? units[index + 1] : 0
            let beginsEscape = unit == underscore && (next == smallX || next == capitalX)
            guard mustEscape(unit) || beginsEscape else {
                output.append(unit)
                continue
            }
            output += [underscore, smallX]
            for shift in [12, 8, 4, 0] {
                output.append(UInt16(Hexadecimal.unit(UInt8(unit >> UInt16(shift) & 0xF))))
            }
            output.append(underscore)
        }
        return String(decoding: output, as: UTF16.self)
    }

    /// Replaces escapes by what they stand for; a lone surrogate becomes U+FFFD.
    static func unescape(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
        return String(decoding: unescapedUnits(text), as: UTF16.self)
    }

    /// The value of an `S` element: text, or code units where no `String` can hold them.
    static func value(unescaping text: String) -> CLIXMLValue {
        guard text.utf8.contains(UInt8(ascii: "_")) else { return .string(text) }
        return .text(utf16: unescapedUnits(text))
    }

    private static func unescapedUnits(_ text: String) -> [UInt16] {
        let units = Array(text.utf16)
        var output: [UInt16] = []
        output.reserveCapacity(units.count)
        var index = 0
        while index < units.count {
            if let unit = escapedUnit(units, at: index) {
                output.append(unit)
                index += 7
            } else {
                output.append(units[index])
                index += 1
            }
        }
        return output
    }

    private static func escapedUnit(_ units: [UInt16], at index: Int) -> UInt16? {
        guard units[index] == underscore, index + 6 < units.count,
            units[index + 1] == smallX || units[index + 1] == capitalX,
            units[index + 6] == underscore
        else { return nil }
        var value: UInt16 = 0
        for unit in units[(index + 2)...(index + 5)] {
            guard let small = UInt8(exactly: unit), let digit = Hexadecimal.value(of: small) else {
                return nil
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    private static func mustEscape(_ unit: UInt16) -> Bool {
        switch unit {
        case 0x00...0x1F, 0x7F...0x9F, 0xD800...0xDFFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}
