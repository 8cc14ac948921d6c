/// Reads a DNS message byte by byte, never past its end, never in circles.
///
/// ldns decodes records; this reader answers what ldns does not tell: where a record begins, so
/// that a signature can be checked over the very bytes that were sent.
struct WireReader {
    /// The bytes are not a DNS message: too short, or a name that leads nowhere.
    struct Malformed: Error {}

    /// The twelve bytes before the question.
    struct Header {
        var id: UInt16
        var isResponse: Bool
        var isTruncated: Bool
        var opcode: UInt8
        var code: UInt8
        var counts: [Int]
    }

    let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func byte() throws(Malformed) -> UInt8 {
        guard position < bytes.count else { throw Malformed() }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func uint16() throws(Malformed) -> UInt16 {
        UInt16(try byte()) << 8 | UInt16(try byte())
    }

    mutating func take(_ count: Int) throws(Malformed) -> [UInt8] {
        guard count >= 0, bytes.count - position >= count else { throw Malformed() }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    mutating func header() throws(Malformed) -> Header {
        let id = try uint16()
        let flags = try uint16()
        var counts: [Int] = []
        for _ in 0..<4 { counts.append(Int(try uint16())) }
        return Header(
            id: id,
            isResponse: flags & 0x8000 != 0,
            isTruncated: flags & 0x0200 != 0,
            opcode: UInt8(flags >> 11 & 0xF),
            code: UInt8(flags & 0xF),
            counts: counts
        )
    }

    /// A name without compression and in lower case: the canonical form of RFC 4034 section 6.2.
    mutating func name() throws(Malformed) -> [UInt8] {
        var result: [UInt8] = []
        var cursor = position
        var end: Int?
        while true {
            guard cursor < bytes.count else { throw Malformed() }
            let length = Int(bytes[cursor])
            switch length {
            case 0:
                position = end ?? cursor + 1
                return result + [0]
            case 1...63:
                guard bytes.count - cursor > length, result.count + length < 254 else {
                    throw Malformed()
                }
                result.append(UInt8(length))
                result += bytes[(cursor + 1)...(cursor + length)].map(lowercased)
                cursor += length + 1
            case 192...255:
                guard cursor + 1 < bytes.count else { throw Malformed() }
                let target = (length & 0x3F) << 8 | Int(bytes[cursor + 1])
                // A pointer leads backwards only, so that no chain of them is endless.
                guard target < cursor else { throw Malformed() }
                end = end ?? cursor + 2
                cursor = target
            default:
                throw Malformed()
            }
        }
    }

    /// Passes over one question.
    mutating func skipQuestion() throws(Malformed) {
        _ = try name()
        _ = try take(4)
    }

    /// Passes over one record and gives its type.
    mutating func skipRecord() throws(Malformed) -> UInt16 {
        _ = try name()
        let type = try uint16()
        _ = try take(6)
        _ = try take(Int(try uint16()))
        return type
    }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
    (65...90).contains(byte) ? byte + 32 : byte
}

/// The canonical wire form of a name: length-prefixed labels in lower case, then a zero.
func wireName(_ labels: [some StringProtocol]) -> [UInt8] {
    labels.flatMap { [UInt8($0.utf8.count)] + $0.lowercased().utf8 } + [0]
}

/// A number in network order.
func networkOrder(_ value: UInt16) -> [UInt8] {
    [UInt8(value >> 8), UInt8(value & 0xFF)]
}
