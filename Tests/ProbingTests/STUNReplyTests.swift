import Testing

@testable import Probing

/// The request's bytes, and the schedule on which it is sent.
@Suite("AllocateRequest and STUNSchedule")
struct AllocateRequestTests {
    @Test func `the request has both families' cookies and asks for no transport`() {
        let request = AllocateRequest(tokens: (0x0102_0304_0506_0708, 0xFFFF_FFFF_090A_0B0C))
        let expected: [UInt8] = [
            0x00, 0x03, 0x00, 0x10, 0x21, 0x12, 0xA4, 0x42,  // Allocate, 16 bytes, cookie
            0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C,
            0x00, 0x0F, 0x00, 0x04, 0x72, 0xC6, 0x4B, 0xC6,  // Magic Cookie comes first
            0x80, 0x08, 0x00, 0x04, 0x00, 0x00, 0x00, 0x01,  // MS-Version
        ]
        #expect(request.bytes == expected)
        #expect(request.transaction == Array(expected[4..<20]))
    }

    @Test(
        arguments: [
            (.zero, [0]), (.milliseconds(500), [0]), (.milliseconds(501), [0, 500]),
            (.seconds(3), [0, 500, 1_500]), (.seconds(4), [0, 500, 1_500, 3_500]),
            (.seconds(3_600), [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]),
        ] as [(Duration, [Int])]
    )
    func `it is sent again with doubled waits, seven times at most`(
        timeout: Duration,
        expected: [Int]
    ) {
        #expect(STUNSchedule.sends(within: timeout) == expected.map { .milliseconds($0) })
        #expect(STUNSchedule.patience == .milliseconds(39_500))
    }
}

/// Reading datagrams.
@Suite("STUNReply")
struct STUNReplyTests {
    private let transaction = STUNBytes.transaction

    private func read(_ bytes: [UInt8]) -> STUNReply.Reading {
        STUNReply.read(bytes, answering: transaction)
    }

    private func badness(_ bytes: [UInt8]) -> String? {
        guard case .bad(let text) = read(bytes) else { return nil }
        return text
    }

