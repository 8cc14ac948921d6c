/// Reads a SIP status line as it arrives (RFC 3261 section 7.2), however it is cut into reads.
struct SIPStatusLineReader {
    enum Result: Equatable {
        /// The line is not complete.
        case incomplete
        /// A well-formed status line, without its line end.
        case statusLine(String)
        /// Something else; what it begins with.
        case notSIP(String)
    }

    /// Longer than any real status line; the rest of an answer is never looked at.
    static let lineMax = 1_024
    /// Empty lines before the status line are allowed (RFC 3261, 7.5), but not without end.
    static let emptyMax = 64

    private static let version = Array("SIP/2.0 ".utf8)
    private var line: [UInt8] = []
    private var emptyCount = 0

    /// Takes the next bytes; after another result than `incomplete` it is not asked again.
    mutating func read(_ bytes: some Sequence<UInt8>) -> Result {
        var bytes = bytes.makeIterator()
        while let byte = bytes.next() {
            if line.isEmpty, byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") {
                emptyCount += 1
                if emptyCount > SIPStatusLineReader.emptyMax { return .notSIP("empty lines") }
                continue
            }
            if byte == UInt8(ascii: "\n") { return judge() }
            line.append(byte)
            let isSIP =
                line.count > SIPStatusLineReader.version.count
                || byte == SIPStatusLineReader.version[line.count - 1]
            if !isSIP || line.count > SIPStatusLineReader.lineMax {
                return .notSIP(excerpt(followedBy: &bytes))
            }
        }
        return .incomplete
    }

    private func judge() -> Result {
        var line = line[...]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        let code = line.dropFirst(SIPStatusLineReader.version.count).prefix(3)
        let rest = line.dropFirst(SIPStatusLineReader.version.count + 3)
        let text = Printable.text(line, limit: 200)
        guard code.count == 3, code.allSatisfy({ (0x30...0x39).contains($0) }),
            (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(code[code.startIndex]),
            rest.isEmpty || rest.first == UInt8(ascii: " ")
        else { return .notSIP(text) }
        return .statusLine(text)
    }

    /// The beginning of what is not SIP, for the reason.
    private func excerpt(followedBy bytes: inout some IteratorProtocol<UInt8>) -> String {
        var shown = line
        while shown.count < 80, let byte = bytes.next(), byte != 0x0A, byte != 0x0D {
            shown.append(byte)
        }
        return Printable.text(shown, limit: 80)
    }
}
