/// Which bytes mean what in XML.
enum XMLCharacters {
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Whether a byte may begin a name; every byte of a non-ASCII character may.
    static func beginsName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), 0x80...0xFF:
            true
        default: false
        }
    }

    static func continuesName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: beginsName(byte)
        }
    }

    /// Whether XML 1.0 allows a scalar at all.
    static func isAllowed(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}

extension XMLPullParser {
    /// A failure at the present place.
    func failure(_ text: String) -> PSRPError {
        PSRPError(.malformedXML, "\(text) (byte \(position))")
    }

    /// Whether an ASCII text comes next.
    func startsWith(_ text: StaticString) -> Bool {
        guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { expected in
            for index in 0..<expected.count where bytes[position + index] != expected[index] {
                return false
            }
            return true
        }
    }

    /// Steps over everything up to and with an ASCII text.
    mutating func skip(past text: StaticString) throws(PSRPError) {
        while position < bytes.count {
            if startsWith(text) {
                position += text.utf8CodeUnitCount
                return
            }
            position += 1
        }
        throw failure("'\(text)' is missing")
    }

    /// Steps over white space and says whether there was any.
    mutating func skipSpace() -> Bool {
        let start = position
        while position < bytes.count, XMLCharacters.isSpace(bytes[position]) { position += 1 }
        return position > start
    }

    mutating func name() throws(PSRPError) -> XMLName {
        let first = try namePart()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else {
            return XMLName(local: first)
        }
        position += 1
        return XMLName(prefix: first, local: try namePart())
    }

    private mutating func namePart() throws(PSRPError) -> String {
        let start = position
        guard position < bytes.count, XMLCharacters.beginsName(bytes[position]) else {
            throw failure("a name was expected")
        }
        while position < bytes.count, XMLCharacters.continuesName(bytes[position]) {
            position += 1
        }
        guard position - start <= limits.maximumNameLength else {
            throw PSRPError(
                .limitExceeded,
                "a name is longer than \(limits.maximumNameLength) bytes (byte \(start))"
            )
        }
        return try string(start..<position)
    }

    /// Reads character data up to a tag or a quote: one run of plain bytes, or one reference.
    mutating func characterData(
        into text: inout String,
        until quote: UInt8? = nil
    ) throws(PSRPError) {
        if bytes[position] == UInt8(ascii: "&") {
            text.unicodeScalars.append(try reference())
            return
        }
        if bytes[position] == 0x0D {
            // XML 1.0 section 2.11: CR LF and CR alone are read as LF.
            text.append("\n")
            position += 1
            if position < bytes.count, bytes[position] == 0x0A { position += 1 }
            return
        }
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") || byte == 0x0D
                || byte == quote
            {
                break
            }
            if byte < 0x20, !XMLCharacters.isSpace(byte) {
                throw failure("a control character stands in the text")
            }
            position += 1
        }
        text += try string(start..<position)
    }

    mutating func cdata(into text: inout String) throws(PSRPError) {
        position += 9
        let start = position
        try skip(past: "]]>")
        text += try string(start..<(position - 3))
    }

    private mutating func reference() throws(PSRPError) -> Unicode.Scalar {
        let start = position + 1
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: ";"), end - start < 12 { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: ";"), end > start else {
            throw failure("a reference does not end")
        }
        let name = try string(start..<end)
        guard let scalar = Self.scalar(named: name) else {
            throw failure("the reference &\(name); is not known")
        }
        position = end + 1
        return scalar
    }

    private static func scalar(named name: String) -> Unicode.Scalar? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard name.utf8.first == UInt8(ascii: "#") else { return nil }
        let isHexadecimal = name.hasPrefix("#x")
        let digits = name.dropFirst(isHexadecimal ? 2 : 1)
        // `UInt32(_:radix:)` would take a sign too.
        guard digits.utf8.first != UInt8(ascii: "+"),
            let number = UInt32(digits, radix: isHexadecimal ? 16 : 10),
            XMLCharacters.isAllowed(number)
        else { return nil }
        return Unicode.Scalar(number)
    }

    private func string(_ range: Range<Int>) throws(PSRPError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw failure("the text is not UTF-8")
        }
        return text
    }
}
