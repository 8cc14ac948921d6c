import FailoverCore
import Testing

@Suite struct HexadecimalTests {
    @Test func `every byte has two digits`() {
        #expect(Hexadecimal.text(of: [0, 9, 10, 15, 16, 127, 128, 255]) == "00090a0f107f80ff")
        #expect(Hexadecimal.text(of: []) == "")
        let all = Hexadecimal.text(of: 0...UInt8.max)
        #expect(all.count == 512 && all.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    }

    @Test(
        arguments: [
            (0, "0000000000000000"), (0xA0_0001, "0000000000a00001"), (.max, "ffffffffffffffff"),
        ] as [(UInt64, String)]
    )
    func `a number has sixteen digits`(_ number: UInt64, _ text: String) {
        #expect(Hexadecimal.text(of: number) == text)
    }
}
