/// An IPv4 or IPv6 address.
public enum IPAddress: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// Four bytes in network order.
    case v4([UInt8])
    /// Sixteen bytes in network order.
    case v6([UInt8])

    /// Reads dotted-quad or RFC 4291 text; nil when it is neither.
    public init?(_ text: some StringProtocol) {
        if text.contains(":") {
            guard let bytes = IPAddress.parseV6(String(text)) else { return nil }
            self = .v6(bytes)
        } else {
            guard let bytes = IPAddress.parseV4(String(text)) else { return nil }
            self = .v4(bytes)
        }
    }

    private static func parseV4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard part.utf8.allSatisfy({ (48...57).contains($0) }), part.utf8.count <= 3,
                part.utf8.count == 1 || part.first != "0", let value = UInt8(part)
            else { return nil }
            bytes.append(value)
        }
        return bytes
    }

    private static func parseV6(_ text: String) -> [UInt8]? {
        let halves = splitAtDoubleColon(text)
        guard halves.count <= 2 else { return nil }
        // Only the very end may be written as a dotted quad (RFC 4291 section 2.2).
        let last = halves.count - 1
        var groups = halves.enumerated().map { parseGroups($0.element, isEnd: $0.offset == last) }
        guard groups.allSatisfy({ $0 != nil }) else { return nil }
        if halves.count == 1 {
            guard let all = groups[0], all.count == 16 else { return nil }
            return all
        }
        guard let head = groups.removeFirst(), let tail = groups.removeFirst(),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func splitAtDoubleColon(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        for index in bytes.indices.dropLast() where bytes[index] == 58 && bytes[index + 1] == 58 {
            let head = String(decoding: bytes[..<index], as: UTF8.self)
            let tail = String(decoding: bytes[(index + 2)...], as: UTF8.self)
            return tail.contains("::") ? [head, tail, ""] : [head, tail]
        }
        return [text]
    }

    private static func parseGroups(_ text: String, isEnd: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, group) in groups.enumerated() {
            if isEnd, index == groups.count - 1, group.contains(".") {
                guard let tail = parseV4(String(group)) else { return nil }
                bytes += tail
            } else {
                guard (1...4).contains(group.utf8.count), group.utf8.allSatisfy(isHexDigit),
                    let value = UInt16(group, radix: 16)
                else { return nil }
                bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
            }
        }
        return bytes
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
    }

    /// Decodes and checks an address.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = IPAddress(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is not an IP address"
            )
        }
        self = address
    }

    /// Encodes the address as text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The address bytes in network order.
    public var bytes: [UInt8] {
        switch self {
        case .v4(let bytes), .v6(let bytes): bytes
        }
    }

    /// The text form; IPv6 as in RFC 5952 (longest run of zero groups shortened, lower case).
    public var description: String {
        switch self {
        case .v4(let bytes): return bytes.map(String.init).joined(separator: ".")
        case .v6(let bytes):
            let groups = stride(from: 0, to: 16, by: 2).map {
                UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
            }
            var best = 0..<0
            var start = 0
            while start < groups.count {
                var end = start
                while end < groups.count, groups[end] == 0 { end += 1 }
                if end - start > max(best.count, 1) { best = start..<end }
                start = max(end, start + 1)
            }
            let texts = groups.map { String($0, radix: 16) }
            if best.isEmpty { return texts.joined(separator: ":") }
            return texts[..<best.lowerBound].joined(separator: ":") + "::"
                + texts[best.upperBound...].joined(separator: ":")
        }
    }

    /// Orders IPv4 before IPv6, then by bytes.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        if left.bytes.count != right.bytes.count { return left.bytes.count < right.bytes.count }
        return left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
