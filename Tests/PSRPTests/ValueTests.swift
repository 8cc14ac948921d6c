import Testing

@testable import PSRP

@Suite("Small values")
struct ValueTests {
    @Test
    func `a GUID has .NET's mixed order on the wire`() throws {
        let id = try #require(GUID("00112233-4455-6677-8899-aabbccddeeff"))
        #expect(id.description == "00112233-4455-6677-8899-AABBCCDDEEFF")
        let wire: [UInt8] = [
            0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD,
            0xEE, 0xFF,
        ]
        #expect(id.dotNetBytes == wire)
        #expect(GUID(dotNetBytes: wire[...]) == id)
        #expect(GUID(dotNetBytes: wire[1...]) == nil)
    }

    @Test(arguments: [
        "", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeefg",
        "001122334-455-6677-8899-aabbccddeeff", "{0112233-4455-6677-8899-aabbccddeef}",
    ])
    func `what is not a GUID is refused`(text: String) {
        #expect(GUID(text) == nil)
    }

    @Test
    func `a random GUID says that it is version 4`() {
        struct Ones: RandomNumberGenerator {
            func next() -> UInt64 { .max }
        }
        var ones = Ones()
        #expect(GUID(using: &ones).description == "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF")
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `Base64 follows RFC 4648`(plain: String, encoded: String) throws {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(try Base64.decode(encoded) == Array(plain.utf8))
        #expect(try Base64.decode("\r\n" + encoded + " ") == Array(plain.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "Zg==Zg==", "Z!==", "=", "Zm9v===="])
    func `what is not Base64 is an error`(text: String) {
        let error = #expect(throws: PSRPError.self) { try Base64.decode(text) }
        #expect(error?.code == .malformedBase64)
    }

    @Test(
        arguments: [
            ("0001-01-01T00:00:00", 0, "0001-01-01T00:00:00.0000000"),
            (
                "9999-12-31T23:59:59.9999999Z", 3_155_378_975_999_999_999,
                "9999-12-31T23:59:59.9999999Z"
            ),
            ("1970-01-01T00:00:00Z", 621_355_968_000_000_000, "1970-01-01T00:00:00.0000000Z"),
            (
                "2000-02-29T12:00:00.5+01:30", 630_874_224_005_000_000,
                "2000-02-29T12:00:00.5000000+01:30"
            ),
            (
                "2024-12-31T00:00:00.123456789Z", 638_712_000_001_234_567,
                "2024-12-31T00:00:00.1234567Z"
            ),
        ] as [(String, Int64, String)]
    )
    func `a date is ticks and reads back`(text: String, ticks: Int64, written: String) throws {
        let time = try #require(DotNetDateTime(text))
        #expect(time.ticks == ticks)
        #expect(time.description == written)
        #expect(DotNetDateTime(written) == time)
    }

    @Test
    func `the zone leads to UTC where it is known`() {
        let noon: Int64 = 12 * 36_000_000_000
        #expect(DotNetDateTime("0001-01-01T12:00:00")?.utcTicks == nil)
        #expect(DotNetDateTime("0001-01-01T12:00:00Z")?.utcTicks == noon)
        #expect(DotNetDateTime("0001-01-01T12:00:00+02:00")?.utcTicks == noon - 72_000_000_000)
        #expect(DotNetDateTime("0001-01-01T12:00:00-02:00")?.utcTicks == noon + 72_000_000_000)
    }

    @Test(arguments: [
        "2023-02-29T00:00:00", "1900-02-29T00:00:00", "2023-13-01T00:00:00", "2023-00-01T00:00:00",
        "2023-01-00T00:00:00", "2023-01-01T24:00:00", "2023-01-01T00:60:00", "2023-01-01T00:00:60",
        "2023-01-01", "2023-01-01T00:00:00.", "2023-01-01T00:00:00+1", "2023-01-01T00:00:00ZZ",
        "0000-01-01T00:00:00",
    ])
    func `dates that do not exist are refused`(text: String) {
        #expect(DotNetDateTime(text) == nil)
    }

    @Test(arguments: [
        ("PT0S", Duration.zero), ("P1D", .seconds(86_400)), ("-PT1.5S", .milliseconds(-1_500)),
        ("P1DT2H3M4.0000001S", .seconds(93_784) + .nanoseconds(100)), ("P1Y", .seconds(31_536_000)),
        ("P1M", .seconds(2_592_000)), ("PT1M", .seconds(60)),
        ("P10675199DT2H48M5.4775807S", .seconds(922_337_203_685) + .nanoseconds(477_580_700)),
        ("-P10675199DT2H48M5.4775808S", .seconds(-922_337_203_685) - .nanoseconds(477_580_800)),
    ])
    func `a time span reads and reads back`(text: String, duration: Duration) {
        #expect(DotNetTimeSpan.parse(text) == duration)
        #expect(DotNetTimeSpan.parse(DotNetTimeSpan.text(of: duration)) == duration)
    }

    @Test(arguments: [
        "P10675199DT2H48M5.4775808S", "-P10675199DT2H48M5.4775809S", "P1DT", "P1S", "PT1S1S", "1D",
        "PT1.5M", "P-1D", "PT", "P", "-", "",
    ])
    func `spans that .NET cannot hold or read are refused`(text: String) {
        #expect(DotNetTimeSpan.parse(text) == nil)
    }

    @Test
    func `versions are compared number by number`() throws {
        #expect(ProtocolVersion(2, 2) < ProtocolVersion(2, 3))
        #expect(ProtocolVersion(2, 10) > ProtocolVersion(2, 9))
        #expect(try #require(ProtocolVersion("1.1.0.1")) > ProtocolVersion(1, 1))
        for text in ["", "1", "1.", "1.-2", "1.2.3.4.5", "a.b"] {
            #expect(ProtocolVersion(text) == nil)
        }
    }
}
