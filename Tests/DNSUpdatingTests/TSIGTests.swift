import FailoverCore
import Testing

@testable import DNSUpdating

@Suite struct TSIGKeyTests {
    @Test(arguments: ["", "   ", "not base64!", "abc"])
    func `a secret that is no base64 is refused without being shown`(_ text: String) throws {
        let name = try fqdn("edgewarden")
        let error = #expect(throws: TSIGKey.InvalidKey.self) {
            try TSIGKey(name: name, algorithm: .hmacSHA256, secret: Secret(text))
        }
        #expect(error?.message.contains("'edgewarden'") == true)
        #expect(text.count < 4 || error?.message.contains(text) == false)
    }

    @Test func `a key never shows its secret`() throws {
        let key = try TestKeys.key(secret: "\n \(TestKeys.secret) \n")
        var dumped = ""
        dump(key, to: &dumped)
        dump(MessageCode(key: key), to: &dumped)
        #expect(!"\(key) \(dumped)".contains(TestKeys.secret))
        #expect(!dumped.contains("[0]"))
        #expect(key.bytes.count == 32)
    }
}

@Suite struct MessageCodeTests {
    // RFC 4231, test cases 1, 2 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
        ),
    ])
    func `the codes of RFC 4231 come out`(
        _ key: [UInt8],
        _ text: String,
        _ short: String,
        _ long: String
    ) {
        let bytes = Array(text.utf8)
        #expect(hex(MessageCode(algorithm: .hmacSHA256, key: key).code(over: bytes)) == short)
        #expect(hex(MessageCode(algorithm: .hmacSHA512, key: key).code(over: bytes)) == long)
    }

    @Test func `a shortened or altered code is not valid`() {
        let code = MessageCode(algorithm: .hmacSHA256, key: [1, 2, 3])
        let right = code.code(over: [4, 5])
        #expect(code.isValid(right, over: [4, 5]))
        #expect(!code.isValid(Array(right.dropLast()), over: [4, 5]))
        #expect(!code.isValid([], over: [4, 5]))
        for index in right.indices {
            var altered = right
            altered[index] ^= 1
            #expect(!code.isValid(altered, over: [4, 5]))
        }
    }
}

@Suite struct TSIGExchangeTests {
    private let time = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)

    private func exchange() throws -> TSIGExchange {
        let message = UpdateMessage(
            id: 0x1234,
            zone: try fqdn("contoso.test"),
            changes: [try change(nil, addresses("sip.contoso.test", "127.0.2.11"))]
        )
        let key = try TestKeys.key()
        return TSIGExchange(signing: try message.encoded(), with: key, at: time)
    }

    /// Signs an answer as a server would, with what the closure changes about the record.
    private func answer(
        to exchange: TSIGExchange,
        key: TSIGKey? = nil,
        change: (inout TSIGRecord) -> Void = { _ in }
    ) throws -> [UInt8] {
        let key = try key ?? TestKeys.key()
        let request = try TSIGRecord.split(exchange.request)
        let requestCode = try #require(request.record).code
        let message: [UInt8] = [0x12, 0x34, 0xA8, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        var record = TSIGRecord(
            keyName: wireName(key.name.labels),
            algorithm: wireName([key.algorithm.rawValue]),
            time: 1_700_000_000,
            fudge: 300,
            originalID: 0x1234
        )
        change(&record)
        let covered =
            networkOrder(UInt16(requestCode.count)) + requestCode + message + record.variables
        record.code = MessageCode(key: key).code(over: covered)
        return message[..<10] + [0, 1] + record.encoded
    }

    private func rejection(
        _ exchange: TSIGExchange,
        _ answer: [UInt8],
        after seconds: Int64 = 0
    )
        -> TSIGExchange.Rejection?
    {
        let at = Timestamp(millisecondsSinceEpoch: time.millisecondsSinceEpoch + seconds * 1_000)
        do throws(TSIGExchange.Rejection) {
            _ = try exchange.verify(answer, at: at)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a signed answer is accepted until 300 seconds later`() throws {
        let exchange = try exchange()
        let answer = try answer(to: exchange)
        for seconds in [-300, -1, 0, 300] as [Int64] {
            #expect(rejection(exchange, answer, after: seconds) == nil)
        }
        #expect(rejection(exchange, answer, after: 301) == .stale(seconds: 301))
        #expect(rejection(exchange, answer, after: -301) == .stale(seconds: -301))
    }

    @Test func `a server cannot widen the time by itself`() throws {
        let exchange = try exchange()
        let answer = try answer(to: exchange) { $0.fudge = .max }
        #expect(rejection(exchange, answer, after: 400) == .stale(seconds: 400))
    }

    @Test func `a time beyond any clock is stale and no crash`() throws {
        let exchange = try exchange()
        let answer = try answer(to: exchange) { $0.time = 0xFFFF_FFFF_FFFF }
        let expected = 1_700_000_000 - Int64(0xFFFF_FFFF_FFFF)
        #expect(rejection(exchange, answer) == .stale(seconds: expected))
    }

    @Test func `another key and another algorithm are foreign`() throws {
        let exchange = try exchange()
        let otherName = try answer(to: exchange, key: TestKeys.key("powerless"))
        #expect(rejection(exchange, otherName) == .foreignKey)
        let otherHash = try answer(to: exchange, key: TestKeys.key("edgewarden", .hmacSHA512))
        #expect(rejection(exchange, otherHash) == .foreignKey)
        let otherSecret = try TestKeys.key(secret: TestKeys.base64(32, seed: 9))
        let answer = try answer(to: exchange, key: otherSecret)
        #expect(rejection(exchange, answer) == .wrongCode)
    }

    @Test func `a code emptied of its bytes is not accepted`() throws {
        let exchange = try exchange()
        let split = try TSIGRecord.split(answer(to: exchange))
        var record = try #require(split.record)
        record.code = []
        #expect(rejection(exchange, resigned(split, record)) == .wrongCode)
        record.error = 17
        #expect(rejection(exchange, resigned(split, record)) == .refused(.badKey))
    }

    private func resigned(_ split: TSIGRecord.Split, _ record: TSIGRecord) -> [UInt8] {
        split.signed[..<10] + [0, 1] + split.signed[12...] + record.encoded
    }

    @Test func `every altered byte of an answer is noticed`() throws {
        let exchange = try exchange()
        let answer = try answer(to: exchange)
        for index in answer.indices {
            var altered = answer
            // Another bit than that of the letter case, which names may change.
            altered[index] ^= 0x01
            // The id is restored from the record: the transport compares it, not the signature.
            #expect((rejection(exchange, altered) == nil) == (index < 2), "byte \(index)")
        }
    }

    @Test func `every truncation of an answer is rejected`() throws {
        let exchange = try exchange()
        let answer = try answer(to: exchange)
        for count in 0..<answer.count {
            #expect(rejection(exchange, Array(answer[..<count])) == .malformed, "\(count) bytes")
        }
        #expect(rejection(exchange, answer + [0]) == .malformed)
    }

    @Test func `the signed request ends with the record and counts it`() throws {
        let exchange = try exchange()
        let split = try TSIGRecord.split(exchange.request)
        #expect(split.header.counts == [1, 2, 2, 1])
        #expect(split.record?.time == 1_700_000_000)
        #expect(split.record?.code.count == 32)
        #expect(split.signed.count < exchange.request.count)
    }
}

/// Bytes as hexadecimal digits.
func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