    @Test func `a refusal for want of credentials tells code, phrase and software`() {
        #expect(
            read(STUNBytes.unauthorized)
                == .reply(
                    STUNReply(
                        method: 3,
                        error: .init(code: 401, phrase: "Unauthorized"),
                        software: "Example"
                    )
                )
        )
        guard case .reply(let reply) = read(STUNBytes.unauthorized) else { return }
        #expect(reply.text == "TURN error 401 Unauthorized (Example)")
    }

    @Test func `attributes that are not padded, as in MS-TURN, are read too`() {
        guard case .reply(let reply) = read(STUNBytes.unpadded) else {
            Issue.record("no reply: \(read(STUNBytes.unpadded))")
            return
        }
        #expect(reply.error == .init(code: 401, phrase: "Unauthorised"))
        #expect(reply.text == "TURN error 401 Unauthorised")
    }

    @Test func `a success without attributes is an answer`() {
        let reply = STUNReply(method: 3, error: nil)
        #expect(read(STUNBytes.message(type: 0x0103)) == .reply(reply))
        #expect(reply.text == "TURN success")
    }

    @Test func `another method is named by its number`() {
        guard case .reply(let reply) = read(STUNBytes.message(type: 0x0101)) else {
            Issue.record("no reply")
            return
        }
        #expect(reply.text == "STUN method 1 success")
        guard case .reply(let high) = read(STUNBytes.message(type: 0x3FEF)) else {
            Issue.record("no reply")
            return
        }
        #expect(high.method == 0xFFF)
    }

    @Test(arguments: [STUNBytes.unauthorized, STUNBytes.unpadded, STUNBytes.message(type: 0x0103)])
    func `cut at any length it is bad`(bytes: [UInt8]) {
        for length in 0..<bytes.count {
            #expect(badness(Array(bytes.prefix(length))) != nil, "\(length) bytes")
        }
        #expect(badness(bytes + [0]) != nil)
    }

    /// Cut inside, with a header that owns up to it: the attributes are what must not fit.
    @Test(arguments: [STUNBytes.unauthorized, STUNBytes.unpadded])
    func `cut at any length with the length put right, it never crashes`(bytes: [UInt8]) {
        for length in 20..<bytes.count {
            var cut = Array(bytes.prefix(length))
            cut[2] = UInt8((length - 20) >> 8)
            cut[3] = UInt8((length - 20) & 0xFF)
            // An error response is whole only when its error code is.
            guard case .reply(let reply) = read(cut) else { continue }
            #expect(reply.error?.code == 401)
        }
    }

    @Test func `any single byte changed never crashes, and the id must be ours`() {
        for index in STUNBytes.unauthorized.indices {
            for value in [UInt8(0x00), 0x7F, 0x80, 0xFF] {
                var bytes = STUNBytes.unauthorized
                guard bytes[index] != value else { continue }
                bytes[index] = value
                let reading = read(bytes)
                guard (2..<20).contains(index) else { continue }
                guard case .bad = reading else {
                    Issue.record("byte \(index) = \(value) was taken for an answer")
                    continue
                }
            }
        }
    }

    @Test(
        arguments: [
            (STUNBytes.message(type: 0x0003), "request or indication"),
            (STUNBytes.message(type: 0x0013), "request or indication"),
            (Array("HTTP/1.1 400 Bad Request\r\n".utf8), "'HTTP/1.1 400 Bad Request..'"),
            (STUNBytes.message(type: 0x0113), "without a readable error code"),
            (STUNBytes.message(type: 0x0113, [0, 9, 0, 2, 0, 0, 0, 0]), "readable error code"),
            (STUNBytes.message(type: 0x0113, [0, 9, 0, 4, 0, 0, 7, 1]), "readable error code"),
            (STUNBytes.message(type: 0x0113, [0, 9, 0, 4, 0, 0, 4, 100]), "readable error code"),
            (STUNBytes.message(type: 0x0103, [0, 9, 0xFF, 0xFF]), "do not fit"),
            (STUNBytes.message(type: 0x0103, [0, 9, 0]), "do not fit"),
            ([], "0 bytes"),
        ] as [([UInt8], String)]
    )
    func `what is no answer says why`(bytes: [UInt8], why: String) throws {
        let text = try #require(badness(bytes))
        #expect(text.contains(why), "\(text)")
    }

    @Test func `what a server says of itself is made printable and short`() {
        let nasty = [UInt8](repeating: 0x1B, count: 200)
        let bytes = STUNBytes.message(
            type: 0x0113,
            [0, 9, 0, 204, 0, 0, 4, 1] + nasty + [0x80, 0x22, 0, 200] + nasty
        )
        guard case .reply(let reply) = read(bytes) else {
            Issue.record("no reply")
            return
        }
        #expect(reply.error?.phrase == String(repeating: ".", count: 60) + "…")
        #expect(reply.software == String(repeating: ".", count: 40) + "…")
    }
}

/// Datagrams as servers send them.
enum STUNBytes {
    static let transaction: [UInt8] = [0x21, 0x12, 0xA4, 0x42] + (1...12).map { UInt8($0) }

    /// Allocate error 401 with SOFTWARE and a padded phrase (RFC 8656).
    static let unauthorized = message(
        type: 0x0113,
        [0x00, 0x09, 0x00, 0x10, 0x00, 0x00, 0x04, 0x01] + Array("Unauthorized".utf8)
            + [0x80, 0x22, 0x00, 0x07] + Array("Example".utf8) + [0x00]
    )

    /// Magic Cookie first, then attributes of odd lengths without padding (MS-TURN).
    static let unpadded = message(
        type: 0x0113,
        [0x00, 0x0F, 0x00, 0x04, 0x72, 0xC6, 0x4B, 0xC6]
            + [0x00, 0x14, 0x00, 0x07] + Array("contoso".utf8)
            + [0x00, 0x09, 0x00, 0x10, 0x00, 0x00, 0x04, 0x01] + Array("Unauthorised".utf8)
            + [0x80, 0x08, 0x00, 0x04, 0x00, 0x00, 0x00, 0x06]
    )

    static func message(
        type: UInt16,
        transaction: [UInt8] = transaction,
        _ attributes: [UInt8] = []
    ) -> [UInt8] {
        [
            UInt8(type >> 8), UInt8(type & 0xFF), UInt8(attributes.count >> 8),
            UInt8(attributes.count & 0xFF),
        ] + transaction + attributes
    }
}
