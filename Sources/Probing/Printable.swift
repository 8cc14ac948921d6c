/// Text from a peer made fit for a log line: printable ASCII, on one line, not too long.
enum Printable {
    static func text(_ text: some StringProtocol, limit: Int) -> String {
        Printable.text(text.utf8, limit: limit)
    }

    /// Bytes that are not printable become `.`; what lies beyond `limit` becomes `…`.
    static func text(_ bytes: some Sequence<UInt8>, limit: Int) -> String {
        var shown: [UInt8] = []
        var more = false
        for byte in bytes {
            if shown.count == limit {
                more = true
                break
            }
            shown.append((0x20...0x7E).contains(byte) ? byte : UInt8(ascii: "."))
        }
        return String(decoding: shown, as: UTF8.self) + (more ? "…" : "")
    }
}

/// Bytes as hexadecimal text, lower case.
enum Hexadecimal {
    static func text(of bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Sixteen digits.
    static func text(of number: UInt64) -> String {
        text(of: (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })
    }
}
