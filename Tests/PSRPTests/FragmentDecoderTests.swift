import Testing

@testable import PSRP

@Suite("FragmentDecoder")
struct FragmentDecoderTests {
    private func fragment(
        _ object: UInt64,
        _ number: UInt64,
        start: Bool = false,
        end: Bool = false,
        _ text: String = "x"
    ) -> [UInt8] {
        Fragment(
            objectID: object,
            fragmentID: number,
            isStart: start,
            isEnd: end,
            data: Array(text.utf8)
        ).encode()
    }

    @Test
    func `a message is cut and put together at every size`() throws {
        let message = (0..<100).map { UInt8($0) }
        for length in 22...130 {
            var encoder = FragmentEncoder()
            let fragments = encoder.encode(message, maximumLength: length)
            #expect(fragments.allSatisfy { $0.count <= length })
            #expect(fragments.count == (100 + length - 22) / (length - 21))
            var decoder = FragmentDecoder()
            #expect(try decoder.receive(fragments.joined()) == [message])
            #expect(!decoder.isIncomplete)
        }
    }

    @Test
    func `an empty message is one fragment`() throws {
        var encoder = FragmentEncoder()
        let fragments = encoder.encode([])
        #expect(fragments == [fragment(1, 0, start: true, end: true, "")])
        var decoder = FragmentDecoder()
        #expect(try decoder.receive(fragments.joined()) == [[]])
    }

    @Test
    func `messages may be interleaved and numbered in any order`() throws {
        var decoder = FragmentDecoder()
        let bytes =
            fragment(9, 0, start: true, "a") + fragment(3, 0, start: true, "b")
            + fragment(9, 1, end: true, "A") + fragment(3, 1, end: true, "B")
        #expect(try decoder.receive(bytes) == [Array("aA".utf8), Array("bB".utf8)])
    }

    @Test
    func `what is left waits`() throws {
        var decoder = FragmentDecoder()
        #expect(try decoder.receive(fragment(1, 0, start: true)).isEmpty)
        #expect(decoder.isIncomplete)
        #expect(try decoder.receive(fragment(1, 1, end: true)).count == 1)
        #expect(!decoder.isIncomplete)
    }

    @Test
    func `pieces out of place are errors`() {
        let cases: [[UInt8]] = [
            fragment(1, 1, end: true),
            fragment(1, 0, start: true) + fragment(1, 0, start: true),
            fragment(1, 0, start: true) + fragment(1, 2, end: true),
            fragment(1, 5, start: true, end: true),
            [UInt8](repeating: 0, count: 16) + [4, 0, 0, 0, 0],
        ]
        for bytes in cases {
            var decoder = FragmentDecoder()
            let error = #expect(throws: PSRPError.self) { try decoder.receive(bytes) }
            #expect(error?.code == .malformedFragment)
        }
    }

    @Test
    func `every limit holds`() {
        let small = FragmentDecoder.Limits(
            maximumMessageLength: 10,
            maximumFragmentLength: 8,
            maximumOpenMessages: 2
        )
        let cases: [[UInt8]] = [
            fragment(1, 0, start: true, end: true, "123456789"),
            fragment(1, 0, start: true, "12345678") + fragment(1, 1, end: true, "12345678"),
            (1...3).flatMap { fragment(UInt64($0), 0, start: true) },
            [UInt8](repeating: 0, count: 16) + [3, 255, 255, 255, 255],
        ]
        for bytes in cases {
            var decoder = FragmentDecoder(limits: small)
            let error = #expect(throws: PSRPError.self) { try decoder.receive(bytes) }
            #expect(error?.code == .limitExceeded)
        }
    }
}
