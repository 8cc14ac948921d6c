/// A piece of a message (MS-PSRP 2.2.4).
public struct Fragment: Hashable, Sendable {
    /// The bytes before the data.
    public static let headerLength = 21

    /// The message's number at its sender, from 1.
    public var objectID: UInt64
    /// The piece's number in its message, from 0.
    public var fragmentID: UInt64
    /// Whether it is the first piece.
    public var isStart: Bool
    /// Whether it is the last piece.
    public var isEnd: Bool
    /// The piece itself.
    public var data: [UInt8]

    /// Makes a piece.
    public init(objectID: UInt64, fragmentID: UInt64, isStart: Bool, isEnd: Bool, data: [UInt8]) {
        self.objectID = objectID
        self.fragmentID = fragmentID
        self.isStart = isStart
        self.isEnd = isEnd
        self.data = data
    }

    /// The piece as bytes: a big-endian header of 21 bytes, then the data.
    public func encode() -> [UInt8] {
        let flags: UInt8 = (isStart ? 1 : 0) | (isEnd ? 2 : 0)
        return Self.bigEndian(objectID, bytes: 8) + Self.bigEndian(fragmentID, bytes: 8) + [flags]
            + Self.bigEndian(UInt64(data.count), bytes: 4) + data
    }

    private static func bigEndian(_ number: UInt64, bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64(bytes - 1 - $0))) }
    }
}

/// Cuts messages into fragments and numbers them; one per sender.
public struct FragmentEncoder: Sendable {
    private var nextObjectID: UInt64 = 1

    /// Begins with object 1.
    public init() {}

    /// Cuts a message into encoded fragments, each no longer than `maximumLength` with its header.
    ///
    /// - Parameters:
    ///   - message: The message as bytes.
    ///   - maximumLength: Bytes of a fragment, header included; at least 22.
    /// - Returns: At least one fragment.
    public mutating func encode(_ message: [UInt8], maximumLength: Int = 32_768) -> [[UInt8]] {
        precondition(maximumLength > Fragment.headerLength, "no room for data")
        let size = maximumLength - Fragment.headerLength
        let objectID = nextObjectID
        nextObjectID += 1
        let pieces = max(1, (message.count + size - 1) / size)
        return (0..<pieces).map { piece in
            let start = piece * size
            return Fragment(
                objectID: objectID,
                fragmentID: UInt64(piece),
                isStart: piece == 0,
                isEnd: piece == pieces - 1,
                data: Array(message[start..<min(start + size, message.count)])
            ).encode()
        }
    }
}
