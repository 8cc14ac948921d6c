import Testing

@testable import PSRP

@Suite("CLIXMLText")
struct CLIXMLTextTests {
    @Test(arguments: [
        ("plain", "plain"),
        ("\n", "_x000A_"),
        ("\r\n", "_x000D__x000A_"),
        ("\u{0}\u{1F}\u{7F}\u{9F}", "_x0000__x001F__x007F__x009F_"),
        ("_x000A_", "_x005F_x000A_"),
        ("_X000A_", "_x005F_X000A_"),
        ("a_xb", "a_x005F_xb"),
        ("_", "_"),
        ("__x", "__x005F_x"),
        ("\u{1F600}", "_xD83D__xDE00_"),
        ("é\u{FFFF}", "é_xFFFF_"),
        ("e\u{301}", "e\u{301}"),
    ])
    func `text is escaped, and reads back`(text: String, escaped: String) {
        #expect(CLIXMLText.escape(text) == escaped)
        #expect(CLIXMLText.unescape(escaped) == text)
    }

    @Test(arguments: [
        ("_x000a_", "\n"),
        ("_X000a_", "\n"),
        ("_x000G_", "_x000G_"),
        ("_x000A", "_x000A"),
        ("_x00A_", "_x00A_"),
        ("_xD83D_", "\u{FFFD}"),
        ("_xDE00__xD83D_a", "\u{FFFD}\u{FFFD}a"),
        ("_x005F_x000A_", "_x000A_"),
        ("_x_x0041_", "_xA"),
    ])
    func `what others write is read, lone surrogates too`(escaped: String, text: String) {
        #expect(CLIXMLText.unescape(escaped) == text)
    }

    @Test
    func `property names are escaped too`() throws {
        let value = CLIXMLValue.properties([.init("a\n<_x>", "v")])
        let written = value.clixml()
        #expect(String(decoding: written, as: UTF8.self).contains("N=\"a_x000A_&lt;_x005F_x&gt;\""))
        #expect(try CLIXMLValue(clixml: written) == value)
    }

    @Test(
        arguments: [
            [0xD83D], [0xDE00], [0xDE00, 0xD83D], [0x61, 0xD83D, 0x62], [0xD83D, 0xD83D, 0xDE00],
            [0x5F, 0x78, 0xDC00], [0xDFFF, 0x5F],
        ] as [[UInt16]]
    )
    func `lone surrogates are kept, as code units`(units: [UInt16]) throws {
        let value = CLIXMLValue.text(utf16: units)
        #expect(value == .illFormedString(units))
        #expect(try CLIXMLValue(clixml: value.clixml()) == value)
        #expect(value.stringValue?.contains("\u{FFFD}") == true)
        #expect(value.displayText == value.stringValue)
    }

    @Test
    func `well-formed code units are a string`() {
        #expect(CLIXMLValue.text(utf16: Array("a\u{1F600}".utf16)) == "a\u{1F600}")
    }
}
