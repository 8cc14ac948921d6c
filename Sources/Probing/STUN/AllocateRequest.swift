/// A TURN Allocate request without credentials, made so that both families of servers answer it.
///
/// RFC 8656 servers want their cookie where the transaction id begins; MS-TURN servers take those
/// four bytes for a part of the id, and want an attribute with a cookie of their own in the first
/// place, without which they say nothing. Either refuses us for want of credentials, and a refusal
/// is an answer. REQUESTED-TRANSPORT is left out on purpose: a server that asks for no credentials
/// then refuses the request too, and a probe never leaves an allocation behind.
struct AllocateRequest {
    /// The four bytes that every message of RFC 8489 has after its length.
    static let cookie: [UInt8] = [0x21, 0x12, 0xA4, 0x42]

    /// Cookie and transaction id, 16 bytes: what an answer must repeat.
    let transaction: [UInt8]

    /// Takes two numbers never used before; 96 bits of them make the transaction id.
    init(tokens: (UInt64, UInt64)) {
        var id = AllocateRequest.cookie
        for shift in stride(from: 56, through: 0, by: -8) {
            id.append(UInt8(truncatingIfNeeded: tokens.0 >> UInt64(shift)))
        }
        for shift in stride(from: 24, through: 0, by: -8) {
            id.append(UInt8(truncatingIfNeeded: tokens.1 >> UInt64(shift)))
        }
        transaction = id
    }

    /// The request as it goes over the wire.
    var bytes: [UInt8] {
        // Magic Cookie (MS-TURN 2.2.2.8), which must come first.
        let magicCookie: [UInt8] = [0x00, 0x0F, 0x00, 0x04, 0x72, 0xC6, 0x4B, 0xC6]
        // MS-Version 1, the oldest; from 0x8000 on, others skip what they do not know.
        let version: [UInt8] = [0x80, 0x08, 0x00, 0x04, 0x00, 0x00, 0x00, 0x01]
        let attributes = magicCookie + version
        return [0x00, 0x03, 0x00, UInt8(attributes.count)] + transaction + attributes
    }
}

/// When a request is sent again (RFC 8489, 6.2.1).
enum STUNSchedule {
    /// The first wait; each one after it is twice as long.
    static let firstWait = Duration.milliseconds(500)
    /// How often it is sent at most.
    static let sendsMax = 7
    /// When the transaction has failed, however long the caller would wait: the last of the sends
    /// is given 16 times the first wait.
    static let patience = firstWait * ((1 << (sendsMax - 1)) - 1 + 16)

    /// When to send, from the start: the first time at once, then as far as the time reaches.
    static func sends(within timeout: Duration) -> [Duration] {
        (0..<sendsMax).map { firstWait * ((1 << $0) - 1) }.filter { $0 == .zero || $0 < timeout }
    }
}
