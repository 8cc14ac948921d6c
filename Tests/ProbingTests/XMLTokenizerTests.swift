import Testing

@testable import Probing

/// The tokenizer: tags whatever the split, faults for everything that has no place in a stream.
@Suite("XMLTokenizer")
struct XMLTokenizerTests {
    private func tags(_ text: String) throws -> [XMLTokenizer.Tag] {
        var tokenizer = XMLTokenizer()
        var tags: [XMLTokenizer.Tag] = []
        for byte in text.utf8 {
            if let tag = try tokenizer.feed(byte) { tags.append(tag) }
        }
        return tags
    }

    @Test func `a stream header and features become tags`() throws {
        let found = try tags(
            "<?xml version='1.0'?>\n<stream:stream from=\"a>b\" id = 'x'><a/><b c='d' /></b></ e"
        )
        #expect(
            found == [
                .open(.init(name: "stream:stream", attributes: ["from": "a>b", "id": "x"])),
                .empty(.init(name: "a", attributes: [:])),
                .empty(.init(name: "b", attributes: ["c": "d"])),
                .close("b"),
            ]
        )
    }

    @Test func `text between tags is skipped, entities and all`() throws {
        #expect(
            try tags("<a>&bomb; text ' \" ></a >") == [
                .open(.init(name: "a", attributes: [:])), .close("a"),
            ]
        )
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK", "text before the first element"),
            ("<!DOCTYPE lolz [", "a document type, comment or CDATA section, forbidden here"),
            ("<a><!-- x -->", "a document type, comment or CDATA section, forbidden here"),
            ("<a><![CDATA[", "a document type, comment or CDATA section, forbidden here"),
            ("<?php", nil),
            ("<?php ?>", "a processing instruction, forbidden here"),
            ("<?xml?><?xml?>", "a processing instruction, forbidden here"),
            ("<a><?xml?>", "a processing instruction, forbidden here"),
            ("<a <b>", "'<' inside a tag"),
            ("<a b='<'>", "'<' inside an attribute"),
            ("<>", "a tag without a name"),
            ("</>", "a tag without a name"),
            ("</a b>", "an end tag with more than a name"),
            ("<a b>", "an attribute without a value"),
            ("<a b=c>", "an attribute's value without quotes"),
            ("<a b='c'd='e'>", "attributes without a space between them"),
            ("<a b='c' b='d'>", "an attribute twice"),
            ("<a / b='c'>", "a stray '/'"),
        ] as [(String, String?)]
    )
    func `faults are named`(text: String, reason: String?) {
        var found: String?
        do {
            _ = try tags(text)
        } catch let fault as XMLTokenizer.Fault {
            found = fault.reason
        } catch {
            found = "another error"
        }
        #expect(found == reason)
    }

    @Test func `an endless tag is cut off`() {
        #expect(throws: XMLTokenizer.Fault(reason: "an endless tag")) {
            _ = try tags("<a b='" + String(repeating: "x", count: 10_000))
        }
    }

    @Test func `no garbage makes it crash`() {
        var generator = SplitMix(state: 42)
        let alphabet = Array("<>/?!='\" \naz:&;\u{e9}\0".utf8)
        var faults = 0
        for _ in 0..<5_000 {
            var tokenizer = XMLTokenizer()
            do {
                for _ in 0..<60 {
                    _ = try tokenizer.feed(alphabet.randomElement(using: &generator) ?? 0)
                }
            } catch {
                faults += 1
            }
        }
        #expect(faults > 4_000)
    }
}

/// A generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
