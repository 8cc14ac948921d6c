/// The text of .NET's `Single` and `Double` (MS-PSRP 2.2.5.1.14 and 2.2.5.1.15).
enum DotNetFloat {
    /// Reads a number, `INF`, `-INF` or `NaN`; nil when it is anything else or does not fit.
    static func parse<Number: BinaryFloatingPoint & LosslessStringConvertible>(
        _ text: String
    ) -> Number? {
        switch text {
        case "NaN": return .nan
        case "INF": return .infinity
        case "-INF": return -.infinity
        default: break
        }
        // Swift reads hexadecimal numbers and several names of infinity besides.
        guard isDecimal(text), let number = Number(text), number.isFinite else { return nil }
        return number
    }

    private static func isDecimal(_ text: String) -> Bool {
        guard text.utf8.count <= 512 else { return false }
        var digits = 0
        var sawPoint = false
        var units = Array(text.utf8)[...]
        if units.first == UInt8(ascii: "-") || units.first == UInt8(ascii: "+") {
            units.removeFirst()
        }
        while let unit = units.first {
            if (0x30...0x39).contains(unit) {
                digits += 1
            } else if unit == UInt8(ascii: "."), !sawPoint {
                sawPoint = true
            } else {
                break
            }
            units.removeFirst()
        }
        guard digits > 0 else { return false }
        guard let unit = units.popFirst() else { return true }
        guard unit == UInt8(ascii: "e") || unit == UInt8(ascii: "E") else { return false }
        if units.first == UInt8(ascii: "-") || units.first == UInt8(ascii: "+") {
            units.removeFirst()
        }
        return !units.isEmpty && units.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// The shortest text that reads back, in .NET's form: `12.5`, `1E+15`, `1E-05`, `-INF`.
    static func text(of number: Double) -> String {
        special(number) ?? plain("\(number)", digitsMax: (15, 17))
    }

    /// The same for single precision.
    static func text(of number: Float) -> String {
        special(Double(number)) ?? plain("\(number)", digitsMax: (7, 9))
    }

    private static func special(_ number: Double) -> String? {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-INF" : "INF" }
        return nil
    }

    /// Brings Swift's shortest text into .NET's form.
    ///
    /// .NET turns to an exponent above as many digits as it tries first, or tries then.
    private static func plain(_ text: String, digitsMax: (usual: Int, all: Int)) -> String {
        let sign = text.hasPrefix("-") ? "-" : ""
        let parts = text.dropFirst(sign.utf8.count).split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = Array((mantissa[0] + (mantissa.count > 1 ? mantissa[1] : "")).utf8)
        // The number is 0.DIGITS × 10 ^ scale.
        var scale = mantissa[0].utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.last == 0x30 { digits.removeLast() }
        while digits.first == 0x30 {
            digits.removeFirst()
            scale -= 1
        }
        guard !digits.isEmpty else { return sign + "0" }
        let limit = digits.count > digitsMax.usual ? digitsMax.all : digitsMax.usual
        func string(_ digits: some Sequence<UInt8>) -> String {
            String(decoding: Array(digits), as: UTF8.self)
        }
        if scale > limit || scale < -3 {
            let exponent = scale - 1
            let size = String(exponent.magnitude)
            return sign + string(digits.prefix(1))
                + (digits.count > 1 ? "." + string(digits.dropFirst()) : "")
                + (exponent < 0 ? "E-" : "E+") + (size.utf8.count < 2 ? "0" + size : size)
        }
        if scale <= 0 {
            return sign + "0." + String(repeating: "0", count: -scale) + string(digits)
        }
        let missing = String(repeating: "0", count: max(0, scale - digits.count))
        let fraction = string(digits.dropFirst(scale))
        return sign + string(digits.prefix(scale)) + missing
            + (fraction.isEmpty ? "" : "." + fraction)
    }
}
