/// A STUN or TURN response, as far as a probe cares.
struct STUNReply: Equatable {
    /// The method's number; 3 is Allocate.
    var method: UInt16
    /// The error's code and phrase; nil for a success.
    var error: Failure?
    /// The server's software, as it says; empty when it does not.
    var software = ""

    /// The content of ERROR-CODE.
    struct Failure: Equatable {
        /// 300–699; 401 is the usual one.
        var code: Int
        /// The phrase, printable and short; may be empty.
        var phrase: String
    }

    /// What a datagram turned out to be.
    enum Reading: Equatable {
        /// The response to our request.
        case reply(STUNReply)
        /// Something else, described for people.
        case bad(String)
    }

    /// `TURN error 401 Unauthorized (Coturn-4.6.1)`.
    var text: String {
        var text =
            if let error { "error \(error.code) \(error.phrase)" } else { "success" }
        while text.last == " " { text.removeLast() }
        let name = method == STUNReply.allocate ? "TURN" : "STUN method \(method)"
        return "\(name) \(text)\(software.isEmpty ? "" : " (\(software))")"
    }

    private static let allocate: UInt16 = 3
    private static let headerLength = 20
    private static let errorCode: UInt16 = 0x0009
    private static let softwareName: UInt16 = 0x8022

    /// Reads one datagram; never trusts a length in it.
    ///
    /// An answer is a response that repeats cookie and transaction id and is well-formed to its last
    /// byte.
    static func read(_ bytes: [UInt8], answering transaction: [UInt8]) -> Reading {
        guard bytes.count >= headerLength else {
            return .bad("\(bytes.count) bytes, too few for a STUN message")
        }
        let type = bytes.number(at: 0)
        guard type & 0xC000 == 0 else {
            return .bad("no STUN message: '\(Printable.text(bytes, limit: 40))'")
        }
        guard Int(bytes.number(at: 2)) == bytes.count - headerLength else {
            return .bad(
                "a STUN message that gives its length as \(bytes.number(at: 2)) and has"
                    + " \(bytes.count - headerLength) bytes"
            )
        }
        guard Array(bytes[4..<headerLength]) == transaction else {
            return .bad("a STUN message with a transaction id that is not ours")
        }
        let isError: Bool
        switch type & 0x0110 {
        case 0x0100: isError = false
        case 0x0110: isError = true
        default: return .bad("a STUN request or indication instead of a response")
        }
        guard let attributes = attributes(of: bytes) else {
            return .bad("a STUN response whose attributes do not fit into it")
        }
        var reply = STUNReply(method: method(of: type))
        if let name = attributes[softwareName] { reply.software = Printable.text(name, limit: 40) }
        if isError {
            guard let failure = attributes[errorCode].flatMap({ Failure(attribute: $0) }) else {
                return .bad("a STUN error response without a readable error code")
            }
            reply.error = failure
        }
        return .reply(reply)
    }

    /// The twelve bits of the method, which lie around the two of the class.
    private static func method(of type: UInt16) -> UInt16 {
        type & 0x000F | (type & 0x00E0) >> 1 | (type & 0x3E00) >> 2
    }

    /// The first value of each attribute; nil when they do not fill the message exactly.
    ///
    /// RFC 8489 pads each attribute to four bytes, MS-TURN does not, and nothing in a message says
    /// which of them wrote it: whichever reading comes out even is the right one.
    private static func attributes(of bytes: [UInt8]) -> [UInt16: ArraySlice<UInt8>]? {
        attributes(of: bytes, alignment: 4) ?? attributes(of: bytes, alignment: 1)
    }

    private static func attributes(
        of bytes: [UInt8],
        alignment: Int
    ) -> [UInt16: ArraySlice<UInt8>]? {
        var found: [UInt16: ArraySlice<UInt8>] = [:]
        var place = headerLength
        while place < bytes.count {
            guard bytes.count - place >= 4 else { return nil }
            let type = bytes.number(at: place)
            let length = Int(bytes.number(at: place + 2))
            let padded = (length + alignment - 1) / alignment * alignment
            guard bytes.count - place - 4 >= padded else { return nil }
            // Of several with one type only the first counts (RFC 8489, 14).
            if found[type] == nil { found[type] = bytes[(place + 4)..<(place + 4 + length)] }
            place += 4 + padded
        }
        return found
    }
}

extension STUNReply.Failure {
    /// Reads ERROR-CODE: 21 bits of nothing, three of the class, eight of the number, the phrase.
    init?(attribute: ArraySlice<UInt8>) {
        let bytes = Array(attribute)
        guard bytes.count >= 4 else { return nil }
        let hundreds = Int(bytes[2] & 0x07)
        let number = Int(bytes[3])
        guard (3...6).contains(hundreds), number < 100 else { return nil }
        code = hundreds * 100 + number
        phrase = Printable.text(bytes[4...], limit: 60)
    }
}

extension [UInt8] {
    /// Two bytes in network order; the caller has made sure that they are there.
    fileprivate func number(at index: Int) -> UInt16 {
        UInt16(self[index]) << 8 | UInt16(self[index + 1])
    }
}
