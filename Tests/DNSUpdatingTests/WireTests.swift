import FailoverCore
import Testing

@testable import DNSUpdating

/// Bytes from hexadecimal digits; white space does not count.
func bytes(_ hex: String) throws -> [UInt8] {
    let digits = hex.filter { !$0.isWhitespace }
    return try stride(from: 0, to: digits.count, by: 2).map { offset in
        let start = digits.index(digits.startIndex, offsetBy: offset)
        return try #require(UInt8(digits[start...].prefix(2), radix: 16))
    }
}

@Suite struct QuestionTests {
    @Test func `a question is these bytes`() throws {
        let name = try fqdn("_sip._tcp.contoso.test")
        for (recursion, flags) in [(false, "0000"), (true, "0100")] {
            let question = Question(
                id: 0xBEEF,
                name: name,
                type: .srv,
                recursionDesired: recursion
            )
            let expected = """
                beef \(flags) 0001 0000 0000 0001
                04 5f736970 04 5f746370 07 636f6e746f736f 04 74657374 00 0021 0001
                00 0029 04d0 00000000 0000
                """
            #expect(try question.encoded() == bytes(expected))
        }
    }

    @Test func `an error without a question is an answer, a plain yes is not`() throws {
        let question = Question(
            id: 0x0102,
            name: try fqdn("a.test"),
            type: .a,
            recursionDesired: false
        )
        #expect(question.isAnswered(by: try bytes("0102 8001 0000 0000 0000 0000")))
        #expect(question.isAnswered(by: try bytes("0102 8005 0000 0000 0000 0000")))
        #expect(!question.isAnswered(by: try bytes("0102 8000 0000 0000 0000 0000")))
        #expect(!question.isAnswered(by: try bytes("0102 8003 0000 0000 0000 0000")))
        #expect(!question.isAnswered(by: try bytes("0102 0001 0000 0000 0000 0000")))
        #expect(!question.isAnswered(by: try bytes("0102 a801 0000 0000 0000 0000")))
        let other = "01610474657374 00 001c 0001"
        #expect(!question.isAnswered(by: try bytes("0102 8000 0001 0000 0000 0000" + other)))
        let same = "01410454455354 00 0001 0001"
        #expect(question.isAnswered(by: try bytes("0102 8000 0001 0000 0000 0000" + same)))
    }
}

@Suite struct AnswerSectionsTests {
    /// Two addresses, a service, an alias and an SOA, with compressed names.
    static let answer = """
        1234 8400 0001 0004 0001 0001
        03 736970 07 636f6e746f736f 04 74657374 00 0001 0001
        c00c 0001 0001 0000003c 0004 7f00010c
        c00c 0001 0001 0000001e 0004 7f00010b
        c00c 001c 0001 0000003c 0010 20010db8000000000000000000000011
        04 5f736970 c010 0021 0001 0000012c 0008 000a 0005 13c5 c00c
        c010 0006 0001 0000012c 0010 036e7331 c010 c00c 00000007 0000003c
        00 0029 04d0 00000000 0000
        """

