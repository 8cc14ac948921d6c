import Testing

@testable import PSRP

@Suite("DotNetFloat")
struct DotNetFloatTests {
    @Test(
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-12.5, "-12.5"), (100, "100"), (0.1, "0.1"),
            (0.0001, "0.0001"), (0.00001, "1E-05"), (1e14, "100000000000000"), (1e15, "1E+15"),
            (123_456_789_012_345, "123456789012345"), (1.5e300, "1.5E+300"),
            (.leastNonzeroMagnitude, "5E-324"),
            (1_234_567_890_123_456, "1234567890123456"), (.infinity, "INF"), (-.infinity, "-INF"),
            (.greatestFiniteMagnitude, "1.7976931348623157E+308"),
        ] as [(Double, String)]
    )
    func `numbers have .NET's form`(number: Double, text: String) throws {
        #expect(DotNetFloat.text(of: number) == text)
        let read: Double = try #require(DotNetFloat.parse(text))
        #expect(read == number && read.sign == number.sign)
    }

    @Test(
        arguments: [
            (1e6, "1000000"), (1e7, "1E+07"), (0.5, "0.5"), (3.402_823_5e38, "3.4028235E+38"),
            (16_777_216, "16777216"),
        ] as [(Float, String)]
    )
    func `single precision too`(number: Float, text: String) {
        #expect(DotNetFloat.text(of: number) == text)
        #expect(DotNetFloat.parse(text) == number)
    }

    @Test
    func `what is no number is none`() {
        let not: Double? = DotNetFloat.parse("NaN")
        #expect(not?.isNaN == true && DotNetFloat.text(of: Double.nan) == "NaN")
        for text in [
            "", ".", "-", "e5", "1e", "1e+", "1,5", "0x1p3", "nan", "inf", "1 ", "1e400", "--1",
            "1.2.3",
            String(repeating: "1", count: 600),
        ] {
            let read: Double? = DotNetFloat.parse(text)
            #expect(read == nil, "\(text)")
        }
    }

    @Test
    func `any number reads back`() {
        var generator = SplitMix(seed: 11)
        for _ in 0..<5_000 {
            let double = Double(bitPattern: generator.next())
            let single = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
            if double.isFinite {
                #expect(DotNetFloat.parse(DotNetFloat.text(of: double)) == double)
            }
            if single.isFinite {
                #expect(DotNetFloat.parse(DotNetFloat.text(of: single)) == single)
            }
        }
    }
}
