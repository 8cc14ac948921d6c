import Testing

@testable import PSRP

@Suite("XMLPullParser")
struct XMLPullParserTests {
    /// All events of a document as one line: `<a k=v>`, `</a>`, text as it is.
    private func events(_ text: String, limits: XMLLimits = XMLLimits()) throws -> String {
        try events(Array(text.utf8), limits: limits)
    }

    private func events(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws -> String {
        var parser = try XMLPullParser(bytes, limits: limits)
        var line = ""
        while let event = try parser.next() {
            switch event {
            case .startElement(let name, let attributes):
                line += "<\(name)"
                for attribute in attributes { line += " \(attribute.name)=\(attribute.value)" }
                line += ">"
            case .endElement(let name): line += "</\(name)>"
            case .text(let text): line += text
            }
        }
        return line
    }

    @Test(arguments: [
        ("<a/>", "<a></a>"),
        ("<a />", "<a></a>"),
        ("\u{FEFF}<?xml version=\"1.0\"?>\n<!-- c --><a>t</a>\n<!-- d -->", "<a>t</a>"),
        ("<s:a xmlns:s='u'><b k=\"1\" s:j='2'/></s:a>", "<s:a xmlns:s=u><b k=1 s:j=2></b></s:a>"),
        ("<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;&#x1F600;</a>", "<a><>&\"'AB\u{1F600}</a>"),
        ("<a k='&lt;&#10;\"'/>", "<a k=<\n\"></a>"),
        ("<a>x<!-- no -->y<![CDATA[<z>&amp;]]>w<?p i?>v</a>", "<a>xy<z>&amp;wv</a>"),
        ("<a>1\r\n2\r3</a>", "<a>1\n2\n3</a>"),
        ("<a\n k = '1'\t></a >", "<a k=1></a>"),
        ("<é>ü</é>", "<é>ü</é>"),
        ("<a>]]></a>", "<a>]]></a>"),
    ])
    func `well-formed documents are read`(text: String, expected: String) throws {
        #expect(try events(text) == expected)
    }

    @Test(arguments: [
        "", "  ", "text", "<", "<a", "<a>", "<a></b>", "<a></a", "<a/><b/>", "<a/>text", "</a>",
        "<!DOCTYPE a><a/>", "<a><!DOCTYPE b></a>", "<1a/>", "<a b/>", "<a b=1/>", "<a b='1'c='2'/>",
        "<a b='1' b='2'/>", "<a b='<'/>", "<a b='1/>", "<a>&nbsp;</a>", "<a>&#0;</a>",
        "<a>&#xD800;</a>",
        "<a>&#x110000;</a>", "<a>&#;</a>", "<a>&;</a>", "<a>&lt</a>", "<a>&#+65;</a>",
        "<a>\u{1}</a>",
        "<a><![CDATA[x</a>", "<a><!-- x</a>", "<a><?x</a>", "<a:/>", "<:a/>", "<a/ >",
        "<a>&aaaaaaaaaaaaaaaaaaaa;</a>",
    ])
    func `malformed documents are errors`(text: String) {
        let error = #expect(throws: PSRPError.self) { try events(text) }
        #expect(error?.code == .malformedXML)
    }

    @Test
    func `bytes that are not UTF-8 are an error`() {
        let error = #expect(throws: PSRPError.self) {
            try events(Array("<a>".utf8) + [0xC3, 0x28] + Array("</a>".utf8))
        }
        #expect(error?.code == .malformedXML)
    }

    @Test(arguments: [
        (String(repeating: "<a>", count: 10_000), XMLLimits()),
        ("<a b='1' c='2' d='3'/>", XMLLimits(maximumAttributes: 2)),
        ("<abc/>", XMLLimits(maximumNameLength: 2)),
        ("<a>0123456789</a>", XMLLimits(maximumBytes: 16)),
    ])
    func `every limit holds`(text: String, limits: XMLLimits) {
        let error = #expect(throws: PSRPError.self) { try events(text, limits: limits) }
        #expect(error?.code == .limitExceeded)
    }

    @Test
    func `a document cut anywhere is an error, never a crash`() throws {
        let whole = Array("<?xml?><a k='v&amp;'><!-- c --><b>t&#65;<![CDATA[d]]></b><c/></a>".utf8)
        #expect(try events(whole) == "<a k=v&><b>tAd</b><c></c></a>")
        for end in 0..<whole.count {
            #expect(throws: PSRPError.self) { try events(Array(whole[..<end])) }
        }
    }

    @Test
    func `escaped text reads back`() throws {
        let text = "<&>\"' \r\n\t ü\u{1F600}"
        let escaped = XMLEscaping.escape(text)
        #expect(try events("<a b='\(escaped)'>\(escaped)</a>") == "<a b=\(text)>\(text)</a>")
        #expect(XMLEscaping.escape("\u{0}\u{FFFF}") == "\u{FFFD}\u{FFFD}")
    }
}