    @Test func `an answer is read from these bytes`() throws {
        // The SOA of the vector is three fields short: it is left out, not read beyond its end.
        let short = try AnswerSections(decoding: bytes(AnswerSectionsTests.answer))
        #expect(short.authority.isEmpty)
        let sections = try AnswerSections(decoding: whole())
        #expect(sections.code == .noError)
        #expect(sections.isAuthoritative)
        #expect(
            sections.records.map(\.description) == [
                "sip.contoso.test A 127.0.1.11, 127.0.1.12 (TTL 30)",
                "sip.contoso.test AAAA 2001:db8::11 (TTL 60)",
                "_sip.contoso.test SRV 10 5 5061 sip.contoso.test (TTL 300)",
            ]
        )
        #expect(sections.authority.map(\.dataText) == ["serial 7"])
        #expect(sections.additional.isEmpty)
    }

    /// The vector with the SOA's missing fields.
    private func whole() throws -> [UInt8] {
        let short = "0010 036e7331 c010 c00c 00000007 0000003c"
        let full = "001c 036e7331 c010 c00c 00000007 0000003c 0000000a 00000e10 0000001e"
        return try bytes(AnswerSectionsTests.answer.replacing(short, with: full))
    }

    @Test func `every truncation of an answer is an error`() throws {
        let whole = try whole()
        for count in 0..<whole.count {
            #expect(throws: Packet.Failure.self, "\(count) bytes") {
                try AnswerSections(decoding: Array(whole[..<count]))
            }
        }
    }

    @Test func `no altered byte of an answer is a crash`() throws {
        let whole = try whole()
        var decoded = 0
        for index in whole.indices {
            for value in [0, 1, 0x3F, 0x40, 0x7F, 0x80, 0xC0, 0xFF] as [UInt8] {
                var altered = whole
                altered[index] = value
                // Whether it decodes does not matter here.
                if (try? AnswerSections(decoding: altered)) != nil { decoded += 1 }
                _ = try? TSIGRecord.split(altered)
            }
        }
        #expect(decoded > 0)
    }

    @Test func `random bytes are no crash`() throws {
        var state: UInt64 = 42
        for _ in 0..<2_000 {
            let message: [UInt8] = (0..<64).map { index in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // Plausible counts, so that the decoder gets as far as records.
                return (4..<12).contains(index) ? UInt8(index % 2) : UInt8(state >> 56)
            }
            let sections = try? AnswerSections(decoding: message)
            let split = try? TSIGRecord.split(message)
            #expect(sections == nil || message.count >= 12)
            #expect(split?.record == nil)
        }
    }

    @Test func `the extended code of EDNS counts`() throws {
        let message = "1234 8400 0000 0000 0000 0001 00 0029 04d0 01000000 0000"
        let sections = try AnswerSections(decoding: bytes(message))
        #expect(sections.code == .other(16))
    }
}

@Suite struct WireReaderTests {
    @Test(arguments: [
        "c000", "c001 00", "03 6162", "40 00", "80 00", "c0", "",
    ])
    func `a name that leads nowhere is malformed`(_ text: String) throws {
        let message = try bytes(text)
        #expect(throws: WireReader.Malformed.self) {
            var reader = WireReader(message)
            _ = try reader.name()
        }
    }

    @Test func `a name beyond 255 bytes is malformed`() throws {
        let label: [UInt8] = [63] + [UInt8](repeating: 97, count: 63)
        var fits = WireReader(label + label + label + [61] + label.dropFirst(3) + [0])
        #expect(try fits.name().count == 255)
        let long = label + label + label + label + [0]
        #expect(throws: WireReader.Malformed.self) {
            var reader = WireReader(long)
            _ = try reader.name()
        }
    }

    @Test func `a compressed name is read in lower case and passed over`() throws {
        var reader = WireReader(try bytes("04 54455354 00 03 534950 c000 07"))
        #expect(try reader.name() == bytes("04 74657374 00"))
        #expect(try reader.name() == bytes("03 736970 04 74657374 00"))
        #expect(try reader.byte() == 7)
    }
}

@Suite struct UpdateMessageTests {
    @Test func `an update is these bytes`() throws {
        let from = try addresses("sip.contoso.test", "127.0.1.11")
        let to = try addresses("sip.contoso.test", "127.0.2.11", ttl: 300)
        let message = UpdateMessage(
            id: 0x0A0B,
            zone: try fqdn("contoso.test"),
            changes: [
                try change(from, to),
                try change(nil, addresses("b.contoso.test", "127.0.2.1")),
            ]
        )
        let expected = """
            0a0b 2800 0001 0003 0004 0000
            07 636f6e746f736f 04 74657374 00 0006 0001
            03 736970 c00c 0001 0001 00000000 0004 7f00010b
            01 62 c00c 0001 00fe 00000000 0000
            c032 0005 00fe 00000000 0000
            c01e 0001 00ff 00000000 0000
            c01e 0001 0001 0000012c 0004 7f00020b
            c032 0001 00ff 00000000 0000
            c032 0001 0001 0000003c 0004 7f000201
            """
        let encoded = hex(try message.encoded())
        #expect(encoded == hex(try bytes(expected)))
    }
}
