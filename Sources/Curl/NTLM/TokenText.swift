/// Tokens of HTTP authentication, in base64 (RFC 4648 section 4).
enum TokenText {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    /// The text of a token.
    static func encode(_ token: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: token.count, by: 3) {
            let part = token[start..<min(start + 3, token.count)]
            let bits =
                part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - part.count))
            for digit in 0..<4 {
                text.append(
                    digit <= part.count
                        ? alphabet[Int(bits >> UInt32(18 - 6 * digit) & 63)] : UInt8(ascii: "=")
                )
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The token in a text; nil when it is none.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let units = Array(text.utf8)
        guard units.count % 4 == 0 else { return nil }
        let digits = units.prefix { $0 != UInt8(ascii: "=") }
        let padding = units.count - digits.count
        guard padding <= 2, units.suffix(padding).allSatisfy({ $0 == UInt8(ascii: "=") }) else {
            return nil
        }
        var token: [UInt8] = []
        var bits: UInt32 = 0
        for (index, unit) in digits.enumerated() {
            guard let value = alphabet.firstIndex(of: unit) else { return nil }
            bits = bits << 6 | UInt32(value)
            guard index % 4 > 0 else { continue }
            token.append(UInt8(truncatingIfNeeded: bits >> UInt32(6 - 2 * (index % 4))))
        }
        return token
    }
}
