@testable import PSRP

/// One direction of one channel: fragments become messages, and each is written again.
struct ChannelReading {
    /// Figures of what was read.
    struct Figures {
        var fragments = 0
        var messages = 0
        /// Bodies that were written again as the very same bytes.
        var sameBytes = 0
        /// Bodies that were written otherwise and read as the same value.
        var sameValue = 0
        /// Bodies without content.
        var empty = 0
        var secureStrings = 0
        /// Places at which a stretch was cut in two, and the bytes in all.
        var splits = 0
        var places = 0

        static func += (left: inout Figures, right: Figures) {
            left.fragments += right.fragments
            left.messages += right.messages
            left.sameBytes += right.sameBytes
            left.sameValue += right.sameValue
            left.empty += right.empty
            left.secureStrings += right.secureStrings
            left.splits += right.splits
            left.places += right.places
        }
    }

    struct Wrong: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private let destination: PSRPMessage.Destination
    private var decoder = FragmentDecoder()
    /// A second, simpler reading of the same bytes.
    private var pending: [UInt8] = []
    private var parts: [UInt64: [UInt8]] = [:]
    private(set) var figures = Figures()

    init(to destination: PSRPMessage.Destination) {
        self.destination = destination
    }

    /// Whether the capture ends within a message.
    var isUnfinished: Bool { decoder.isIncomplete }

    /// Reads a stretch: in one piece, and cut in two at every place.
    mutating func read(_ bytes: [UInt8]) throws -> [(PSRPMessage, MessageContent)] {
        let before = decoder
        let whole = try decoder.receive(bytes)
        try split(bytes, from: before, expected: whole)
        guard try simpleMessages(bytes) == whole else { throw Wrong("two readings differ") }
        return try whole.map { bytes in
            let message = try PSRPMessage(decoding: bytes)
            guard message.destination == destination else {
                throw Wrong("\(message.type) goes the wrong way")
            }
            guard message.encode() == bytes else {
                throw Wrong("\(message.type) is written otherwise")
            }
            figures.messages += 1
            try rewrite(message)
            return (message, try message.content())
        }
    }

    /// Every place; in a very long stretch those near fragments' ends, and a part of the others.
    private mutating func split(
        _ bytes: [UInt8],
        from before: FragmentDecoder,
        expected: [[UInt8]]
    ) throws {
        figures.places += bytes.count + 1
        let isLong = bytes.count > 200_000
        for place in 0...bytes.count where !isLong || place % 32_768 < 64 || place % 97 == 0 {
            var decoder = before
            let first = try decoder.receive(bytes[..<place])
            let second = try decoder.receive(bytes[place...])
            guard first + second == expected else { throw Wrong("cut at \(place), it differs") }
            figures.splits += 1
        }
    }

    /// Fragments by their headers alone, each written again as the same bytes.
    private mutating func simpleMessages(_ bytes: [UInt8]) throws -> [[UInt8]] {
        func number(_ range: Range<Int>) -> UInt64 {
            pending[range].reduce(0) { $0 << 8 | UInt64($1) }
        }
        pending += bytes
        var messages: [[UInt8]] = []
        while pending.count >= 21 {
            let end = 21 + Int(number(17..<21))
            guard pending.count >= end else { break }
            let fragment = Fragment(
                objectID: number(0..<8),
                fragmentID: number(8..<16),
                isStart: pending[16] & 1 != 0,
                isEnd: pending[16] & 2 != 0,
                data: Array(pending[21..<end])
            )
            guard fragment.encode() == Array(pending[..<end]) else {
                throw Wrong("fragment \(fragment.fragmentID) is written otherwise")
            }
            figures.fragments += 1
            parts[fragment.objectID, default: []] += fragment.data
            if fragment.isEnd, let whole = parts.removeValue(forKey: fragment.objectID) {
                messages.append(whole)
            }
            pending.removeFirst(end)
        }
        return messages
    }

    /// Writes the body again.
    private mutating func rewrite(_ message: PSRPMessage) throws {
        guard !message.body.isEmpty else {
            figures.empty += 1
            return
        }
        let hasMark = message.body.starts(with: [0xEF, 0xBB, 0xBF])
        let body = hasMark ? Array(message.body.dropFirst(3)) : message.body
        let value = try message.value()
        figures.secureStrings += Self.secureStrings(value)
        let written = value.clixml()
        if written == body {
            figures.sameBytes += 1
            return
        }
        let again = try CLIXMLValue(clixml: written)
        // Bytes are compared besides, because NaN is not equal to itself.
        guard again == value || again.clixml() == written else {
            throw Wrong("\(message.type) reads otherwise when written again")
        }
        figures.sameValue += 1
    }

    private static func secureStrings(_ value: CLIXMLValue) -> Int {
        switch value {
        case .secureString: return 1
        case .object(let object):
            let properties = object.adaptedProperties.all + object.extendedProperties.all
            let inside: [CLIXMLValue]
            switch object.content {
            case .none: inside = []
            case .primitive(let value): inside = [value]
            case .list(let members), .queue(let members), .stack(let members),
                .enumerable(let members):
                inside = members
            case .dictionary(let entries): inside = entries.flatMap { [$0.key, $0.value] }
            }
            return (inside + properties.map(\.value)).reduce(0) { $0 + secureStrings($1) }
        default: return 0
        }
    }
}
